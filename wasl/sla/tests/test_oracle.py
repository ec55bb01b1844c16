"""Due moments against an oracle that walks minute by minute and knows nothing but the plain words of the rules."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hijridate import Hijri
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.calendars.hijri_hours import MonthHours, periods
from wasl.calendars.tests.strategies import DUBAI, MUSCAT, RIYADH, dates, sightings, weeks
from wasl.calendars.umm_al_qura import month_begins, month_ends
from wasl.calendars.working_time import MINUTES_OF_DAY, ONE_DAY, Period, Week, WorkingTime
from wasl.core.localized import both
from wasl.core.tests.chance import tries
from wasl.sla.clocks import Promise, amount, due_at
from wasl.sla.explanation import RUNNING, Kind, explain

MINUTE = timedelta(minutes=1)
FREE = both("إجازة", "Holiday")
FIRST_YEAR, LAST_YEAR = 1444, 1455
Pauses = list[tuple[datetime, datetime]]
against_the_oracle = settings(max_examples=tries(80), deadline=None)


@dataclass(frozen=True)
class Rules:
    """A calendar in plain words: a week, a Hijri month with another week as the moon was seen, days with a third."""

    zone: ZoneInfo
    week: Week
    month: int
    month_week: Week | None
    sighted: dict[tuple[int, int], int]
    special: tuple[date, date, Week] | None
    free: frozenset[date]

    def snapshot(self) -> WorkingTime:
        """As the house counts by it."""
        found = [] if self.special is None else [Period(self.special[2], self.special[0], self.special[1])]
        if self.month_week is not None:
            hours = MonthHours(self.month_week, self.month, FIRST_YEAR, LAST_YEAR)
            found += list(periods(hours, self.sighted))
        return WorkingTime(self.zone, [*found, Period(self.week)], dict.fromkeys(self.free, FREE))


class Oracle:
    """Walks. Every minute is open or not; nothing is computed by intervals."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.month_days = set(_days_of_month(rules)) if rules.month_week is not None else set[date]()

    def week_of(self, day: date) -> Week:
        special = self.rules.special
        if special is not None and special[0] <= day <= special[1]:
            return special[2]
        if day in self.month_days and self.rules.month_week is not None:
            return self.rules.month_week
        return self.rules.week

    def is_worked(self, day: date) -> bool:
        return day not in self.rules.free and bool(self.week_of(day)[day.weekday()])

    def is_open(self, day: date, minute: int) -> bool:
        """Is this minute of the wall clock worked, by the spans of its own day or those of the night before?"""
        for of, at in ((day, minute), (day - ONE_DAY, minute + MINUTES_OF_DAY)):
            if self.is_worked(of) and any(s.opens <= at < s.closes for s in self.week_of(of)[of.weekday()]):
                return True
        return False

    def open_minutes(self, start: datetime) -> Iterator[datetime]:
        """All worked minutes from a moment on."""
        local = start.astimezone(self.rules.zone)
        day, minute = local.date(), local.hour * 60 + local.minute
        while True:
            midnight = datetime(day.year, day.month, day.day, tzinfo=self.rules.zone).astimezone(UTC)
            for at in range(minute, MINUTES_OF_DAY):
                if self.is_open(day, at):
                    yield midnight + at * MINUTE
            day, minute = day + ONE_DAY, 0

    def due(self, start: datetime, minutes: int, pauses: Pauses) -> datetime:
        left = minutes
        for at in self.open_minutes(start):
            if any(start <= at < end for start, end in pauses):
                continue
            left -= 1
            if left == 0:
                return at + MINUTE
        raise AssertionError  # pragma: no cover - the walk has no end

    def of_days(self, start: datetime, days: int) -> tuple[datetime, int]:
        """The first minute of a promise of working days, and how many worked minutes it has."""
        day = start.astimezone(self.rules.zone).date() + ONE_DAY
        worked: list[date] = []
        while len(worked) < days:
            if self.is_worked(day):
                worked.append(day)
            day += ONE_DAY
        begin = self._at(worked[0], min(s.opens for s in self.week_of(worked[0])[worked[0].weekday()]))
        end = self._at(worked[-1], max(s.closes for s in self.week_of(worked[-1])[worked[-1].weekday()]))
        return begin, sum(1 for _ in _until(self.open_minutes(begin), end))

    def _at(self, day: date, minutes: int) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.rules.zone).astimezone(UTC) + minutes * MINUTE


def _days_of_month(rules: Rules) -> Iterator[date]:
    """Month after month through the years: a sighting decides, and months near after it have 29 or 30 days."""
    begins: dict[tuple[int, int], date] = {}
    since, before = 99, None
    for year in range(FIRST_YEAR - 1, LAST_YEAR + 2):
        for month in range(1, 13):
            told = Hijri(year, month, 1).to_gregorian()
            first = date(told.year, told.month, told.day)
            since += 1
            if (year, month) in rules.sighted:
                first, since = first + rules.sighted[year, month] * ONE_DAY, 0
            elif before is not None and since <= 3:
                first = sorted((before + 29 * ONE_DAY, first, before + 30 * ONE_DAY))[1]
            begins[year, month] = before = first
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        after = (year, rules.month + 1) if rules.month < 12 else (year + 1, 1)
        day = begins[year, rules.month]
        while day < begins[after]:
            yield day
            day += ONE_DAY


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    starts = draw(st.lists(dates(date(2032, 10, 1)), max_size=6))
    length = draw(st.integers(1, 4))
    special_from = draw(dates(date(2032, 10, 1)))
    return Rules(
        zone=draw(st.sampled_from([MUSCAT, RIYADH, DUBAI])),
        week=draw(weeks),
        month=draw(st.sampled_from([9, 9, 9, 12])),
        month_week=draw(st.one_of(st.none(), weeks, weeks)),
        sighted=draw(sightings | st.just({(1447, 9): 1, (1448, 10): -1})),
        special=draw(st.none() | weeks.map(lambda week: (special_from, special_from + 9 * ONE_DAY, week))),
        free=frozenset(start + n * ONE_DAY for start in starts for n in range(length)),
    )


