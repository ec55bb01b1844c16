"""How far somebody may look into the log."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from wasl.accounts.models import User
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Right


@dataclass(frozen=True)
class Reach:
    """One agency; of it everything, or what the people of some units did (`people` not None).

    Without the right to confidential cases nothing that happened in one is shown, and of complaints about staff only
    what `cases.compartment` opens.
    """

    agency: Agency
    people: frozenset[int] | None
    confidential: bool
    # Who may be asked about, by name.
    names: dict[int, str]
    # Complaints about staff that are closed to the person.
    closed: QuerySet[Case]

    @classmethod
    def of(cls, user: User, *, agency: Agency, at: datetime) -> "Reach | None":
        """The reach of a person in an agency; None without any."""
        scopes = [scope for scope in directory.scopes_of(user, Right.READ_AUDIT, at) if scope.agency_id == agency.pk]
        if not scopes:
            return None
        whole = any(scope.unit_ids is None for scope in scopes)
        units = frozenset().union(*(scope.unit_ids or frozenset() for scope in scopes))
        roles = [role for role in directory.all_memberships(agency) if whole or role.unit_id in units]
        names = {role.user_id: role.user.name for role in roles}
        confidential = any(
            scope.agency_id == agency.pk and scope.unit_ids is None
            for scope in directory.scopes_of(user, Right.READ_CONFIDENTIAL, at)
        )
        ordered = dict(sorted(names.items(), key=lambda pair: pair[1]))
        closed = cases.closed_to(user, at=at)
        return cls(agency, None if whole else frozenset(names), confidential, ordered, closed)

    @property
    def is_whole(self) -> bool:
        return self.people is None


def agencies_of(user: User, *, at: datetime) -> list[Agency]:
    """The agencies into whose log the person may look."""
    numbers = sorted({scope.agency_id for scope in directory.scopes_of(user, Right.READ_AUDIT, at)})
    return [directory.known_agency(number) for number in numbers]
