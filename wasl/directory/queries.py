"""Questions about agencies, units and rights. What one person may do costs two statements per request at most."""

import json
from collections.abc import Collection, Iterable
from copy import copy
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from wasl.core import edition
from wasl.core.text import fold
from wasl.directory.models import Agency, Delegation, Membership, OperatingMode, Substitution, Unit
from wasl.directory.rights import MEMBER_ROLES, Grant, Reach, Right, Role, grant
from wasl.directory.scopes import Delegated, Held, Scope, below, joined, overlap, scope_of

_HELD, _PARTS, _POWERS = "_wasl_held_roles", "_wasl_unit_parts", "_wasl_powers"
_COMPARTMENTS = "_wasl_compartments"

# By hand, as every page of staff asks it and the ORM takes longer to write the union than PostgreSQL to answer it.
_HELD_ROLES = """
SELECT holder, role, unit_id, agency_id, valid_from, valid_to, for_id, lent_from, lent_to,
       powers, power_unit_id, gravest FROM (
    SELECT m.user_id AS holder, m.role, m.unit_id, u.agency_id, m.valid_from, m.valid_to,
           NULL::bigint AS for_id, NULL::timestamptz AS lent_from, NULL::timestamptz AS lent_to, m.id,
           NULL::jsonb AS powers, NULL::bigint AS power_unit_id, NULL::varchar AS gravest
    FROM directory_membership m
    JOIN directory_unit u ON u.id = m.unit_id
    JOIN directory_agency a ON a.id = u.agency_id AND a.is_active
    WHERE m.user_id = ANY(%(people)s)
    UNION ALL
    SELECT s.substitute_id, m.role, m.unit_id, u.agency_id, m.valid_from, m.valid_to,
           s.absent_id, s.valid_from, s.valid_to, m.id, NULL::jsonb, NULL::bigint, NULL::varchar
    FROM directory_substitution s
    JOIN accounts_user p ON p.id = s.absent_id AND p.is_active
    JOIN directory_membership m ON m.user_id = s.absent_id AND m.unit_id = s.unit_id
    JOIN directory_unit u ON u.id = m.unit_id
    JOIN directory_agency a ON a.id = u.agency_id AND a.is_active
    WHERE s.substitute_id = ANY(%(people)s)
    UNION ALL
    SELECT d.delegate_id, m.role, m.unit_id, d.agency_id, m.valid_from, m.valid_to,
           d.grantor_id, d.valid_from, d.valid_to, m.id, d.powers, d.unit_id, d.gravest
    FROM directory_delegation d
    JOIN accounts_user p ON p.id = d.grantor_id AND p.is_active
    JOIN directory_membership m ON m.user_id = d.grantor_id
    JOIN directory_unit u ON u.id = m.unit_id AND u.agency_id = d.agency_id
    JOIN directory_agency a ON a.id = u.agency_id AND a.is_active
    WHERE d.delegate_id = ANY(%(people)s) AND d.revoked_at IS NULL
) held ORDER BY powers NULLS FIRST, for_id NULLS FIRST, id
"""


# Classes of importance as they sort; routing knows what they mean.
CLASSES = ("P1", "P2", "P3", "P4")
GRAVEST_OF_ALL = CLASSES[0]


class NoAgency(LookupError):
    """No agency answers here."""


def scopes_of(user: Any, right: Right, at: datetime) -> list[Scope]:
    """Where the person has the right now; empty when nowhere, for strangers and for deactivated people."""
    found = cells_of(user, right, at)
    if not found:
        return []
    parts = _unit_parts(user)
    return joined(scope_of(held, cell, user.pk, parts) for held, cell in found)


def may(
    user: Any,
    right: Right,
    *,
    agency_id: int,
    at: datetime,
    unit_id: int | None = None,
    assignee_id: int | None = None,
    importance: str = "",
) -> bool:
    """Has the person the right on a thing of this agency, unit and assignee? Without its class what is limited to some
    classes of importance does not count.
    """
    return any(
        scope.covers(agency_id=agency_id, unit_id=unit_id, assignee_id=assignee_id, importance=importance)
        for scope in scopes_of(user, right, at)
    )


