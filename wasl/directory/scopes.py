"""How far rights reach, as plain values: from roles in units and the tree of units to the rows a person may touch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from wasl.directory.rights import GRAVEST, Grant, Reach


@dataclass(frozen=True)
class Scope:
    """A part of one agency: all of it (`unit_ids` None), some units, or only what is assigned to one person.

    A scope of own things has no unit at all, so who forgets to look at `assignee_id` shows too little, never too much.
    The same holds for `classes`: beside its units it reaches the cases of these classes of importance, in the units
    `class_units` or wherever in the agency they are.
    """

    agency_id: int
    unit_ids: frozenset[int] | None
    assignee_id: int | None = None
    masked: bool = False
    classes: frozenset[str] = frozenset()
    class_units: frozenset[int] | None = None

    def covers(
        self, *, agency_id: int, unit_id: int | None = None, assignee_id: int | None = None, importance: str = ""
    ) -> bool:
        """Does a thing of this agency, unit, assignee and class lie within?"""
        if agency_id != self.agency_id:
            return False
        if self.unit_ids is None or unit_id in self.unit_ids:
            return True
        if importance in self.classes and (self.class_units is None or unit_id in self.class_units):
            return True
        return self.assignee_id is not None and assignee_id == self.assignee_id


@dataclass(frozen=True)
class Delegated:
    """The limits of a delegation: certain rights, in a unit and below (None: wherever the grantor has them), for cases
    of certain classes (None: all).
    """

    powers: frozenset[str]
    unit_id: int | None
    classes: frozenset[str] | None


@dataclass(frozen=True)
class Held:
    """One role of a person in one unit for a time; `for_id` is the absent colleague when the role is only lent, or the
    grantor where `delegated` says that only some powers of it are.
    """

    role: str
    unit_id: int
    agency_id: int
    valid_from: datetime
    valid_to: datetime | None
    for_id: int | None = None
    delegated: Delegated | None = None

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
    if held.delegated is not None:
        return _cut(scope_of(replace(held, delegated=None), cell, person_id, parts), held.delegated, parts)
    if cell.reach is Reach.AGENCY:
        return Scope(held.agency_id, None, masked=cell.masked)
    if cell.reach is Reach.OWN:
        return Scope(held.agency_id, frozenset(), assignee_id=held.for_id or person_id, masked=cell.masked)
    if cell.reach is Reach.SEAT:
        return Scope(held.agency_id, frozenset({held.unit_id}), masked=cell.masked)
    classes = GRAVEST if cell.reach is Reach.CLASS else frozenset()
    return Scope(held.agency_id, below(held.unit_id, parts), masked=cell.masked, classes=classes)


def _cut(scope: Scope, limits: Delegated, parts: Mapping[int, Iterable[int]]) -> Scope:
    """What of a scope a delegation gives; what is one person's own is nobody else's to decide."""
    units = scope.unit_ids
    if limits.unit_id is not None:
        inside = below(limits.unit_id, parts)
        units = inside if units is None else units & inside
    if limits.classes is None:
        return Scope(scope.agency_id, units, masked=scope.masked)
    return Scope(scope.agency_id, frozenset(), masked=scope.masked, classes=limits.classes, class_units=units)


def joined(scopes: Iterable[Scope]) -> list[Scope]:
    """The same reach in as few scopes as possible, ordered by agency: a whole agency swallows its parts."""
    found = set(scopes)
    whole = {scope.agency_id for scope in found if scope.unit_ids is None and not scope.masked}
    together = {(agency_id, 0, False, ""): Scope(agency_id, None) for agency_id in whole}
    for scope in found:
        key = (scope.agency_id, scope.assignee_id or 0, scope.masked, _classes(scope))
        if scope.agency_id not in whole:
            together[key] = _both(together[key], scope) if key in together else scope
    return [together[key] for key in sorted(together)]


def _classes(scope: Scope) -> str:
    where = "" if scope.class_units is None else " ".join(map(str, sorted(scope.class_units)))
    return f"{''.join(sorted(scope.classes))} {where}" if scope.classes else ""


def _both(one: Scope, other: Scope) -> Scope:
    if one.unit_ids is None or other.unit_ids is None:
        return replace(one, unit_ids=None)
    return replace(one, unit_ids=one.unit_ids | other.unit_ids)
