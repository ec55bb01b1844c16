"""Who is told when a case is lifted: people of the unit that has it now, and of those above it."""

from collections.abc import Iterable
from datetime import datetime

from wasl.accounts.models import User
from wasl.cases import bars, compartment
from wasl.cases.models import Case
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.rights import Role
from wasl.sla.ladder import Audience

_OF_UNIT = {
    Audience.LIAISON: (Role.LIAISON,),
    Audience.HEAD: (Role.HEAD,),
    Audience.SUPERVISOR: (Role.SUPERVISOR,),
}
_OF_AGENCY = {
    Audience.SUPERVISOR: (Role.SUPERVISOR,),
    Audience.DIRECTOR: (Role.DIRECTOR,),
    Audience.FOLLOW_UP: (Role.FOLLOW_UP,),
}
DIRECTORATE = "directorate"
# Who answers for a whole agency: where none of them is yet, a house is still being set up.
OF_WHOLE_AGENCY = (Role.SUPERVISOR, Role.DIRECTOR, Role.FOLLOW_UP)


def told(case: Case, whom: Iterable[str], at: datetime) -> list[User]:
    """The people of these audiences, each once, by name; whoever is away is replaced, whoever must not handle the case
    (`bars`) is left out.

    Where none of them stands anywhere, the heads of the unit and then the directors of the agency are told: a step
    that reaches nobody would silence the ladder.
    """
    found = bars.unbarred(case, _people(case.unit, case.assignee, list(whom), at), at)
    for audience in (Audience.HEAD, Audience.DIRECTORATE, Audience.DIRECTOR):
        found = found or bars.unbarred(case, standing_for(case.unit, audience, at), at)
    return found or (compartment.watching(case, at) if case.compartment_id is not None else [])


def standing_for(unit: Unit, audience: str, at: datetime) -> list[User]:
    """Who stands there for cases of a unit that nobody is assigned to."""
    if audience == Audience.OWNER:
        return directory.standing(unit, (Role.SPECIALIST, Role.LIAISON), at)
    if audience == Audience.DIRECTORATE:
        return directory.standing(_directorate_of(unit, at), (Role.HEAD,), at)
    here = directory.standing(unit, _OF_UNIT[Audience(audience)], at) if audience in _OF_UNIT else []
    if here or audience not in _OF_AGENCY:
        return here
    return directory.standing_anywhere(unit.agency_id, _OF_AGENCY[Audience(audience)], at)


def reaches_nobody(unit: Unit, whom: Iterable[str], at: datetime) -> bool:
    """Would a case of this unit tell no person at all at such steps?"""
    return not any(standing_for(unit, audience, at) for audience in set(whom))


def _people(unit: Unit, owner: User | None, whom: list[str], at: datetime) -> list[User]:
    found: dict[int, User] = {}
    for audience in whom:
        here = directory.in_place_of(owner, unit=unit, at=at) if audience == Audience.OWNER and owner else []
        for person in here or standing_for(unit, audience, at):
            found[person.pk] = person
    return sorted(found.values(), key=lambda person: (person.full_name, person.pk))


def _directorate_of(unit: Unit, at: datetime) -> Unit:
    """The nearest directorate above the unit (or itself); without one the topmost unit above it."""
    units, present, seen = directory.known_units(unit.agency_id), unit, {unit.pk}
    while present.kind != DIRECTORATE and present.parent_id in units and present.parent_id not in seen:
        above = units[present.parent_id]
        if not above.is_valid(at=at):
            break
        present = above
        seen.add(present.pk)
    return present
