"""The order of service: the class, then the moment of registration, then the number of the row, and nothing else.

**Queue.** What competes with a case is what waits in the same unit for a service of the same category: a case there
that its unit has not begun (`workflow.IN_TURN`). Finer, and favour could hide in a queue of one's own; coarser, and
the lamps of one crew would stand in the way of the bins of another, so that every act were a jump and no reason meant
anything (docs/adr/0014-order-of-service.md). What was begun, is held, waits for its beneficiary or has its day
does not wait for its turn. The fast-handling team has one queue, by class alone.

**Hands.** Who takes a case passes those of the queue that come before it and that they could have taken: what nobody
has, and what they have themselves and did not begin. What lies with a colleague is not theirs to begin with. Of people
they are tied to they may handle nothing, so they cannot pass them either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from wasl.accounts.models import User
from wasl.cases import compartment, workflow
from wasl.cases.events import (
    CaseReferred,
    CaseReopened,
    ReferralAccepted,
    ReferralReturned,
    StaffComplaintLifted,
    StaffComplaintOpened,
    WorkScheduled,
    WorkStarted,
)
from wasl.cases.jumps import Jump, JumpOvertaken, JumpReason
from wasl.cases.models import Case, tied_to
from wasl.catalogue import queries as catalogue
from wasl.contacts import relations
from wasl.core import edition
from wasl.core.asked import Asked
from wasl.core.localized import Localized, both
from wasl.core.models import EventRecord
from wasl.core.text import fold
from wasl.directory import queries as directory
from wasl.routing.lines import FIRST

# code -> (words, must whoever chooses it write why). None of them looks at who the beneficiary is.
USUAL_REASONS: Mapping[str, tuple[Localized, bool]] = {
    "route": (both("في موقع عمل آخر أو على مساره", "Same place or route as other work"), False),
    "safety": (both("السلامة العامة", "Public safety"), False),
    "legal_date": (both("موعد قانوني قريب", "A legal date is near"), False),
    "parts": (both("ما قبله ينتظر مواد أو قطع غيار", "The earlier ones wait for materials or parts"), False),
    "stuck": (
        both("ما قبله يتعذر العمل عليه الآن", "The earlier ones cannot be worked on now"),
        True,
    ),
    "management": (both("أمر مكتوب من الإدارة", "A written order of the management"), True),
    "training": (both("حالة تدريبية", "A case for training"), False),
    "other": (both("سبب آخر يُكتب", "Another reason, in words"), True),
}
# The one reason that says nothing by itself.
IN_WORDS = "other"

# The acts with which the service of a waiting case begins, and giving it to somebody who will begin it.
TAKES = frozenset({"assign", "start", "schedule", "resolve"})

# So many of the passed are named with a jump; their number is always whole.
NAMED = 200

# Words by which something would be for a person rather than for a matter. No field and no reason may bear one.
FAVOURS = (
    "vip", "favour", "favor", "wasta", "premium", "privileged", "preferred customer", "important person", "relative of",
    "واسطة", "محسوبية", "مهم جدا", "شخصية مهمة", "كبار الشخصيات", "معرفة شخصية", "توصية شخصية", "محاباة",
)  # fmt: skip


@dataclass(frozen=True)
class Rank:
    """Which place a case has among those of its queue that wait now."""

    place: int
    waiting: int


@dataclass(frozen=True)
class Turn(Rank):
    """Where a case stands, and how many before it nobody has (`free`), or whoever would take it has (`own`)."""

    free: int = 0
    own: int = 0
    is_given: bool = False

    def passed_by(self, act: str) -> int:
        """How many would be passed if the act were done now."""
        if act == "assign":
            return 0 if self.is_given else self.free
        return self.own if self.is_given else self.free + self.own


@dataclass(frozen=True)
class Overtaken:
    """Whom a take would pass: how many, and the first of them, with the places they have."""

    total: int
    cases: list[Case] = field(default_factory=list)
    any_late: bool | None = None


def key(case: Case) -> tuple[str, datetime, int]:
    """By what cases are served one after the other. Nothing else about a case or a person may enter here."""
    return case.importance, case.registered_at, case.pk


def in_order(cases: Iterable[Case]) -> list[Case]:
    """The cases as they are to be served."""
    return sorted(cases, key=key)


def awaits(case: Case) -> bool:
    """Has the service of the case not begun? Also of one that was put aside before anybody began it."""
    if case.state not in workflow.WAITING:
        return case.state in workflow.IN_TURN
    if case.state_before in workflow.WAITING or case.state_before == "duplicate":
        return _was_in_turn(case)
    return case.state_before in workflow.IN_TURN


# Which facts put a case into its queue, and which take it out.
_IN = {one.kind for one in (CaseReferred, ReferralAccepted, CaseReopened, StaffComplaintOpened, StaffComplaintLifted)}
_OUT = {ReferralReturned.kind, WorkStarted.kind, WorkScheduled.kind}


def _was_in_turn(case: Case) -> bool:
    """Of one that was put aside twice over, say asked about while it was held: what its facts tell."""
    told = EventRecord.objects.filter(case_id=case.pk, kind__in=_IN | _OUT).order_by("-pk")
    return told.values_list("kind", flat=True).first() in _IN


def begins(act: str, case: Case) -> bool:
    """Would the service of a waiting case begin with the act? At the first line an answer is given while the person is
    still there, and passes nobody.
    """
    return act in TAKES and not (act == "resolve" and case.line == FIRST)


class Line:
    """The queue of one case as it stands: what waits there, and what comes before the case.

    Of complaints about staff it holds what is open to `reader`: nobody counts what is closed to them.
    """

    def __init__(self, case: Case, at: datetime, reader: User | None = None) -> None:
        self.case, self.at, self.reader = case, at, reader
        self.by_class = directory.is_fast_team(case.unit, at)

    def waiting(self) -> QuerySet[Case]:
        """All of the queue, the case itself included while it waits."""
        waiting = Case.objects.filter(unit_id=self.case.unit_id, state__in=workflow.IN_TURN)
        if directory.known_units(self.case.agency_id)[self.case.unit_id].staff_complaints is not None:
            # Complaints about staff are a line of their own: no other case names or counts them.
            waiting = waiting.filter(compartment__isnull=self.case.compartment_id is None)
            if self.case.compartment_id is not None and self.reader is not None:
                waiting = waiting.filter(Q(pk=self.case.pk) | self._open_to(self.reader))
        if self.by_class:
            return waiting
        if self.case.service_id is None:
            return waiting.filter(service__isnull=True)
        return waiting.filter(service_id__in=_services_beside(self.case))

    def before(self) -> Q:
        """The condition that another comes before the case."""
        case = self.case
        graver = Q(importance__lt=case.importance)
        if self.by_class:
            return graver
        same = Q(importance=case.importance)
        earlier = Q(registered_at__lt=case.registered_at) | Q(registered_at=case.registered_at, pk__lt=case.pk)
        return graver | (same & earlier)

    def rank(self) -> Rank:
        """The place of the case; of one that was put aside, the place that it would have."""
        found = self.waiting().aggregate(
            before=Count("pk", filter=self.before()), others=Count("pk", filter=~Q(pk=self.case.pk))
        )
        return Rank(found["before"] + 1, found["others"] + 1)

    def passable(self, server: User) -> Q:
        """The condition that one before it could have been taken: not what the person must not handle, and nobody whom
        the case passed already: a pair is told once each time the case is open.
        """
        told = JumpOvertaken.objects.filter(
            jump__case_id=self.case.pk, jump__reopened_times=self.case.reopened_times
        ).values_list("case_id", flat=True)
        passable = self.before() & ~Q(pk__in=[self.case.pk, *told])
        if self.case.compartment_id is not None:  # nobody passes, or hears of, what is closed to them
            passable &= self._open_to(server)
        tied = relations.people_tied(server, {self.case.agency_id}, self.at)
        return passable & ~tied_to(tied) if tied else passable  # also those whom such a person joined by a duplicate

    def _open_to(self, person: User) -> Q:
        opened = compartment.open_to(person, self.at)
        return Q(pk__in=Case.objects.filter(opened).order_by().values("pk")) if opened else Q(pk__in=[])


def rank_of(case: Case, *, at: datetime) -> Rank | None:
    """The place of a case that waits for its turn; None when it does not."""
    return Line(case, at).rank() if case.state in workflow.IN_TURN else None


def turn_of(case: Case, user: User, *, at: datetime) -> Turn | None:
    """Where a case stands whose service has not begun, and how many the person would pass; None when it has."""
    if not awaits(case):
        return None
    line, server = Line(case, at, user), case.assignee or user
    passable = line.passable(server)
    found = line.waiting().aggregate(
        before=Count("pk", filter=line.before()),
        others=Count("pk", filter=~Q(pk=case.pk)),
        free=Count("pk", filter=passable & Q(assignee__isnull=True)),
        own=Count("pk", filter=passable & Q(assignee_id=server.pk)),
    )
    is_given = case.assignee_id is not None
    return Turn(found["before"] + 1, found["others"] + 1, found["free"], found["own"], is_given)


def overtaken_by(
    case: Case, act: str, *, server: User, at: datetime, limit: int = NAMED, reader: User | None = None
) -> Overtaken:
    """Whom the act would pass if this person served the case, in their order; the total is whole beyond the limit.

    `case` is as it stands before the act; `reader` is who is told of it, where that is not the server.
    """
    line = Line(case, at, reader or server)
    ahead = line.waiting().filter(line.passable(server), _in_hands(case, act, server))
    # The numbers come from the index alone, in its order; whole rows would first be fetched and then sorted.
    numbers = list(ahead.order_by("importance", "registered_at", "pk").values_list("pk", flat=True)[: limit + 1])
    total = len(numbers) if len(numbers) <= limit else ahead.count()
    rows = Case.objects.filter(pk__in=numbers[:limit]).only("reference", "importance", "registered_at", "due_at")
    found = in_order(rows) if numbers else []
    promised = [one.due_at for one in found if one.due_at is not None]
    return Overtaken(total, found, any(due < at for due in promised) if promised else None)


_JUMPS = Asked(
    lambda case_id: Jump.objects.filter(case_id=case_id).select_related("by", "to").order_by("-at", "-pk"), int
)
_PASSES = Asked(
    lambda case_id: (
        JumpOvertaken.objects.filter(case_id=case_id)
        .select_related("jump", "jump__by", "jump__case")
        .order_by("-jump__at", "-pk")
    ),
    int,
)


def skipped_by(cases: Iterable[Case], act: str, user: User, *, at: datetime) -> int:
    """How many that are not among these come before one of them, if the person took them all; a statement a queue."""
    groups: dict[tuple[int, frozenset[int], int | None], list[Case]] = {}
    for case in cases:
        if awaits(case) and begins(act, case):
            beside = frozenset(_services_beside(case)) if case.service_id else frozenset[int]()
            groups.setdefault((case.unit_id, beside, case.assignee_id), []).append(case)
    chosen = [case.pk for group in groups.values() for case in group]
    skipped: set[int] = set()
    for group in groups.values():
        last = in_order(group)[-1]
        line, server = Line(last, at, user), last.assignee or user
        ahead = line.waiting().filter(line.passable(server), _in_hands(last, act, server)).exclude(pk__in=chosen)
        skipped.update(ahead.values_list("pk", flat=True))
    return len(skipped)


def jumps_closed_to(case: Case, person: User, *, at: datetime) -> frozenset[int]:
    """The numbers of those jumps of a complaint about staff that passed one closed to the person: nobody is told that
    something was there. Empty for any other case, with no statement.
    """
    if case.compartment_id is None:
        return frozenset()
    opened = compartment.open_to(person, at)
    passed = JumpOvertaken.objects.filter(jump__case_id=case.pk)
    if opened is not None:
        passed = passed.exclude(case__in=Case.objects.filter(opened).order_by())
    return frozenset(passed.values_list("jump_id", flat=True))


def jumps_of(case: Case) -> list[Jump]:
    """How often the case was taken before its turn, the newest first, with who did it."""
    return _JUMPS.all(case.pk)


def passes_of(case: Case) -> list[JumpOvertaken]:
    """By what the case was passed, the newest first."""
    return _PASSES.all(case.pk)


def overtaken_cases(jump: Jump, limit: int) -> list[Case]:
    """The first of those that a jump passed, in their order."""
    rows = JumpOvertaken.objects.filter(jump=jump).select_related("case__agency").order_by("position")
    return [row.case for row in rows[:limit]]


def reasons(agency_id: int) -> dict[str, JumpReason]:
    """What can be chosen today, in the order of the form: shared, to be read only."""
    return {code: row for code, row in _all_reasons(agency_id).items() if row.ended_at is None}


def reason_words(agency_id: int, code: str) -> Localized:
    """A reason in words, of former times too; its code where nobody knows it."""
    row = _all_reasons(agency_id).get(code)
    return row.name if row is not None else both(code, code)


def all_reasons(agency_id: int) -> list[JumpReason]:
    """Every reason of the agency, ended ones too; those it never changed as rows that are not stored."""
    stored = {row.code: row for row in JumpReason.objects.filter(agency_id=agency_id)}
    usual = [
        JumpReason(agency_id=agency_id, code=code, name=name, needs_words=needs_words, order=10 * place)
        for place, (code, (name, needs_words)) in enumerate(USUAL_REASONS.items(), start=1)
        if code not in stored
    ]
    return sorted([*usual, *stored.values()], key=lambda row: (row.order, row.code))


def favours(text: str) -> bool:
    """Do these words speak of who somebody is, where only the matter may count?"""
    words = f" {fold(text.replace('_', ' ').replace('-', ' '))} "
    return any(f" {fold(word)}" in words for word in FAVOURS)


def _all_reasons(agency_id: int) -> dict[str, JumpReason]:
    return edition.kept(("cases.jump_reasons", agency_id), lambda: {row.code: row for row in all_reasons(agency_id)})


def _services_beside(case: Case) -> list[int]:
    known = catalogue.known_services(case.agency_id).values()
    category = next((one.category_id for one in known if one.pk == case.service_id), None)
    return [one.pk for one in known if one.category_id == category] if category is not None else [case.service_id or 0]


def _in_hands(case: Case, act: str, server: User) -> Q:
    if act == "assign":
        return Q(assignee__isnull=True) if case.assignee_id is None else Q(pk__in=[])
    own = Q(assignee_id=server.pk)
    return own if case.assignee_id is not None else own | Q(assignee__isnull=True)