def is_member(user: Any, *, unit_id: int, at: datetime) -> bool:
    """Does the person hold any role in this very unit now?"""
    return user.is_active and any(held.unit_id == unit_id and held.is_valid(at) for held in _held_roles(user))


def has_right(user: Any, right: Right, at: datetime) -> bool:
    """Has the person the right on anything at all? What doors ask before they know the thing."""
    return bool(scopes_of(user, right, at))


def is_fast_team(unit: Unit, at: datetime) -> bool:
    """Does the fast-handling team sit in this unit?"""
    rows = Membership.objects.filter(unit_id=unit.pk, role=Role.FAST_TEAM)
    return any(row.is_valid(at=at) for row in rows)


def held_now(user: Any, at: datetime) -> list[Held]:
    """The roles the person has in units now, own and lent ones; none of a deactivated account."""
    return [held for held in _held_roles(user) if held.is_valid(at)] if user.is_active else []


def compartments_near(user: Any) -> frozenset[int]:
    """The numbers of the units, in the agencies of the person, that hold or held complaints about staff."""
    if not hasattr(user, _COMPARTMENTS):
        _unit_parts(user)
    found: frozenset[int] = getattr(user, _COMPARTMENTS)
    return found


def own_units(user: Any, at: datetime) -> frozenset[int]:
    """The numbers of the units in which the person holds a role now, and of all units under them."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    held = [role for role in _held_roles(user) if role.is_valid(at)]
    parts = _unit_parts(user) if held else {}
    return frozenset().union(*(below(role.unit_id, parts) for role in held))


def asks_second_factor_again(user: Any, right: Right, at: datetime) -> bool:
    """Does the right come only with the code asked for again?"""
    cells = [cell for _, cell in cells_of(user, right, at)]
    return bool(cells) and all(cell.second_factor for cell in cells)


def cells_of(user: Any, right: Right, at: datetime) -> list[tuple[Held, Grant]]:
    """Why the person has the right: each role held now that brings it, with its cell of the table."""
    if not user.is_authenticated or not user.is_active:
        return []
    own = [(held, cell) for held in _held_roles(user) if held.is_valid(at) and (cell := grant(held.role, right))]
    return own + _delegated_cells(user, right, at)


def _delegated_cells(user: Any, right: Right, at: datetime) -> list[tuple[Held, Grant]]:
    """The same of what was delegated to the person: the grantor's roles count, as they are now, for these powers."""
    return [
        (held, cell)
        for held in getattr(user, _POWERS, ())
        if held.delegated is not None and right in held.delegated.powers and held.is_valid(at)
        if (cell := grant(held.role, right)) and cell.reach is not Reach.OWN
    ]


def stands_in_for(
    user: Any,
    right: Right,
    *,
    agency_id: int,
    at: datetime,
    unit_id: int | None = None,
    assignee_id: int | None = None,
) -> int | None:
    """The absent colleague in whose place alone the person may do this; None where an own role is enough."""
    held = _ground(user, right, agency_id=agency_id, unit_id=unit_id, assignee_id=assignee_id, importance="", at=at)
    return held.for_id if held is not None and held.delegated is None else None


def note_ground(
    user: Any,
    right: Right,
    *,
    agency_id: int,
    at: datetime,
    unit_id: int | None = None,
    assignee_id: int | None = None,
    importance: str = "",
) -> None:
    """Write on the person, for the facts of what they are about to do, in whose place or by whose delegation alone they
    may: `acts_for_id`, `by_delegation_of_id`; None where an own role is enough.
    """
    held = _ground(
        user, right, agency_id=agency_id, unit_id=unit_id, assignee_id=assignee_id, importance=importance, at=at
    )
    is_delegated = held is not None and held.delegated is not None
    user.acts_for_id = held.for_id if held is not None and not is_delegated else None
    user.by_delegation_of_id = held.for_id if held is not None and is_delegated else None


def grounds(
    user: Any, right: Right, *, agency_id: int, at: datetime, unit_id: int | None = None, importance: str = ""
) -> list[Held]:
    """Every ground on which the person may do this to a thing of this unit and class: own roles, lent ones, powers
    delegated within their limits.
    """
    return _grounds(user, right, at=at, agency_id=agency_id, unit_id=unit_id, importance=importance)


