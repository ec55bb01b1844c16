"""The clock rows of a case: started, paused, resumed and stopped.

Each is a promise by itself: its own start, pauses, calendar and version of the rule. Nothing else is asked of, and no
note, message, file or edit touches it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from wasl.calendars import queries as calendars
from wasl.calendars.working_time import WorkingTime
from wasl.cases import workflow
from wasl.cases.events import ReferralAccepted
from wasl.cases.models import Case, Clock, ClockPause
from wasl.core import events
from wasl.core.models import EventRecord
from wasl.sla import clocks as sla
from wasl.sla import ladders
from wasl.sla import queries as promises


def start_clocks(case: Case, *, at: datetime, kinds: Collection[str] | None = None) -> None:
    """Start the promised clocks of a case (all, or the named kinds) and note when it is due."""
    Clock.objects.bulk_create(promised_clocks(case, at=at, kinds=kinds))


def promised_clocks(
    case: Case, *, at: datetime, kinds: Collection[str] | None = None, unit_id: int | None = None
) -> list[Clock]:
    """The clocks that start for a case at a moment, not yet written; notes on the case when it is due.

    Without `kinds` those of a registration: a case that begins at the triage unit has no unit yet that could accept it.
    The promises are those of `unit_id`, or of the unit that has the case.
    """
    told = promises.promises(
        agency_id=case.agency_id,
        service_id=case.service_id,
        service=case.service,
        kind=case.kind,
        importance=case.importance,
        at=at,
        unit_id=unit_id or case.unit_id,
    )
    if kinds is None:
        kinds = set(workflow.CLOCKS) - ({"accept"} if case.unit.is_triage else set())
    clocks = [_clock(case, promise, at) for promise in told if promise.clock in kinds]
    for clock in clocks:
        if clock.kind == "resolve":
            case.due_at = clock.due_at
    return clocks


def _clock(case: Case, promise: sla.Promise, at: datetime) -> Clock:
    clock = Clock(
        case=case,
        agency_id=case.agency_id,
        kind=promise.clock,
        policy_id=promise.policy_id,
        amount_minutes=promise.amount_minutes,
        working_days=promise.working_days,
        calendar_id=promise.calendar_id,
        always_open=promise.always_open,
        started_at=at,
    )
    # What is recorded as history lifts nothing.
    ladder = None if events.is_history() else ladders.for_clock(case.agency_id, clock.kind, case.importance, at)
    clock.ladder_id = ladder.ladder_id if ladder else None
    count(clock, promise)
    return clock


# What is computed from a clock's own state whenever it is counted: the columns to write then.
COUNTED = ("due_at", "next_step_at")


def count(clock: Clock, promise: sla.Promise, pauses: Iterable[sla.Pause] = ()) -> None:
    """The one place where the moments of a clock are computed: started, resumed, promised anew or counted anew.

    Nothing is read and nothing written: whoever calls writes the columns of `COUNTED`.
    """
    known = list(pauses)
    clock.due_at = sla.due_at(promise, clock.started_at, known)
    clock.next_step_at = next_step_at(clock, promise, known)


def next_step_at(clock: Clock, promise: sla.Promise, pauses: Iterable[sla.Pause]) -> datetime | None:
    """When the next step of the clock's ladder is due; None without a ladder, and after its last step."""
    ladder = ladders.ladder(clock.agency_id, clock.ladder_id)
    step = ladder.after(clock.share_taken) if ladder else None
    return sla.moment_of_share(promise, clock.started_at, pauses, step.mark) if step else None


def count_again(clock: Clock) -> None:
    """The same for a clock that stands in the database, with its pauses and the working time of today."""
    count(clock, promise_of(clock), pauses_of(clock))


def stop_clocks(case: Case, *kinds: str, at: datetime) -> None:
    """The promise was kept (or fell away): stop the clocks of these kinds, all of them if none is named."""
    running = Clock.objects.filter(case=case, stopped_at__isnull=True)
    if kinds:
        running = running.filter(kind__in=kinds)
    ClockPause.objects.filter(clock__in=running, to_at__isnull=True).update(to_at=at)
    running.update(stopped_at=at, paused_at=None)


def start_anew(case: Case, *kinds: str, at: datetime) -> None:
    """What was promised by these clocks begins again at this moment."""
    stop_clocks(case, *kinds, at=at)
    start_clocks(case, at=at, kinds=kinds)


def beneficiary_hears(case: Case, *, at: datetime) -> None:
    """The citizen is told something: that is the first answer, and until the next word the time begins again."""
    stop_clocks(case, "first_answer", "update", at=at)
    if case.is_open:
        start_clocks(case, at=at, kinds={"update"})
        if case.state in workflow.WAITING:
            follow_state(case, at=at)


