"""The pages in a real browser: both languages, wide and narrow, no accessibility violation, nothing runs over the edge.

With WASL_PICTURES set to a folder each page is also photographed there, to be looked at.
"""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import wasl.web
from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.catalogue import operations as catalogue
from wasl.core import clock, files
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_person
from wasl.portal.tests.makers import make_site, picture, report

CHROMIUM = Path(os.environ.get("WASL_CHROMIUM", "/usr/bin/chromium"))
VENDOR = Path(wasl.web.__file__).parent / "static" / "vendor"
PICTURES = os.environ.get("WASL_PICTURES", "")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here"),
    pytest.mark.skipif(not VENDOR.is_dir(), reason="the browser assets are not built (npm run build)"),
]
SIZES = [(1440, 900), (390, 844)]
WORDS = "ثلاثة أعمدة إنارة متتالية لا تعمل منذ يومين قرب دوار الجامع"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread; Django's guard would take every query for a mistake.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options)
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def town() -> Agency:
    """The site with the whole starting catalogue."""
    agency = make_site()
    catalogue.load_catalogue({"MUN": agency}, at=LONG_AGO)
    catalogue.load_forms(agency, at=LONG_AGO)
    return agency


class Visitor:
    """Somebody at the site in one language, on a screen of one size."""

    def __init__(self, browser: Browser, base: str, language: str, size: tuple[int, int], *, script: bool = True):
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            geolocation={"latitude": 23.5912, "longitude": 58.1703},
            permissions=["geolocation"],
        )
        self.context.add_cookies([{"name": "wasl_language", "value": language, "url": base}])
        self.page: Page = self.context.new_page()
        self.base, self.language, self.width = base, language, size[0]

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}{path}")

    def judge(self, name: str) -> None:
        """No violation, nothing wider than the screen, the right language."""
        page = self.page
        page.wait_for_load_state("networkidle")
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{self.language}-{self.width}.png", full_page=True)
        page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
        page.evaluate((VENDOR / "axe.js").read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found] == [], name
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px too wide"
        assert page.get_attribute("html", "lang") == self.language


@pytest.fixture(params=[(lang, size) for lang in ("ar", "en") for size in SIZES], ids=lambda p: f"{p[0]}-{p[1][0]}")
def visitor(request: pytest.FixtureRequest, browser: Browser, town: Agency, live_server: Any) -> Iterator[Visitor]:
    language, size = request.param
    somebody = Visitor(browser, live_server.url, language, size)
    yield somebody
    somebody.context.close()


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
    assert page.is_visible(".dangernote a[href='tel:9999']")
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
    assert "ثلاثة" in visitor.page.inner_text(".tl")


def test_changing_the_language_keeps_what_was_typed_and_not_yet_saved(
    browser: Browser, town: Agency, live_server: Any
) -> None:
    somebody = Visitor(browser, live_server.url, "ar", (1440, 900))
    page = somebody.page
    somebody.open("/report?q=سؤال")
    page.click("button[value=GN-INQUIRY]")
    page.click("form#wizard .foot button.p")
    page.fill("textarea[name=description]", WORDS)

    page.click("form.lang button")
    page.wait_for_selector("html[lang=en]")

    assert page.input_value("textarea[name=description]") == WORDS
    somebody.context.close()


def test_the_whole_way_can_be_walked_without_script(
    browser: Browser, town: Agency, live_server: Any, tmp_path: Path
) -> None:
    somebody = Visitor(browser, live_server.url, "ar", (390, 844), script=False)
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

    assert "العمود الثالث مائل أيضاً" in page.inner_text(".tl")
    assert Case.objects.get().files.count() == 1
    somebody.context.close()
