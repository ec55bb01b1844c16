"""Why a promise is due when it is: the stretches of every day from its start to its due moment, and a sentence.

The minutes of the counted and remaining stretches add up exactly to the promise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from wasl.calendars.working_time import ONE_DAY, Interval, WorkingTime
from wasl.core.localized import Localized, both
from wasl.sla.clocks import Pause, Promise, amount, begins_at, due_at, tidy_pauses
from wasl.sla.words import clock_length, whole_minutes, working_length


class Kind(StrEnum):
    """What a stretch of a day is to the promise."""

    COUNTED = "counted"
    REMAINING = "remaining"
    PAUSED = "paused"
    CLOSED = "closed"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


RUNNING = (Kind.COUNTED, Kind.REMAINING)
LABELS = {
    Kind.COUNTED: both("محسوب", "Counted"),
    Kind.REMAINING: both("متبقٍّ", "Left"),
    Kind.PAUSED: both("موقوف بانتظار المستفيد", "Paused, waiting for the beneficiary"),
    Kind.CLOSED: both("خارج الدوام", "Outside working hours"),
    Kind.WEEKEND: both("عطلة الأسبوع", "Weekend"),
    Kind.HOLIDAY: both("إجازة رسمية", "Official holiday"),
}
BEFORE_THE_COUNT = both("قبل بدء الحساب", "Before counting starts")
RECEIVED = both("ورود الطلب", "Received")
PAUSED_ALL_DAY = both("موقوف", "Paused")
NOW = both("الآن", "Now")
STOPPED = both("تم", "Done")


@dataclass(frozen=True)
class Span:
    """One stretch of one local day; `from_` and `to` in the zone of the agency."""

    day: date
    from_: datetime
    to: datetime
    kind: Kind
    label: Localized
    minutes: int

    @property
    def length(self) -> timedelta:
        """The real time between its ends, to the microsecond."""
        return self.to.astimezone(UTC) - self.from_.astimezone(UTC)


@dataclass(frozen=True)
class Segment:
    """A coloured part of the bar of a day, in per cent of that day's working hours."""

    kind: Kind
    start: float
    width: float


@dataclass(frozen=True)
class StripDay:
    """One box of the day strip."""

    day: date
    kind: Kind
    label: Localized
    minutes: int
    segments: tuple[Segment, ...]
    is_now: bool
    is_due: bool


def explain(
    promise: Promise, started_at: datetime, pauses: Iterable[Pause] = (), *, now: datetime | None = None
) -> list[Span]:
    """Every stretch from the day of the start to the due moment, in order.

    With `now`, what lies after it is "remaining" and a pause that still runs ends there; without it all is counted. For
    a clock that was stopped, `now` is the moment it was. The minutes of COUNTED and REMAINING add up to the promise.
    """
    return list(_with_minutes(_Story(promise, started_at, list(pauses), now).spans()))


def day_strip(
    promise: Promise,
    started_at: datetime,
    pauses: Iterable[Pause] = (),
    *,
    now: datetime | None = None,
    has_stopped: bool = False,
) -> list[StripDay]:
    """The explanation as a strip of days, from the day of the start to the day it is due.

    For a clock that `has_stopped`, `now` is the moment it was, and its day says so.
    """
    kept = list(pauses)
    spans = explain(promise, started_at, kept, now=now)
    hours = promise.working_time
    due = due_at(promise, started_at, kept, at=now)
    days = sorted({span.day for span in spans})
    marks = _Marks(
        started_on=hours.local_day(started_at),
        now=now and now.astimezone(hours.zone),
        due=due.astimezone(hours.zone),
        due_on=days[-1],
        has_stopped=has_stopped,
    )
    return [_strip_day(hours, day, [span for span in spans if span.day == day], marks) for day in days]


def explain_sentence(promise: Promise, started_at: datetime, language: str) -> str:
    """The promise in one sentence: «21 ساعة دوام من 07:30 إلى 14:30، تبدأ أول يوم عمل بعد الورود»."""
    return _sentence(promise, started_at).in_language(language)