def follow_state(case: Case, *, at: datetime) -> None:
    """Stop the clocks whose rule says so in the state where the case waits now, and let the others go on.

    A clock that goes on is due later by the working time that it stood still.
    """
    running = Clock.objects.filter(case=case, stopped_at__isnull=True)
    for clock in running.prefetch_related("pauses").order_by("pk"):
        stands = next((pause for pause in clock.pauses.all() if pause.to_at is None), None)
        halts = case.state if case.state in promises.pausing(case.agency_id, clock.policy_id) else ""
        if halts == (stands.reason if stands else ""):
            continue
        if stands:
            stands.to_at = at
            stands.save(update_fields=["to_at"])
        if halts:
            ClockPause.objects.create(clock=clock, agency_id=case.agency_id, from_at=at, reason=halts)
        clock.paused_at = at if halts else None
        if stands:
            count_again(clock)
        clock.save(update_fields=["paused_at", *COUNTED])
        if clock.kind == "resolve":
            case.due_at = clock.due_at


def go_on(case: Case, *, at: datetime) -> bool:
    """Let the first promise of a reopened case go on where its rule says so: the time it was closed is a pause."""
    clock = Clock.objects.filter(case=case, kind="resolve", stopped_at__isnull=False).order_by("pk").last()
    if clock is None or clock.stopped_at is None or not promises.goes_on(case.agency_id, clock.policy_id):
        return False
    ClockPause.objects.create(
        clock=clock, agency_id=case.agency_id, from_at=clock.stopped_at, to_at=at, reason=ClockPause.CLOSED
    )
    clock.stopped_at = None
    count_again(clock)
    clock.save(update_fields=["stopped_at", *COUNTED])
    case.due_at = clock.due_at
    return True


def promise_anew(case: Case, *, at: datetime) -> None:
    """Class, kind, service or unit changed: the resolution is counted by what was promised for it on the day of its
    start, from the same start.

    It follows the responsible unit until a unit has accepted; a later transfer does not lengthen the promise. What
    pauses have taken so far stays; where nothing is promised any more the clock stops.
    """
    clock = Clock.objects.filter(case=case, kind="resolve", stopped_at__isnull=True).first()
    started_at = clock.started_at if clock else at if case.reopened_times else case.registered_at
    fresh = next(
        iter(promised_clocks(case, at=started_at, kinds={"resolve"}, unit_id=_accepted_by(case))),
        None,
    )
    if fresh is None:
        stop_clocks(case, "resolve", at=at)
        case.due_at = None
    elif clock is None:
        fresh.save(force_insert=True)
        follow_state(case, at=at)
    else:
        _take_over(clock, fresh)
        case.due_at = clock.due_at


def _accepted_by(case: Case) -> int | None:
    """The unit that accepted the case first, whoever has it since."""
    told = EventRecord.objects.filter(case_id=case.pk, kind=ReferralAccepted.kind).order_by("id")
    return told.values_list("data__unit_id", flat=True).first()


def _take_over(clock: Clock, fresh: Clock) -> None:
    terms = ("policy_id", "amount_minutes", "working_days", "calendar_id", "always_open", "ladder_id")
    if all(getattr(clock, name) == getattr(fresh, name) for name in terms):
        return
    for name in terms:
        setattr(clock, name, getattr(fresh, name))
    count_again(clock)
    clock.save(update_fields=[*terms, *COUNTED])


def promise_of(clock: Clock, working_time: WorkingTime | None = None) -> sla.Promise:
    """The promise a clock row stands for, with the working time as it is known today, unless it was asked before."""
    return sla.Promise(
        clock=clock.kind,
        amount_minutes=clock.amount_minutes,
        working_days=clock.working_days,
        working_time=working_time
        or calendars.working_time(
            agency_id=clock.agency_id, calendar_id=clock.calendar_id, always_open=clock.always_open
        ),
        calendar_id=clock.calendar_id,
        always_open=clock.always_open,
        policy_id=clock.policy_id,
    )


def pauses_of(clock: Clock) -> list[tuple[datetime, datetime | None]]:
    """The stretches in which the clock stood still, oldest first; the last may be open."""
    return [(pause.from_at, pause.to_at) for pause in sorted(clock.pauses.all(), key=lambda pause: pause.from_at)]


def fresh_due(clock: Clock, working_time: WorkingTime | None = None) -> datetime:
    """When the clock is due, computed from its start, pauses and the calendar of today."""
    return sla.due_at(promise_of(clock, working_time), clock.started_at, pauses_of(clock))
