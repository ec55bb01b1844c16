"""The clocks of a case as the page shows them: state, bar, due moment, and the strip of days that explains it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from wasl.calendars import queries as calendars
from wasl.cases import operations as cases
from wasl.cases import workflow
from wasl.cases.models import Clock, DueMove
from wasl.cases.moves import cause_of
from wasl.core.i18n import counted, language, say
from wasl.core.localized import Localized, both
from wasl.sla import clocks as sla
from wasl.sla import queries as rules
from wasl.sla.explanation import StripDay, day_strip, explain_sentence
from wasl.sla.words import working_length
from wasl.web.drawings import Stretch
from wasl.web.moments import moment24

# Beyond ten times the promise the figure says nothing more.
MOST_PERCENT = 999
FROM_HERE_HOURS, FROM_HERE_DAYS = timedelta(hours=10), timedelta(days=3)
TONES = {sla.State.ON_TIME: "ok", sla.State.NEAR: "warn", sla.State.OVERDUE: "bad"}
DAY_CLASSES = {"weekend": "off", "holiday": "off", "closed": "off"}
STRETCH_KINDS = {"counted": "counted", "remaining": "open", "paused": "paused"}


@dataclass(frozen=True)
class DayBox:
    """One day of the strip."""

    day: StripDay
    css: str
    stretches: list[Stretch]


@dataclass(frozen=True)
class Stood:
    """A stretch in which the clock stood, and why; without an end it still does."""

    from_at: datetime
    to_at: datetime | None
    reason: str


@dataclass(frozen=True)
class Moved:
    """The due moment moved with the calendar."""

    before: datetime
    after: datetime
    cause: str


@dataclass(frozen=True)
class ClockPanel:
    """One clock. `left` is empty once it has stopped."""

    kind: str
    label: Localized
    due_at: datetime
    stopped_at: datetime | None
    paused: bool
    state: sla.State
    tone: str
    percent: int
    left: str
    # The warning points of its version, as marks on the bar.
    ticks: str = ""
    words: str = ""
    rule: str = ""
    calendar: str = ""
    stood: list["Stood"] = field(default_factory=list)
    moved: list["Moved"] = field(default_factory=list)
    days: list[DayBox] = field(default_factory=list)

    @property
    def is_main(self) -> bool:
        """The resolution: its explanation stands open, where its days fit."""
        return self.kind == "resolve"

    @property
    def stands_out(self) -> bool:
        """Is it to be watched? What was kept or has ended is told in a line, but for the resolution."""
        return self.stopped_at is None or self.is_main

    @property
    def used(self) -> str:
        """How much of it is used up, in words."""
        if self.percent > MOST_PERCENT:
            return say("أكثر من عشرة أضعاف", "More than ten times")
        return say("استُهلك {share}%", "{share}% used", share=self.percent)

    @property
    def state_words(self) -> str:
        """How it stands, in a word or two."""
        if self.paused:
            return say("موقوفة", "Paused")
        if self.stopped_at is None:
            return self.left
        if self.state is sla.State.OVERDUE:
            return say("بعد الموعد", "Late")
        return say("في الموعد", "On time")


def panels(clocks: list[Clock], moves: list[DueMove], *, at: datetime) -> list[ClockPanel]:
    """The clocks of the present round, in the order people read them, each with its explanation.

    `moves`: the due moments of the case that moved with the calendar.
    """
    return [_panel(clock, [move for move in moves if move.clock_id == clock.pk], at=at) for clock in clocks]


def _panel(clock: Clock, moves: list[DueMove], *, at: datetime) -> ClockPanel:
    promise, pauses = cases.promise_of(clock), cases.pauses_of(clock)
    moment = clock.stopped_at or at
    warnings = rules.warnings(clock.agency_id, clock.policy_id) or [100]
    state = sla.state(promise, clock.started_at, pauses, at=moment, near=warnings[-1] / 100)
    share = sla.share(promise, clock.started_at, pauses, at=moment)
    return ClockPanel(
        kind=clock.kind,
        label=workflow.CLOCKS[clock.kind],
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        paused=clock.paused_at is not None and clock.stopped_at is None,
        state=state,
        tone=TONES[state],
        percent=round(share * 100),
        left="" if clock.stopped_at else _left(promise, clock, pauses, at, is_over=state is sla.State.OVERDUE),
        ticks=",".join(map(str, warnings)),
        words=explain_sentence(promise, clock.started_at, language()),
        rule=_rule(clock),
        calendar=_calendar(clock),
        stood=[
            Stood(pause.from_at, pause.to_at, str(PAUSES.get(pause.reason, PAUSES["pending_beneficiary"])))
            for pause in sorted(clock.pauses.all(), key=lambda pause: pause.from_at)
        ],
        moved=[Moved(move.before, move.after, str(cause_of(move.change_event).words)) for move in moves],
        days=_days(promise, clock, pauses, moment),
    )


# Why a clock stood, by the state in which the case waited.
PAUSES: dict[str, Localized] = {
    "pending_beneficiary": both("بانتظار المستفيد", "Waiting for the beneficiary"),
    "pending_external": both("بانتظار جهة أخرى", "Waiting for another body"),
    "pending_internal": both("معلّق لدينا", "On hold with us"),
    "closed": both("كان الطلب مغلقاً", "The case was closed"),
}


def _rule(clock: Clock) -> str:
    """Which version of which rule says so: a case is judged by the rule of its day."""
    policy = rules.version(clock.agency_id, clock.policy_id)
    if policy is None:
        return say("بحسب مدد الخدمة في الدليل يوم بدء الساعة.", "By the times of the service when the clock started.")
    return say("بحسب القاعدة السارية منذ {when}.", "By the rule valid from {when}.", when=moment24(policy.valid_from))


def _calendar(clock: Clock) -> str:
    if clock.always_open:
        return say("على مدار الساعة", "Round the clock")
    row = calendars.known_calendar(clock.agency_id, clock.calendar_id)
    return str(row.name) if row is not None else say("تقويم الجهة المعتمد", "The agency's default calendar")


def _left(promise: sla.Promise, clock: Clock, pauses: list[sla.Pause], at: datetime, *, is_over: bool) -> str:
    left = sla.remaining(promise, clock.started_at, pauses, at=at)
    words = said_length(abs(left), always_open=promise.working_time.always_open)
    if left < timedelta():
        return say("تجاوز الموعد بـ {time}", "Overdue by {time}", time=words)
    if is_over:  # missed at the end of a shift: no working time has passed since
        return say("فات الموعد", "Overdue")
    return say("متبقي {time}", "{time} left", time=words)


def said_length(length: timedelta, *, always_open: bool) -> str:
    """As people say it at a glance: nobody counts the minutes of many hours, nor the hours of many days."""
    if always_open and length >= FROM_HERE_DAYS:
        return counted(length // timedelta(days=1), "day")
    if length >= FROM_HERE_HOURS:
        length = length // timedelta(hours=1) * timedelta(hours=1)
    return str(working_length(length, round_the_clock=always_open))


# A strip longer than this tells nothing; long promises are explained by their sentence and dates.
LONGEST_STRIP = 31


def _days(promise: sla.Promise, clock: Clock, pauses: list[sla.Pause], moment: datetime) -> list[DayBox]:
    strip = day_strip(promise, clock.started_at, pauses, now=moment, has_stopped=clock.stopped_at is not None)
    return [] if len(strip) > LONGEST_STRIP else [_box(day) for day in strip]


def _box(day: StripDay) -> DayBox:
    classes = [DAY_CLASSES.get(day.kind.value, ""), "now" if day.is_now else "", "due" if day.is_due else ""]
    stretches = [
        Stretch(segment.start, segment.width, STRETCH_KINDS[segment.kind.value])
        for segment in day.segments
        if segment.kind.value in STRETCH_KINDS
    ]
    return DayBox(day, " ".join(filter(None, classes)), stretches)
