"""How far somebody may look at turns."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from wasl.accounts.models import User
from wasl.analytics.rollups.takings import Seen
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Right


@dataclass(frozen=True)
class Sight:
    """One agency; of it everything, or what stands with some units (`units` not None) and what their people did.

    `cases` are those that may be named. `units_read` are the units whose internal words the person may read (None:
    all): others see of a reason its kind alone.
    """

    agency: Agency
    at: datetime
    units: frozenset[int] | None
    units_read: frozenset[int] | None
    cases: QuerySet[Case]
    # Who may be asked about, by name.
    people: dict[int, str]
    # The same cases as `cases`, in the words of what is kept ready; None where it has none for them.
    seen: Seen | None = None
    # The complaints about staff that are closed to the person.
    closed: tuple[int, ...] = ()

    @classmethod
    def of(cls, user: User, *, agency: Agency, at: datetime) -> "Sight | None":
        """The sight of a person in an agency; None without any."""
        units = _units(user, Right.READ_FAIRNESS, agency, at)
        if units is not None and not units:
            return None
        roles = [role for role in directory.all_memberships(agency) if units is None or role.unit_id in units]
        names = sorted(((role.user_id, role.user.name) for role in roles), key=lambda pair: pair[1])
        seen = cases.visible_to(user, at=at, right=Right.READ_FAIRNESS).filter(agency=agency)
        words = _units(user, Right.READ_NOTES, agency, at)
        closed = cases.closed_to(user, at=at).filter(agency=agency).order_by("pk").values_list("pk", flat=True)
        return cls(agency, at, units, words, seen, dict(names), _kept(user, agency, at), tuple(closed))

    @property
    def is_whole(self) -> bool:
        """Does the person see the whole agency?"""
        return self.units is None

    def reads_words(self, unit_id: int) -> bool:
        """May the person read what people of this unit wrote for each other?"""
        return self.units_read is None or unit_id in self.units_read


def agencies_of(user: User, *, at: datetime) -> list[Agency]:
    """The agencies whose turns the person may review."""
    numbers = sorted({scope.agency_id for scope in directory.scopes_of(user, Right.READ_FAIRNESS, at)})
    return [directory.known_agency(number) for number in numbers]


def _kept(user: User, agency: Agency, at: datetime) -> Seen | None:
    rights = (Right.READ_FAIRNESS, Right.READ_CONFIDENTIAL)
    scopes = [one for right in rights for one in directory.scopes_of(user, right, at) if one.agency_id == agency.pk]
    if any(scope.assignee_id is not None or scope.classes for scope in scopes):
        return None
    reached, confidential = (_units(user, right, agency, at) for right in rights)
    tied, closed = cases.apart_for(user, Right.READ_FAIRNESS, agency_id=agency.pk, at=at)
    return Seen(reached, confidential, tied, closed)


def _units(user: User, right: Right, agency: Agency, at: datetime) -> frozenset[int] | None:
    """The units in which the person has a right; None: all of the agency."""
    scopes = [scope for scope in directory.scopes_of(user, right, at) if scope.agency_id == agency.pk]
    if any(scope.unit_ids is None and scope.assignee_id is None and not scope.classes for scope in scopes):
        return None
    return frozenset().union(*(scope.unit_ids or frozenset() for scope in scopes))