def delegated_to(person: Any, at: datetime) -> list[Held]:
    """The roles of grantors of which the person may use some powers now; none of a deactivated account."""
    held = _held_by([person.pk])[person.pk] if person.is_active else []
    return [one for one in held if one.delegated is not None and one.is_valid(at)]


def _grounds(user: Any, right: Right, *, at: datetime, **thing: Any) -> list[Held]:
    parts = _unit_parts(user)
    return [held for held, cell in cells_of(user, right, at) if scope_of(held, cell, user.pk, parts).covers(**thing)]


def _ground(user: Any, right: Right, *, at: datetime, **thing: Any) -> Held | None:
    """The nearest ground on which the person may do this: an own role, a role lent, a delegation."""
    found = _grounds(user, right, at=at, **thing)
    return min(found, key=lambda held: (held.delegated is not None, held.for_id is not None), default=None)


def roles_of(user: Any, at: datetime) -> list[Membership]:
    """The roles a person holds at this moment, with unit and agency, oldest first."""
    memberships = Membership.objects.filter(user_id=user.pk).select_related("unit__agency").order_by("valid_from", "pk")
    return [membership for membership in memberships if membership.is_valid(at=at)]


def memberships_of(user: Any, at: datetime) -> list[Membership]:
    """The roles a person holds or will hold, with unit and agency, in the order in which they begin."""
    memberships = Membership.objects.filter(user_id=user.pk).select_related("unit__agency").order_by("valid_from", "pk")
    return [one for one in memberships if one.is_valid(at=at) or one.is_to_come(at=at)]


def delegations_of(user: Any, at: datetime) -> list[Delegation]:
    """What the person delegated and what was delegated to them, now or later, the earliest first."""
    rows = Delegation.objects.filter(Q(grantor_id=user.pk) | Q(delegate_id=user.pk), revoked_at__isnull=True)
    return list(_with_people(rows.filter(valid_to__gt=at)).order_by("valid_from", "pk"))


def delegation_in(agency_ids: Iterable[int], number: int) -> Delegation | None:
    """One delegation of these agencies; None as if it did not exist."""
    row: Delegation | None = _with_people(Delegation.objects.filter(agency_id__in=list(agency_ids), pk=number)).first()
    return row


def delegations_in(agency_ids: Iterable[int], *, most: int) -> list[Delegation]:
    """Every delegation of these agencies, also ended and revoked ones, the newest first."""
    rows = Delegation.objects.filter(agency_id__in=list(agency_ids))
    return list(_with_people(rows).order_by("-given_at", "-pk")[:most])


def _with_people(rows: Any) -> Any:
    return rows.select_related("grantor", "delegate", "unit", "agency", "revoked_by")


def substitutions_by(user: Any, at: datetime) -> list[Substitution]:
    """Where the person stands in for others, now or later, the earliest first."""
    return _open_substitutions(Q(substitute_id=user.pk), at)


def substitutions_for(user: Any, at: datetime) -> list[Substitution]:
    """Who stands in for the person, now or later, the earliest first."""
    return _open_substitutions(Q(absent_id=user.pk), at)


def substitutions_in(unit_ids: Iterable[int], at: datetime) -> list[Substitution]:
    """Who stands in for whom in these units, now or later, the earliest first."""
    return _open_substitutions(Q(unit_id__in=list(unit_ids)), at)


def substitution_within(scopes: Iterable[Scope], number: int) -> Substitution | None:
    """One substitution in the units of these scopes; None when it is not there or outside."""
    found = Substitution.objects.select_related("absent", "substitute", "unit").filter(pk=number).first()
    if found is None:
        return None
    inside = any(scope.covers(agency_id=found.unit.agency_id, unit_id=found.unit_id) for scope in scopes)
    return found if inside else None


def membership_within(scopes: Iterable[Scope], number: int) -> Membership | None:
    """One role in the units of these scopes; None when it is not there or outside."""
    found = Membership.objects.select_related("unit", "user").filter(pk=number).first()
    if found is None:
        return None
    inside = any(scope.covers(agency_id=found.unit.agency_id, unit_id=found.unit_id) for scope in scopes)
    return found if inside else None


