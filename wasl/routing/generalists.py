"""The comprehensive employee: who may finish which services at the first contact, so that nobody goes to two places.

A grant names a person, or a role in a unit and below; it lists services and holds for a time. It is knowledge of the
person's own: neither a stand-in nor a delegate has it. Within a grant the limits of the first line give way; rights of
the permission table stay the outer bound.
"""

from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.core import edition, events
from wasl.core.i18n import t
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Right, Role, grant
from wasl.directory.scopes import Held
from wasl.routing.events import GeneralistSet
from wasl.routing.lines import FIRST
from wasl.routing.models import Generalist
from wasl.routing.queries import line_of

# Whoever finishes at the first contact takes the case down and resolves it.
NEEDED = (Right.REGISTER_CASE, Right.RESOLVE)


class BadGeneralist(ValueError):
    """Nobody can be a generalist so; `field` says where, the message why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(str(sentence))
        self.field, self.sentence = field, sentence


@dataclass(frozen=True)
class Named:
    """Whom a grant names: a person, or a role in a unit."""

    person: User | None = None
    unit: Unit | None = None
    role: str = ""


def services_of(person: User, agency_id: int, at: datetime) -> frozenset[int]:
    """The numbers of the services that the person may finish at the first contact in the agency."""
    return frozenset(service for row in grants_of(person, agency_id, at) for service in row.services)


def may_finish(person: User, service_id: int | None, agency_id: int, at: datetime) -> bool:
    """May the person finish a case of this service at the first contact?"""
    return service_id is not None and service_id in services_of(person, agency_id, at)


def grants_of(person: User, agency_id: int, at: datetime) -> list[Generalist]:
    """What makes the person a generalist, by name or by a role of their own. Asks for roles only where grants exist."""
    rows = [row for row in _kept(agency_id) if row.is_valid(at=at)]
    if not rows or not person.is_active:
        return []
    own = [held for held in directory.held_by([person.pk])[person.pk] if held.for_id is None and held.is_valid(at)]
    own = [held for held in own if held.agency_id == agency_id]
    units = directory.known_units(agency_id)
    return [copy(row) for row in rows if own and _is_named(row, person, own, units)]


def all_grants(agency: Agency) -> list[Generalist]:
    """Every grant the agency has or had, the oldest first, with whom it names."""
    rows = Generalist.objects.filter(agency=agency).select_related("person", "unit")
    return list(rows.order_by("valid_from", "pk"))


@transaction.atomic
def set_generalist(
    agency: Agency,
    named: Named,
    *,
    services: Collection[Service],
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    by: User | None,
    at: datetime,
) -> Generalist:
    """Let whoever is named finish these services at the first contact; a grant that they have ends. Lock: the agency.

    Raises BadGeneralist.
    """
    begins = max(valid_from or at, at)
    check(agency, named, services=services, valid_from=begins, valid_to=valid_to, at=at)
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    _end(agency, named, at=at)
    row: Generalist = Generalist.objects.create(
        agency=agency,
        person=named.person,
        unit=named.unit,
        role=named.role,
        services=sorted(service.pk for service in services),
        valid_from=begins,
        valid_to=valid_to,
    )
    _publish(agency, row, row.services, by=by, at=at)
    return row


@transaction.atomic
def end_generalist(agency: Agency, named: Named, *, by: User | None, at: datetime) -> None:
    """From now on whoever is named finishes at the first contact only what the line may. Twice is once."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    for row in _end(agency, named, at=at):
        _publish(agency, row, [], by=by, at=at)


def check(
    agency: Agency,
    named: Named,
    *,
    services: Collection[Service],
    valid_from: datetime,
    valid_to: datetime | None,
    at: datetime,
) -> None:
    """Can there be such a grant? Raises BadGeneralist with the field: person, unit, role, services, until."""
    if (named.person is None) == (named.unit is None and not named.role):
        raise BadGeneralist(
            "person",
            t(
                "سمِّ موظفاً، أو وحدة ودوراً: أحدهما لا كلاهما.",
                "Name a person, or a unit and a role: one of the two, not both.",
            ),
        )
    if named.person is not None:
        _check_person(named.person, agency, at)
    else:
        _check_role(named, at)
    _check_services(agency, services, at)
    if valid_to is not None and valid_to <= valid_from:
        raise BadGeneralist("until", t("النهاية قبل البداية.", "The end lies before the beginning."))


