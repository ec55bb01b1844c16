"""An officer at a counter takes down a case without ever touching the mouse; nothing typed is lost on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.journeys.screens import barriers
from wasl.accounts.models import User
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.directory.models import Unit
from wasl.directory.tests.makers import LONG_AGO, make_person, make_unit, sign_in
from wasl.intake.models import DeskDraft, Disposition
from wasl.places import operations as places

PATIENCE_MS = 60_000
pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

WORDS = "حفرة عميقة أمام بوابة المدرسة منذ يومين"


@pytest.fixture
def zainab(home: Path) -> User:
    """Zainab of a service hall; the hall belongs to an agency that works."""
    agency = make_working_agency()
    places.load_starting_places(at=LONG_AGO)
    make_service(agency=agency)
    return make_person("hall", make_unit("HALL-1", agency=agency, kind=Unit.Kind.OUTLET))


@pytest.fixture
def page(browser: Browser, live_server: Any, zainab: User) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    enter(opened, live_server.url, zainab)
    yield opened
    context.close()
    assert errors == []


def enter(page: Page, site: str, person: User) -> None:
    session = sign_in(Client(), person).session.session_key
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])


def line(page: Page, *, up: bool) -> None:
    """Take the browser's line down or up again; other processes of its hear of it a little later."""
    page.context.set_offline(not up)
    page.wait_for_function(
        "(up) => fetch(location.href, { method: 'HEAD' }).then(() => up, () => !up)", arg=up, timeout=PATIENCE_MS
    )


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_be_visible(timeout=PATIENCE_MS)


def test_a_visitor_is_registered_by_keyboard_alone(page: Page, live_server: Any, zainab: User) -> None:
    keys = page.keyboard
    page.goto(f"{live_server.url}/desk/")
    keys.press("n")
    expect(page.locator("#id_who")).to_be_focused(timeout=PATIENCE_MS)
    assert page.locator("input[name=channel]:checked").get_attribute("value") == "counter"

    # A name nobody knows: somebody new. Enter goes on, Alt and a figure goes where it says.
    keys.type("مريم بنت سعيد")
    keys.press("Enter")
    expect(page.locator("#id_phone")).to_be_focused()
    keys.type("٩٢١٤٧٧٠٥")
    keys.press("Alt+Digit3")
    keys.type(WORDS)
    saved(page)
    page.reload()
    expect(page.locator("#id_description")).to_have_value(WORDS, timeout=PATIENCE_MS)
    assert page.input_value("#id_phone") == "٩٢١٤٧٧٠٥"
    assert WORDS not in DeskDraft.objects.get().sealed

    # A reload before anything reached the server: this device has kept it.
    line(page, up=False)
    page.focus("#id_address_text")
    keys.type("قرب الدوار")
    line(page, up=True)
    page.reload()
    expect(page.locator("#id_address_text")).to_have_value("قرب الدوار", timeout=PATIENCE_MS)

    # The service by its figure, in the digits of the keyboard; the place from the list.
    keys.press("Alt+Digit4")
    expect(page.locator("#service-1")).to_be_visible(timeout=PATIENCE_MS)
    keys.type("١")
    expect(page.locator("#id_wilayat")).to_be_focused()
    for _ in range(3):
        keys.press("ArrowDown")
    expect(page.locator("#id_wilayat")).to_have_value("OM-MA-BSH")
    expect(page.locator(".outlook")).to_be_visible(timeout=PATIENCE_MS)

    # The line is down while it is sent; it goes out by a key when the line is back, and once.
    line(page, up=False)
    keys.press("Control+Enter")
    expect(page.locator("[data-banner]")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("[data-submit]")).not_to_have_attribute("aria-busy", "true")
    line(page, up=True)
    keys.press("Control+Enter")
    page.wait_for_url("**/receipt", timeout=PATIENCE_MS)

    case = Case.objects.get()
    assert (case.channel, case.registered_by, case.description) == ("counter", zainab, WORDS)
    assert case.wilayat is not None
    assert case.wilayat.code == "OM-MA-BSH"
    expect(page.locator(".bignum")).to_have_text(case.reference)
    assert barriers(page) == []

    # Enter prints; then the next person, whose question needs no case: two keys.
    page.evaluate("window.print = () => { window.printed = true; }")
    keys.press("Enter")
    assert page.evaluate("window.printed")
    keys.press("Alt+KeyN")
    expect(page.locator("#id_who")).to_be_focused(timeout=PATIENCE_MS)
    assert page.input_value("#id_description") == ""
    keys.press("Alt+KeyI")
    keys.press("1")
    expect(page.locator(".note.ok[role=status]")).to_be_visible(timeout=PATIENCE_MS)
    assert Disposition.objects.get().category is not None
    page.wait_for_function("!Object.keys(localStorage).some(key => key.startsWith('wasl:register'))")


def test_a_lost_session_keeps_the_words_until_the_next_sign_in(page: Page, live_server: Any, zainab: User) -> None:
    page.goto(f"{live_server.url}/desk/register")
    expect(page.locator("#id_who")).to_be_focused(timeout=PATIENCE_MS)
    page.context.clear_cookies()
    page.keyboard.press("Alt+Digit3")
    page.keyboard.type(WORDS)
    expect(page.locator("[data-sign-in]")).to_be_visible(timeout=PATIENCE_MS)
    assert page.input_value("#id_description") == WORDS

    enter(page, live_server.url, zainab)
    page.goto(f"{live_server.url}/desk/register")
    expect(page.locator("#id_description")).to_have_value(WORDS, timeout=PATIENCE_MS)
    saved(page)

    stranger = make_person("hall", make_unit("HALL-1"))
    enter(page, live_server.url, stranger)
    page.goto(f"{live_server.url}/desk/register")
    expect(page.locator("#id_who")).to_be_focused(timeout=PATIENCE_MS)
    assert page.input_value("#id_description") == ""
