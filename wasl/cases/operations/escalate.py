"""Lifting a case: by the time of a promise, by another cause, or by hand.

Each step once for each cause; nothing that is written, edited, answered or referred takes a step back or begins the
ladder again; only the end of its clock ends it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from django.db import transaction

from wasl.accounts.models import User
from wasl.alerts import operations as alerts
from wasl.cases import audience
from wasl.cases.escalation import BY_HAND, Escalation
from wasl.cases.events import CaseEscalated
from wasl.cases.models import Case, Clock
from wasl.cases.operations.change import Change, Missing, changing, lock, needed
from wasl.cases.operations.clocks import next_step_at, pauses_of, promise_of
from wasl.core import events, sets
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.core.marks import mark
from wasl.sla import clocks as sla
from wasl.sla import ladders
from wasl.sla.ladder import HIGHEST, LEVELS, Audience, Cause, Rung

# Whom a step by hand reaches.
_OF_LEVEL = {
    1: (Audience.LIAISON.value,),
    2: (Audience.SUPERVISOR.value, Audience.HEAD.value),
    3: (Audience.DIRECTORATE.value,),
    4: (Audience.DIRECTOR.value,),
    5: (Audience.DIRECTOR.value,),
}
_SAID: dict[str, Localized] = {
    Cause.AGE: both("بلغ الطلب {n} يوم عمل دون إنجاز.", "The case is {n} working days old and not resolved."),
    Cause.IMPORTANCE: both("رُفعت درجة أهمية الطلب.", "The class of the case was raised."),
    Cause.REPEAT: both("سجّل المستفيد نفسه طلباً في الخدمة ذاتها من قبل.", "The same person asked for this before."),
    Cause.RATING: both("قيّم المستفيد الخدمة تقييماً متدنياً.", "The beneficiary rated the service poorly."),
    Cause.UNSOLVED: both("قال المستفيد إن المشكلة لم تُحل.", "The beneficiary says it is not solved."),
    Cause.REVIEW: both("فات موعد مراجعة الطلب المعلّق.", "The review date of the held case has passed."),
    Cause.REFUSALS: both("أعادت وحدتان الطلب.", "Two units have returned the case."),
    BY_HAND: both("صعّده موظف مع بيان السبب.", "A colleague escalated it, with a reason."),
}


class AtTop(Missing):
    """Nobody stands above."""


def raise_due(clock_id: int, *, at: datetime) -> int:
    """Take the steps of one clock that are due; gives how many are new.

    Waits for nobody: a clock or case that somebody holds is left for the next sweep. All steps that were missed are
    recorded, and people get one word, that of the highest.
    """
    with transaction.atomic():
        clock = _taken(clock_id, at)
        if clock is None:
            return 0
        promise, pauses = promise_of(clock), pauses_of(clock)
        ladder = ladders.ladder(clock.agency_id, clock.ladder_id)
        due = [
            step
            for step in (ladder.steps if ladder else ())
            if step.mark > clock.share_taken and sla.moment_of_share(promise, clock.started_at, pauses, step.mark) <= at
        ]
        taken = _lift(Change(clock.case, None, at), Cause.CLOCK.value, f"clock {clock.pk}", due, clock=clock)
        if due:
            clock.share_taken = due[-1].mark
        clock.next_step_at = next_step_at(clock, promise, pauses)
        clock.save(update_fields=["share_taken", "next_step_at"])
        mark("cases.before_escalation")
    mark("cases.after_escalation")
    return len(taken)


def _taken(clock_id: int, at: datetime) -> Clock | None:
    """The clock and its case, held by this transaction alone, if a step of it is still due."""
    case = Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(clocks=clock_id).first()
    if case is None:
        return None
    waiting = Clock.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        pk=clock_id, stopped_at__isnull=True, paused_at__isnull=True, next_step_at__lte=at
    )
    clock: Clock | None = waiting.first()
    if clock is not None:
        clock.case = case
    return clock


def raise_cause(
    case_id: int, cause: str, occurrence: str, *, at: datetime, step: int = 0, closed_too: bool = False
) -> bool:
    """Lift a case for something other than time, once for each occurrence. False: it was, or nobody is to be told.

    An ended case is lifted only for what comes after its end (`closed_too`).
    """
    with transaction.atomic():
        case = lock(case_id)
        ladder = ladders.for_cause(case.agency_id, cause, case.importance, at)
        rung = next((one for one in ladder.steps if one.mark == step), None) if ladder else None
        if rung is None or not (case.is_open or closed_too):
            return False
        taken = _lift(Change(case, None, at), cause, occurrence, [rung])
        mark("cases.before_escalation")
    return bool(taken)


def escalate(case: Case, *, reason: str, by: User, at: datetime, version: int | None = None) -> Escalation:
    """Lift the case by one level, by hand. Raises Missing without a reason, AtTop where nobody stands above."""
    words = needed(reason, "اكتب سبب التصعيد.", "Say why it is escalated.")
    with changing(case, "escalate", by=by, at=at, version=version) as change:
        level = change.case.escalation + 1
        if level > HIGHEST:
            raise AtTop(t("الطلب في أعلى مستوى، لا أحد فوقه.", "The case is at the top; nobody stands above."))
        rung = Rung(0, level, _OF_LEVEL[level], quiet=change.case.importance != "P1")
        (taken,) = _lift(
            change, BY_HAND, f"{change.case.version} {level}", [rung], by=by, reason=words, saved_later=True
        )
    return taken


def _lift(
    change: Change,
    cause: str,
    occurrence: str,
    steps: Sequence[Rung],
    *,
    clock: Clock | None = None,
    by: User | None = None,
    reason: str = "",
    saved_later: bool = False,
) -> list[Escalation]:
    """Record the steps that are new, tell the people of the highest, and note on the case how high it stands."""
    case, at = change.case, change.at
    if not steps or events.is_history():
        return []
    top = steps[-1]
    people = audience.told(case, top.whom, at)
    rows = [
        Escalation(
            agency_id=case.agency_id,
            case=case,
            clock=clock,
            cause=cause,
            occurrence=occurrence,
            step=step.mark,
            level=step.level,
            at=at,
            unit_id=case.unit_id,
            audience=list(step.whom),
            people=[person.pk for person in people] if step is top else [],
            by=by,
            reason=reason,
        )
        for step in steps
    ]
    fresh = _add(rows)
    if not fresh:
        return []
    highest = max(case.escalation, *(row.level for row in fresh))
    if highest != case.escalation:
        case.escalation = highest
        if not saved_later:
            case.updated_at = at
            case.save(update_fields=["escalation", "updated_at"])
    facts = [
        CaseEscalated(case.pk, cause, row.level, row.step, case.unit_id, clock.kind if clock else "") for row in fresh
    ]
    for fact in facts[:-1]:
        change.publish(fact)
    change.publish(facts[-1], text=reason)
    _tell(change, top, people, cause, occurrence, clock)
    return fresh


def _add(rows: Sequence[Escalation]) -> list[Escalation]:
    """Insert those that are new; the constraint decides, whoever else is about to take the same."""
    by_step = {row.step: row for row in rows}
    fresh = []
    for number, step in sets.run(_insert(), [sets.as_json(rows)]):
        by_step[step].pk = number
        fresh.append(by_step[step])
    return sorted(fresh, key=lambda row: row.step)


@cache
def _insert() -> str:
    return f"{sets.insert(Escalation)} ON CONFLICT DO NOTHING RETURNING id, step"


def _tell(change: Change, step: Rung, people: Iterable[User], cause: str, occurrence: str, clock: Clock | None) -> None:
    case = change.case
    is_p1 = case.importance == "P1"
    alerts.alert(
        agency=case.agency,
        people=people,
        kind="escalation" if step.level else "half_time",
        title=_title(case, step),
        body=_body(step, cause, clock),
        at=change.at,
        case_id=case.pk,
        reference=case.digits,
        # Quiet hours: `alerts` keeps what is not urgent until working time.
        urgent=is_p1 or not step.quiet,
        dedupe_key=f"escalation {case.pk} {cause} {occurrence} {step.mark}"[:200],
    )


def _title(case: Case, step: Rung) -> Localized:
    if not step.level:
        return both(f"تذكير: {case.reference}", f"Reminder: {case.reference}")
    return both(
        f"تصعيد: {case.reference}، {LEVELS[step.level]['ar']}",
        f"Escalated: {case.reference}, {LEVELS[step.level]['en']}",
    )


def _body(step: Rung, cause: str, clock: Clock | None) -> Localized:
    if clock is None:
        said = _SAID[cause]
        return both(*(said[language].format(n=step.mark) for language in ("ar", "en")))
    if step.mark >= 100:
        return both(
            f"تجاوز الطلب موعده: مضى {step.mark}% من المدة.", f"Past its due moment: {step.mark}% of the time is used."
        )
    return both(f"مضى {step.mark}% من المدة.", f"{step.mark}% of the time is used.")


def place_steps(agency_id: int, *, after: int = 0, size: int = 500, at: datetime) -> int:
    """Give running clocks from before the first ladder their next step; gives the number to go on after, 0 at the end.

    Shares that have passed count as taken: a ladder is not climbed backwards for what went before it.
    """
    with transaction.atomic():
        rows = Clock.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            agency_id=agency_id, stopped_at__isnull=True, ladder__isnull=True, pk__gt=after
        )
        clocks = list(rows.select_related("case").prefetch_related("pauses").order_by("pk")[:size])
        for clock in clocks:
            ladder = ladders.for_clock(agency_id, clock.kind, clock.case.importance, at)
            if ladder is None:
                continue
            promise, pauses = promise_of(clock), pauses_of(clock)
            used = sla.share(promise, clock.started_at, pauses, at=at) * 100
            clock.ladder_id = ladder.ladder_id
            clock.share_taken = max((step.mark for step in ladder.steps if step.mark <= used), default=0)
            clock.next_step_at = next_step_at(clock, promise, pauses)
        Clock.objects.bulk_update(clocks, ["ladder", "share_taken", "next_step_at"])
    return clocks[-1].pk if len(clocks) == size else 0
