"""Loading the country's places, and an agency's additions to them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from wasl.accounts.models import User
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.core.text import clean_line
from wasl.directory.models import Agency
from wasl.places import starting_data
from wasl.places.events import AreaAdded, AreaChanged, AreaEnded, BoundarySet
from wasl.places.models import Area, Governorate, PlacesEdition, Wilayat, WilayatBoundary, new_token
from wasl.places.shapes import checked_shape

# Any fixed number of our own: two processes that start together must not load twice.
LOADING_LOCK = 0x57A5_91AC
_Coded = TypeVar("_Coded", Governorate, Wilayat)


class AreaExists(ValueError):
    """The agency has an area of that name in that wilayat."""


@transaction.atomic
def load_starting_places(*, at: datetime) -> None:
    """Write governorates, wilayats and well-known areas from the starting files; a second run corrects and adds.

    Centres that somebody surveyed are left as they are. The places are the country's, so no agency's fact is published.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING_LOCK])
    governorates = _load_governorates()
    wilayats = _load_wilayats(governorates)
    areas = [Area(wilayat=wilayats[code], name=name) for code, name in starting_data.areas()]
    Area.objects.bulk_create(areas, ignore_conflicts=True)
    _new_edition(at)


@transaction.atomic
def add_area(
    agency: Agency,
    *,
    wilayat: Wilayat,
    name: Localized,
    at: datetime,
    code: str = "",
    shape: Mapping[str, Any] | None = None,
    source: str = "",
    by: User | None = None,
) -> Area:
    """Add a village or quarter that only this agency offers; the one that is there already is given back.

    `shape` is a GeoJSON Polygon or MultiPolygon. Raises BadShape.
    """
    drawn = {"code": code, "shape": checked_shape(shape), "source": clean_line(source)}
    area, is_new = Area.objects.get_or_create(wilayat=wilayat, agency=agency, name=_tidy(name), defaults=drawn)
    if is_new:
        events.publish(AreaAdded(area.pk, wilayat.pk), agency_id=agency.pk, at=at, by=by)
        _new_edition(at)
    return area


@transaction.atomic
def change_area(
    area: Area,
    *,
    wilayat: Wilayat,
    name: Localized,
    shape: Mapping[str, Any] | None,
    source: str = "",
    at: datetime,
    by: User | None = None,
) -> Area:
    """Give an agency's own area another name, wilayat or shape; an ended one is offered again.

    Raises BadShape; AreaExists when the agency has another area of that name there.
    """
    area = Area.objects.select_for_update().get(pk=area.pk)
    agency_id = _owner(area)
    if Area.objects.filter(agency=area.agency, wilayat=wilayat, name=_tidy(name)).exclude(pk=area.pk).exists():
        raise AreaExists(t("في هذه الولاية منطقة بهذا الاسم.", "This wilayat has an area of that name."))
    area.wilayat, area.name, area.shape = wilayat, _tidy(name), checked_shape(shape)
    area.code, area.source, area.ended_at = area.known_as, clean_line(source), None
    area.save()
    events.publish(AreaChanged(area.pk, wilayat.pk), agency_id=agency_id, at=at, by=by)
    _new_edition(at)
    return area


@transaction.atomic
def end_area(area: Area, *, at: datetime, by: User | None = None) -> None:
    """Offer an agency's own area no more; cases keep its name."""
    if Area.objects.filter(pk=area.pk, agency__isnull=False, ended_at__isnull=True).update(ended_at=at):
        events.publish(AreaEnded(area.pk), agency_id=_owner(area), at=at, by=by)
        _new_edition(at)


@transaction.atomic
def set_boundary(
    agency: Agency,
    *,
    wilayat: Wilayat,
    shape: Mapping[str, Any] | None,
    source: str = "",
    at: datetime,
    by: User | None = None,
) -> None:
    """Draw the exact line of a wilayat for an agency, or take it back (None). Raises BadShape."""
    if shape is None:
        WilayatBoundary.objects.filter(agency=agency, wilayat=wilayat).update(ended_at=at)
    else:
        drawn = {"shape": checked_shape(shape), "source": clean_line(source), "ended_at": None}
        WilayatBoundary.objects.update_or_create(agency=agency, wilayat=wilayat, defaults=drawn)
    events.publish(BoundarySet(wilayat.pk, shape is None), agency_id=agency.pk, at=at, by=by)
    _new_edition(at)


def _owner(area: Area) -> int:
    if area.agency_id is None:
        raise ValueError("The country's own areas are not changed here.")
    return area.agency_id


def _tidy(name: Localized) -> Localized:
    return Localized({language: clean_line(text) for language, text in name.items()})


def _new_edition(at: datetime) -> None:
    PlacesEdition.objects.update_or_create(pk=1, defaults={"token": new_token(), "loaded_at": at})


def _load_governorates() -> dict[str, Governorate]:
    shapes = starting_data.shapes()
    names = {row.governorate_code: row.governorate_name for row in starting_data.wilayats()}
    rows = [
        Governorate(code=code, name=name, shape=shapes[code], order=order)
        for order, (code, name) in enumerate(names.items())
    ]
    return _written(rows, ["name", "shape", "order"])


def _load_wilayats(governorates: dict[str, Governorate]) -> dict[str, Wilayat]:
    rows = [
        Wilayat(
            code=row.code,
            governorate=governorates[row.governorate_code],
            name=row.name,
            lat=row.lat,
            lon=row.lon,
            order=order,
        )
        for order, row in enumerate(starting_data.wilayats())
    ]
    surveyed = set(Wilayat.objects.filter(centre_is_approximate=False).values_list("code", flat=True))
    changing = ["governorate", "name", "order"]
    return _written([row for row in rows if row.code not in surveyed], [*changing, "lat", "lon"]) | _written(
        [row for row in rows if row.code in surveyed], changing
    )


def _written(rows: list[_Coded], changing: list[str]) -> dict[str, _Coded]:
    """The rows, new or brought up to date, by their codes."""
    if rows:
        type(rows[0])._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=["code"], update_fields=changing
        )
    return {row.code: row for row in rows}
