"""The bell, the list, the choices and the letters in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from wasl.accounts.models import User
from wasl.alerts import digest, kinds, operations, writing
from wasl.alerts.digest import Line, Reader, Section
from wasl.alerts.kinds import AlertKind, Way
from wasl.alerts.tests.makers import make_alert, opened_cases
from wasl.calendars import operations as calendars
from wasl.core import clock
from wasl.core.i18n import say, t
from wasl.core.localized import both
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency, make_noora, make_said, session_of
from wasl.messaging.models import Message
from wasl.messaging.tests.makers import make_account
from wasl.web.tests.looks import ALL_LOOKS, LOOKS, MARKS, PICTURES, Window, looked_over, name_of

pytestmark = MARKS
LIFTED = AlertKind(
    "test_lifted",
    t("التصعيد", "Escalations"),
    t("طلب تجاوز حداً من مدته فرُفع إليك.", "A case passed a part of its time and was lifted to you."),
    icon="trending-up",
    usual=Way.AT_ONCE,
    needful=True,
    order=20,
)
NEARS = AlertKind(
    "test_nears", t("موعد يقترب", "A date nears"), t("نصف المدة مضى.", "Half the time is over."), "calendar-clock"
)
MONDAY = SUNDAY_9AM + timedelta(days=1)
REFERENCE = "MR-2611-04173-2"


@dataclass
class Desk:
    """Said, told of five things."""

    said: User
    opened: dict[int, str]


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    kinds.register(LIFTED, NEARS)
    agency, said = make_agency(), make_said()
    calendars.load_starting_calendars(agency, at=LONG_AGO)
    make_account(agency)
    now = clock.now()
    told = [
        (LIFTED, "بلغ الطلب 150% من مدته", "The case reached 150% of its time", 3, True),
        (NEARS, "مضى نصف مدة الطلب", "Half of the time is over", 30, False),
        (LIFTED, "بلغ الطلب 80% من مدته وهو لدى وحدتك", "The case reached 80% with your unit", 52, False),
        (NEARS, "مضى نصف مدة الطلب", "Half of the time is over", 75, False),
    ]
    for number, (kind, arabic, english, hours, urgent) in enumerate(told):
        make_alert(
            said,
            kind=kind,
            title=both(arabic, english),
            body=both("عمود إنارة لا يعمل، بوشر. الموعد الأحد.", "Street light out, Bausher. Due on Sunday."),
            case_id=number,
            reference=REFERENCE,
            urgent=urgent,
            at=now - timedelta(hours=hours),
        )
    operations.read(said, list(said_alerts(said))[-1:], at=now)
    paths = dict.fromkeys(range(3), "/help/")
    with opened_cases(paths):
        yield Desk(said, paths)


def said_alerts(said: User) -> list[int]:
    """The numbers of what he was told, oldest first."""
    from wasl.alerts.models import Alert

    return list(Alert.objects.filter(person=said).order_by("pk").values_list("pk", flat=True))


@pytest.fixture(params=ALL_LOOKS, ids=name_of)
def visitor(request: pytest.FixtureRequest, browser: Browser, desk: Desk, live_server: Any) -> Iterator[Window]:
    somebody = Window(browser, live_server.url, *request.param, session=session_of(desk.said))
    yield somebody
    somebody.close()


def test_every_page_of_alerts_can_be_used_by_everybody(visitor: Window) -> None:
    visitor.open("/alerts")
    visitor.judge("alerts")
    visitor.open("/alerts?show=all")
    visitor.judge("alerts-all")
    visitor.open("/me/alerts")
    visitor.judge("alert-choices")
    visitor.open("/alerts/link/nothing")
    visitor.judge("alert-link")
    visitor.open("/alerts?kind=none")
    visitor.judge("alerts-none")


def test_the_bell_counts_without_a_reload_and_is_reached_by_the_keyboard(
    browser: Browser, desk: Desk, live_server: Any
) -> None:
    visitor = Window(browser, live_server.url, session=session_of(desk.said))
    visitor.open("/me")
    page, bell = visitor.page, visitor.page.locator("[data-live-count]")
    expect(bell.locator("em")).to_have_text("3")
    page.evaluate("window.here = true")

    make_alert(desk.said, kind=NEARS)
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('wasl:live', {detail: {id: 9, kind: 'AlertGiven', case: null}}))"
    )

    expect(bell.locator("em")).to_have_text("4")
    expect(bell).to_have_attribute("aria-label", "التنبيهات، جديدة: 4")
    assert page.evaluate("window.here") is True
    operations.read(desk.said, at=clock.now())
    page.evaluate("document.dispatchEvent(new CustomEvent('wasl:live-reset'))")
    expect(bell.locator("em")).to_be_hidden()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-live-count]')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts")
    visitor.close()


def test_an_alert_is_marked_and_opened_by_hand(browser: Browser, desk: Desk, live_server: Any) -> None:
    visitor = Window(browser, live_server.url, session=session_of(desk.said))
    visitor.open("/alerts")
    page = visitor.page
    assert page.locator(".alerts > li").count() == 3

    page.locator(".alerts > li button").first.click()
    expect(page.locator(".alerts > li")).to_have_count(2)
    page.locator(".alerts > li a").first.click()
    page.wait_for_url("**/help/**")
    visitor.open("/alerts")
    expect(page.locator(".alerts > li")).to_have_count(1)
    visitor.close()


@pytest.mark.parametrize("look", LOOKS, ids=name_of)
def test_letters_read_well_in_both_directions(
    browser: Browser, desk: Desk, live_server: Any, look: tuple[str, tuple[int, int]]
) -> None:
    language, size = look
    reader = make_noora()
    User.objects.filter(pk=reader.pk).update(language=language)
    reader.refresh_from_db()
    for number in range(3):
        make_alert(
            reader,
            kind=LIFTED,
            urgent=number == 0,
            case_id=number,
            reference=REFERENCE,
            title=both("بلغ الطلب 150% من مدته", "The case reached 150% of its time"),
            body=both("عمود إنارة لا يعمل، بوشر. الموعد الأحد.", "Street light out, Bausher. Due on Sunday."),
            at=clock.now(),
        )
    writing.write_now(reader.pk, at=clock.now())
    make_alert(reader, kind=NEARS, at=MONDAY)
    with a_section():
        writing.write_digest(reader, at=MONDAY)
    letters = Message.objects.filter(to_address=reader.email).order_by("pk")
    assert len(letters) == 2
    for number, message in enumerate(letters):
        window = Window(browser, live_server.url, language, size)
        window.page.set_content(message.html)

        found = looked_over(window.page)

        if PICTURES:
            window.page.screenshot(path=f"{PICTURES}/alert-mail-{number}-{language}-{size[0]}.png", full_page=True)
        assert found["violations"] == []
        assert found["wide"] <= 0
        assert found["language"] == language
        window.close()


@contextmanager
def a_section() -> Iterator[None]:
    """What waits for everybody in these tests."""
    before = dict(digest._makers)
    digest._makers.clear()

    @digest.section("test", order=1)
    def late(reader: Reader) -> Section:
        about, note = say("عمود إنارة لا يعمل، بوشر", "Street light out, Bausher"), say("منذ يومين", "2 days ago")
        lines = [Line(about, number, REFERENCE, note, "bad") for number in range(3)]
        return Section(say("تجاوزت الموعد", "Overdue"), lines, 9, "/desk/?view=overdue", "bad")

    yield
    digest._makers.clear()
    digest._makers.update(before)