before = st.integers(0, 2)


@st.composite
def starts(draw: st.DrawFn, calendar: Rules) -> datetime:
    """A whole minute of the ten years: anywhere, or before a month, a holiday, special hours or a leap day."""
    year = draw(st.sampled_from([1445, 1447, 1448, 1453]))
    month = (month_begins(year, calendar.month, calendar.sighted), month_ends(year, calendar.month, calendar.sighted))
    others = [date(2024, 2, 28), date(2028, 2, 28), *sorted(calendar.free)[:2], *(calendar.special or ())[:2]]
    near = st.sampled_from(month if calendar.month_week is not None else others) | st.sampled_from(others)
    day = draw(dates(date(2032, 10, 1)) | near.map(lambda day: max(day, date(2023, 1, 4)))) - draw(before) * ONE_DAY
    midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone).astimezone(UTC)
    return midnight + draw(st.integers(0, MINUTES_OF_DAY - 1)) * MINUTE


@st.composite
def breaks(draw: st.DrawFn, start: datetime) -> Pauses:
    found: Pauses = []
    for _ in range(draw(st.integers(0, 3))):
        begin = start + draw(st.integers(-300, 6 * MINUTES_OF_DAY)) * MINUTE
        found.append((begin, begin + draw(st.integers(1, 3 * MINUTES_OF_DAY)) * MINUTE))
    return found


def _is_paused(at: datetime, pauses: Pauses) -> bool:
    return any(start <= at < end for start, end in pauses)


@against_the_oracle
@given(st.data())
def test_minutes_are_due_when_the_oracle_has_counted_them(data: st.DataObject) -> None:
    calendar = data.draw(rules())
    start = data.draw(starts(calendar))
    pauses, minutes = data.draw(breaks(start)), data.draw(st.integers(1, 30 * 60))
    promise = Promise("resolve", calendar.snapshot(), amount_minutes=minutes)
    oracle = Oracle(calendar)

    due = due_at(promise, start, pauses)

    assert due == oracle.due(start, minutes, pauses)
    last = (due - MINUTE).astimezone(calendar.zone)
    assert oracle.is_open(last.date(), last.hour * 60 + last.minute)
    assert not _is_paused(due - MINUTE, pauses)


@against_the_oracle
@given(st.data())
def test_working_days_are_due_when_the_oracle_has_counted_them(data: st.DataObject) -> None:
    calendar = data.draw(rules())
    start, days = data.draw(starts(calendar)), data.draw(st.integers(1, 4))
    pauses = data.draw(breaks(start))
    promise = Promise("refer", calendar.snapshot(), working_days=days)
    oracle = Oracle(calendar)

    begin, minutes = oracle.of_days(start, days)

    assert amount(promise, start) == minutes * MINUTE
    assert due_at(promise, start, pauses) == oracle.due(begin, minutes, pauses)


@settings(max_examples=tries(40), deadline=None)
@given(st.data())
def test_holidays_moved_and_moons_seen_later_give_what_the_oracle_counts_afresh(data: st.DataObject) -> None:
    calendar = data.draw(rules())
    start, minutes = data.draw(starts(calendar)), data.draw(st.integers(1, 20 * 60))
    day = start.astimezone(calendar.zone).date()
    free = {day + data.draw(st.integers(0, 4)) * ONE_DAY for _ in range(2)}
    moved = frozenset({one + data.draw(st.integers(-2, 3)) * ONE_DAY for one in free} | calendar.free)
    seen = {**calendar.sighted, (1447, 9): data.draw(st.integers(-1, 2))}

    for known in (replace(calendar, free=frozenset(free)), replace(calendar, free=moved, sighted=seen)):
        promise = Promise("resolve", known.snapshot(), amount_minutes=minutes)

        assert due_at(promise, start) == Oracle(known).due(start, minutes, [])


@settings(max_examples=tries(60), deadline=None)
@given(st.data())
def test_the_explanation_counts_the_very_minutes_the_oracle_does(data: st.DataObject) -> None:
    calendar = data.draw(rules())
    start = data.draw(starts(calendar))
    pauses, minutes = data.draw(breaks(start)), data.draw(st.integers(1, 15 * 60))
    promise = Promise("resolve", calendar.snapshot(), amount_minutes=minutes)
    oracle = Oracle(calendar)

    spans = explain(promise, start, pauses)

    assert sum(span.minutes for span in spans) == minutes
    due = oracle.due(start, minutes, pauses)
    by_oracle = {at for at in _until(oracle.open_minutes(start), due) if not _is_paused(at, pauses)}
    told = {at for span in spans if span.kind in RUNNING for at in _minutes(span.from_, span.to)}
    assert told == by_oracle
    stood = {at for span in spans if span.kind == Kind.PAUSED for at in _minutes(span.from_, span.to)}
    assert all(_is_paused(at, pauses) for at in stood)


def _until(minutes: Iterator[datetime], end: datetime) -> Iterator[datetime]:
    for at in minutes:
        if at >= end:
            return
        yield at


def _minutes(from_: datetime, to: datetime) -> Iterator[datetime]:
    at = from_.astimezone(UTC)
    while at < to:
        yield at
        at += MINUTE
