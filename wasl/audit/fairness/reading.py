"""What was not done in turn, and what else is looked at with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum

from wasl.accounts.models import User
from wasl.analytics.fairness import patterns
from wasl.audit.fairness.asked import Question
from wasl.audit.fairness.moves import Moved, moved
from wasl.audit.fairness.sight import Sight
from wasl.cases import asked_classes
from wasl.cases.asked_classes import Change
from wasl.cases.events import BarredAttempt
from wasl.cases.models import Case, Jump, JumpOvertaken
from wasl.contacts.reading import outside_looks
from wasl.core.models import EventRecord

# So many rows go into one file or stand under one heading.
MOST = 20_000
MOST_SIGNS = 200
# While we wait for the citizen the clock stands.
_STANDS = "pending_beneficiary"


@dataclass(frozen=True)
class Passed:
    """One case that was overtaken. `case` is None where it is closed to the reader; `is_late`: it ended, or still
    waits, after a promised moment that lay ahead when it was passed.
    """

    case: Case | None
    position: int
    is_late: bool


@dataclass(frozen=True)
class Taken:
    """One case that was taken out of turn, and whom it passed. `words` is empty where the reader may not read them.

    Where it passed complaints about staff that are closed to the reader, they are as if they had not been there.
    """

    jump: Jump
    words: str
    passed: list[Passed]
    # Of `passed`, so many became late, while this case kept its promise.
    delayed: int
    # So many of those it passed are told to nobody who reads this.
    untold: int = 0

    @property
    def overtook(self) -> int:
        """How many it passed."""
        return self.jump.overtook - self.untold

    @property
    def place(self) -> int:
        """Its place in the line."""
        return self.jump.place - self.untold

    @property
    def waiting(self) -> int:
        """How many stood in the line."""
        return self.jump.waiting - self.untold

    @property
    def passed_late_ones(self) -> bool:
        """Was one of those it passed after its promise already?"""
        if self.untold:
            return any(one.case and one.case.due_at and one.case.due_at < self.jump.at for one in self.passed)
        return self.jump.without_delay is False

    @property
    def unnamed(self) -> int:
        """So many were passed that are not listed."""
        return max(0, self.overtook - len(self.passed))


@dataclass(frozen=True)
class Totals:
    """All that was not done in turn: how often, whom it passed, how often with a delay, and for which reasons."""

    jumps: int
    overtook: int
    delayed: int
    reasons: list[tuple[str, int]]


@dataclass(frozen=True)
class Sign:
    """One look without a reason in the work, or one attempt that was refused. Without a case: it is closed to the
    reader.
    """

    at: datetime
    person: str
    reference: str


@dataclass(frozen=True)
class Signs:
    """What else may be a sign of favour. `is_cut`: more were moved than are told."""

    raised: list[Change]
    moved: list[Moved]
    looks: list[Sign]
    barred: list[Sign]
    is_cut: bool


def jumps(sight: Sight, asked: Question) -> QuerySet[Jump]:
    """The cases taken out of turn that were asked for, the newest first."""
    zone = sight.agency.zone
    found = Jump.objects.filter(agency=sight.agency, at__gte=asked.begins(zone), at__lt=asked.ends(zone))
    if sight.seen is not None and sight.seen.is_all:  # the few that are not seen are found sooner than all that are
        found = found.exclude(case_id__in=[*sight.closed, *sight.seen.left_out])
    else:
        found = found.filter(case__in=sight.cases.order_by())
    simple = {
        "by_id": asked.person,
        "unit_id": asked.unit,
        "reason_code": asked.reason,
        "importance": asked.importance,
    }
    found = found.filter(**{name: value for name, value in simple.items() if value})
    if sight.closed:
        found = found.exclude(pk__in=_untold(sight).values("jump_id"))
    if asked.beneficiary:
        found = found.filter(case__beneficiary_id__in=_same_person(asked.beneficiary))
    if asked.delayed:
        found = _delaying(found, sight)
    return found.order_by("-at", "-pk")


def untold(sight: Sight) -> list[int]:
    """The numbers of the jumps that are none for the reader: what they passed are complaints about staff alone, which
    are closed to the reader. At most one statement.
    """
    return sorted(_untold(sight).values_list("jump_id", flat=True)) if sight.closed else []


def totals(sight: Sight, asked: Question) -> Totals:
    """The same in numbers. Two statements, and one more where some are closed to the reader."""
    found = jumps(sight, asked).order_by()
    rows = found.values_list("reason_code").annotate(number=Count("pk"), passed=Sum("overtook"))
    told = sorted(((code, number, passed) for code, number, passed in rows), key=lambda row: (-row[1], row[0]))
    reasons = [(code, number) for code, number, _ in told]
    jumped, overtook = sum(number for _, number, _ in told), sum(passed for _, _, passed in told)
    if sight.closed:
        overtook -= JumpOvertaken.objects.filter(case_id__in=sight.closed, jump__in=found).count()
    return Totals(jumped, overtook, _delaying(found, sight).count() if jumped else 0, reasons)


def page(sight: Sight, asked: Question, size: int) -> tuple[list[Taken], int | None]:
    """A page of them, and the number of the row before which the next one begins. A few statements."""
    found = jumps(sight, asked)
    mark = Jump.objects.filter(pk=asked.before, agency=sight.agency).first() if asked.before else None
    if mark is not None:
        found = found.filter(Q(at__lt=mark.at) | Q(at=mark.at, pk__lt=mark.pk))
    rows = list(told(sight, found, size + 1))
    return rows[:size], rows[size - 1].jump.pk if len(rows) > size else None


def told(sight: Sight, found: QuerySet[Jump], most: int = MOST) -> Iterable[Taken]:
    """These with what is told of each."""
    passed = JumpOvertaken.objects.order_by("position", "pk").select_related("case")
    rows = list(
        found.select_related("case", "by", "to", "unit").prefetch_related(Prefetch("overtaken", queryset=passed))[:most]
    )
    numbers = {one.case_id for row in rows for one in row.overtaken.all()}
    open_to = set(sight.cases.order_by().filter(pk__in=numbers).values_list("pk", flat=True))
    return [_told(row, open_to, sight) for row in rows]


def signs(sight: Sight, asked: Question) -> Signs:
    """Classes made graver by hand, moves between queues, looks without a reason, attempts that were refused, within the
    days asked for.
    """
    since, until = asked.begins(sight.agency.zone), asked.ends(sight.agency.zone)
    changes = asked_classes.changes(sight.cases, [sight.agency.pk], since=since, before=until, most=MOST_SIGNS)
    mine = frozenset([asked.person]) if asked.person else None
    people = mine if sight.is_whole else frozenset(sight.people) & (mine or frozenset(sight.people))
    looks = outside_looks(sight.agency.pk, since=since, until=until, most=MOST_SIGNS, people=people)
    barred = EventRecord.objects.filter(
        agency_id=sight.agency.pk, kind=BarredAttempt.kind, at__gte=since, at__lt=until
    ).order_by("-at", "-pk")
    if people is not None:
        barred = barred.filter(actor_id__in=people)
    raised = [one for one in changes if one.is_raised and (not asked.person or _is_by(one, asked.person))]
    moves, is_cut = moved(sight, since=since, until=until, most=MOST_SIGNS, person=asked.person)
    outside, refused = _named(sight, [looks, list(barred[:MOST_SIGNS])])
    return Signs(raised, moves, outside, refused, is_cut)


def _told(row: Jump, open_to: set[int], sight: Sight) -> Taken:
    every = row.overtaken.all()
    known = [one for one in every if one.case_id not in sight.closed]
    passed = [
        Passed(
            one.case if one.case_id in open_to else None,
            place,
            bool(one.case.due_at and one.case.due_at > row.at and is_late(one.case, sight.at)),
        )
        for place, one in enumerate(known, start=1)
    ]
    delayed = 0 if is_late(row.case, sight.at) else sum(one.is_late for one in passed)
    words = row.words if sight.reads_words(row.unit_id) else ""
    return Taken(row, words, passed, delayed, len(every) - len(known))


def _untold(sight: Sight) -> QuerySet[JumpOvertaken, dict[str, int]]:
    """Rows that name the jumps which passed nothing but what is closed. Found by the few numbers: asked of every jump,
    whom each passed, it would take minutes.
    """
    rows = JumpOvertaken.objects.filter(case_id__in=sight.closed).order_by().values("jump_id")
    return rows.annotate(number=Count("pk")).filter(number__gte=F("jump__overtook"))


def is_late(case: Case, at: datetime) -> bool:
    """Did the case end after its promised moment, or does it still wait after it?"""
    if case.due_at is None:
        return False
    if case.is_open:
        return case.due_at < (case.state_since if case.state == _STANDS else at)
    return case.due_at < (case.resolved_at or case.state_since)


def _late(at: datetime, where: str) -> Q:
    """The same as a condition on a case that is reached by so much of a path."""

    def field(name: str) -> F:
        return F(f"{where}{name}")

    stands = Q(**{f"{where}state": _STANDS})
    still = (~stands & Q(**{f"{where}due_at__lt": at})) | (stands & Q(**{f"{where}due_at__lt": field("state_since")}))
    resolved = Q(**{f"{where}due_at__lt": field("resolved_at")})
    ended = Q(**{f"{where}resolved_at__isnull": True, f"{where}due_at__lt": field("state_since")})
    is_open = Q(**{f"{where}is_open": True})
    return Q(**{f"{where}due_at__isnull": False}) & ((is_open & still) | (~is_open & (resolved | ended)))


def _delaying(found: QuerySet[Jump], sight: Sight) -> QuerySet[Jump]:
    """Those by which a case was passed that became late, while the one that passed it kept its promise."""
    passed = JumpOvertaken.objects.filter(jump=OuterRef("pk"), case__due_at__gt=OuterRef("at")).filter(
        _late(sight.at, "case__")
    )
    if sight.closed:
        passed = passed.exclude(case_id__in=sight.closed)
    kept = Case.objects.filter(pk=OuterRef("case_id")).filter(_late(sight.at, ""))
    return found.filter(Exists(passed), ~Exists(kept))


def _same_person(beneficiary_id: int) -> list[int]:
    return patterns.known_as(beneficiary_id)


def _is_by(change: Change, number: int) -> bool:
    return change.by is not None and change.by.pk == number


def _named(sight: Sight, lists: Sequence[Sequence[EventRecord]]) -> list[list[Sign]]:
    records = [one for found in lists for one in found]
    people = User.objects.in_bulk({one.actor_id for one in records if one.actor_id})
    numbers = {one.case_id for one in records if one.case_id}
    references = dict(sight.cases.order_by().filter(pk__in=numbers).values_list("pk", "reference"))
    return [
        [
            Sign(
                one.at,
                people[one.actor_id].name if one.actor_id in people else "",
                references.get(one.case_id or 0, ""),
            )
            for one in found
        ]
        for found in lists
    ]
