"""Wednesday, 15:00: the office closed at 14:30, Thursday is a holiday, then comes the weekend."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from wasl.calendars import operations as calendars
from wasl.calendars import queries as working_times
from wasl.cases.models import Clock
from wasl.cases.operations import fresh_due
from wasl.cases.operations.clocks import promise_of
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core.localized import both
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_agency
from wasl.sla import operations as sla
from wasl.sla.explanation import day_strip, explain_sentence

pytestmark = pytest.mark.django_db
MUSCAT, DUBAI = ZoneInfo("Asia/Muscat"), ZoneInfo("Asia/Dubai")
THURSDAY = date(2026, 12, 3)
MEMORIAL = both("يوم الذكرى", "Memorial day")


def at(zone: ZoneInfo, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=zone)


def free_thursday(agency: Agency, *, announced: datetime) -> None:
    calendars.add_holiday(agency, name=MEMORIAL, on_from=THURSDAY, announced_on=announced.date(), at=announced)


def due(clocks: dict[str, Clock], zone: ZoneInfo) -> dict[str, str]:
    return {kind: f"{clock.due_at.astimezone(zone):%a %d %H:%M}" for kind, clock in clocks.items()}


@pytest.mark.requirement("H-17")
def test_what_came_after_closing_before_a_holiday_starts_on_sunday_and_says_why() -> None:
    agency = make_working_agency()
    free_thursday(agency, announced=at(MUSCAT, 1, 10))

    case = make_case(agency=agency, at=at(MUSCAT, 2, 15))

    clocks = {clock.kind: clock for clock in case.clocks.all()}
    # Four working hours; three working days of which the day of registration is none.
    assert due({kind: clocks[kind] for kind in ("acknowledge", "refer")}, MUSCAT) == {
        "acknowledge": "Sun 06 11:30",
        "refer": "Tue 08 14:30",
    }
    promise = promise_of(clocks["acknowledge"])
    strip = day_strip(promise, clocks["acknowledge"].started_at, now=at(MUSCAT, 6, 9))
    assert [(box.day.day, box.kind.value, box.minutes) for box in strip] == [
        (2, "closed", 0),
        (3, "holiday", 0),
        (4, "weekend", 0),
        (5, "weekend", 0),
        (6, "counted", 240),
    ]
    assert strip[1].label == MEMORIAL
    assert explain_sentence(promise, clocks["acknowledge"].started_at, "ar").endswith("تبدأ مع أول دوام بعد الورود.")


def test_a_holiday_announced_in_the_evening_gives_the_same_due_moments_as_one_known_before() -> None:
    told, surprised = make_working_agency("MUN"), make_working_agency("HOU")
    free_thursday(told, announced=at(MUSCAT, 1, 10))
    known = make_case(agency=told, at=at(MUSCAT, 2, 15))
    unknown = make_case(agency=surprised, at=at(MUSCAT, 2, 15))
    before = {clock.kind: clock.due_at for clock in unknown.clocks.all()}
    assert f"{before['acknowledge'].astimezone(MUSCAT):%a %d %H:%M}" == "Thu 03 11:30"

    free_thursday(surprised, announced=at(MUSCAT, 2, 20))

    afresh = {clock.kind: fresh_due(clock) for clock in unknown.clocks.all()}
    assert afresh == {clock.kind: clock.due_at for clock in known.clocks.all()}
    assert all(afresh[kind] > before[kind] for kind in before)


def test_in_the_emirates_the_same_wednesday_goes_on_on_the_half_friday() -> None:
    agency = make_agency("DXB", zone="Asia/Dubai")
    calendars.load_starting_calendars(agency, at=at(DUBAI, 1, 9))
    sla.load_starting_policies(agency, at=at(DUBAI, 1, 9))
    # The second and third of December are the national holiday there.
    assert working_times.working_time(agency_id=agency.pk).holiday_on(THURSDAY) == both(
        "اليوم الوطني (تقديري)", "National Day (estimated)"
    )

    case = make_case(agency=agency, at=at(DUBAI, 2, 15))

    clocks = {clock.kind: clock for clock in case.clocks.all()}
    # Friday is worked until noon; it, Monday and Tuesday are the three working days.
    assert due({kind: clocks[kind] for kind in ("acknowledge", "refer")}, DUBAI) == {
        "acknowledge": "Fri 04 11:30",
        "refer": "Tue 08 15:30",
    }
