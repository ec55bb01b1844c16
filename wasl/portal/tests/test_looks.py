"""The site in a real browser: both languages, wide and narrow, usable by everybody; with and without scripts."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.catalogue import operations as catalogue
from wasl.core import clock, files
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_person
from wasl.portal.tests.makers import make_site, picture, report
from wasl.web.tests.looks import ALL_LOOKS, MARKS, NARROW, Window, name_of

pytestmark = MARKS
WORDS = "ثلاثة أعمدة إنارة متتالية لا تعمل منذ يومين قرب دوار الجامع"


@pytest.fixture
def town() -> Agency:
    """The site with the whole starting catalogue."""
    agency = make_site()
    catalogue.load_catalogue({"MUN": agency}, at=LONG_AGO)
    catalogue.load_forms(agency, at=LONG_AGO)
    return agency


class Visitor(Window):
    """Somebody at the site, who may be asked where they stand."""

    def __init__(self, *args: Any, **options: Any) -> None:
        here = {"latitude": 23.5912, "longitude": 58.1703}
        super().__init__(*args, geolocation=here, permissions=["geolocation"], **options)

    def judge(self, name: str, *, quiet: bool = False) -> None:
        """As everywhere, but where there is a map with all its pieces."""
        super().judge(name, quiet=quiet or self.page.locator("[data-map]").count() > 0)


@pytest.fixture(params=ALL_LOOKS, ids=name_of)
def visitor(request: pytest.FixtureRequest, browser: Browser, town: Agency, live_server: Any) -> Iterator[Visitor]:
    somebody = Visitor(browser, live_server.url, *request.param)
    yield somebody
    somebody.close()


def test_every_page_of_the_way_can_be_used_by_everybody(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    for name, path in (
        ("home", "/"),
        ("services", "/services"),
        ("service", "/services/LT-OUT"),
        ("track", "/track"),
        ("privacy", "/privacy"),
        ("accessibility", "/accessibility"),
        ("contact", "/contact"),
        ("report-topics", "/report"),
    ):
        visitor.open(path)
        visitor.judge(name)
    visitor.open("/report?q=" + "اللمبة طافية")
    visitor.judge("report-found")
    page.click("button[name=service] >> nth=0")

    page.wait_for_selector(".map .mapshape")
    photo = tmp_path / "عمود.jpg"
    photo.write_bytes(picture(size=(800, 500), colour="midnightblue"))
    page.select_option("select[name=wilayat]", index=4)
    with page.expect_navigation():
        page.set_input_files("input[name=photos]", photo)
    page.wait_for_selector(".map .mapshape")
    page.click("[data-map-locate]")
    page.wait_for_selector("#around .addr")
    visitor.judge("report-place")
    page.click("form#wizard .foot button.p")

    visitor.judge("report-details")
    assert not page.is_visible(".dangernote")
    page.check("input[name=danger][value='3']", force=True)
    expect(page.locator(".dangernote a[href='tel:9999']")).to_be_visible()
    page.check("input[name=site][value='1']", force=True)
    page.fill("textarea[name=description]", WORDS)
    page.fill("input[name=name]", "مريم بنت سعيد بن خلفان الحارثية")
    page.click("form#wizard .foot button.p")
    visitor.judge("report-details-wrong")
    page.fill("input[name=phone]", "٩٢١٤٧٧٠٥")
    page.click("form#wizard .foot button.p")

    visitor.judge("report-check")
    page.click("form#wizard .foot button.p")
    page.wait_for_url("**/report/done")
    visitor.judge("report-done")

    case = Case.objects.get()
    work_on(case)
    page.click(".receipt a.btn.p")
    page.wait_for_url(re.compile("/t/"))
    visitor.judge("case-resolved")


def work_on(case: Case) -> None:
    """The unit accepts, asks, and resolves with a photo."""
    noora: User = make_person("specialist", unit=case.unit)
    times = (case.registered_at + timedelta(minutes=minutes) for minutes in range(1, 10))
    cases.accept_referral(case, by=noora, at=next(times))
    cases.ask_beneficiary(case, question="كم عدد الأعمدة؟ وهل عليها أرقام؟", by=noora, at=next(times))
    cases.answer_from_beneficiary(case, text="ثلاثة أعمدة، من SB-0482 إلى SB-0484", channel="portal", at=next(times))
    cases.start_work(case, by=noora, at=next(times))
    after = files.store(picture(colour="gold"), agency_id=case.agency_id, name="بعد.jpg", at=case.registered_at)
    cases.resolve(case, text="عادت الأعمدة الثلاثة إلى العمل.", by=noora, at=next(times), files=[after])


def test_a_question_to_the_citizen_is_answered_on_the_page(visitor: Visitor) -> None:
    case = report()
    cases.ask_beneficiary(
        case, question="كم عدد الأعمدة؟", by=make_person("specialist", unit=case.unit), at=clock.now()
    )

    visitor.open(f"/t/{cases.access_code(case)}")
    visitor.page.click("[data-act=withdraw] summary")
    visitor.judge("case-question")
    visitor.page.fill("textarea[name=text] >> nth=0", "ثلاثة")
    visitor.page.click("section[aria-labelledby=answer] button.p")

    visitor.page.wait_for_selector(".toast.ok")
    expect(visitor.page.locator(".tl")).to_contain_text("ثلاثة")


def test_a_review_is_asked_for_and_answered_on_the_page_and_then_the_outside_body_is_named(visitor: Visitor) -> None:
    case, director, at = report(), make_person("director"), clock.now()
    cases.reject(case, reason="الموقع ملك خاص", by=make_person("specialist", unit=case.unit), at=at)

    visitor.open(f"/t/{cases.access_code(case)}")
    visitor.page.click("[data-act=review] summary")
    visitor.judge("case-review-offered")
    visitor.page.fill("[data-act=review] textarea", "الموقع طريق عام وليس ملكاً خاصاً")
    deed = {"name": "صك.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    visitor.page.set_input_files("#review-files", [deed])
    visitor.page.click("[data-act=review] button.p")
    visitor.page.wait_for_selector(".toast.ok")
    assert not visitor.page.query_selector("[data-act=review]")
    visitor.open(f"/t/{cases.access_code(case)}")
    visitor.judge("case-review-waits")
    cases.decide_appeal(case, outcome="stands", reasons="يثبت الصك أن الأرض ملك خاص.", by=director, at=clock.now())

    visitor.open(f"/t/{cases.access_code(case)}")
    visitor.judge("case-review-decided")
    assert visitor.page.is_visible("section[aria-labelledby=review] .note.info")


def test_changing_the_language_keeps_what_was_typed_and_not_yet_saved(
    browser: Browser, town: Agency, live_server: Any
) -> None:
    somebody = Visitor(browser, live_server.url)
    page = somebody.page
    somebody.open("/report?q=سؤال")
    page.click("button[value=GN-INQUIRY]")
    page.click("form#wizard .foot button.p")
    page.fill("textarea[name=description]", WORDS)

    page.click("form.lang button")
    page.wait_for_selector("html[lang=en]")

    expect(page.locator("textarea[name=description]")).to_have_value(WORDS)
    somebody.close()


def test_the_whole_way_can_be_walked_without_script(
    browser: Browser, town: Agency, live_server: Any, tmp_path: Path
) -> None:
    somebody = Visitor(browser, live_server.url, "ar", NARROW, java_script_enabled=False)
    page = somebody.page
    photo = tmp_path / "عمود.jpg"
    photo.write_bytes(picture())

    somebody.open("/")
    page.fill("input[name=q]", "اللمبة طافية")
    page.click(".welcome form button")
    page.click("button[name=service] >> nth=0")
    page.select_option("select[name=wilayat]", index=4)
    page.set_input_files("input[name=photos]", photo)
    page.click("button[name=add]")
    page.wait_for_selector(".photos img")
    page.click("form#wizard .foot button.p")
    page.fill("textarea[name=description]", WORDS)
    page.fill("input[name=phone]", "٩٢١٤٧٧٠٥")
    page.click("form#wizard .foot button.p")
    page.click("form#wizard .foot button.p")
    page.wait_for_url("**/report/done")
    page.click(".receipt a.btn.p")
    page.click("[data-act=add] summary")
    page.fill("textarea[name=text]", "العمود الثالث مائل أيضاً")
    page.click("[data-act=add] button.p")

    expect(page.locator(".tl")).to_contain_text("العمود الثالث مائل أيضاً")
    assert Case.objects.get().files.count() == 1
    somebody.close()