class _Story:
    """The cutting of the days of one promise."""

    def __init__(self, promise: Promise, started_at: datetime, pauses: list[Pause], now: datetime | None) -> None:
        self.hours = promise.working_time
        self.started_at = started_at.astimezone(UTC)
        self.begin = begins_at(promise, started_at)
        self.due = due_at(promise, started_at, pauses, at=now)
        self.now = now and now.astimezone(UTC)
        self.pauses = tidy_pauses(pauses, at=now)
        marks = {self.started_at, self.begin, self.due, self.now, *(mark for pause in self.pauses for mark in pause)}
        self.marks = sorted(mark for mark in marks if mark is not None)

    def spans(self) -> Iterator[Span]:
        """All stretches of all days, without their minutes."""
        day = self.hours.local_day(self.started_at)
        while (midnight := self.hours.midnight(day)) < self.due:
            yield from self._of_day(day, midnight, min(self.hours.midnight(day + ONE_DAY), self.due))
            day += ONE_DAY

    def _of_day(self, day: date, start: datetime, end: datetime) -> Iterator[Span]:
        work = self.hours.spans(start, end)
        if not work:
            yield self._free(day, start, end)
            return
        closed_from = work[0][0]
        for open_from, open_to in work:
            if closed_from < open_from:
                yield self._span(day, closed_from, open_from, Kind.CLOSED, LABELS[Kind.CLOSED])
            yield from self._of_work(day, (open_from, open_to))
            closed_from = open_to

    def _free(self, day: date, start: datetime, end: datetime) -> Span:
        holiday = self.hours.holiday_on(day)
        if holiday is not None:
            return self._span(day, start, end, Kind.HOLIDAY, holiday if any(holiday.values()) else LABELS[Kind.HOLIDAY])
        # A working day can end up here when it is due before its first opening, or works past midnight only.
        kind = Kind.CLOSED if self.hours.hours_on(day) else Kind.WEEKEND
        return self._span(day, start, end, kind, LABELS[kind])

    def _of_work(self, day: date, work: Interval) -> Iterator[Span]:
        cuts = [work[0], *(mark for mark in self.marks if work[0] < mark < work[1]), work[1]]
        for start, end in pairwise(cuts):
            kind = self._kind(start)
            label = BEFORE_THE_COUNT if kind == Kind.CLOSED else LABELS[kind]
            yield self._span(day, start, end, kind, label)

    def _kind(self, start: datetime) -> Kind:
        if start < self.begin:
            return Kind.CLOSED
        if any(paused_from <= start < paused_to for paused_from, paused_to in self.pauses):
            return Kind.PAUSED
        return Kind.REMAINING if self.now is not None and start >= self.now else Kind.COUNTED

    def _span(self, day: date, start: datetime, end: datetime, kind: Kind, label: Localized) -> Span:
        zone = self.hours.zone
        return Span(day, start.astimezone(zone), end.astimezone(zone), kind, label, 0)


def _with_minutes(spans: Iterable[Span]) -> Iterator[Span]:
    """Give each running stretch its whole minutes, rounded on the running sum so that they add up exactly."""
    so_far = timedelta()
    for span in spans:
        if span.kind not in RUNNING:
            yield span
            continue
        before, so_far = so_far, so_far + span.length
        minutes = whole_minutes(so_far) - whole_minutes(before)
        yield Span(span.day, span.from_, span.to, span.kind, span.label, minutes)


@dataclass(frozen=True)
class _Marks:
    started_on: date
    now: datetime | None
    due: datetime
    due_on: date
    has_stopped: bool


def _strip_day(hours: WorkingTime, day: date, spans: list[Span], marks: _Marks) -> StripDay:
    minutes = sum(span.minutes for span in spans)
    is_now = marks.now is not None and marks.now.date() == day
    is_due = day == marks.due_on
    free = len(spans) == 1 and spans[0].kind in (Kind.WEEKEND, Kind.HOLIDAY)
    return StripDay(
        day=day,
        kind=spans[0].kind if free else _main_kind(spans),
        label=_label(day, spans, marks, is_now=is_now, is_due=is_due),
        minutes=minutes,
        segments=() if free else tuple(_segments(hours, day, spans)),
        is_now=is_now,
        is_due=is_due,
    )


