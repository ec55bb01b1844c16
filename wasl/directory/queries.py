"""Questions about agencies, units and rights. What one person may do costs two statements per request at most."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from wasl.directory.models import Agency, Membership, OperatingMode, Unit
from wasl.directory.rights import Grant, Right, grant
from wasl.directory.scopes import Held, Scope, below, joined, scope_of

_HELD, _PARTS = "_wasl_held_roles", "_wasl_unit_parts"


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
) -> bool:
    """Has the person the right on a thing of this agency, unit and assignee?"""
    return any(
        scope.covers(agency_id=agency_id, unit_id=unit_id, assignee_id=assignee_id)
        for scope in scopes_of(user, right, at)
    )


def is_member(user: Any, *, unit_id: int, at: datetime) -> bool:
    """Does the person hold any role in this very unit now?"""
    return user.is_active and any(held.unit_id == unit_id and held.is_valid(at) for held in _held_roles(user))


def has_right(user: Any, right: Right, at: datetime) -> bool:
    """Has the person the right on anything at all? What doors ask before they know the thing."""
    return bool(scopes_of(user, right, at))


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
    return [(held, cell) for held in _held_roles(user) if held.is_valid(at) and (cell := grant(held.role, right))]


def roles_of(user: Any, at: datetime) -> list[Membership]:
    """The roles a person holds at this moment, with unit and agency, oldest first."""
    memberships = Membership.objects.filter(user_id=user.pk).select_related("unit__agency").order_by("valid_from", "pk")
    return [membership for membership in memberships if membership.is_valid(at=at)]


def agencies_of(user: Any, at: datetime) -> list[Agency]:
    """The agencies in which the person holds a role, by code."""
    ids = {held.agency_id for held in _held_roles(user) if held.is_valid(at)}
    return list(Agency.objects.filter(pk__in=ids, is_active=True).order_by("code"))


def own_agency(user: Any, at: datetime) -> Agency | None:
    """The agency a person works for: where the oldest role stands; None without any role. One statement."""
    held = [held for held in _held_roles(user) if held.is_valid(at)]
    return Agency.objects.filter(pk=held[0].agency_id).first() if held else None


def people_with(right: Right, *, unit: Unit, at: datetime) -> list[Any]:
    """Active people who have the right on things of this unit, by name: whom a case of it can be assigned to."""
    memberships = Membership.objects.filter(unit__agency_id=unit.agency_id, user__is_active=True).select_related("user")
    parts = _parts_of_agencies([unit.agency_id])
    people = {}
    for membership in memberships:
        cell = grant(membership.role, right)
        if cell is None or not membership.is_valid(at=at):
            continue
        held = _held(membership.role, membership.unit_id, unit.agency_id, membership.valid_from, membership.valid_to)
        if scope_of(held, cell, membership.user_id, parts).covers(agency_id=unit.agency_id, unit_id=unit.pk):
            people[membership.user_id] = membership.user
    return sorted(people.values(), key=lambda person: person.full_name)


def members_of(unit: Unit, at: datetime) -> list[Any]:
    """Active people who hold a role in this very unit, by name."""
    memberships = Membership.objects.filter(unit=unit, user__is_active=True).select_related("user")
    people = {membership.user_id: membership.user for membership in memberships if membership.is_valid(at=at)}
    return sorted(people.values(), key=lambda person: person.full_name)


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
    here = Q(hosts__contains=[host.lower()])
    found = Agency.objects.filter(here | Q(is_default=True), is_active=True).annotate(
        is_here=ExpressionWrapper(here, BooleanField())
    )
    return found.order_by("-is_here", "pk").first() or default_agency()


def default_agency() -> Agency:
    """The agency of public pages that name none. Raises NoAgency when the house is empty."""
    agency = Agency.objects.filter(is_active=True).order_by("-is_default", "pk").first()
    if agency is None:
        raise NoAgency("none")
    return agency


def agencies() -> list[Agency]:
    """All active agencies, by code."""
    return list(Agency.objects.filter(is_active=True).order_by("code"))


def units_of(agency: Agency, at: datetime) -> list[Unit]:
    """The units of an agency that exist now, by code."""
    return list(Unit.objects.filter(agency=agency).valid(at).order_by("code"))


def all_units(agency: Agency) -> list[Unit]:
    """Every unit the agency has or had, by code, with the one above it."""
    return list(Unit.objects.filter(agency=agency).select_related("parent").order_by("code"))


def unit_by_code(agency: Agency, code: str) -> Unit:
    """Raises Unit.DoesNotExist; an ended unit is still found."""
    return Unit.objects.get(agency=agency, code=code)


def triage_unit(agency: Agency) -> Unit:
    """The unit that takes whatever no rule has a place for; every agency has one from its first moment."""
    return Unit.objects.get(agency=agency, is_triage=True, valid_to__isnull=True)


def unit_and_below(unit: Unit) -> frozenset[int]:
    """The numbers of the unit and of all units under it."""
    return below(unit.pk, _parts_of_agencies([unit.agency_id]))


def is_crisis(agency: Agency) -> bool:
    """Does the agency work in emergency mode now?"""
    return OperatingMode.objects.filter(agency=agency, mode=OperatingMode.Mode.CRISIS).exists()


def forget(user: Any) -> None:
    """Drop what was remembered of the person's roles (after they changed within one request)."""
    for name in (_HELD, _PARTS):
        if hasattr(user, name):
            delattr(user, name)


def _held_roles(user: Any) -> list[Held]:
    remembered: list[Held] | None = getattr(user, _HELD, None)
    if remembered is None:
        rows = Membership.objects.filter(user_id=user.pk, unit__agency__is_active=True).values_list(
            "role", "unit_id", "unit__agency_id", "valid_from", "valid_to"
        )
        remembered = [_held(*row) for row in rows.order_by("pk")]
        setattr(user, _HELD, remembered)
    return remembered


def _held(role: str, unit_id: int, agency_id: int, valid_from: datetime, valid_to: datetime | None) -> Held:
    return Held(role, unit_id, agency_id, valid_from, valid_to)


def _unit_parts(user: Any) -> dict[int, list[int]]:
    remembered: dict[int, list[int]] | None = getattr(user, _PARTS, None)
    if remembered is None:
        remembered = _parts_of_agencies({held.agency_id for held in _held_roles(user)})
        setattr(user, _PARTS, remembered)
    return remembered


def _parts_of_agencies(agency_ids: Iterable[int]) -> dict[int, list[int]]:
    parts: dict[int, list[int]] = {}
    children = Unit.objects.within(agency_ids).filter(parent__isnull=False)
    for unit_id, parent_id in children.values_list("pk", "parent_id"):
        parts.setdefault(parent_id, []).append(unit_id)
    return parts