def person_within(scopes: Iterable[Scope], number: int, at: datetime) -> Any:
    """An account that holds or will hold a role in these scopes; None for all others."""
    scopes = list(scopes)
    for one in Membership.objects.filter(user_id=number).select_related("unit", "user").order_by("pk"):
        here = any(scope.covers(agency_id=one.unit.agency_id, unit_id=one.unit_id) for scope in scopes)
        if here and (one.is_valid(at=at) or one.is_to_come(at=at)):
            return one.user
    return None


def units_within(scopes: Iterable[Scope], at: datetime) -> list[Unit]:
    """The units these scopes reach, with their agencies, by code."""
    scopes = list(scopes)
    units = Unit.objects.within([scope.agency_id for scope in scopes]).valid(at).select_related("agency")
    return [
        unit
        for unit in units.order_by("agency__code", "code")
        if any(scope.covers(agency_id=unit.agency_id, unit_id=unit.pk) for scope in scopes)
    ]


def memberships_in(units: Iterable[Unit], at: datetime) -> list[Membership]:
    """Who holds or will hold which role in these units, by unit and name; active people only."""
    rows = Membership.objects.filter(unit__in=list(units), user__is_active=True).select_related("unit", "user")
    found = [one for one in rows if one.is_valid(at=at) or one.is_to_come(at=at)]
    return sorted(found, key=lambda one: (one.unit.code, one.user.full_name, one.valid_from, one.pk))


def members_of_agency(agency_id: int, at: datetime) -> list[Membership]:
    """Every role that an active person holds in the agency now, by name of the person."""
    rows = Membership.objects.filter(unit__agency_id=agency_id, user__is_active=True).select_related("user")
    return [one for one in rows.order_by("user__full_name", "pk") if one.is_valid(at=at)]


def people_named(agency_id: int, words: str, at: datetime) -> list[Any]:
    """Who is meant by a name or an e-mail: active people of the agency, by name; the whole name goes before parts."""
    asked = fold(words)
    if not asked:
        return []
    people = {one.user_id: one.user for one in members_of_agency(agency_id, at)}.values()
    named = {person: [fold(person.full_name), fold(person.latin_name), fold(person.email)] for person in people}
    whole = [person for person, names in named.items() if asked in names]
    return whole or [person for person, names in named.items() if any(asked in name for name in names)]


def colleagues_of(agency_id: int, at: datetime) -> list[Membership]:
    """Everybody active in the agency with the oldest role of each, by name: who may be asked to stand in."""
    rows = Membership.objects.filter(unit__agency_id=agency_id, user__is_active=True).select_related("unit", "user")
    oldest: dict[int, Membership] = {}
    for one in rows.order_by("valid_from", "pk"):
        if one.is_valid(at=at):
            oldest.setdefault(one.user_id, one)
    return sorted(oldest.values(), key=lambda one: (one.user.full_name, one.user_id))


def may_manage_role(user: Any, role: str, *, unit: Unit, at: datetime) -> bool:
    """May the person give or take this role in this unit? Supervisors the desk roles of their own units, administrators
    every role of their agency.
    """
    if may(user, Right.MANAGE_PEOPLE, agency_id=unit.agency_id, unit_id=unit.pk, at=at):
        return True
    return role in MEMBER_ROLES and may(user, Right.MANAGE_MEMBERS, agency_id=unit.agency_id, unit_id=unit.pk, at=at)


def grantable_roles(user: Any, *, unit: Unit, at: datetime) -> list[Role]:
    """The roles the person may give in this unit, in the order of the table."""
    return [role for role in Role if may_manage_role(user, role, unit=unit, at=at)]


def agencies_of(user: Any, at: datetime) -> list[Agency]:
    """The agencies in which the person holds a role, by code."""
    ids = {held.agency_id for held in _held_roles(user) if held.is_valid(at)}
    return [copy(agency) for agency in _agencies_by_code() if agency.pk in ids and agency.is_active]