def _main_kind(spans: list[Span]) -> Kind:
    present = {span.kind for span in spans}
    order = (Kind.COUNTED, Kind.REMAINING, Kind.PAUSED, Kind.CLOSED)
    return next((kind for kind in order if kind in present), spans[0].kind)


def _label(day: date, spans: list[Span], marks: _Marks, *, is_now: bool, is_due: bool) -> Localized:
    if is_due:
        return both(f"الموعد {marks.due:%H:%M}", f"Due {marks.due:%H:%M}")
    if is_now and marks.now is not None:
        word = STOPPED if marks.has_stopped else NOW
        return both(f"{word['ar']} {marks.now:%H:%M}", f"{word['en']} {marks.now:%H:%M}")
    if not any(span.kind in (*RUNNING, Kind.PAUSED) for span in spans):
        return RECEIVED if day == marks.started_on else spans[0].label
    return _work_label(spans)


def _work_label(spans: list[Span]) -> Localized:
    running = [span for span in spans if span.kind in RUNNING]
    if not running:
        return PAUSED_ALL_DAY
    length = clock_length(timedelta(minutes=sum(span.minutes for span in running)))
    pause = next((span for span in spans if span.kind == Kind.PAUSED), None)
    if pause is None:
        hours = sum(span.minutes for span in running) // 60
        return both(f"{length} {'ساعات' if 3 <= hours <= 10 else 'ساعة'}", f"{length} h")
    if pause.from_ < running[0].from_:
        return both(f"وقف ثم {length}", f"Paused, then {length}")
    return both(f"{length} ثم وقف", f"{length}, then paused")


def _segments(hours: WorkingTime, day: date, spans: list[Span]) -> Iterator[Segment]:
    work = hours.spans(hours.midnight(day), hours.midnight(day + ONE_DAY))
    if not work:
        return
    start, whole = work[0][0], work[-1][1] - work[0][0]
    for span in spans:
        if span.kind == Kind.CLOSED:
            continue
        offset = span.from_.astimezone(UTC) - start
        yield Segment(span.kind, round(100 * (offset / whole), 2), round(100 * (span.length / whole), 2))


def _sentence(promise: Promise, started_at: datetime) -> Localized:
    hours = promise.working_time
    begin = begins_at(promise, started_at)
    length = working_length(amount(promise, started_at), round_the_clock=hours.always_open)
    window = _window(hours, begin, due_at(promise, started_at))
    start = _start(promise, begin)
    return both(f"{length['ar']}{window['ar']}، {start['ar']}.", f"{length['en']}{window['en']}, {start['en']}.")


def _start(promise: Promise, begin: datetime) -> Localized:
    if promise.working_days is not None:
        return both("تبدأ أول يوم عمل بعد الورود", "starting on the first working day after receipt")
    if promise.working_time.is_open(begin):
        return both("تبدأ من لحظة الورود", "starting at the moment of receipt")
    return both("تبدأ مع أول دوام بعد الورود", "starting with the first working hours after receipt")


def _window(hours: WorkingTime, begin: datetime, due: datetime) -> Localized:
    """Between which times of the clock work is done, where it is the same on all days that are counted."""
    if hours.always_open:
        return both(" على مدار الساعة", " round the clock")
    day, last = hours.local_day(begin), hours.local_day(due)
    windows = set()
    while day <= last:
        windows.update({hours.hours_on(day)} - {()})
        day += ONE_DAY
    if len(windows) == 1 and len(spans := windows.pop()) == 1:
        opens, closes = _clock(spans[0].opens), _clock(spans[0].closes)
        return both(f" من {opens} إلى {closes}", f" between {opens} and {closes}")
    return both(" حسب أوقات الدوام", " by the working hours")


def _clock(minutes: int) -> str:
    return f"{time(minutes // 60 % 24, minutes % 60):%H:%M}"
