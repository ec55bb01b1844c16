"""Who may take which cases out, and whether the people in them go along."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet, prefetch_related_objects

from wasl.accounts.models import User
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.directory import queries as directory
from wasl.directory.rights import Right
from wasl.directory.scopes import Scope
from wasl.transfer.export.fields import NEEDS, PERSONAL_NEEDS, Taken

MOST = 250_000
_AT_ONCE = 500


@dataclass(frozen=True)
class Reach:
    """Where somebody may take lists, and where names and numbers of people may go along."""

    exports: Sequence[Scope]
    contacts: Sequence[Scope]

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "Reach":
        return cls(
            [scope for scope in directory.scopes_of(user, Right.EXPORT_CASES, at) if not scope.masked],
            [scope for scope in directory.scopes_of(user, Right.READ_CONTACT, at) if not scope.masked],
        )

    @property
    def with_people(self) -> bool:
        """May people go along anywhere at all?"""
        return bool(self.exports and self.contacts)

    def covers(self, case: Case) -> bool:
        """May the person of this case go along?"""
        return all(
            any(
                scope.covers(agency_id=case.agency_id, unit_id=case.unit_id, assignee_id=case.assignee_id)
                for scope in scopes
            )
            for scopes in (self.exports, self.contacts)
        )


NOBODY = Reach((), ())


def exportable(user: User, *, at: datetime) -> QuerySet[Case]:
    """The cases a person may take out."""
    return cases.visible_to(user, at=at, right=Right.EXPORT_CASES)


def taken(
    found: QuerySet[Case],
    filters: cases.Filters,
    *,
    at: datetime,
    people: Reach | None = NOBODY,
    most: int = MOST,
) -> Iterator[Taken]:
    """The cases of a list on their way out, in its order. `people` None: of everybody, for whoever runs the house."""
    with_people = people is not NOBODY
    also = (*NEEDS, *PERSONAL_NEEDS) if with_people else NEEDS
    rows = cases.whole_list(found, filters, most=most, size=_AT_ONCE, also=also)
    while some := list(islice(rows, _AT_ONCE)):
        if with_people:
            prefetch_related_objects(some, "beneficiary__addresses")
        for case in some:
            yield Taken(case, at, with_people and (people is None or people.covers(case)))