def _check_person(person: User, agency: Agency, at: datetime) -> None:
    held = [one for one in directory.held_by([person.pk])[person.pk] if one.for_id is None and one.is_valid(at)]
    roles = {one.role for one in held if one.agency_id == agency.pk} if person.is_active else set()
    if not roles:
        raise BadGeneralist(
            "person",
            t("لا دور لهذا الموظف في الجهة. أعطه دوراً أولاً.", "This person has no role in the agency. Give one first."),
        )
    if not any(can(role) for role in roles):
        raise BadGeneralist("person", _cannot(roles))


def _check_role(named: Named, at: datetime) -> None:
    if named.unit is None or not named.unit.is_valid(at=at):
        raise BadGeneralist("unit", t("اختر وحدة قائمة.", "Choose a unit that stands."))
    if named.role not in set(Role):
        raise BadGeneralist("role", t("اختر دوراً.", "Choose a role."))
    if not can(named.role):
        raise BadGeneralist("role", _cannot({named.role}))
    if line_of(named.unit, at) != FIRST:
        raise BadGeneralist(
            "unit",
            t(
                "لا تقف هذه الوحدة في الخط الأول؛ وما يخصها تنجزه أصلاً.",
                "This unit does not stand at the first line; what is its own it finishes anyway.",
            ),
        )


def _check_services(agency: Agency, services: Collection[Service], at: datetime) -> None:
    if not services:
        raise BadGeneralist("services", t("اختر خدمة واحدة على الأقل.", "Choose at least one service."))
    for service in services:
        if service.agency_id != agency.pk or not service.is_offered(at=at):
            raise BadGeneralist(
                "services",
                t("الخدمة «{service}» غير قائمة.", "The service “{service}” is not offered.", service=service.name),
            )
        if service.confidential:
            raise BadGeneralist(
                "services",
                t(
                    "الخدمة «{service}» سرية، فلا تُنجز في الخط الأول.",
                    "The service “{service}” is confidential, so the first line does not finish it.",
                    service=service.name,
                ),
            )


def can(role: str) -> bool:
    """Does the role take down cases and resolve them at all?"""
    return all(grant(role, right) is not None for right in NEEDED)


def _cannot(roles: Iterable[str]) -> str:
    return t(
        "لا يسجل «{roles}» طلباً وينجزه بحسب جدول الصلاحيات.",
        "By the table of permissions “{roles}” does not take down a case and resolve it.",
        roles=t("، ", ", ").join(sorted(str(Role(role).label) for role in roles)),
    )


def _is_named(row: Generalist, person: User, own: list[Held], units: dict[int, Unit]) -> bool:
    if row.person_id is not None:
        return row.person_id == person.pk
    return any(held.role == row.role and _is_below(held.unit_id, row.unit_id, units) for held in own)


def _is_below(number: int | None, top: int | None, units: dict[int, Unit]) -> bool:
    seen: set[int] = set()
    while number is not None and number not in seen:
        if number == top:
            return True
        seen.add(number)
        number = units[number].parent_id if number in units else None
    return False


def _kept(agency_id: int) -> list[Generalist]:
    return edition.kept(
        ("routing.generalists", agency_id), lambda: list(Generalist.objects.filter(agency_id=agency_id).order_by("pk"))
    )


def _end(agency: Agency, named: Named, *, at: datetime) -> list[Generalist]:
    """End what whoever is named has now or would have later; what has not begun never holds."""
    rows = Generalist.objects.filter(agency=agency, person=named.person, unit=named.unit, role=named.role)
    standing = [row for row in rows if row.valid_to is None or row.valid_to > at]
    for row in standing:
        row.valid_to = max(at, row.valid_from)
        row.save(update_fields=["valid_to"])
    return standing


def _publish(agency: Agency, row: Generalist, services: list[int], *, by: User | None, at: datetime) -> None:
    until = row.valid_to.isoformat() if row.valid_to is not None and services else ""
    fact = GeneralistSet(row.person_id, row.unit_id, row.role, services, until)
    events.publish(fact, agency_id=agency.pk, by=by, at=at)


def names_of_services(agency: Agency, numbers: Iterable[int]) -> list[str]:
    """The names of services by their numbers, in the order of the catalogue; former ones too."""
    wanted = set(numbers)
    return [str(one.name) for one in catalogue.known_services(agency.pk).values() if one.pk in wanted]
