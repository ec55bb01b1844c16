"""The clock rows of a case: started, paused, resumed, stopped, and counted anew when the calendar changes."""

from collections.abc import Iterable
from datetime import datetime

from wasl.calendars import queries as calendars
from wasl.calendars.working_time import WorkingTime
from wasl.cases.events import DueMoved
from wasl.cases.models import Case, Clock, ClockPause
from wasl.cases.operations.change import Change
from wasl.sla import clocks as sla
from wasl.sla import queries as promises


def start_clocks(case: Case, *, at: datetime, kinds: Iterable[str] | None = None) -> None:
    """Start the promised clocks of a case (all, or the named kinds) and note when it is due."""
    Clock.objects.bulk_create(promised_clocks(case, at=at, kinds=kinds))


def promised_clocks(case: Case, *, at: datetime, kinds: Iterable[str] | None = None) -> list[Clock]:
    """The clocks that start for a case at a moment, not yet written; notes on the case when it is due."""
    told = promises.promises(
        agency_id=case.agency_id,
        service_id=case.service_id,
        service=case.service,
        kind=case.kind,
        importance=case.importance,
        at=at,
    )
    clocks = [_clock(case, promise, at) for promise in told if kinds is None or promise.clock in kinds]
    for clock in clocks:
        if clock.kind == "resolve":
            case.due_at = clock.due_at
    return clocks


def _clock(case: Case, promise: sla.Promise, at: datetime) -> Clock:
    return Clock(
        case=case,
        agency_id=case.agency_id,
        kind=promise.clock,
        amount_minutes=promise.amount_minutes,
        working_days=promise.working_days,
        calendar_id=promise.calendar_id,
        always_open=promise.always_open,
        started_at=at,
        due_at=sla.due_at(promise, at),
    )


def stop_clocks(case: Case, *kinds: str, at: datetime) -> None:
    """The promise was kept (or fell away): stop the clocks of these kinds, all of them if none is named."""
    running = Clock.objects.filter(case=case, stopped_at__isnull=True)
    if kinds:
        running = running.filter(kind__in=kinds)
    ClockPause.objects.filter(clock__in=running, to_at__isnull=True).update(to_at=at)
    running.update(stopped_at=at, paused_at=None)


def pause_clocks(case: Case, *, at: datetime) -> None:
    """We wait for the citizen: the clock of the resolution stands still."""
    for clock in Clock.objects.filter(case=case, kind="resolve", stopped_at__isnull=True, paused_at__isnull=True):
        ClockPause.objects.create(clock=clock, agency_id=case.agency_id, from_at=at)
        clock.paused_at = at
        clock.save(update_fields=["paused_at"])


def resume_clocks(case: Case, *, at: datetime) -> None:
    """The citizen answered: the clock goes on and the due moment moves by the working time that stood still."""
    for clock in Clock.objects.filter(case=case, stopped_at__isnull=True, paused_at__isnull=False):
        ClockPause.objects.filter(clock=clock, to_at__isnull=True).update(to_at=at)
        clock.paused_at = None
        clock.due_at = fresh_due(clock)
        clock.save(update_fields=["paused_at", "due_at"])
        case.due_at = clock.due_at


def promise_anew(case: Case, *, at: datetime) -> None:
    """Class, kind or service changed: the resolution is counted by what is now promised, from the same start.

    What pauses have taken so far stays; where nothing is promised any more the clock stops.
    """
    clock = Clock.objects.filter(case=case, kind="resolve", stopped_at__isnull=True).first()
    started_at = clock.started_at if clock else at if case.reopened_times else case.registered_at
    fresh = next(iter(promised_clocks(case, at=started_at, kinds={"resolve"})), None)
    if fresh is None:
        stop_clocks(case, "resolve", at=at)
        case.due_at = None
    elif clock is None:
        fresh.save(force_insert=True)
        if case.state == "pending_beneficiary":
            pause_clocks(case, at=at)
    else:
        _take_over(clock, fresh)
        case.due_at = clock.due_at


def _take_over(clock: Clock, fresh: Clock) -> None:
    terms = ("amount_minutes", "working_days", "calendar_id", "always_open")
    for name in terms:
        setattr(clock, name, getattr(fresh, name))
    clock.due_at = fresh_due(clock)
    clock.save(update_fields=[*terms, "due_at"])


def recount(change: Change, *, calendar_id: int | None) -> int:
    """Count the running clocks of a case anew after a calendar changed; says how many moved."""
    moved = 0
    for clock in change.case.clocks.filter(stopped_at__isnull=True, always_open=False):
        due = fresh_due(clock)
        if due == clock.due_at:
            continue
        change.publish(DueMoved(change.case.pk, clock.kind, clock.due_at.isoformat(), due.isoformat(), calendar_id))
        clock.due_at = due
        clock.save(update_fields=["due_at"])
        if clock.kind == "resolve":
            change.case.due_at = due
        moved += 1
    return moved


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
    )


def pauses_of(clock: Clock) -> list[tuple[datetime, datetime | None]]:
    """The stretches in which the clock stood still, oldest first; the last may be open."""
    return [(pause.from_at, pause.to_at) for pause in sorted(clock.pauses.all(), key=lambda pause: pause.from_at)]


def fresh_due(clock: Clock, working_time: WorkingTime | None = None) -> datetime:
    """When the clock is due, computed from its start, pauses and the calendar of today."""
    return sla.due_at(promise_of(clock, working_time), clock.started_at, pauses_of(clock))
