"""The closed compartment of complaints about staff: to whom one goes, and who stands too near to see it.

**The line of whoever is complained of** are they themselves; whoever holds a role in a unit of theirs; whoever leads a
unit above one of theirs; and, where they lead a unit themselves, everybody in it and below. A whole unit that is
complained of stands for its people: the line are those in it and below it, and who leads above it. Leading are the
roles `LEADING`. Roles lent by absent colleagues count for whoever looks. A unit that the agency chose for such
complaints may stand above everybody (the director's office): leading it alone puts nobody into a line.

**Where it goes** (`choose`): the unit with place 1, then the one with place 2, then where the agency's directors sit,
then its follow-up team; the first that is outside the line and has somebody left who may see the case. A unit is inside
where one who is complained of holds a role, or leads a unit above it, or where it is the unit complained of or below
that. Where none is left the case waits in the triage unit, and nobody but the auditors sees it: it is registered all
the same, and they are told that the agency has to choose a unit.

**Who sees it** (`open_to`): who has READ_COMPARTMENT for that unit and stands outside the line. No other right reaches
into the compartment, whatever its scope.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from wasl.accounts.models import User
from wasl.cases.accused import Accused
from wasl.core.i18n import t
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Membership, Unit
from wasl.directory.rights import Right, Role
from wasl.directory.scopes import Held, below

LEADING = frozenset({Role.HEAD, Role.DEPUTY, Role.SUPERVISOR, Role.HALL_HEAD, Role.DIRECTOR})
# Acts that would carry the case, or word of it, out of the compartment.
CLOSED_ACTS = frozenset({"refer", "return", "decide_owner", "raise", "merge", "remind", "ask_extension"})
# Acts that only such a case knows, and one that it no longer does.
_INSIDE = frozenset({"name_accused", "lift_compartment"})


@dataclass(frozen=True)
class Standing:
    """Where a person stands: their units, those below one that they lead (by the leading unit), those above."""

    own: frozenset[int] = frozenset()
    led: Mapping[int, frozenset[int]] = field(default_factory=dict)
    above: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Target:
    """One who is complained of: a person with the units of their roles and those they lead, or a whole unit."""

    user_id: int | None = None
    unit_id: int | None = None
    units: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()


def standing_of(roles: Iterable[Held], units: Mapping[int, Unit]) -> Standing:
    """Where somebody with these roles stands in the tree of units."""
    held, parts = list(roles), _parts(units)
    own = frozenset(role.unit_id for role in held)
    led = {role.unit_id: below(role.unit_id, parts) - {role.unit_id} for role in held if role.role in LEADING}
    return Standing(own, led, frozenset(number for unit in own for number in _above(unit, units)))


def is_in_line(person_id: int, standing: Standing, target: Target, *, chosen: int | None = None) -> bool:
    """Does the person stand in the line of the one complained of? `chosen`: the unit that has the case; to lead it
    alone does not count.
    """
    led = frozenset().union(*(units for unit, units in standing.led.items() if unit != chosen))
    if target.unit_id is not None:
        return target.unit_id in standing.own | led | standing.above
    if person_id == target.user_id:
        return True
    return bool(target.units & (standing.own | led) or target.leads & standing.above)


def is_inside(unit: Unit, target: Target, units: Mapping[int, Unit]) -> bool:
    """Is the unit itself in the line: does the one complained of hold a role in it, or lead above it?"""
    up = frozenset(_above(unit.pk, units))
    if target.unit_id is not None:
        return target.unit_id == unit.pk or target.unit_id in up
    return unit.pk in target.units or bool(target.leads & up)


def targets_of(accused: Iterable[Accused], at: datetime) -> list[Target]:
    """Those complained of with the units in which they hold roles now; none for whom only words tell of."""
    rows = [row for row in accused if row.user_id is not None or row.unit_id is not None]
    held: dict[int, list[Membership]] = {row.user_id: [] for row in rows if row.user_id is not None}
    for one in Membership.objects.filter(user_id__in=list(held)) if held else ():
        if one.is_valid(at=at):
            held[one.user_id].append(one)
    return [
        Target(unit_id=row.unit_id)
        if row.user_id is None
        else Target(
            row.user_id,
            None,
            frozenset(one.unit_id for one in held[row.user_id]),
            frozenset(one.unit_id for one in held[row.user_id] if one.role in LEADING),
        )
        for row in rows
    ]


def choose(agency: Agency, targets: Iterable[Target], *, at: datetime) -> Unit | None:
    """The unit to which a complaint about these goes; None where nobody outside their line is there to see it."""
    wanted, units = list(targets), directory.known_units(agency.pk)
    for unit in _candidates(agency, at):
        outside = not any(is_inside(unit, target, units) for target in wanted)
        if outside and readers_in(unit, wanted, at=at):
            return unit
    return None


def readers_in(unit: Unit, targets: Iterable[Target], *, at: datetime) -> list[User]:
    """Those who sit in the unit, may see complaints about staff there, and stand outside the line; by name."""
    wanted = list(targets)
    return [person for person in directory.members_of(unit, at) if _sees(person, unit, wanted, at)]


def auditors_of(agency: Agency, targets: Iterable[Target], *, at: datetime) -> list[User]:
    """The auditors of the agency who stand outside the line, by name."""
    wanted, units = list(targets), directory.known_units(agency.pk)
    found = directory.standing_anywhere(agency.pk, (Role.AUDITOR,), at)
    return [one for one in found if not _near(one, wanted, units, None, at)]


def accused_of(case: Any) -> list[Accused]:
    """Those a case is about, in the order in which they were named; also those it turned out not to be about."""
    return list(Accused.objects.filter(case_id=case.pk).select_related("user", "unit", "set_by").order_by("pk"))


def may_keep(unit: Unit, targets: Iterable[Target], *, at: datetime) -> bool:
    """Does a unit that has such a case stand outside the line of all these, with somebody left to see it?"""
    wanted, units = list(targets), directory.known_units(unit.agency_id)
    inside = any(is_inside(unit, target, units) for target in wanted)
    return not inside and bool(readers_in(unit, wanted, at=at))


def watching(case: Any, at: datetime) -> list[User]:
    """Who is told of what happens in a case of the compartment: those of its unit who see it, else the auditors."""
    targets = _present_targets(case, at)
    return readers_in(case.compartment, targets, at=at) or auditors_of(case.agency, targets, at=at)


def listening(case: Any, at: datetime) -> list[int]:
    """The numbers of the only people whose open pages hear of a case of the compartment; empty for all other cases."""
    if case.compartment_id is None:
        return []
    # The number of nobody: an empty list would let everybody hear.
    return [person.pk for person in watching(case, at)] or [0]


def sees(case: Any, person: User, at: datetime) -> bool:
    """Is this case of the compartment open to the person?"""
    return _may_see(case, person, at) and _is_outside(case, person, _present_targets(case, at), at)


def seen_by(cases: Iterable[Any], people: Iterable[User], at: datetime) -> set[tuple[int, int]]:
    """The same of each of these cases of the compartment and each of the people, as pairs of their numbers; two
    statements beside the roles.
    """
    rows, asked = list(cases), list(people)
    accused = Accused.objects.filter(case_id__in=[case.pk for case in rows], ended_at__isnull=True).order_by("pk")
    known = [row for row in accused if row.user_id is not None or row.unit_id is not None] if rows else []
    targets: dict[int, list[Target]] = {case.pk: [] for case in rows}
    for row, target in zip(known, targets_of(known, at), strict=True):
        targets[row.case_id].append(target)
    return {
        (case.pk, person.pk)
        for case in rows
        for person in asked
        if _may_see(case, person, at) and _is_outside(case, person, targets[case.pk], at)
    }


def _may_see(case: Any, person: User, at: datetime) -> bool:
    may = {"agency_id": case.agency_id, "unit_id": case.compartment_id, "at": at}
    return all(directory.may(person, right, **may) for right in (Right.READ_CASE, Right.READ_COMPARTMENT))


def _is_outside(case: Any, person: User, targets: list[Target], at: datetime) -> bool:
    return not _near(person, targets, directory.known_units(case.agency_id), case.compartment_id, at)


def _present_targets(case: Any, at: datetime) -> list[Target]:
    return targets_of(Accused.objects.filter(case_id=case.pk, ended_at__isnull=True), at)


def open_to(user: User, at: datetime) -> Q | None:
    """The condition that a case of the compartment is open to the person; None where none can be."""
    near = directory.compartments_near(user)
    scopes = directory.scopes_of(user, Right.READ_COMPARTMENT, at) if near else []
    seats = Q(pk__in=[])
    for scope in scopes:
        seats |= Q(agency_id=scope.agency_id, compartment__in=near if scope.unit_ids is None else near & scope.unit_ids)
    reached = any(scope.unit_ids is None or scope.unit_ids & near for scope in scopes)
    return seats & ~Q(Exists(_too_near(user, at))) if reached else None


def why_not(case: Any, act: str) -> str:
    """Why the act cannot be done while the case is closed, as a sentence; empty when it can."""
    if case.compartment_id is None:
        return t("ليست في الدائرة المغلقة.", "It is not in the closed compartment.") if act in _INSIDE else ""
    if act == "tell_of_staff":
        return t("هي في الدائرة المغلقة.", "It is in the closed compartment already.")
    if act not in CLOSED_ACTS:
        return ""
    return t(
        "هذه شكوى على موظف، ولا تخرج من الدائرة المغلقة إلى وحدة أخرى. أخرجها بسبب أولاً إن تبيّن أنها ليست كذلك.",
        "This is a complaint about staff: it does not go to another unit from the closed compartment. If it turned out "
        "to be none, take it out with a reason first.",
    )


def _too_near(user: User, at: datetime) -> Any:
    """Rows of those in whose line the person stands: `is_in_line` as the database answers it."""
    held = directory.held_now(user, at)
    trees = [directory.known_units(number) for number in {role.agency_id for role in held}]
    stands = standing_of(held, {number: unit for tree in trees for number, unit in tree.items()})
    now = Membership.objects.filter(user_id=OuterRef("user_id"), valid_from__lte=at).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=at)
    )
    near = Q(user_id=user.pk) | Q(unit_id__in=stands.own | stands.above)
    near |= Q(Exists(now.filter(Q(unit_id__in=stands.own) | Q(unit_id__in=stands.above, role__in=LEADING))))
    for unit_id, led in stands.led.items():
        here = Q(unit_id__in=led) | Q(Exists(now.filter(unit_id__in=led)))
        near |= here & ~Q(chosen=unit_id)
    rows = Accused.objects.filter(case_id=OuterRef("pk"), ended_at__isnull=True)
    return rows.alias(chosen=F("case__compartment")).filter(near)


def _sees(person: User, unit: Unit, targets: list[Target], at: datetime) -> bool:
    if not directory.may(person, Right.READ_CASE, agency_id=unit.agency_id, unit_id=unit.pk, at=at):
        return False
    if not directory.may(person, Right.READ_COMPARTMENT, agency_id=unit.agency_id, unit_id=unit.pk, at=at):
        return False
    return not _near(person, targets, directory.known_units(unit.agency_id), unit.pk, at)


def _near(person: User, targets: list[Target], units: Mapping[int, Unit], chosen: int | None, at: datetime) -> bool:
    standing = standing_of(directory.held_now(person, at), units)
    return any(is_in_line(person.pk, standing, target, chosen=chosen) for target in targets)


def _candidates(agency: Agency, at: datetime) -> list[Unit]:
    units = {number: unit for number, unit in directory.known_units(agency.pk).items() if unit.is_valid(at=at)}
    chosen = sorted(
        (unit for unit in units.values() if unit.staff_complaints), key=lambda unit: unit.staff_complaints or 0
    )
    rows = [one for one in directory.members_of_agency(agency.pk, at) if one.unit_id in units]
    fallen_back = [
        units[number]
        for role in (Role.DIRECTOR, Role.FOLLOW_UP)
        for number in sorted({one.unit_id for one in rows if one.role == role})
    ]
    return list(dict.fromkeys([*chosen, *fallen_back]))


def _parts(units: Mapping[int, Unit]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for unit in units.values():
        if unit.parent_id is not None:
            found.setdefault(unit.parent_id, []).append(unit.pk)
    return found


def _above(unit_id: int, units: Mapping[int, Unit]) -> list[int]:
    """The units above, the nearest first; a loop in the tree ends."""
    found: list[int] = []
    present = units.get(unit_id)
    while present is not None and present.parent_id is not None and present.parent_id not in (*found, unit_id):
        found.append(present.parent_id)
        present = units.get(present.parent_id)
    return found
