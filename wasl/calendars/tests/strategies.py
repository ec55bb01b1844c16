"""Calendars, moments and lengths for property tests: ten years, zones with and without summer time, any week."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from wasl.calendars.hijri_hours import MonthHours, periods
from wasl.calendars.working_time import ALL_DAY, Hours, Period, WorkingTime, always_open, week
from wasl.core.localized import Localized, both

MUSCAT, RIYADH, CAIRO, DUBAI = (ZoneInfo(f) for f in ("Asia/Muscat", "Asia/Riyadh", "Africa/Cairo", "Asia/Dubai"))
FIRST, LAST = datetime(2023, 1, 1, tzinfo=UTC), datetime(2032, 12, 31, tzinfo=UTC)

MORNING = (Hours(450, 870),)  # 07:30-14:30
SPLIT = (Hours(480, 780), Hours(960, 1140))  # 08:00-13:00, 16:00-19:00
NIGHT = (Hours(1320, 1800),)  # 22:00-06:00
TOUCHING = (Hours(0, 720), Hours(720, 1440))
OVERLAPPING = (Hours(480, 840), Hours(600, 1020))

zones = st.sampled_from([MUSCAT, RIYADH, CAIRO, DUBAI])
# One figure each: dates and moments put together of their parts take five times as long to draw.
_MICROSECOND = timedelta(microseconds=1)
moments = st.integers(0, (LAST - FIRST) // _MICROSECOND).map(lambda n: FIRST + n * _MICROSECOND)
amounts = st.integers(1, 120 * 60 * 60).map(lambda seconds: timedelta(seconds=seconds))


def dates(last: date) -> st.SearchStrategy[date]:
    """Dates of the ten years, to a last one."""
    first = FIRST.date()
    return st.integers(0, (last - first).days).map(lambda n: first + timedelta(days=n))


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    opens = draw(st.integers(0, 1439))
    return Hours(opens, opens + draw(st.integers(15, 1440)))


days_of_week = st.one_of(
    st.just(()),
    st.sampled_from([MORNING, SPLIT, NIGHT, TOUCHING, OVERLAPPING, ALL_DAY]),
    st.lists(hours(), min_size=1, max_size=3).map(tuple),
)
weeks = st.lists(days_of_week, min_size=7, max_size=7).filter(any).map(lambda days: week(dict(enumerate(days))))


@st.composite
def holidays(draw: st.DrawFn) -> dict[date, Localized]:
    starts = draw(st.lists(dates(date(2032, 12, 31)), max_size=25))
    length = draw(st.integers(1, 5))
    return {start + timedelta(days=n): both("إجازة", "Holiday") for start in starts for n in range(length)}


sightings = st.dictionaries(st.tuples(st.integers(1444, 1454), st.integers(1, 12)), st.integers(-1, 2), max_size=6)


@st.composite
def months(draw: st.DrawFn) -> list[Period]:
    """The days of one Hijri month in every year of the ten, as the moon was seen, with hours of their own."""
    years = draw(st.sampled_from([(None, None), (1446, 1449), (None, 1450)]))
    hours = MonthHours(draw(weeks), draw(st.sampled_from([9, 9, 1, 12])), years[0] or 1444, years[1] or 1455)
    return list(periods(hours, draw(sightings)))


@st.composite
def shut_calendars(draw: st.DrawFn) -> WorkingTime:
    """Calendars with closing times."""
    special_from = draw(dates(date(2032, 11, 1)))
    special = Period(draw(weeks), special_from, special_from + timedelta(days=29))
    first = [special] if draw(st.booleans()) else []
    first += draw(months()) if draw(st.booleans()) else []
    return WorkingTime(draw(zones), [*first, Period(draw(weeks))], draw(holidays()))


calendars = st.one_of(shut_calendars(), zones.map(always_open))


def oman(**more: object) -> WorkingTime:
    """Sunday to Thursday, 07:30 to 14:30."""
    return WorkingTime(MUSCAT, [Period(week(dict.fromkeys((6, 0, 1, 2, 3), MORNING)))], **more)  # type: ignore[arg-type]