def own_agency(user: Any, at: datetime) -> Agency | None:
    """The agency a person works for: where the oldest role stands; None without any role."""
    held = [held for held in _held_roles(user) if held.is_valid(at)]
    found = _agencies().get(held[0].agency_id) if held else None
    return copy(found) if found is not None else None


def people_with(right: Right, *, unit: Unit, at: datetime) -> list[Any]:
    """Active people who have the right on things of this unit, by name: whom a case of it can be assigned to.

    Whoever stands in for one of them is among them.
    """
    memberships = Membership.objects.filter(unit__agency_id=unit.agency_id, user__is_active=True).select_related("user")
    parts = _parts_of_agencies([unit.agency_id])
    substitutes = _substitutes_in(Q(unit__agency_id=unit.agency_id), at)
    people = {}
    for membership in memberships:
        cell = grant(membership.role, right)
        if cell is None or not membership.is_valid(at=at):
            continue
        held = Held(membership.role, membership.unit_id, unit.agency_id, membership.valid_from, membership.valid_to)
        if scope_of(held, cell, membership.user_id, parts).covers(agency_id=unit.agency_id, unit_id=unit.pk):
            here = [membership.user, *substitutes.get((membership.user_id, membership.unit_id), ())]
            people.update({person.pk: person for person in here})
    return sorted(people.values(), key=lambda person: (person.full_name, person.pk))


def members_of(unit: Unit, at: datetime) -> list[Any]:
    """Active people who hold a role in this very unit, by name, and who stands in for one of them."""
    memberships = Membership.objects.filter(unit=unit, user__is_active=True).select_related("user")
    people = {membership.user_id: membership.user for membership in memberships if membership.is_valid(at=at)}
    for (absent_id, _), substitutes in _substitutes_in(Q(unit=unit), at).items():
        if absent_id in people:
            people.update({person.pk: person for person in substitutes})
    return sorted(people.values(), key=lambda person: (person.full_name, person.pk))


def standing(unit: Unit, roles: Collection[str], at: datetime) -> list[Any]:
    """Who is to be addressed in these roles in the unit, by name: the people of the nearest unit upwards in which
    somebody is there.

    Whoever is away is replaced by the one who stands in for them in that unit, and left out where that one is away too
    or has no account any more; so a unit whose people are all away without a deputy is answered for by the next above.
    Empty when nobody is found up to the top. Two statements.
    """
    chain = _upwards(unit, at)
    here = _in_roles([one.pk for one in chain], roles, at)
    if not here:
        return []
    away = _substitutes_of({person.pk for people in here.values() for person in people}, at)
    for one in chain:
        present = _present(here.get(one.pk, ()), one.pk, away)
        if present:
            return present
    return []


def standing_anywhere(agency_id: int, roles: Collection[str], at: datetime) -> list[Any]:
    """Who is to be addressed in these roles in whatever unit of the agency, by name; absent people are replaced."""
    here = _in_roles([unit.pk for unit in _units(agency_id).values() if unit.is_valid(at=at)], roles, at)
    away = _substitutes_of({person.pk for people in here.values() for person in people}, at)
    present = {person.pk: person for unit_id, people in here.items() for person in _present(people, unit_id, away)}
    return sorted(present.values(), key=lambda person: (person.full_name, person.pk))


def present_in(unit_ids: Collection[int], roles: Collection[str], at: datetime) -> dict[int, list[Any]]:
    """Who is to be addressed in these roles in each of the units itself, by name, absent people replaced; what they
    may is read with them. Three statements, however many units.
    """
    here = _in_roles(unit_ids, roles, at)
    away = _substitutes_of({person.pk for people in here.values() for person in people}, at)
    found = {unit_id: _present(people, unit_id, away) for unit_id, people in here.items()}
    _remember_roles([person for people in found.values() for person in people])
    return found


def in_place_of(person: Any, *, unit: Unit, at: datetime) -> list[Any]:
    """The person, or while they are away who stands in for them in the unit; empty when neither is there."""
    return _present([person] if person.is_active else [], unit.pk, _substitutes_of({person.pk}, at))


def absent_people(numbers: Collection[int], at: datetime) -> frozenset[int]:
    """Who of these people is away now, in any unit."""
    rows = Substitution.objects.filter(absent_id__in=numbers, valid_from__lte=at, valid_to__gt=at)
    return frozenset(rows.values_list("absent_id", flat=True))


