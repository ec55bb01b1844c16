"""Questions about places.

Each process keeps the country in memory under the token of its edition, which every question reads first (one statement
for one row), so a reload is seen at once. The rows given out are shared: read them, do not change them.
"""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock

from django.db.models import Q

from wasl.core.i18n import language as present_language
from wasl.directory.models import Agency
from wasl.places.geometry import MultiPolygon, Point, contains, from_geojson, km_between, km_to_edge
from wasl.places.models import Area, Governorate, PlacesEdition, Wilayat

# How far outside all coarse shapes a point may lie and still be taken for the nearest one: beaches, harbours.
TOLERANCE_KM = 10.0
# So near to a town its wilayat is surer than a line that may be wrong by kilometres.
TOWN_KM = 5.0


@dataclass(frozen=True)
class Located:
    """Where a point lies. `approximate`: the wilayat is the one whose town is nearest, no boundary was looked at."""

    governorate: Governorate
    wilayat: Wilayat
    approximate: bool = True


@dataclass
class _Country:
    """All places of one edition."""

    token: str
    governorates: list[Governorate]
    wilayats: dict[int, list[Wilayat]]
    shapes: dict[int, MultiPolygon]
    boundaries: dict[str, str] = field(default_factory=dict)


_country: _Country | None = None
_lock = Lock()


def locate(lat: float | Decimal, lon: float | Decimal) -> Located | None:
    """Propose governorate and wilayat of a point; None when it lies outside the country (beyond a small tolerance)."""
    country = _present()
    point = (float(lon), float(lat))
    towns = [
        (km_between(point, (float(wilayat.lon), float(wilayat.lat))), wilayat)
        for wilayats in country.wilayats.values()
        for wilayat in wilayats
    ]
    at_town = min((town for town in towns if town[0] <= TOWN_KM), key=_distance, default=None)
    if at_town is not None:
        return Located(at_town[1].governorate, at_town[1])
    governorate = _governorate_at(country, point)
    if governorate is None:
        return None
    nearest = min((town for town in towns if town[1].governorate_id == governorate.pk), key=_distance)
    return Located(governorate, nearest[1])


def place_tree(language: str | None = None) -> list[tuple[str, list[Wilayat]]]:
    """The governorates by name, each with its wilayats, in the official order."""
    chosen = language or present_language()
    country = _present()
    return [
        (governorate.name.in_language(chosen), list(country.wilayats.get(governorate.pk, [])))
        for governorate in country.governorates
    ]


def governorates() -> list[Governorate]:
    """All governorates in the official order."""
    return list(_present().governorates)


def wilayats_of(governorate_code: str) -> list[Wilayat]:
    """The wilayats of a governorate, in the official order; each knows its governorate."""
    country = _present()
    return [
        wilayat
        for governorate in country.governorates
        if governorate.code == governorate_code
        for wilayat in country.wilayats.get(governorate.pk, [])
    ]


def wilayat_by_code(code: str) -> Wilayat | None:
    """The wilayat of this code, which knows its governorate; None for an unknown one."""
    return next((row for rows in _present().wilayats.values() for row in rows if row.code == code), None)


def areas_of(wilayat: Wilayat, *, agency: Agency | None = None) -> list[Area]:
    """The well-known areas of a wilayat with those the agency added, in the order of their Arabic names."""
    known = Area.objects.filter(Q(agency__isnull=True) | Q(agency=agency), wilayat=wilayat)
    return sorted(known, key=lambda area: area.name.in_language("ar"))


def boundaries_geojson(language: str | None = None) -> str:
    """The governorates as one GeoJSON FeatureCollection for the map (properties `code`, `name`), under 30 kB."""
    chosen = language or present_language()
    country = _present()
    if chosen not in country.boundaries:
        country.boundaries[chosen] = _feature_collection(country, chosen)
    return country.boundaries[chosen]


def edition_token() -> str:
    """The name of the edition that holds; empty before places were loaded."""
    return PlacesEdition.objects.values_list("token", flat=True).filter(pk=1).first() or ""


def _present() -> _Country:
    global _country
    token = edition_token()
    with _lock:
        if _country is None or _country.token != token or not token:
            _country = _read(token)
        return _country


def _read(token: str) -> _Country:
    governorates = list(Governorate.objects.all())
    wilayats: dict[int, list[Wilayat]] = {}
    for wilayat in Wilayat.objects.select_related("governorate"):
        wilayats.setdefault(wilayat.governorate_id, []).append(wilayat)
    shapes = {governorate.pk: from_geojson(governorate.shape) for governorate in governorates}
    return _Country(token, governorates, wilayats, shapes)


def _distance(town: tuple[float, Wilayat]) -> float:
    return town[0]


def _governorate_at(country: _Country, point: Point) -> Governorate | None:
    for governorate in country.governorates:
        if contains(country.shapes[governorate.pk], point):
            return governorate
    distances = [(km_to_edge(country.shapes[row.pk], point), row.order, row) for row in country.governorates]
    distance, _, nearest = min(distances, default=(float("inf"), 0, None))
    return nearest if distance <= TOLERANCE_KM else None


def _feature_collection(country: _Country, language: str) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"code": governorate.code, "name": governorate.name.in_language(language)},
            "geometry": governorate.shape,
        }
        for governorate in country.governorates
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
