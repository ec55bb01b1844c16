"""Questions about places.

Each process keeps the country in memory for one edition of the configuration (`core.edition`), so a reload is seen at
once. The rows given out are shared: read them, do not change them.
"""

import json
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from wasl.core import edition
from wasl.core.i18n import language as present_language
from wasl.directory.models import Agency
from wasl.places.geometry import MultiPolygon, Point, contains, from_geojson, km_between, km_to_edge
from wasl.places.models import Area, Governorate, PlacesEdition, Wilayat, WilayatBoundary

# How far outside all coarse shapes a point may lie and still be taken for the nearest one: beaches, harbours.
TOLERANCE_KM = 10.0
# So near to a town its wilayat is surer than a line that may be wrong by kilometres.
TOWN_KM = 5.0


@dataclass(frozen=True)
class Located:
    """Where a point lies. `approximate`: the wilayat is the one whose town is nearest, no boundary was looked at.

    `area` is the agency's own area around the point, where it drew one.
    """

    governorate: Governorate
    wilayat: Wilayat
    approximate: bool = True
    area: Area | None = None


@dataclass
class _Country:
    """All places of one edition."""

    governorates: list[Governorate]
    wilayats: dict[int, list[Wilayat]]
    shapes: dict[int, MultiPolygon]
    areas: dict[int, list[tuple[Area, MultiPolygon]]]
    lines: dict[int, list[tuple[Wilayat, MultiPolygon]]]
    towns: list[tuple[Point, Wilayat]]
    boundaries: dict[str, str] = field(default_factory=dict)

    def towns_near(self, point: Point) -> list[tuple[float, Wilayat]]:
        """The towns within TOWN_KM of a point, each with its distance."""
        # No degree of longitude here is shorter than 90 km; most towns are left out by a glance at the figures.
        lon, lat = point
        near = [
            one for one in self.towns if abs(one[0][0] - lon) < TOWN_KM / 90 and abs(one[0][1] - lat) < TOWN_KM / 90
        ]
        distances = [(km_between(point, town), wilayat) for town, wilayat in near]
        return [one for one in distances if one[0] <= TOWN_KM]


def locate(lat: float | Decimal, lon: float | Decimal, *, agency_id: int | None = None) -> Located | None:
    """Propose governorate and wilayat of a point; None when it lies outside the country (beyond a small tolerance).

    What the agency itself drew, areas and lines of wilayats, decides before the coarse shapes of the country.
    """
    country = _present()
    point = (float(lon), float(lat))
    drawn = _drawn(country, agency_id, point)
    if drawn is not None:
        return drawn
    at_town = min(country.towns_near(point), key=_distance, default=None)
    if at_town is not None:
        return Located(at_town[1].governorate, at_town[1])
    governorate = _governorate_at(country, point)
    if governorate is None:
        return None
    own = ((km_between(point, town), row) for town, row in country.towns if row.governorate_id == governorate.pk)
    return Located(governorate, min(own, key=_distance)[1])


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
    known = Area.objects.filter(Q(agency__isnull=True) | Q(agency=agency), wilayat=wilayat, ended_at__isnull=True)
    return sorted(known, key=lambda area: area.name.in_language("ar"))


def own_areas(agency: Agency) -> list[Area]:
    """The areas an agency added, ended ones too, in the order they were made; each knows its wilayat."""
    return list(Area.objects.filter(agency=agency).select_related("wilayat").order_by("pk"))


def own_boundaries(agency: Agency) -> list[WilayatBoundary]:
    """The lines of wilayats an agency drew, those taken back too; each knows its wilayat."""
    rows = WilayatBoundary.objects.filter(agency=agency).select_related("wilayat")
    return list(rows.order_by("wilayat__order", "pk"))


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
    return edition.kept("places", _read)


def _read() -> _Country:
    governorates = list(Governorate.objects.all())
    wilayats: dict[int, list[Wilayat]] = {}
    for wilayat in Wilayat.objects.select_related("governorate"):
        wilayats.setdefault(wilayat.governorate_id, []).append(wilayat)
    shapes = {governorate.pk: from_geojson(governorate.shape) for governorate in governorates}
    areas: dict[int, list[tuple[Area, MultiPolygon]]] = {}
    for area in Area.objects.filter(shape__isnull=False, ended_at__isnull=True).order_by("pk"):
        if area.agency_id and area.shape:
            areas.setdefault(area.agency_id, []).append((area, from_geojson(area.shape)))
    lines: dict[int, list[tuple[Wilayat, MultiPolygon]]] = {}
    known = {wilayat.pk: wilayat for rows in wilayats.values() for wilayat in rows}
    for line in WilayatBoundary.objects.filter(ended_at__isnull=True).order_by("pk"):
        lines.setdefault(line.agency_id, []).append((known[line.wilayat_id], from_geojson(line.shape)))
    towns = [((float(wilayat.lon), float(wilayat.lat)), wilayat) for rows in wilayats.values() for wilayat in rows]
    return _Country(governorates, wilayats, shapes, areas, lines, towns)


def _drawn(country: _Country, agency_id: int | None, point: Point) -> Located | None:
    """What the agency itself says about a point."""
    if agency_id is None:
        return None
    area = next((area for area, shape in country.areas.get(agency_id, []) if contains(shape, point)), None)
    wilayat = next((known for known, shape in country.lines.get(agency_id, []) if contains(shape, point)), None)
    if area is not None:
        wilayat = next(row for rows in country.wilayats.values() for row in rows if row.pk == area.wilayat_id)
    if wilayat is None:
        return None
    return Located(wilayat.governorate, wilayat, approximate=False, area=area)


def _distance(town: tuple[float, Wilayat]) -> float:
    return town[0]


def _governorate_at(country: _Country, point: Point) -> Governorate | None:
    for governorate in country.governorates:
        if contains(country.shapes[governorate.pk], point):
            return governorate
    distances = [
        (km_to_edge(country.shapes[row.pk], point, within=TOLERANCE_KM), row.order, row) for row in country.governorates
    ]
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