def agency_by_code(code: str) -> Agency:
    """Raises NoAgency when no active agency has the code."""
    agency = Agency.objects.filter(code=code, is_active=True).first()
    if agency is None:
        raise NoAgency(code)
    return agency


def agency_by_id(number: int) -> Agency:
    """The agency of an inner number, for jobs. Raises NoAgency."""
    agency = Agency.objects.filter(pk=number).first()
    if agency is None:
        raise NoAgency(str(number))
    return agency


def agency_by_host(host: str) -> Agency:
    """The agency whose public pages live under this host name, else the default one. Raises NoAgency."""
    asked = host.lower()
    active = [agency for agency in _agencies().values() if agency.is_active]
    here = (agency for agency in active if asked in agency.hosts)
    found = next(here, None) or next((agency for agency in active if agency.is_default), None)
    return copy(found) if found is not None else default_agency()


def default_agency() -> Agency:
    """The agency of public pages that name none. Raises NoAgency when the house is empty."""
    agency = Agency.objects.filter(is_active=True).order_by("-is_default", "pk").first()
    if agency is None:
        raise NoAgency("none")
    return agency


def agencies() -> list[Agency]:
    """All active agencies, by code."""
    return [copy(agency) for agency in _agencies_by_code() if agency.is_active]


def units_of(agency: Agency, at: datetime) -> list[Unit]:
    """The units of an agency that exist now, by code."""
    return [copy(unit) for unit in _units_by_code(agency.pk) if unit.is_valid(at=at)]


def known_units_of(agency: Agency, at: datetime) -> list[Unit]:
    """The same as this process keeps them: shared, to be read only."""
    return [unit for unit in _units_by_code(agency.pk) if unit.is_valid(at=at)]


def all_agencies() -> list[Agency]:
    """Every agency the house has or had, by code."""
    return list(Agency.objects.order_by("code"))


def all_memberships(agency: Agency) -> list[Membership]:
    """Every role anybody has, had or will have in the agency, the oldest first."""
    rows = Membership.objects.filter(unit__agency=agency).select_related("user", "unit")
    return list(rows.order_by("valid_from", "pk"))


def agencies_with_roles(user: Any, at: datetime) -> frozenset[int]:
    """The numbers of the agencies where the person holds or will hold a role of their own."""
    return frozenset(membership.unit.agency_id for membership in memberships_of(user, at))


def all_units(agency: Agency) -> list[Unit]:
    """Every unit the agency has or had, by code, with the one above it."""
    known = {unit.pk: copy(unit) for unit in _units_by_code(agency.pk)}
    for unit in known.values():
        unit.parent = known.get(unit.parent_id) if unit.parent_id is not None else None
    return list(known.values())


def unit_by_code(agency: Agency, code: str) -> Unit:
    """Raises Unit.DoesNotExist; an ended unit is still found."""
    return Unit.objects.get(agency=agency, code=code)


def unit_codes(numbers: Iterable[int]) -> dict[int, str]:
    """The codes of units by their numbers, ended ones too."""
    return dict(Unit.objects.filter(pk__in=list(numbers)).values_list("pk", "code"))


def triage_unit(agency: Agency) -> Unit:
    """The unit that takes whatever no rule has a place for; every agency has one from its first moment."""
    for unit in _units(agency.pk).values():
        if unit.is_triage and unit.valid_to is None:
            return copy(unit)
    raise Unit.DoesNotExist(f"Agency {agency.pk} has no triage unit.")


def known_agency(number: int) -> Agency:
    """The agency of an inner number as this process keeps it: shared, to be read only. Raises NoAgency."""
    agency = _agencies().get(number)
    if agency is None:
        raise NoAgency(str(number))
    return agency


def known_agency_by_code(code: str) -> Agency:
    """The same by its code, active ones only. Raises NoAgency."""
    for agency in _agencies().values():
        if agency.code == code and agency.is_active:
            return agency
    raise NoAgency(code)


def known_units(agency_id: int) -> dict[int, Unit]:
    """Every unit the agency has or had, by number, as this process keeps them: shared, to be read only."""
    return _units(agency_id)


