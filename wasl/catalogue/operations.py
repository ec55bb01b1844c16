"""Changing the catalogue. Every change counts the agency's version up, so that all processes search the new state."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Max

from wasl.accounts.models import User
from wasl.catalogue import starting_data
from wasl.catalogue.events import (
    CatalogueLoaded,
    CategoryChanged,
    ServiceChanged,
    ServiceCreated,
    ServiceEnded,
    ServiceFormChanged,
    SynonymsChanged,
)
from wasl.catalogue.form_documents import as_document, check
from wasl.catalogue.forms import Question
from wasl.catalogue.models import CatalogueVersion, Category, Service, ServiceQuestion, Synonyms
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory import operations as directory
from wasl.directory.models import Agency, Unit

Row = TypeVar("Row", Service, Category)

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


class CodeTaken(ValueError):
    """The agency has or had a row with this code."""


@transaction.atomic
def create_category(
    agency: Agency, *, code: str, name: Localized, by: User | None, at: datetime, **more: Any
) -> Category:
    """Open a group of services; `more` are digit, icon, order and is_offered. Raises CodeTaken."""
    if Category.objects.filter(agency=agency, code=code).exists():
        raise CodeTaken(t("الرمز {code} مستعمل.", "The code {code} is taken.", code=code))
    row = Category.objects.create(agency=agency, code=code, name=name, valid_from=at, **more)
    _count_up(agency)
    events.publish(CategoryChanged(row.pk, ["valid_from"]), agency_id=agency.pk, by=by, at=at)
    return row


@transaction.atomic
def change_category(category: Category, *, by: User | None, at: datetime, **changes: Any) -> Category:
    """Change name, digit, icon or order of a group, or whether it is offered. Raises NotChangeable."""
    if wrong := set(changes) - {"name", "digit", "icon", "order", "is_offered"}:
        raise NotChangeable(t("لا يمكن تغيير: {names}", "These cannot change: {names}", names=", ".join(sorted(wrong))))
    return _change(category, changes, CategoryChanged, by=by, at=at)


@transaction.atomic
def end_category(category: Category, *, by: User | None, at: datetime) -> Category:
    """Close a group; one that still offers services stays. Raises CategoryInUse."""
    if Service.objects.filter(category=category).valid(at).exists():
        raise CategoryInUse(
            t(
                "في المجموعة خدمات قائمة. انقلها إلى مجموعة أخرى أو أنهها أولاً.",
                "The group still has services. Move them to another group or end them first.",
            )
        )
    return _change(category, {"valid_to": at}, CategoryChanged, by=by, at=at)


@transaction.atomic
def resume_category(category: Category, *, by: User | None, at: datetime) -> Category:
    """Open a closed group again."""
    return _change(category, {"valid_to": None}, CategoryChanged, by=by, at=at)


class CategoryInUse(ValueError):
    """Services still stand in the group."""


@transaction.atomic
def create_service(
    agency: Agency, *, code: str, kind: str, category: Category, by: User | None, at: datetime, **more: Any
) -> Service:
    """Offer a new service from now on; `more` are the fields of CHANGEABLE. Raises CodeTaken and as change_service."""
    if Service.objects.filter(agency=agency, code=code).exists():
        raise CodeTaken(t("الرمز {code} مستعمل.", "The code {code} is taken.", code=code))
    _check_changes(agency.pk, {"category": category, **more})
    row = Service.objects.create(agency=agency, code=code, kind=kind, category=category, valid_from=at, **more)
    _count_up(agency)
    events.publish(ServiceCreated(row.pk), agency_id=agency.pk, by=by, at=at)
    return row


@transaction.atomic
def resume_service(service: Service, *, by: User | None, at: datetime) -> Service:
    """Offer an ended service again."""
    return _change(service, {"valid_to": None}, ServiceChanged, by=by, at=at)


@transaction.atomic
def change_service(service: Service, *, by: User | None, at: datetime, **changes: Any) -> Service:
    """Change what may change of a service. Raises NotChangeable, OfAnotherAgency."""
    _check_changes(service.agency_id, changes)
    return _change(service, changes, ServiceChanged, by=by, at=at)


def _check_changes(agency_id: int, changes: Mapping[str, Any]) -> None:
    if wrong := set(changes) - CHANGEABLE:
        raise NotChangeable(t("لا يمكن تغيير: {names}", "These cannot change: {names}", names=", ".join(sorted(wrong))))
    if any(getattr(value, "agency_id", agency_id) != agency_id for value in changes.values()):
        raise OfAnotherAgency(t("اختر من الجهة نفسها.", "Choose one of the same agency."))


def _change(
    row: Row,
    changes: Mapping[str, Any],
    fact: type[ServiceChanged] | type[CategoryChanged],
    *,
    by: User | None,
    at: datetime,
) -> Row:
    fresh: Row = type(row)._base_manager.select_for_update().get(pk=row.pk)
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=sorted(changes))
    _count_up(fresh.agency)
    events.publish(fact(fresh.pk, sorted(changes)), agency_id=fresh.agency_id, by=by, at=at)
    return fresh


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
def set_questions(service: Service, questions: Sequence[Question], *, by: User | None, at: datetime) -> None:
    """Let a service ask exactly these questions, in this order, from now on. Lock: the service. Raises BadForm.

    A question that is asked otherwise becomes its next version, one that is missing ends, equal ones stay.
    """
    check(questions)
    row = Service.objects.select_for_update().get(pk=service.pk)
    standing = {one.code: one for one in ServiceQuestion.objects.filter(service=row, valid_to__isnull=True)}
    wanted = {one.code: (order, as_document(one)) for order, one in enumerate(questions, start=1)}
    changed = [code for code, one in standing.items() if code in wanted and (one.order, one.document) != wanted[code]]
    ended = [code for code in standing if code not in wanted]
    added = [code for code in wanted if code not in standing]
    if not (changed or ended or added):
        return
    _end_questions([standing[code] for code in (*changed, *ended)], at=at)
    last = dict(ServiceQuestion.objects.filter(service=row).values_list("code").annotate(Max("version")))
    ServiceQuestion.objects.bulk_create(
        ServiceQuestion(
            agency_id=row.agency_id,
            service=row,
            code=code,
            version=last.get(code, 0) + 1,
            order=wanted[code][0],
            document=wanted[code][1],
            valid_from=at,
        )
        for code in (*changed, *added)
    )
    fact = ServiceFormChanged(row.pk, added, changed, ended)
    events.publish(fact, agency_id=row.agency_id, by=by, at=at)


@transaction.atomic
def load_forms(agency: Agency, *, by: User | None = None, at: datetime) -> None:
    """Give the starting forms to those services of an agency that have never asked anything."""
    fresh = Service.objects.filter(agency=agency, questions__isnull=True)
    for service in fresh.filter(code__in=starting_data.forms()):
        set_questions(service, starting_data.forms()[service.code], by=by, at=at)


def _end_questions(rows: Sequence[ServiceQuestion], *, at: datetime) -> None:
    # What would have held from this very moment never held, so it leaves no version behind.
    ServiceQuestion.objects.filter(pk__in=[row.pk for row in rows], valid_from__gte=at).delete()
    ServiceQuestion.objects.filter(pk__in=[row.pk for row in rows]).update(valid_to=at)


@transaction.atomic
def add_synonyms(agency: Agency, words: Sequence[str], *, by: User | None = None, at: datetime) -> Synonyms:
    """Let these words find each other in the search of one agency."""
    row = Synonyms.objects.create(agency=agency, words=list(words))
    _count_up(agency)
    events.publish(SynonymsChanged(row.pk), agency_id=agency.pk, by=by, at=at)
    return row


@transaction.atomic
def change_synonyms(
    synonyms: Synonyms, *, by: User | None, at: datetime, words: Sequence[str] | None = None, ended: bool = False
) -> Synonyms:
    """Let other words find each other, or end the group (and let it hold again)."""
    row: Synonyms = Synonyms.objects.select_for_update().get(pk=synonyms.pk)
    row.words = list(words) if words is not None else row.words
    row.ended_at = at if ended else None
    row.save(update_fields=["words", "ended_at"])
    _count_up(row.agency)
    events.publish(SynonymsChanged(row.pk), agency_id=row.agency_id, by=by, at=at)
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
