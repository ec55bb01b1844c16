"""Plane geometry of boundaries: TopoJSON read, points looked up, with no database and no library.

Coordinates are (longitude, latitude) in degrees, as in GeoJSON. At the size of a governorate the earth is flat enough.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import cos, hypot, inf, radians
from typing import Any

Point = tuple[float, float]
Ring = Sequence[Point]
Polygon = Sequence[Ring]
MultiPolygon = Sequence[Polygon]

KM_PER_DEGREE = 111.32


def read_topology(topology: Mapping[str, Any], *, decimals: int = 3) -> dict[str, MultiPolygon]:
    """The shapes of a quantised TopoJSON file by the name they carry, rounded (3 decimals are about 100 m)."""
    arcs = [_rounded(arc, decimals) for arc in _absolute_arcs(topology)]
    shapes: dict[str, MultiPolygon] = {}
    for collection in topology["objects"].values():
        for shape in collection["geometries"]:
            polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
            shapes[shape["properties"]["name"]] = [[_ring(ring, arcs) for ring in polygon] for polygon in polygons]
    return shapes


def to_geojson(shape: MultiPolygon) -> dict[str, Any]:
    """The shape as a GeoJSON geometry."""
    return {"type": "MultiPolygon", "coordinates": [[[list(point) for point in ring] for ring in p] for p in shape]}


def from_geojson(geometry: Mapping[str, Any]) -> MultiPolygon:
    """The shape of a GeoJSON Polygon or MultiPolygon; empty for any other."""
    coordinates = geometry.get("coordinates", [])
    polygons = [coordinates] if geometry.get("type") == "Polygon" else coordinates
    return [[[(lon, lat) for lon, lat in ring] for ring in polygon] for polygon in polygons]


def contains(shape: MultiPolygon, point: Point) -> bool:
    """Does the point lie within the shape? Holes are outside."""
    return any(_crossings(polygon, point) % 2 for polygon in shape)


def km_to_edge(shape: MultiPolygon, point: Point, *, within: float = inf) -> float:
    """How far the nearest line of the shape lies from the point, in kilometres; infinite for an empty shape.

    Lines further away than `within` are not looked at; infinite where all are.
    """
    flat = _Flat(point[1])
    x, y = flat.of(point)
    distances = (
        _to_segment(x, y, flat.of(start), flat.of(end))
        for polygon in shape
        for ring in polygon
        for start, end in _near(ring, point, within / KM_PER_DEGREE, within / flat.x_scale)
    )
    return min((distance for distance in distances if distance <= within), default=inf)


def _near(ring: Ring, point: Point, height: float, width: float) -> Iterator[tuple[Point, Point]]:
    """The lines of a ring that a box around the point might touch."""
    x, y = point
    west, east, south, north = x - width, x + width, y - height, y + height
    for start, end in pairwise(ring):
        (ax, ay), (bx, by) = start, end
        if (ax < west and bx < west) or (ax > east and bx > east):
            continue
        if (ay < south and by < south) or (ay > north and by > north):
            continue
        yield start, end


def km_between(a: Point, b: Point) -> float:
    """The distance of two points, in kilometres."""
    flat = _Flat((a[1] + b[1]) / 2)
    (ax, ay), (bx, by) = flat.of(a), flat.of(b)
    return hypot(ax - bx, ay - by)


class _Flat:
    """Kilometres on a plane that touches the earth at one latitude."""

    def __init__(self, latitude: float) -> None:
        self.x_scale = KM_PER_DEGREE * cos(radians(latitude))

    def of(self, point: Point) -> Point:
        return point[0] * self.x_scale, point[1] * KM_PER_DEGREE


def _absolute_arcs(topology: Mapping[str, Any]) -> Iterator[list[Point]]:
    (x_scale, y_scale), (x_start, y_start) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * x_scale + x_start, y * y_scale + y_start))
        yield points


def _rounded(arc: list[Point], decimals: int) -> list[Point]:
    points = [(round(lon, decimals), round(lat, decimals)) for lon, lat in arc]
    return [points[0], *(after for before, after in pairwise(points) if after != before)]


def _ring(numbers: Sequence[int], arcs: Sequence[list[Point]]) -> Ring:
    """Arcs put end to end; a number below zero means the arc ~number walked backwards."""
    ring: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(arc[1:] if ring and ring[-1] == arc[0] else arc)
    return ring


def _crossings(polygon: Polygon, point: Point) -> int:
    """How often a ray to the east meets the lines of the polygon."""
    x, y = point
    crossings = 0
    for ring in polygon:
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                crossings += 1
    return crossings


def _to_segment(x: float, y: float, start: Point, end: Point) -> float:
    (ax, ay), (bx, by) = start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))
