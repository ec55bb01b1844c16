"""The pages of registration in a real browser: no barrier, no overflow, keys and drafts, in two languages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from wasl.accounts.models import User
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue import operations as catalogue
from wasl.contacts import operations as contacts
from wasl.core import clock
from wasl.desk.tests.makers import make_place
from wasl.desk.tests.test_looks import Visitor
from wasl.directory.tests.makers import LONG_AGO, make_person, session_of
from wasl.intake.models import Disposition
from wasl.routing import generalists
from wasl.routing.generalists import Named
from wasl.web.tests.looks import MARKS, PICTURES, WIDE, name_of

PATIENCE_MS = 60_000
pytestmark = MARKS


@pytest.fixture
def zainab(home: Any) -> User:
    """An officer at a counter, in an agency with its whole catalogue, two open cases and a visitor it knows."""
    agency = make_working_agency()
    place = make_place("الخوض السادسة")
    catalogue.load_catalogue({"MUN": agency}, at=LONG_AGO)
    maryam = contacts.find_or_make(agency, name="مريم بنت سعيد الحارثية", phone="+96892147705", at=LONG_AGO)
    contacts.find_or_make(agency, name="مريم بنت سعيد الكندية", phone="+96899001122", at=LONG_AGO)
    now = clock.now()
    for number in range(2):
        service = agency.services.get(code="RD-POTHOLE")
        owner = {"beneficiary": maryam} if number else {}
        make_case(agency=agency, at=now - timedelta(days=number, hours=2), service=service, place=place, **owner)
    zainab = make_person("agent", name="زينب بنت خلفان")
    lease = agency.services.get(code="LE-REGISTER")
    generalists.set_generalist(agency, Named(person=zainab), services=[lease], by=None, at=LONG_AGO)
    return zainab


# The whole round in two; all six are for looking at the pictures.
# (The phone is as long as the page: what its bar of sections half covers while scrolling is no narrow target.)
PHONE = (390, 2600)
ROUNDS = [("ar", WIDE), ("en", PHONE)]
MORE = [("en", WIDE), ("ar", PHONE), ("ar", (1680, 950)), ("en", (1680, 950))]


@pytest.fixture(params=ROUNDS + (MORE if PICTURES else []), ids=name_of)
def visitor(request: pytest.FixtureRequest, browser: Browser, zainab: User, live_server: Any) -> Iterator[Visitor]:
    somebody = Visitor(browser, live_server.url, *request.param, session=session_of(zainab))
    yield somebody
    somebody.close()


def test_the_pages_of_registration_can_be_used_by_everybody(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("register")
    expect(page.locator("#id_who")).to_be_focused(timeout=PATIENCE_MS)
    visitor.judge("register-start")
    page.keyboard.type("٩٢١٤٧٧")
    expect(page.locator("#who-1")).to_be_visible(timeout=PATIENCE_MS)
    visitor.judge("register-who")
    page.focus("#id_who")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.fill("#id_description", "حفرة عميقة في الشارع أمام مدرسة الخوض منذ يومين، وسقط فيها طفل أمس")
    expect(page.locator("#service-1")).to_be_visible(timeout=PATIENCE_MS)
    page.focus("#id_service_q")
    page.keyboard.press("1")
    page.select_option("#id_wilayat", "OM-MA-BSH")
    page.focus("#id_danger_2")
    page.keyboard.press("Space")
    expect(page.locator(".simcard")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("[data-saved]")).to_be_visible(timeout=PATIENCE_MS)
    visitor.judge("register-full")
    page.click(".simcard [data-join]")
    expect(page.locator(".joincard")).to_be_visible(timeout=PATIENCE_MS)
    page.click("[data-unjoin]")
    expect(page.locator(".joincard")).to_have_count(0, timeout=PATIENCE_MS)
    page.keyboard.press("F1")
    visitor.judge("register-keys")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+KeyI")
    visitor.judge("register-answered")
    page.keyboard.press("Escape")
    page.select_option("#id_wilayat", "")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused(timeout=PATIENCE_MS)
    visitor.judge("register-wrong")
    page.select_option("#id_wilayat", "OM-MA-BSH")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt", timeout=PATIENCE_MS)
    visitor.judge("receipt")
    page.keyboard.press("Alt+KeyN")
    expect(page.locator("#id_who")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.press("Alt+KeyI")
    page.keyboard.press("2")
    expect(page.locator(".note.ok[role=status]")).to_be_visible(timeout=PATIENCE_MS)
    visitor.judge("register-recorded")
    visitor.open("register/contacts")
    visitor.judge("contacts")
    _finish_now(visitor)

    assert Case.objects.count() == 4
    assert Case.objects.get(service__code="LE-REGISTER").was_finished_at_once
    assert Disposition.objects.get().category.digit == 2


def _finish_now(visitor: Visitor) -> None:
    """A lease is renewed while its owner stands at the counter: registered and done in one."""
    page = visitor.page
    visitor.open("register")
    page.locator("#id_who").press_sequentially("حمد بن ناصر")
    page.keyboard.press("Enter")
    page.fill("#id_phone", "92147799")
    page.fill("#id_description", "تجديد عقد إيجار شقة في الخوض")
    page.fill("#id_service_q", "تجديد عقد إيجار")
    expect(page.locator("#service-1")).to_contain_text("إيجار" if visitor.language == "ar" else "lease")
    page.focus("#id_service_q")
    page.keyboard.press("1")
    page.check("#id_finish", timeout=PATIENCE_MS)
    page.fill("#id_finished", "جُدّد العقد وسُلّمت نسخته المصدقة.")
    at_once = "يُسجَّل ويُنجز الآن" if visitor.language == "ar" else "Registered and resolved now"
    expect(page.locator("#outlook")).to_contain_text(at_once, timeout=PATIENCE_MS)
    visitor.judge("register-finish")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt", timeout=PATIENCE_MS)
    visitor.judge("receipt-finished")