def units_above(unit: Unit) -> list[int]:
    """The numbers of the units above, the nearest first; a loop in the tree ends."""
    known, found, number = known_units(unit.agency_id), [], unit.parent_id
    while number is not None and number not in found:
        found.append(number)
        number = known[number].parent_id if number in known else None
    return found


def unit_and_below(unit: Unit) -> frozenset[int]:
    """The numbers of the unit and of all units under it."""
    return below(unit.pk, _parts_of_agencies([unit.agency_id]))


def is_crisis(agency: Agency) -> bool:
    """Does the agency work in emergency mode now?"""
    return edition.kept(
        ("directory.crisis", agency.pk),
        lambda: OperatingMode.objects.filter(agency_id=agency.pk, mode=OperatingMode.Mode.CRISIS).exists(),
    )


def _agencies() -> dict[int, Agency]:
    return edition.kept("directory.agencies", lambda: {agency.pk: agency for agency in Agency.objects.order_by("pk")})


def _agencies_by_code() -> list[Agency]:
    return edition.kept("directory.agencies_by_code", lambda: list(Agency.objects.order_by("code")))


def _units_by_code(agency_id: int) -> list[Unit]:
    def read() -> list[Unit]:
        return list(Unit.objects.filter(agency_id=agency_id).order_by("code"))

    return edition.kept(("directory.units_by_code", agency_id), read)


def _units(agency_id: int) -> dict[int, Unit]:
    def read() -> dict[int, Unit]:
        return {unit.pk: unit for unit in Unit.objects.filter(agency_id=agency_id).order_by("pk")}

    return edition.kept(("directory.units", agency_id), read)


def forget(user: Any) -> None:
    """Drop what was remembered of the person's roles (after they changed within one request)."""
    for name in (_HELD, _PARTS, _POWERS, _COMPARTMENTS):
        if hasattr(user, name):
            delattr(user, name)


def _held_roles(user: Any) -> list[Held]:
    remembered: list[Held] | None = getattr(user, _HELD, None)
    if remembered is None:
        _remember_roles([user])
        remembered = getattr(user, _HELD)
    return remembered


def _remember_roles(people: Collection[Any]) -> None:
    everything = _held_by({person.pk for person in people}) if people else {}
    for person in people:
        setattr(person, _HELD, [held for held in everything[person.pk] if held.delegated is None])
        setattr(person, _POWERS, [held for held in everything[person.pk] if held.delegated is not None])


def held_by(user_ids: Iterable[int]) -> dict[int, list[Held]]:
    """Own and lent roles of these people at any time, in active agencies, own ones first; one statement.

    A role is lent from the later beginning to the earlier end of the role and of the substitution, and only while the
    absent person has an account that is active. Delegated powers make no role.
    """
    found = _held_by(user_ids)
    return {number: [held for held in roles if held.delegated is None] for number, roles in found.items()}


def _held_by(user_ids: Iterable[int]) -> dict[int, list[Held]]:
    """The same, and behind it the roles of grantors as far as a delegation lends powers of them."""
    wanted = list(user_ids)
    found: dict[int, list[Held]] = {number: [] for number in wanted}
    with connection.cursor() as cursor:
        cursor.execute(_HELD_ROLES, {"people": wanted})
        for holder, *row in cursor.fetchall():
            held = _held(*row)
            if held is not None:
                found[holder].append(held)
    return found


def _held(
    role: str,
    unit_id: int,
    agency_id: int,
    valid_from: datetime,
    valid_to: datetime | None,
    for_id: int | None = None,
    lent_from: datetime | None = None,
    lent_to: datetime | None = None,
    powers: str | None = None,
    power_unit_id: int | None = None,
    gravest: str | None = None,
) -> Held | None:
    # A role that was taken back before it began has no time at all.
    times = overlap(valid_from, valid_to, lent_from or valid_from, lent_to)
    limits = _limits(powers, power_unit_id, gravest or GRAVEST_OF_ALL) if powers is not None else None
    return Held(role, unit_id, agency_id, *times, for_id, limits) if times else None


