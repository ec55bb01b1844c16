"""When work is done: arithmetic over opening hours, with no database.

Hours are written as people say them, in wall time of the agency's zone; lengths are real elapsed time. So a night shift
over the change to summer time is an hour shorter, and what falls into the skipped hour begins at the change. All spans
are half open: at the minute of closing the office is closed. Weekdays are counted as Python does: 0 is Monday, 6 is
Sunday.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wasl.core.localized import Localized

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
MINUTES_OF_DAY = 24 * 60
ONE_DAY = timedelta(days=1)
# A calendar that stays shut so long is taken for one that never opens.
LONGEST_CLOSURE_DAYS = 3 * 366
# What is asked for together lies in days near each other; further apart they are walked.
LONGEST_ROW_DAYS = 3660
FIRST_LOOK_AHEAD = timedelta(days=14)

Interval = tuple[datetime, datetime]


class NeverOpens(ValueError):
    """The calendar has no working time from the given moment on, so no promise can be counted by it."""


@dataclass(frozen=True, order=True)
class Hours:
    """One span of a working day, in minutes of wall time after the midnight with which its day begins.

    `closes` may lie past the next midnight (a night shift); it belongs to the day on which the span opens.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.opens < MINUTES_OF_DAY and self.opens < self.closes <= self.opens + MINUTES_OF_DAY):
            raise ValueError(f"Not a span of a working day: {self.opens}-{self.closes}")

    @classmethod
    def from_times(cls, opens: time, closes: time) -> "Hours":
        """The span between two times of the clock; a close not after the opening lies on the next day."""
        first, last = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
        return cls(first, last if last > first else last + MINUTES_OF_DAY)


ALL_DAY = (Hours(0, MINUTES_OF_DAY),)
Week = tuple[tuple[Hours, ...], ...]


def week(spans: Mapping[int, Iterable[Hours]]) -> Week:
    """Seven tuples of spans, Monday first; a weekday that is not named is closed."""
    return tuple(tuple(sorted(spans.get(weekday, ()))) for weekday in range(7))


@dataclass(frozen=True)
class Period:
    """Weekly hours that hold from one day to another (both included)."""

    week: Week
    from_on: date = date.min
    to_on: date = date.max

    def covers(self, day: date) -> bool:
        """Do these hours hold on that day?"""
        return self.from_on <= day <= self.to_on


@dataclass(frozen=True)
class _Row:
    """The working time of days in a row (both ends included), and how much of it has passed with each span.

    It is what a walk from day to day comes to, walked once; never changed, so that threads may share it.
    """

    first: date
    last: date
    starts: list[datetime]
    ends: list[datetime]
    passed: list[timedelta]

    def covers(self, first: date, last: date) -> bool:
        """Do these days lie within the row?"""
        return self.first <= first and last <= self.last

    def worked(self, at: datetime) -> timedelta:
        """How much working time of the row lies before a moment."""
        place = bisect_right(self.starts, at) - 1
        if place < 0:
            return timedelta()
        return self.passed[place] - max(self.ends[place] - at, timedelta())

    def moment(self, amount: timedelta) -> datetime | None:
        """The first moment by which so much has passed since the beginning; None where the row is too short."""
        place = bisect_left(self.passed, amount)
        return self.ends[place] - (self.passed[place] - amount) if place < len(self.ends) else None


