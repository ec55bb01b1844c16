"""The ladders of an agency: asked from memory, set, ended, and loaded as the domain has them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise

from django.db import transaction

from wasl.accounts.models import User
from wasl.core import edition, events
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.directory.models import Agency
from wasl.sla.events import LadderEnded, LadderSet
from wasl.sla.ladder import HIGHEST, Audience, Cause, Ladder, LadderStep, Rung, Rungs, kept_form
from wasl.sla.models import ClockKind

MOST_PERCENT = 1000


class BadLadder(ValueError):
    """The ladder makes no sense; the message says why."""


# domain.md 10.5, and 10.2, 10.6, 10.11 for what is not time.
_WHOLE = (
    Rung(50, 0, ("owner",)),
    Rung(80, 1, ("liaison",)),
    Rung(100, 2, ("supervisor", "head")),
    Rung(150, 3, ("directorate",)),
    Rung(200, 4, ("director",)),
)
_SHORT = (Rung(80, 1, ("liaison",)), Rung(100, 2, ("supervisor", "head")), Rung(200, 3, ("directorate",)))
STARTING: tuple[tuple[str, Localized, str, tuple[str, ...], int | None, tuple[Rung, ...]], ...] = (
    ("resolution", both("سلّم الإنجاز", "Ladder of the resolution"), "clock", ("resolve",), None, _WHOLE),
    ("handover", both("سلّم الإحالة والقبول", "Ladder of the hand-over"), "clock", ("refer", "accept"), None, _SHORT),
    ("age", both("عمر الطلب", "Age of a case"), "age", (), None, (Rung(44, 3, ("directorate", "follow_up")),)),
    ("repeat", both("تكرار الشكوى", "A repeated complaint"), "repeat", (), 30, (Rung(0, 1, ("liaison", "head")),)),
    ("rating", both("تقييم متدنٍّ", "A poor rating"), "rating", (), None, (Rung(0, 2, ("supervisor", "head")),)),
    ("unsolved", both("لم تُحل المشكلة", "Not solved"), "unsolved", (), None, (Rung(0, 2, ("owner", "head")),)),
    ("review", both("فوات موعد المراجعة", "A missed review"), "review", (), None, (Rung(0, 2, ("owner", "head")),)),
    ("refusals", both("إعادة من وحدتين", "Refused twice"), "refusals", (), None, (Rung(0, 2, ("follow_up",)),)),
)


def ladders(agency_id: int) -> list[Rungs]:
    """Every ladder the agency has or had, from memory."""

    def read() -> list[Rungs]:
        rows = Ladder.objects.filter(agency_id=agency_id).prefetch_related("steps").order_by("valid_from", "pk")
        return [kept_form(row) for row in rows]

    return edition.kept(("sla.ladders", agency_id), read)


def ladder(agency_id: int, number: int | None) -> Rungs | None:
    """The ladder of an inner number, ended ones too; by it a clock is judged to its end."""
    return next((one for one in ladders(agency_id) if one.ladder_id == number), None) if number else None


def for_clock(agency_id: int, clock: str, importance: str, at: datetime) -> Rungs | None:
    """The ladder of a promise that begins now; one that names the class comes before one that does not."""
    fitting = [
        one
        for one in ladders(agency_id)
        if one.cause == Cause.CLOCK and clock in one.clocks and one.importance in ("", importance) and one.is_valid(at)
    ]
    return max(fitting, key=lambda one: (bool(one.importance), one.valid_from), default=None)


def for_cause(agency_id: int, cause: str, importance: str, at: datetime) -> Rungs | None:
    """The ladder of another cause; None when the agency wants nobody told of it."""
    fitting = [
        one
        for one in ladders(agency_id)
        if one.cause == cause and one.importance in ("", importance) and one.is_valid(at)
    ]
    return max(fitting, key=lambda one: (bool(one.importance), one.valid_from), default=None)


def has_cause(agency_id: int, cause: str, at: datetime) -> bool:
    """Has the agency a ladder for this cause, whatever the class?"""
    return any(one.cause == cause and one.is_valid(at) for one in ladders(agency_id))


@transaction.atomic
def set_ladder(
    agency: Agency,
    *,
    code: str,
    name: Localized,
    steps: Sequence[Rung],
    at: datetime,
    cause: str = Cause.CLOCK.value,
    clocks: Collection[str] = (),
    importance: str = "",
    within_days: int | None = None,
    by: User | None = None,
) -> Ladder:
    """From `at` on clocks begin with this ladder; those that run keep theirs. Raises BadLadder."""
    check(cause=cause, clocks=clocks, steps=steps, within_days=within_days)
    earlier = Ladder.objects.select_for_update().filter(agency=agency, code=code, valid_to__isnull=True).first()
    if earlier is not None:
        Ladder.objects.filter(pk=earlier.pk).update(valid_to=at)
    made = Ladder.objects.create(
        agency=agency,
        code=code,
        name=name,
        cause=cause,
        clocks=sorted(clocks) if cause == Cause.CLOCK else [],
        importance=importance,
        within_days=within_days if cause == Cause.REPEAT else None,
        valid_from=at,
    )
    LadderStep.objects.bulk_create(
        LadderStep(
            ladder=made,
            share=step.mark if cause == Cause.CLOCK else None,
            age_days=step.mark if cause == Cause.AGE else None,
            level=step.level,
            whom=list(step.whom),
            respects_quiet_hours=step.quiet,
        )
        for step in steps
    )
    events.publish(LadderSet(made.pk, earlier.pk if earlier else None, code), agency_id=agency.pk, at=at, by=by)
    return made


@transaction.atomic
def end_ladder(agency: Agency, code: str, *, at: datetime, by: User | None = None) -> None:
    """Clocks that begin from now on have no such ladder; nothing happens if it ended before."""
    row = Ladder.objects.filter(agency=agency, code=code, valid_to__isnull=True).first()
    if row is not None and Ladder.objects.filter(pk=row.pk, valid_to__isnull=True).update(valid_to=at):
        events.publish(LadderEnded(row.pk, code), agency_id=agency.pk, at=at, by=by)


@transaction.atomic
def load_starting_ladders(agency: Agency, *, at: datetime, by: User | None = None) -> None:
    """Give an agency the usual ladders; nothing happens to one that has or had any."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if Ladder.objects.filter(agency=agency).exists():
        return
    for code, name, cause, clocks, within, steps in STARTING:
        set_ladder(
            agency, code=code, name=name, cause=cause, clocks=clocks, within_days=within, steps=steps, at=at, by=by
        )