def _limits(powers: str | list[str], unit_id: int | None, gravest: str) -> Delegated:
    told = json.loads(powers) if isinstance(powers, str) else powers
    classes = None if gravest == GRAVEST_OF_ALL else frozenset(one for one in CLASSES if one >= gravest)
    return Delegated(frozenset(told), unit_id, classes)


def _open_substitutions(which: Q, at: datetime) -> list[Substitution]:
    rows = Substitution.objects.filter(which, Q(valid_to__gt=F("valid_from")), valid_to__gt=at)
    return list(rows.select_related("absent", "substitute", "unit__agency").order_by("valid_from", "pk"))


def _substitutes_in(where: Q, at: datetime) -> dict[tuple[int, int], list[Any]]:
    """Active people who stand in now, by absent colleague and unit."""
    rows = Substitution.objects.filter(where, valid_from__lte=at, valid_to__gt=at, substitute__is_active=True)
    found: dict[tuple[int, int], list[Any]] = {}
    for row in rows.select_related("substitute"):
        found.setdefault((row.absent_id, row.unit_id), []).append(row.substitute)
    return found


def _upwards(unit: Unit, at: datetime) -> list[Unit]:
    """The unit and those above it that exist now, the nearest first; a loop in the tree ends."""
    units, chain, seen = _units(unit.agency_id), [], set()
    present: Unit | None = units.get(unit.pk, unit)
    while present is not None and present.pk not in seen:
        seen.add(present.pk)
        if present.is_valid(at=at):
            chain.append(present)
        present = units.get(present.parent_id) if present.parent_id is not None else None
    return chain


def _in_roles(unit_ids: Collection[int], roles: Collection[str], at: datetime) -> dict[int, list[Any]]:
    """Active people by the unit in which they hold one of the roles now."""
    rows = Membership.objects.filter(unit_id__in=unit_ids, role__in=roles, user__is_active=True)
    found: dict[int, list[Any]] = {}
    for row in rows.select_related("user"):
        if row.is_valid(at=at):
            found.setdefault(row.unit_id, []).append(row.user)
    return found


# Of people who are away: by unit, who stands in for them there; nobody where that one is not there either.
_Away = dict[tuple[int, int], Any]


def _substitutes_of(people: Collection[int], at: datetime) -> _Away:
    of_substitute = Substitution.objects.filter(
        absent_id=OuterRef("substitute_id"), valid_from__lte=at, valid_to__gt=at
    )
    rows = Substitution.objects.filter(absent_id__in=people, valid_from__lte=at, valid_to__gt=at)
    rows = rows.annotate(is_gone=Exists(of_substitute)).select_related("substitute").order_by("pk")
    found: _Away = {}
    for row in rows:
        is_there = row.substitute.is_active and not row.is_gone
        found[row.absent_id, row.unit_id] = row.substitute if is_there else None
    return found


def _present(people: Iterable[Any], unit_id: int, away: _Away) -> list[Any]:
    there = (away.get((person.pk, unit_id), person) for person in people)
    once = {person.pk: person for person in there if person is not None}
    return sorted(once.values(), key=lambda person: (person.full_name, person.pk))


def _unit_parts(user: Any) -> dict[int, list[int]]:
    remembered: dict[int, list[int]] | None = getattr(user, _PARTS, None)
    if remembered is None:
        units = [unit for agency_id in {held.agency_id for held in _held_roles(user)} for unit in _units_in(agency_id)]
        remembered = _parts(units)
        setattr(user, _PARTS, remembered)
        setattr(user, _COMPARTMENTS, frozenset(unit.pk for unit in units if unit.staff_complaints is not None))
    return remembered


def _parts_of_agencies(agency_ids: Iterable[int]) -> dict[int, list[int]]:
    return _parts(unit for agency_id in agency_ids for unit in _units_in(agency_id))


def _units_in(agency_id: int) -> Iterable[Unit]:
    return _units(agency_id).values()


def _parts(units: Iterable[Unit]) -> dict[int, list[int]]:
    parts: dict[int, list[int]] = {}
    for unit in units:
        if unit.parent_id is not None:
            parts.setdefault(unit.parent_id, []).append(unit.pk)
    return parts