@dataclass(frozen=True)
class WorkingTime:
    """A snapshot of one calendar. Where periods overlap the first that covers a day decides (special hours first).

    Moments given must be aware; moments returned are in UTC.
    """

    zone: ZoneInfo
    periods: Sequence[Period] = ()
    holidays: Mapping[date, Localized] = field(default_factory=dict)
    always_open: bool = False
    _known_days: dict[date, tuple[Interval, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _known_after: dict[tuple[date, int], date] = field(default_factory=dict, init=False, repr=False, compare=False)
    _known_row: list[_Row] = field(default_factory=list, init=False, repr=False, compare=False)

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The spans that open on that local day, earliest first; empty on a holiday or at the weekend."""
        if self.always_open:
            return ALL_DAY
        if day in self.holidays:
            return ()
        return next((period.week[day.weekday()] for period in self.periods if period.covers(day)), ())

    def holiday_on(self, day: date) -> Localized | None:
        """The name of the holiday for which that day is free, if it is."""
        return None if self.always_open else self.holidays.get(day)

    def local_day(self, at: datetime) -> date:
        """The day of the agency's own calendar on which the moment lies."""
        return at.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """The moment with which the local day begins."""
        return _instant(day, 0, self.zone)

    def day_spans(self, day: date) -> tuple[Interval, ...]:
        """The working time that opens on that local day, apart and in order; the last may end on the next day."""
        known = self._known_days.get(day)
        if known is None:
            known = tuple(_apart(self._instants(day)))
            self._known_days[day] = known
        return known

    def spans(self, from_: datetime, to: datetime) -> list[Interval]:
        """All working time between two moments, in order; spans that touch are joined."""
        joined: list[Interval] = []
        for start, end in self._clipped(from_, to):
            if joined and joined[-1][1] == start:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return joined

    def is_open(self, at: datetime) -> bool:
        """Is work being done at this moment?"""
        return self.always_open or any(start <= at < end for start, end in self._near(at))

    def next_open(self, at: datetime) -> datetime:
        """The moment itself if work is being done, else the next opening. Raises NeverOpens."""
        if self.always_open:
            return at.astimezone(UTC)
        return next(max(start, at.astimezone(UTC)) for start, end in self._following(at) if end > at)

    def add(self, at: datetime, amount: timedelta) -> datetime:
        """The first moment by which `amount` of working time has passed since `at`; `at` itself if it is nothing.

        A length that fills a day ends at its closing, not at the next opening. Raises NeverOpens; ValueError for a
        negative amount.
        """
        if amount < timedelta():
            raise ValueError("Working time can only be added forward.")
        at = at.astimezone(UTC)
        if self.always_open or not amount:
            return at + amount
        return self._reached(at, amount) or self._walked(at, amount)

    def _reached(self, at: datetime, amount: timedelta) -> datetime | None:
        """By the row of days around; None where it is not to be had."""
        first, ahead = self.local_day(at) - ONE_DAY, FIRST_LOOK_AHEAD
        while row := self._row(first, first + ahead):
            found = row.moment(row.worked(at) + amount)
            if found:
                return found
            ahead = 2 * (row.last - first)
        return None

    def _walked(self, at: datetime, amount: timedelta) -> datetime:
        left = amount
        for span_start, end in self._following(at):
            start = max(span_start, at)
            if end - start >= left:
                return start + left
            left -= max(end - start, timedelta())
        raise NeverOpens  # pragma: no cover - the walk above ends by raising

    def between(self, a: datetime, b: datetime) -> timedelta:
        """How much working time lies between two moments; negative when `b` is the earlier."""
        if b < a:
            return -self.between(b, a)
        a, b = a.astimezone(UTC), b.astimezone(UTC)
        row = None if self.always_open else self._row(self.local_day(a) - ONE_DAY, self.local_day(b))
        if row:
            return row.worked(b) - row.worked(a)
        return sum((end - start for start, end in self._clipped(a, b)), timedelta())

    def working_day_after(self, day: date, n: int = 1) -> date:
        """The n-th working day after a local day, which is not counted itself. Raises NeverOpens."""
        known = self._known_after.get((day, n))
        if known is None:
            known = self._known_after[day, n] = self._counted_on(day, n)
        return known

    def _counted_on(self, day: date, n: int) -> date:
        closed = 0
        while n > 0:
            day += ONE_DAY
            opens = bool(self.day_spans(day))
            closed = 0 if opens else closed + 1
            if closed > LONGEST_CLOSURE_DAYS:
                raise NeverOpens(f"No working day in the {LONGEST_CLOSURE_DAYS} days to {day}.")
            n -= opens
        return day

    def opening_of(self, day: date) -> datetime:
        """The moment at which a working day first opens."""
        return self.day_spans(day)[0][0]

    def closing_of(self, day: date) -> datetime:
        """The moment at which a working day last closes."""
        return self.day_spans(day)[-1][1]

    def add_working_days(self, at: datetime, n: int) -> datetime:
        """The closing of the n-th working day after the local day of `at`, which is not counted. Raises NeverOpens."""
        if n < 1:
            raise ValueError("Count at least one working day.")
        return self.closing_of(self.working_day_after(self.local_day(at), n))

    def _instants(self, day: date) -> Iterator[Interval]:
        for hours in self.hours_on(day):
            yield _instant(day, hours.opens, self.zone), _instant(day, hours.closes, self.zone)

    def _row(self, first: date, last: date) -> _Row | None:
        """A row that covers these days. None: too many days, or in a closure so long that one must walk to be sure."""
        known = self._known_row[0] if self._known_row else None
        if known and known.covers(first, last):
            return known
        if (last - first).days > LONGEST_ROW_DAYS:
            return None
        if known and (max(last, known.last) - min(first, known.first)).days <= LONGEST_ROW_DAYS:
            first, last = min(first, known.first), max(last, known.last)
        row = self._laid_out(first, last)
        if row:
            self._known_row[:] = [row]
        return row

    def _laid_out(self, first: date, last: date) -> _Row | None:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        closed = 0
        for day in days:
            closed = 0 if self.day_spans(day) else closed + 1
            if closed > LONGEST_CLOSURE_DAYS:
                return None
        starts, ends, passed = [], [], []
        sum_ = timedelta()
        for start, end in _apart(span for day in days for span in self.day_spans(day)):
            sum_ += end - start
            starts.append(start)
            ends.append(end)
            passed.append(sum_)
        return _Row(first, last, starts, ends, passed)

    def _near(self, at: datetime) -> Iterator[Interval]:
        day = self.local_day(at)
        for near in (day - ONE_DAY, day):
            yield from self.day_spans(near)

    def _following(self, at: datetime) -> Iterator[Interval]:
        # From the day before, as a night shift may still run. Ends by raising only.
        return _apart(self._days_from(self.local_day(at) - ONE_DAY))

    def _days_from(self, day: date) -> Iterator[Interval]:
        closed = 0
        while closed <= LONGEST_CLOSURE_DAYS:
            spans = self.day_spans(day)
            closed = 0 if spans else closed + 1
            yield from spans
            day += ONE_DAY
        raise NeverOpens(f"No working time in the {LONGEST_CLOSURE_DAYS} days to {day}.")

    def _clipped(self, from_: datetime, to: datetime) -> Iterator[Interval]:
        from_, to = from_.astimezone(UTC), to.astimezone(UTC)
        if self.always_open:
            if from_ < to:
                yield from_, to
            return
        for span_start, span_end in _apart(self._days_between(from_, to)):
            start, end = max(span_start, from_), min(span_end, to)
            if start < end:
                yield start, end

    def _days_between(self, from_: datetime, to: datetime) -> Iterator[Interval]:
        day, last = self.local_day(from_) - ONE_DAY, self.local_day(to)
        while day <= last:
            yield from self.day_spans(day)
            day += ONE_DAY


def always_open(zone: ZoneInfo) -> WorkingTime:
    """Round the clock, holidays too."""
    return WorkingTime(zone, always_open=True)


def _apart(spans: Iterable[Interval]) -> Iterator[Interval]:
    """Spans ordered by their start, each without what an earlier one covers already; empty ones are left out."""
    covered: datetime | None = None
    for span_start, end in spans:
        start = span_start if covered is None else max(span_start, covered)
        if start < end:
            covered = end
            yield start, end


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The UTC moment of a wall time. A time the clock shows twice means the first; a skipped one means the change."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    return _change_of_offset(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)


def _change_of_offset(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment between the two at which the zone changed its offset, to the second."""
    old = before.astimezone(zone).utcoffset()
    first, last = int(before.timestamp()), int(after.timestamp())
    while last - first > 1:
        middle = (first + last) // 2
        if datetime.fromtimestamp(middle, UTC).astimezone(zone).utcoffset() == old:
            first = middle
        else:
            last = middle
    return datetime.fromtimestamp(last, UTC)
