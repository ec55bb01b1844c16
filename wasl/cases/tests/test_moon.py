"""The moon is seen a day later than reckoned: the short days of Ramadan begin later, and open promises with them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from wasl.calendars import operations as calendars
from wasl.calendars import queries as working_times
from wasl.cases.jobs import recount_clocks
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.core.localized import both
from wasl.core.models import EventRecord

pytestmark = pytest.mark.django_db
MUSCAT = ZoneInfo("Asia/Muscat")
# By Umm al-Qura Ramadan 1448 begins on Monday 8 February 2027.
SUNDAY_NOON, SUNDAY_EVENING = datetime(2027, 2, 7, 12, tzinfo=MUSCAT), datetime(2027, 2, 7, 19, tzinfo=MUSCAT)
FIVE_HOURS = {weekday: [(time(9), time(14))] for weekday in (6, 0, 1, 2, 3)}


def test_the_promise_of_an_open_case_follows_the_sighting() -> None:
    agency = make_working_agency()
    office = working_times.default_calendar(agency.pk)
    assert office is not None
    calendars.add_hijri_hours(
        office, code="ramadan", name=both("دوام رمضان", "Ramadan"), month=9, spans=FIVE_HOURS, at=SUNDAY_NOON
    )
    case = make_case(agency=agency, at=SUNDAY_NOON)
    acknowledged = case.clocks.get(kind="acknowledge")
    # Two and a half hours on Sunday, the rest of the four from nine o'clock.
    assert acknowledged.due_at == datetime(2027, 2, 8, 10, 30, tzinfo=MUSCAT)

    calendars.note_month(
        agency,
        year=1448,
        month=9,
        days=1,
        source="وزارة الأوقاف",
        announced_on=date(2027, 2, 7),
        at=SUNDAY_EVENING,
    )
    with clock.frozen(SUNDAY_EVENING):
        recount_clocks(EventRecord.objects.filter(kind="CalendarChanged").latest("pk").pk)

    acknowledged.refresh_from_db()
    # Monday is a whole day yet, from half past seven.
    assert acknowledged.due_at == datetime(2027, 2, 8, 9, 0, tzinfo=MUSCAT)
