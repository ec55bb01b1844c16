"""Changing the catalogue. Every change counts the agency's version up, so that all processes search the new state."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from wasl.accounts.models import User
from wasl.catalogue import starting_data
from wasl.catalogue.events import CatalogueLoaded, ServiceChanged, ServiceEnded
from wasl.catalogue.models import CatalogueVersion, Category, Service, Synonyms
from wasl.core import events
from wasl.core.i18n import t
from wasl.directory import operations as directory
from wasl.directory.models import Agency, Unit

CHANGEABLE = frozenset(
    [
        "name",
        "description",
        "keywords",
        "unit",
        "category",
        "priority",
        "clock_mode",
        "acknowledge_text",
        "resolve_text",
        "needs_location",
        "needs_photo",
        "public_map",
        "crisis",
        "open311",
        "confidential",
        "note",
        "order",
    ]
)


class NotChangeable(ValueError):
    """This field of a service stands for good: end the service and make another."""


class OfAnotherAgency(ValueError):
    """A unit or category of another agency cannot serve here."""


@transaction.atomic
def load_catalogue(agencies: Mapping[str, Agency], *, by: User | None = None, at: datetime) -> dict[str, int]:
    """Bring the starting data to these agencies ("MUN", "HOU" of the source); gives how many services each has.

    Loading again brings every row back to the source and adds what is new; nothing ends and nothing goes.
    """
    loaded: dict[str, int] = {}
    for org, agency in agencies.items():
        units = _load_units(org, agency, by=by, at=at)
        categories = _load_categories(org, agency, at=at)
        loaded[org] = _load_services(org, agency, units, categories, at=at)
        _count_up(agency)
        events.publish(CatalogueLoaded(loaded[org]), agency_id=agency.pk, by=by, at=at)
    return loaded


@transaction.atomic
def change_service(service: Service, *, by: User | None, at: datetime, **changes: Any) -> Service:
    """Change what may change of a service. Raises NotChangeable, OfAnotherAgency."""
    if wrong := set(changes) - CHANGEABLE:
        raise NotChangeable(t("لا يمكن تغيير: {names}", "These cannot change: {names}", names=", ".join(sorted(wrong))))
    row: Service = Service.objects.select_for_update().get(pk=service.pk)
    for name, value in changes.items():
        if getattr(value, "agency_id", row.agency_id) != row.agency_id:
            raise OfAnotherAgency(t("اختر من الجهة نفسها.", "Choose one of the same agency."))
        setattr(row, name, value)
    row.save(update_fields=sorted(changes))
    _count_up(row.agency)
    events.publish(ServiceChanged(row.pk, sorted(changes)), agency_id=row.agency_id, by=by, at=at)
    return row


@transaction.atomic
def end_service(service: Service, *, by: User | None, at: datetime) -> Service:
    """Offer the service no more from now on; what names it keeps it. An ended service stays as it is."""
    row: Service = Service.objects.select_for_update().get(pk=service.pk)
    if row.valid_to is not None and row.valid_to <= at:
        return row
    row.valid_to = at
    row.save(update_fields=["valid_to"])
    _count_up(row.agency)
    events.publish(ServiceEnded(row.pk), agency_id=row.agency_id, by=by, at=at)
    return row


@transaction.atomic
def add_synonyms(agency: Agency, words: Sequence[str]) -> Synonyms:
    """Let these words find each other in the search of one agency."""
    row = Synonyms.objects.create(agency=agency, words=list(words))
    _count_up(agency)
    return row


def _count_up(agency: Agency) -> None:
    CatalogueVersion.objects.bulk_create([CatalogueVersion(agency=agency)], ignore_conflicts=True)
    CatalogueVersion.objects.filter(agency=agency).update(number=F("number") + 1)


def _load_units(org: str, agency: Agency, *, by: User | None, at: datetime) -> dict[str, Unit]:
    units = {unit.code: unit for unit in Unit.objects.filter(agency=agency)}
    centre = next((unit for unit in units.values() if unit.is_centre), None)
    if centre is not None:
        units.setdefault(starting_data.CENTRES[org], centre)
    for row in starting_data.unit_rows(org):
        if row.code not in units:
            units[row.code] = directory.create_unit(
                agency=agency, code=row.code, name=row.name, kind=row.kind, by=by, at=at
            )
    return units


def _load_categories(org: str, agency: Agency, *, at: datetime) -> dict[int, Category]:
    rows = [
        Category(
            agency=agency, code=row.code, digit=row.digit, name=row.name, icon=row.icon, order=row.digit, valid_from=at
        )
        for row in starting_data.category_rows(org)
    ]
    Category.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["agency", "code"], update_fields=["digit", "name", "icon", "order"]
    )
    codes = [row.code for row in rows]
    return {category.digit or 0: category for category in Category.objects.filter(agency=agency, code__in=codes)}


def _load_services(
    org: str, agency: Agency, units: Mapping[str, Unit], categories: Mapping[int, Category], *, at: datetime
) -> int:
    rows = [
        _service(row, agency, units[row["department"]], categories[row["category_digit"]], order=number, at=at)
        for number, row in enumerate(starting_data.service_rows(org), start=1)
    ]
    Service.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["agency", "code"], update_fields=[*sorted(CHANGEABLE), "kind"]
    )
    return len(rows)


def _service(
    row: Mapping[str, Any], agency: Agency, unit: Unit, category: Category, *, order: int, at: datetime
) -> Service:
    as_in_source = ("code", "description", "keywords", "priority", "needs_location", "needs_photo", "public_map")
    return Service(
        agency=agency,
        category=category,
        unit=unit,
        # The source keeps praise among the inquiries; it is a kind of its own.
        kind="praise" if row["code"].endswith("-THANKS") else row["kind"],
        name=starting_data.name_of(row),
        clock_mode=row["clock"],
        acknowledge_text=row["ack"],
        resolve_text=row["resolve"],
        crisis=row["crisis"],
        open311=row["open311"],
        confidential=any(word in row["note"] for word in ("confidential", "restricted")),
        note=row["note"],
        order=order,
        valid_from=at,
        **{field: row[field] for field in as_in_source},
    )
