"""How far rights reach, as plain values: from roles in units and the tree of units to the rows a person may touch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from wasl.directory.rights import Grant, Reach


@dataclass(frozen=True)
class Scope:
    """A part of one agency: all of it (`unit_ids` None), some units, or only what is assigned to one person.

    A scope of own things has no unit at all, so who forgets to look at `assignee_id` shows too little, never too much.
    """

    agency_id: int
    unit_ids: frozenset[int] | None
    assignee_id: int | None = None
    masked: bool = False

    def covers(self, *, agency_id: int, unit_id: int | None = None, assignee_id: int | None = None) -> bool:
        """Does a thing of this agency, unit and assignee lie within?"""
        if agency_id != self.agency_id:
            return False
        if self.unit_ids is None or unit_id in self.unit_ids:
            return True
        return self.assignee_id is not None and assignee_id == self.assignee_id


@dataclass(frozen=True)
class Held:
    """One role of a person in one unit for a time; `for_id` is the absent colleague when the role is only lent."""

    role: str
    unit_id: int
    agency_id: int
    valid_from: datetime
    valid_to: datetime | None
    for_id: int | None = None

    def is_valid(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


def overlap(
    one_from: datetime, one_to: datetime | None, other_from: datetime, other_to: datetime | None
) -> tuple[datetime, datetime | None] | None:
    """The time in which both hold, its end not counted; None when there is none. An end of None is never."""
    begin = max(one_from, other_from)
    ends = [end for end in (one_to, other_to) if end is not None]
    end = min(ends) if ends else None
    return None if end is not None and end <= begin else (begin, end)


def below(unit_id: int, parts: Mapping[int, Iterable[int]]) -> frozenset[int]:
    """The unit and everything under it; a loop in the tree ends instead of turning for ever."""
    found: set[int] = set()
    waiting = [unit_id]
    while waiting:
        present = waiting.pop()
        if present not in found:
            found.add(present)
            waiting.extend(parts.get(present, ()))
    return frozenset(found)


def scope_of(held: Held, cell: Grant, person_id: int, parts: Mapping[int, Iterable[int]]) -> Scope:
    """What one cell of the permission table gives to one holder of the role.

    Of lent roles, own things are those of the absent colleague.
    """
    if cell.reach is Reach.AGENCY:
        return Scope(held.agency_id, None, masked=cell.masked)
    if cell.reach is Reach.OWN:
        return Scope(held.agency_id, frozenset(), assignee_id=held.for_id or person_id, masked=cell.masked)
    return Scope(held.agency_id, below(held.unit_id, parts), masked=cell.masked)


def joined(scopes: Iterable[Scope]) -> list[Scope]:
    """The same reach in as few scopes as possible, ordered by agency: a whole agency swallows its parts."""
    found = set(scopes)
    whole = {scope.agency_id for scope in found if scope.unit_ids is None and not scope.masked}
    together = {(agency_id, 0, False): Scope(agency_id, None) for agency_id in whole}
    for scope in found:
        key = (scope.agency_id, scope.assignee_id or 0, scope.masked)
        if scope.agency_id not in whole:
            together[key] = _both(together[key], scope) if key in together else scope
    return [together[key] for key in sorted(together)]


def _both(one: Scope, other: Scope) -> Scope:
    if one.unit_ids is None or other.unit_ids is None:
        return replace(one, unit_ids=None)
    return replace(one, unit_ids=one.unit_ids | other.unit_ids)
