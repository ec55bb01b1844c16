"""What appears beside the form while somebody types: who it may be, what it may be about, and what would follow."""

from dataclasses import dataclass, field

from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.catalogue import queries as catalogue
from wasl.catalogue.queries import ServiceHit
from wasl.desk.registering import people
from wasl.desk.registering.entry import Entry
from wasl.desk.registering.forms import SEARCHING
from wasl.desk.registering.people import Found
from wasl.directory import queries as directory
from wasl.directory.rights import Right
from wasl.intake import queries as intake
from wasl.intake.models import Disposition
from wasl.intake.outlook import Outlook, foresee
from wasl.places import queries as places
from wasl.places.models import Area
from wasl.routing.importance import CLASSES

# As many as one key chooses.
MOST_SERVICES = 6
# From so many letters on, words say something about a service.
TELLING_LETTERS = 8


@dataclass(frozen=True)
class Surroundings:
    """Everything of the page that the server works out of what was typed so far."""

    entry: Entry
    outlook: Outlook | None
    found: list[Found] = field(default_factory=list)
    services: list[ServiceHit] = field(default_factory=list)
    similar: list[Case] = field(default_factory=list)
    own_cases: list[Case] = field(default_factory=list)
    own_contacts: list[Disposition] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    classes: tuple[str, ...] = ()

    @property
    def person_phone(self) -> str:
        """The number of the chosen person, for the page to mask."""
        return people.phone_of(self.entry.person) if self.entry.person is not None else ""


def surroundings(entry: Entry) -> Surroundings:
    """Look at everything around a form; nothing is written."""
    desk = entry.desk
    own = cases.cases_of_person(entry.person.pk, agency=desk.agency) if entry.person is not None else []
    similar = _similar(entry)
    visible = _visible(entry, [*own, *similar])
    outlook = foresee(entry.report, agency=desk.agency, at=entry.at) if _says_something(entry) else None
    return Surroundings(
        entry=entry,
        outlook=outlook,
        found=_found(entry),
        services=_services(entry),
        similar=[case for case in similar if case.pk in visible and case.beneficiary_id != _person_id(entry)],
        own_cases=[case for case in own if case.pk in visible][:4],
        own_contacts=intake.contacts_with(entry.person.pk, agency=desk.agency) if entry.person is not None else [],
        areas=places.areas_of(entry.wilayat, agency=desk.agency) if entry.wilayat else [],
        classes=classes_open(entry, outlook.importance.code) if outlook else (),
    )


def classes_open(entry: Entry, computed: str) -> tuple[str, ...]:
    """The classes this clerk may give instead of the computed one: its neighbours, or all for who may set any."""
    desk = entry.desk

    def may(right: Right, importance: str) -> bool:
        scopes = [one for one in directory.scopes_of(desk.user, right, entry.at) if one.agency_id == desk.agency.pk]
        # A delegation reaches some classes only, and then the graver of the two decides.
        return any(not scope.classes or scope.covers(**thing, importance=importance) for scope in scopes)

    thing = {"agency_id": desk.agency.pk, "unit_id": desk.unit.pk}
    place = CLASSES.index(computed)
    near = CLASSES[max(place - 1, 0) : place + 2] if may(Right.CHANGE_IMPORTANCE, computed) else (computed,)
    return tuple(code for code in CLASSES if code in near or may(Right.SET_IMPORTANCE, min(code, computed)))


def _person_id(entry: Entry) -> int:
    return entry.person.pk if entry.person is not None else 0


def _says_something(entry: Entry) -> bool:
    return entry.service is not None or len(entry.given.get("description", "")) >= TELLING_LETTERS


def _found(entry: Entry) -> list[Found]:
    if entry.who_state != SEARCHING or not entry.may_find:
        return []
    return people.find(entry.given.get("who", ""), entry.desk)


def _services(entry: Entry) -> list[ServiceHit]:
    """What the words of the search mean; without such, what the person's own words may be about."""
    if entry.service is not None:
        return []
    words, told = entry.given.get("service_q", ""), entry.given.get("description", "")
    if words:
        return catalogue.find_services(entry.desk.agency, words, limit=MOST_SERVICES, at=entry.at)
    if len(told) < TELLING_LETTERS:
        return []
    return catalogue.propose_service(entry.desk.agency, told, limit=MOST_SERVICES, at=entry.at)


def _similar(entry: Entry) -> list[Case]:
    service, where = entry.service, entry.where
    if service is None or service.confidential or not service.public_map:
        return []
    return cases.similar_open(
        agency=entry.desk.agency,
        service_id=service.pk,
        at=entry.at,
        lat=where.lat,
        lon=where.lon,
        wilayat=entry.wilayat,
    )


def _visible(entry: Entry, found: list[Case]) -> frozenset[int]:
    if not found:
        return frozenset()
    visible = cases.visible_to(entry.desk.user, at=entry.at).filter(pk__in=[case.pk for case in found])
    return frozenset(visible.values_list("pk", flat=True))
