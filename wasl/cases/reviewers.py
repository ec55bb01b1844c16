"""Who may review a case: those who lead an office above it, without whoever decided about the case before.

Leading are the head and the deputy of the unit and the director of the agency; whoever is away is replaced by their
substitute. Whoever must not handle the case (`bars`) does not review it, nor whoever it went out of reach of: while its
review waits an open case may be referred on. Where nobody is left in the office, it is decided by whoever has the right
over the office and the case. However many reviews are asked about, the number of statements is the same.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from wasl.accounts.models import User
from wasl.cases import bars
from wasl.cases.appeal_rows import Appeal
from wasl.cases.models import Case, Raise
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.rights import Right, Role

_LEADING = frozenset({Role.HEAD, Role.DEPUTY, Role.DIRECTOR})
# Facts whose author has decided about the case.
_DECIDING = ("CaseResolved", "CaseRejected", "RaiseDecided", "AppealDecided")
# Those of them by which a unit itself has decided about the matter.
_OF_UNITS = ("CaseResolved", "CaseRejected")


def panels(asked: Iterable[tuple[Case, Unit]], *, at: datetime) -> list[list[User]]:
    """Who may review each case in that office, by name; the statements do not grow with the number of pairs."""
    pairs = list(asked)
    leading = directory.present_in({unit.pk for _, unit in pairs}, _LEADING, at)
    people = {person.pk: person for found in leading.values() for person in found}
    cases = [case for case, _ in pairs]
    decided = _decided_by(cases) if people else {}
    barred = bars.barred_of(cases, people.values(), at)
    return [
        [
            person
            for person in leading.get(unit.pk, ())
            if person.pk not in decided.get(case.pk, ())
            and person.pk not in barred[case.pk]
            and _may(person, unit, case, at)
        ]
        for case, unit in pairs
    ]


def people_of(unit: Unit, case: Case, *, at: datetime) -> list[User]:
    """Who may review the case in this office."""
    return panels([(case, unit)], at=at)[0]


def is_theirs(appeals: Sequence[Appeal], person: User, *, at: datetime) -> list[bool]:
    """Of each of these reviews: is it this person's to decide?"""
    found = panels([(one.case, one.unit) for one in appeals], at=at)
    cases = [one.case for one in appeals]
    decided, barred = _decided_by(cases), bars.barred_of(cases, [person], at)
    return [
        person.pk in {one.pk for one in people}
        if people
        else _may(person, one.unit, one.case, at)
        and person.pk not in decided.get(one.case_id, ())
        and person.pk not in barred[one.case_id]
        for one, people in zip(appeals, found, strict=True)
    ]


def sees_files(appeals: Sequence[Appeal], person: User, *, at: datetime) -> bool:
    """Are the files of these reviews of one case open to the person: is the one that waits theirs to decide, or did
    they decide one? Nothing is asked where there are no files.
    """
    if not any(one.files.all() for one in appeals):
        return False
    waiting = [one for one in appeals if one.is_open]
    return any(one.decided_by_id == person.pk for one in appeals) or any(is_theirs(waiting, person, at=at))


def units_that_decided(case: Case) -> set[int]:
    """The numbers of the units that have answered the matter before: resolved or refused it, wherever it went after
    that, or decided what was raised to them.
    """
    facts = EventRecord.objects.filter(case_id=case.pk, kind__in=_OF_UNITS).order_by("pk")
    raised = Raise.objects.filter(case_id=case.pk).exclude(outcome="").order_by("pk")
    return {
        *(data["unit_id"] for data in facts.values_list("data", flat=True) if data.get("unit_id")),
        *raised.values_list("to_unit_id", flat=True),
    }


def _may(person: User, unit: Unit, case: Case, at: datetime) -> bool:
    """Does the right reach the office, and the unit that has the case now?"""
    return all(
        directory.may(person, Right.DECIDE_APPEAL, agency_id=case.agency_id, unit_id=number, at=at)
        for number in (unit.pk, case.unit_id)
    )


def _decided_by(cases: Iterable[Case]) -> dict[int, set[int]]:
    """Who has decided about each of the cases before, or in whose name it was by delegation; one statement."""
    deciding = EventRecord.objects.filter(case_id__in={case.pk for case in cases}, kind__in=_DECIDING)
    told = deciding.exclude(actor_id=None).order_by("pk").values_list("case_id", "actor_id", "data__by_delegation_of")
    found: dict[int, set[int]] = {}
    for case_id, *people in told:
        if case_id is not None:
            found.setdefault(case_id, set()).update(number for number in people if number is not None)
    return found