def usual(at: datetime) -> list[Rungs]:
    """The ladders of the house as plain values, as an agency would have them from `at` on."""
    return [
        Rungs(
            ladder_id=0,
            code=code,
            name=name,
            cause=cause,
            importance="",
            clocks=frozenset(clocks),
            within_days=within,
            steps=steps,
            valid_from=at,
            valid_to=None,
        )
        for code, name, cause, clocks, within, steps in STARTING
    ]


def check(*, cause: str, clocks: Collection[str], steps: Sequence[Rung], within_days: int | None = None) -> None:
    """Raises BadLadder with the sentence for people."""
    if cause not in Cause.values:
        raise BadLadder(t("اختر السبب من القائمة.", "Choose the cause from the list."))
    if not steps:
        raise BadLadder(t("أضف درجة واحدة على الأقل.", "Add at least one step."))
    if cause == Cause.CLOCK and (not clocks or not set(clocks) <= set(ClockKind.values)):
        raise BadLadder(t("اختر الوعود التي يسري عليها السلّم.", "Choose the promises the ladder is for."))
    if cause == Cause.REPEAT and not within_days:
        raise BadLadder(t("اكتب خلال كم يوماً يُعد الطلب تكراراً.", "Say within how many days a case is a repeat."))
    _check_marks(cause, [step.mark for step in steps])
    _check_steps(steps)


def _check_steps(steps: Sequence[Rung]) -> None:
    for step in steps:
        if not step.whom or not set(step.whom) <= set(Audience.values):
            raise BadLadder(t("درجة لا يقف عليها أحد: اختر من يُبلَّغ.", "Nobody stands on a step: choose who is told."))
        if not 0 <= step.level <= HIGHEST:
            raise BadLadder(t("المستوى من 0 إلى 5.", "The level lies between 0 and 5."))
    ordered = sorted(steps, key=lambda step: step.mark)
    if any(later.level < earlier.level for earlier, later in pairwise(ordered)):
        raise BadLadder(
            t("السلّم ينزل: مستوى الدرجة اللاحقة أدنى.", "The ladder goes down: a later step has a lower level.")
        )


def _check_marks(cause: str, marks: list[int]) -> None:
    if cause not in (Cause.CLOCK, Cause.AGE):
        if len(marks) > 1:
            raise BadLadder(t("لهذا السبب درجة واحدة فقط.", "This cause has one step only."))
        return
    if any(not 1 <= mark <= MOST_PERCENT for mark in marks):
        raise BadLadder(t("اكتب نسبة أو عمراً بين 1 و1000.", "Give a share or an age between 1 and 1000."))
    if len(set(marks)) < len(marks):
        raise BadLadder(
            t("درجتان عند النسبة أو العمر نفسه؛ اجمعهما في درجة.", "Two steps at one share or age; make them one.")
        )
    if marks != sorted(marks):
        raise BadLadder(t("رتّب الدرجات من الأدنى إلى الأعلى.", "The ladder goes down: put the steps in rising order."))
