"""What happened afterwards to other cases of whoever complained of staff, at the hands of those complained of.

Read from the facts themselves and kept nowhere: whoever may see the complaint reads it there, and nobody else can. It
bars nobody from their work: that a case is handled by whoever its beneficiary complained of is a **sign** for the unit
that has the complaint, and no judgement. Signs are what was done, or left undone, within a year of the complaint

- by one who is complained of by name, whatever it was, and what was given to them;
- by somebody who sat in a unit of theirs, or in the unit complained of, or below that, at that moment;
- by such a unit itself, where its promise or its day of review passed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet

from wasl.accounts.models import User
from wasl.cases import events
from wasl.cases.accused import Accused
from wasl.cases.compartment import Target, targets_of
from wasl.cases.jumps import JumpOvertaken
from wasl.cases.models import Case
from wasl.contacts import queries as contacts
from wasl.core.localized import Localized, both
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Membership
from wasl.sla.ladder import Cause

# So long after a complaint its sender's other cases are watched.
WATCHED = timedelta(days=365)
# So many signs are told of, the newest first.
MOST = 500

REFUSED, LOWERED, DELAYED, PASSED, HANDLED = "refused", "lowered", "delayed", "passed", "handled"
# In their order on the page: the gravest first.
WORDS: dict[str, Localized] = {
    REFUSED: both("رفضٌ أو إعادة", "Refused or sent back"),
    LOWERED: both("خفض الدرجة", "Classed down"),
    DELAYED: both("تعليق أو تأخير", "Held or late"),
    PASSED: both("تقديم غيره عليه", "Passed by another case"),
    HANDLED: both("تولّيه", "Handled"),
}
_ACTS: dict[type[events.CaseFact], str] = {
    events.CaseRejected: REFUSED,
    events.CaseExcluded: REFUSED,
    events.ReferralReturned: REFUSED,
    events.CaseImportanceChanged: LOWERED,
    events.CasePutOnHold: DELAYED,
    events.ExtensionAsked: DELAYED,
    events.ReferralAccepted: HANDLED,
    events.CaseClassified: HANDLED,
    events.CaseAssigned: HANDLED,
    events.WorkStarted: HANDLED,
    events.WorkScheduled: HANDLED,
    events.BeneficiaryAsked: HANDLED,
    events.CaseResolved: HANDLED,
    events.CaseClosed: HANDLED,
}
# What nobody did: a promise or a day of review went by.
_PASSED_BY = (events.CaseEscalated, events.ReviewMissed)
# The facts after which there may be a sign.
FACTS: tuple[type[events.CaseFact], ...] = (*_ACTS, *_PASSED_BY, events.Jumped)
_KINDS = {cls.kind: sign for cls, sign in _ACTS.items()} | {cls.kind: DELAYED for cls in _PASSED_BY}


@dataclass(frozen=True)
class Sign:
    """The same thing done to a case by one person (None: it was left undone), the last time `at`, `times` in all.

    `by_accused`: by one who is complained of themselves, or given to them.
    """

    code: str
    case: Case
    by: User | None
    at: datetime
    by_accused: bool
    times: int = 1

    @property
    def words(self) -> Localized:
        """What it was."""
        return WORDS[self.code]

    @property
    def is_grave(self) -> bool:
        """Is it more than that a colleague of theirs did their work?"""
        return self.by_accused or self.code != HANDLED


def watches(agency_id: int) -> bool:
    """Has the agency units that hold complaints about staff at all? Nothing is asked of the database."""
    return any(unit.staff_complaints is not None for unit in directory.known_units(agency_id).values())


def complaints_touched_by(record: EventRecord) -> list[Case]:
    """The complaints about staff whose senders have a case that this fact befell."""
    befallen = Case.objects.filter(_befallen(record), compartment__isnull=True, beneficiary_id__isnull=False)
    people = contacts.known_as(set(befallen.values_list("beneficiary_id", flat=True)))
    if not people:
        return []
    own = Q(beneficiary_id__in=people)
    joined = Q(pk__in=Case.objects.filter(own, merged_into__isnull=False).values("merged_into_id"))
    found = Case.objects.filter(own | joined, agency_id=record.agency_id, compartment__isnull=False)
    return list(found.filter(merged_into__isnull=True).select_related("agency", "compartment").order_by("pk"))


def signs(complaint: Case, *, at: datetime, record: EventRecord | None = None) -> list[Sign]:
    """The signs that those who handle a complaint have to know, the gravest first; of one fact only where it is given.

    Empty where nobody is complained of by name, or nobody knows who complained.
    """
    accused = list(Accused.objects.filter(case_id=complaint.pk).order_by("set_at", "pk"))
    targets = targets_of([row for row in accused if row.ended_at is None], at)
    others = _others(complaint) if targets else None
    if others is None:
        return []
    since = accused[0].set_at
    found = [
        *_done(complaint, others, targets, since, record),
        *_passed(complaint, others, targets, since, record),
    ]
    order = list(WORDS)
    return sorted(
        _together(found), key=lambda one: (not one.by_accused, order.index(one.code), -one.at.timestamp(), one.case.pk)
    )


def _befallen(record: EventRecord) -> Q:
    if record.kind != events.Jumped.kind:
        return Q(pk=record.case_id)
    return Q(pk__in=JumpOvertaken.objects.filter(_of_jump(record)).values("case_id"))


def _of_jump(record: EventRecord) -> Q:
    return Q(jump__case_id=record.case_id, jump__by_id=record.actor_id, jump__at=record.at)


def _others(complaint: Case) -> QuerySet[Case] | None:
    """The cases of whoever complained, and of those who joined the complaint, that are not closed as it is."""
    senders = Case.objects.filter(Q(pk=complaint.pk) | Q(merged_into_id=complaint.pk), beneficiary_id__isnull=False)
    people = contacts.known_as(set(senders.values_list("beneficiary_id", flat=True)))
    if not people:
        return None
    return Case.objects.filter(agency_id=complaint.agency_id, beneficiary_id__in=people, compartment__isnull=True)


def _units(targets: Iterable[Target], agency_id: int) -> frozenset[int]:
    """The units of those complained of; of a whole unit also what is below it."""
    known, found = directory.known_units(agency_id), set[int]()
    for target in targets:
        found |= target.units
        if target.unit_id in known:
            found |= directory.unit_and_below(known[target.unit_id])
    return frozenset(found)


def _sat_there(units: Collection[int], person: str, moment: str) -> Exists:
    """The condition that somebody sat in one of the units at the moment of the row."""
    rows = Membership.objects.filter(unit_id__in=units, user_id=OuterRef(person), valid_from__lte=OuterRef(moment))
    return Exists(rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef(moment))))


def _done(
    complaint: Case, others: QuerySet[Case], targets: list[Target], since: datetime, record: EventRecord | None
) -> list[Sign]:
    named = {target.user_id for target in targets if target.user_id is not None}
    units = _units(targets, complaint.agency_id)
    rows = EventRecord.objects.filter(
        agency_id=complaint.agency_id,
        case_id__in=others.order_by().values("pk"),
        kind__in=_KINDS,
        at__gt=since,
        at__lt=since + WATCHED,
    )
    if record is not None:
        rows = rows.filter(pk=record.pk)
    hands = Q(actor_id__in=named) | Q(data__assignee_id__in=named) | _sat_there(units, "actor_id", "at")
    undone = Q(actor_id__isnull=True, data__unit_id__in=units)
    told = rows.filter(hands | undone).order_by("-pk").iterator(chunk_size=MOST)
    chosen = list(islice(filter(_tells, told), MOST))
    people = User.objects.in_bulk({row.actor_id for row in chosen if row.actor_id is not None})
    cases = others.in_bulk({row.case_id for row in chosen if row.case_id is not None})
    return [
        Sign(
            _KINDS[row.kind],
            cases[row.case_id],
            people.get(row.actor_id or 0),
            row.at,
            bool(named & {row.actor_id, row.data.get("assignee_id")}),
        )
        for row in chosen
        if row.case_id in cases
    ]


def _tells(row: EventRecord) -> bool:
    """Of a new class only a lower one; of being lifted only by time that nobody used."""
    if row.kind == events.CaseImportanceChanged.kind:
        return bool(row.data["importance"] > row.data["importance_before"])
    if row.kind == events.CaseEscalated.kind:
        return bool(row.data["cause"] == Cause.CLOCK and row.data["step"] >= 100)
    return True


def _passed(
    complaint: Case, others: QuerySet[Case], targets: list[Target], since: datetime, record: EventRecord | None
) -> list[Sign]:
    if record is not None and record.kind != events.Jumped.kind:
        return []
    named = {target.user_id for target in targets if target.user_id is not None}
    rows = JumpOvertaken.objects.filter(
        case__in=others.order_by(), jump__at__gt=since, jump__at__lt=since + WATCHED
    ).filter(Q(jump__by_id__in=named) | _sat_there(_units(targets, complaint.agency_id), "jump__by_id", "jump__at"))
    if record is not None:
        rows = rows.filter(_of_jump(record))
    # Whoever took one case of the same person before another of theirs passed nobody else.
    rows = rows.exclude(jump__case__in=others.order_by()).select_related("jump__by", "case").order_by("-pk")
    return [Sign(PASSED, row.case, row.jump.by, row.jump.at, row.jump.by_id in named) for row in rows[:MOST]]


def _together(found: Iterable[Sign]) -> list[Sign]:
    """One sign for the same thing done to the same case by the same person: the last, with how often."""
    signs: dict[tuple[str, int, int | None], Sign] = {}
    for one in found:
        key = (one.code, one.case.pk, one.by.pk if one.by is not None else None)
        signs[key] = _both(signs[key], one) if key in signs else one
    return list(signs.values())


def _both(one: Sign, other: Sign) -> Sign:
    times, by_accused = one.times + other.times, one.by_accused or other.by_accused
    return replace(one, at=max(one.at, other.at), times=times, by_accused=by_accused)
