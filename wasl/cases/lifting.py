"""What lifts cases by itself: the sweep of each minute, and the facts that are causes."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError

from wasl.alerts import operations as alerts
from wasl.calendars import queries as calendars
from wasl.calendars.working_time import NeverOpens
from wasl.cases import audience, queries, sweeps, wording, workflow
from wasl.cases.escalation import BY_HAND
from wasl.cases.events import (
    CaseEscalated,
    CaseImportanceChanged,
    CaseRated,
    CaseRegistered,
    CaseReopened,
    OwnerAsked,
    ReviewMissed,
)
from wasl.cases.operations.escalate import place_steps, raise_cause, raise_due
from wasl.core import clock
from wasl.core.alone import alone
from wasl.core.events import subscriber
from wasl.core.i18n import say
from wasl.core.jobs import job, periodic
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.sla import ladders
from wasl.sla.events import LadderSet
from wasl.sla.ladder import LEVELS, Audience, Cause

log = logging.getLogger(__name__)

POOR = 2
BATCH = 500


@periodic("* * * * *", name="cases.escalate_due")
def escalate_due(timestamp: int) -> None:
    """Take every step of every ladder that is due, also those that came due while the house was down.

    A worker that starts does this first, for the minute that has passed. After a long pause it may take longer than
    until the next minute: whoever comes then leaves it to the one who is at it.
    """
    with alone("cases.escalate_due") as is_mine:
        if is_mine:
            sweep(at=clock.now())


def sweep(*, at: datetime) -> int:
    """One sweep; gives how many steps were taken. Any number of sweeps may run at the same time."""
    taken, after = 0, None
    while True:
        found = list(sweeps.due_clocks(at, after=after, size=BATCH))
        for one in found:
            taken += _raise_one(one.pk, at)
        if len(found) < BATCH:
            return taken
        last = found[-1]
        after = (last.next_step_at, last.pk) if last.next_step_at else None


def _raise_one(clock_id: int, at: datetime) -> int:
    """One clock by itself: one that cannot be counted must not hold back the others."""
    try:
        return raise_due(clock_id, at=at)
    except (NeverOpens, DatabaseError, LookupError) as problem:
        log.warning("step not taken: %s", type(problem).__name__, extra={"clock_id": clock_id})
        return 0


@periodic("23 * * * *", name="cases.escalate_aged")
def escalate_aged(timestamp: int) -> None:
    """Lift open cases that have reached an age."""
    at = clock.now()
    for agency in directory.agencies():
        for case_id, days in list(sweeps.aged(agency, at)):
            raise_cause(case_id, Cause.AGE.value, "age", at=at, step=days)


@subscriber(LadderSet)
def begin_climbing(fact: LadderSet, record: EventRecord) -> None:
    """Clocks that run without a ladder, as from before the first one, get their next step."""
    place_next_steps.defer(agency_id=record.agency_id, after=0)


@job(name="cases.place_steps")
def place_next_steps(agency_id: int, after: int) -> None:
    """A batch of such clocks, then the next."""
    on = place_steps(agency_id, after=after, at=clock.now())
    if on:
        place_next_steps.defer(agency_id=agency_id, after=on)


@subscriber(
    CaseRegistered,
    when=lambda agency_id: ladders.has_cause(agency_id, Cause.REPEAT, clock.now()),
    only=lambda fact: fact.service_id is not None,
)
def lift_repeated(fact: CaseRegistered, record: EventRecord) -> None:
    """The same person about the same service, within the days that the ladder names."""
    case = queries.by_id(fact.case_id)
    ladder = ladders.for_cause(case.agency_id, Cause.REPEAT, case.importance, record.at)
    if ladder is None or not ladder.within_days:
        return
    earlier = sweeps.earlier_of_same(case, since=record.at - timedelta(days=ladder.within_days))
    if earlier is not None:
        raise_cause(case.pk, Cause.REPEAT.value, f"case {earlier}", at=record.at)


@subscriber(CaseRated, only=lambda fact: fact.rating <= POOR)
def lift_poorly_rated(fact: CaseRated, record: EventRecord) -> None:
    """A rating of 1 or 2; a change of the same rating says nothing new."""
    # The round in which it was given, however late it is heard of.
    reopened = EventRecord.objects.filter(case_id=fact.case_id, kind=CaseReopened.kind, pk__lt=record.pk).count()
    raise_cause(fact.case_id, Cause.RATING.value, f"round {reopened}", at=record.at, closed_too=True)


@subscriber(CaseReopened, only=lambda fact: fact.by_beneficiary)
def lift_unsolved(fact: CaseReopened, record: EventRecord) -> None:
    """The beneficiary says it is not solved."""
    raise_cause(fact.case_id, Cause.UNSOLVED.value, f"round {fact.times}", at=record.at)


@subscriber(CaseImportanceChanged, only=lambda fact: fact.importance < fact.importance_before)
def lift_raised_class(fact: CaseImportanceChanged, record: EventRecord) -> None:
    """The class went up to one that has a ladder of its own."""
    raise_cause(fact.case_id, Cause.IMPORTANCE.value, f"to {fact.importance}", at=record.at)


@subscriber(ReviewMissed)
def lift_unreviewed(fact: ReviewMissed, record: EventRecord) -> None:
    """Nobody looked at a held case on its day."""
    raise_cause(fact.case_id, Cause.REVIEW.value, f"hold {fact.hold_id}", at=record.at)


@subscriber(OwnerAsked)
def lift_refused(fact: OwnerAsked, record: EventRecord) -> None:
    """Units returned it twice; once more after a decision is another time."""
    raise_cause(fact.case_id, Cause.REFUSALS.value, f"asked {record.pk}", at=record.at)


@periodic("*/15 * * * *", name="cases.tell_directors")
def tell_directors(timestamp: int) -> None:
    """On the first working morning of the week directors hear that their list is ready, once."""
    at = clock.now()
    for agency in directory.agencies():
        if _is_first_morning(agency, at):
            tell_director(agency, at=at)


def tell_director(agency: Agency, *, at: datetime) -> int:
    """Tell the directors of an agency how many cases stand in their list; nothing when none does."""
    count = sweeps.listed_for_director(agency).count()
    if not count:
        return 0
    people = audience.standing_for(directory.triage_unit(agency), Audience.DIRECTOR, at)
    today = at.astimezone(agency.zone).date()
    sunday = today - timedelta(days=today.isoweekday() % 7)
    given = alerts.alert(
        agency=agency,
        people=people,
        kind="weekly_list",
        title=both(f"قائمة المدير الأسبوعية: {count}", f"The director's weekly list: {count}"),
        body=both("طلبات تجاوزت ضعف مدتها أو صُعّدت إليك.", "Cases past twice their time, or escalated to you."),
        at=at,
        dedupe_key=f"weekly list {agency.pk} {sunday}",
    )
    return len(given)


def _is_first_morning(agency: Agency, at: datetime) -> bool:
    """Has the first working day of the week opened? Weeks go from Sunday to Saturday: a weekend is their edge."""
    hours = calendars.working_time(agency_id=agency.pk)
    today = hours.local_day(at)
    opened = hours.day_spans(today)
    if not opened or at < opened[0][0]:
        return False
    earlier = (today - timedelta(days=back) for back in range(1, today.isoweekday() % 7 + 1))
    return not any(hours.day_spans(day) for day in earlier)


def _lifted(data: dict[str, Any], names: wording.Names) -> str:
    level = LEVELS[data["level"]]
    if data["cause"] == BY_HAND:
        return say("صُعّد بقرار: {level}", "Escalated by hand: {level}", level=level)
    if data["cause"] != Cause.CLOCK:
        return say(
            "صُعّد ({cause}): {level}", "Escalated ({cause}): {level}", cause=Cause(data["cause"]).label, level=level
        )
    clock = workflow.CLOCKS.get(data["clock"], data["clock"])
    return say("{n}% من {clock}: {level}", "{n}% of {clock}: {level}", n=data["step"], clock=clock, level=level)


wording.worded(CaseEscalated, wording.Wording("trending-up", _lifted, tone="warn"))
