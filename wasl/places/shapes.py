"""Shapes as strangers bring them: GeoJSON read, checked and made fit to keep. No database."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wasl.core.i18n import t

# Six decimals are a hand's breadth; more is noise of the program that wrote the file.
DECIMALS = 6
MOST_POINTS = 20_000
MOST_FEATURES = 2_000
# Gulf states and their seas, in degrees: a shape beyond has its numbers swapped, or is not in degrees.
WEST, SOUTH, EAST, NORTH = 34.0, 12.0, 63.0, 33.0


class BadShape(ValueError):
    """The shape cannot be used; the sentence says what to mend."""


@dataclass(frozen=True)
class Feature:
    """One shape of a file with the values that came with it."""

    geometry: dict[str, Any]
    properties: Mapping[str, Any]


def read_features(content: bytes) -> list[Feature]:
    """The polygons of a GeoJSON file (FeatureCollection, Feature or bare geometry). Raises BadShape."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BadShape(
            t(
                "الملف ليس GeoJSON مقروءاً. صدّره من برنامج الخرائط بصيغة GeoJSON وترميز UTF-8.",
                "The file is no readable GeoJSON. Export it from the map program as GeoJSON in UTF-8.",
            )
        ) from None
    if isinstance(data, dict) and _is_projected(data):
        raise BadShape(_not_degrees())
    features = [Feature(checked_shape(geometry) or {}, properties) for geometry, properties in _pairs(data)]
    if not features:
        raise BadShape(t("لا توجد في الملف مضلعات.", "There are no polygons in the file."))
    if len(features) > MOST_FEATURES:
        raise BadShape(
            t("في الملف أكثر من {n} مضلع. قسّمه.", "The file holds more than {n} shapes. Split it.", n=MOST_FEATURES)
        )
    return features


def checked_shape(geometry: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A Polygon or MultiPolygon as a MultiPolygon with closed, rounded rings; None stays None. Raises BadShape."""
    if geometry is None:
        return None
    polygons = _polygons(geometry)
    shape = [[_ring(ring) for ring in polygon] for polygon in polygons if polygon]
    if not shape:
        raise BadShape(t("الشكل فارغ.", "The shape is empty."))
    if sum(len(ring) for polygon in shape for ring in polygon) > MOST_POINTS:
        raise BadShape(
            t(
                "في الشكل أكثر من {n} نقطة. بسّطه في برنامج الخرائط ثم أعد رفعه.",
                "The shape has more than {n} points. Simplify it in the map program and upload it again.",
                n=MOST_POINTS,
            )
        )
    return {"type": "MultiPolygon", "coordinates": shape}


def _pairs(data: Any) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    if not isinstance(data, dict):
        raise BadShape(t("الملف ليس GeoJSON.", "The file is no GeoJSON."))
    if data.get("type") == "FeatureCollection":
        for feature in data.get("features") or []:
            yield from _pairs(feature)
    elif data.get("type") == "Feature":
        if isinstance(data.get("geometry"), dict):
            yield data["geometry"], data.get("properties") or {}
    elif data.get("type") in ("Polygon", "MultiPolygon"):
        yield data, {}
    else:
        raise BadShape(_not_a_polygon(data.get("type")))


def _polygons(geometry: Mapping[str, Any]) -> Sequence[Any]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadShape(_not_a_polygon(kind))
    if not isinstance(coordinates, list):
        raise BadShape(t("الشكل بلا إحداثيات.", "The shape has no coordinates."))
    return [coordinates] if kind == "Polygon" else coordinates


def _ring(points: Any) -> list[list[float]]:
    ring: list[list[float]] = []
    for point in points if isinstance(points, list) else []:
        here = _point(point)
        if not ring or ring[-1] != here:
            ring.append(here)
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    if len(ring) < 4:
        raise BadShape(
            t("حلقة بأقل من ثلاث نقاط لا تحيط بمساحة.", "A ring of fewer than three points encloses nothing.")
        )
    return ring


def _point(point: Any) -> list[float]:
    try:
        lon, lat = (round(float(value), DECIMALS) for value in point[:2])
    except (TypeError, ValueError):
        raise BadShape(t("في الشكل نقطة ليست رقمين.", "The shape has a point that is not two numbers.")) from None
    if not (WEST <= lon <= EAST and SOUTH <= lat <= NORTH):
        raise BadShape(_not_degrees())
    return [lon, lat]


def _is_projected(data: Mapping[str, Any]) -> bool:
    crs = str(data.get("crs") or "")
    return bool(crs) and not any(known in crs for known in ("CRS84", "4326"))


def _not_a_polygon(kind: Any) -> str:
    return t(
        "الشكل من نوع {kind}، والمطلوب مضلع (Polygon أو MultiPolygon).",
        "The shape is a {kind}; a Polygon or MultiPolygon is wanted.",
        kind=str(kind)[:40],
    )


def _not_degrees() -> str:
    return t(
        "الإحداثيات ليست درجات (خط الطول ثم العرض، WGS 84) أو تقع خارج المنطقة.",
        "The coordinates are not degrees (longitude, then latitude, WGS 84), or lie outside the region.",
    )
