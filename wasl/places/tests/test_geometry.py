"""Reading TopoJSON and looking points up."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.places.geometry import contains, from_geojson, km_between, km_to_edge, read_topology, to_geojson

SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]
HOLE = [(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0), (1.0, 1.0)]
ISLAND = [(10.0, 0.0), (11.0, 0.0), (11.0, 1.0), (10.0, 0.0)]
SHAPE = [[SQUARE, HOLE], [ISLAND]]

# Two squares side by side that share the line from (2, 0) to (2, 2).
TOPOLOGY = {
    "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
    "objects": {
        "all": {
            "geometries": [
                {"type": "Polygon", "properties": {"name": "West"}, "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "properties": {"name": "East"}, "arcs": [[[-1, 2]]]},
            ]
        }
    },
    "arcs": [[[4, 0], [0, 4]], [[4, 4], [-4, 0], [0, -4], [4, 0]], [[4, 0], [4, 0], [0, 4], [-4, 0]]],
}


def test_shared_arcs_are_walked_forwards_by_one_neighbour_and_backwards_by_the_other() -> None:
    shapes = read_topology(TOPOLOGY)

    assert shapes["West"] == [[[(12.0, 20.0), (12.0, 22.0), (10.0, 22.0), (10.0, 20.0), (12.0, 20.0)]]]
    assert shapes["East"] == [[[(12.0, 22.0), (12.0, 20.0), (14.0, 20.0), (14.0, 22.0), (12.0, 22.0)]]]
    assert contains(shapes["West"], (11.0, 21.0))
    assert not contains(shapes["East"], (11.0, 21.0))


def test_rounding_leaves_no_point_twice() -> None:
    ring = read_topology(TOPOLOGY | {"transform": {"scale": [0.0001, 1], "translate": [0, 0]}}, decimals=3)["West"][0][
        0
    ]

    assert all(before != after for before, after in pairwise(ring))


@pytest.mark.parametrize(
    ("point", "inside"),
    [((0.5, 0.5), True), ((2, 2), False), ((3.5, 2), True), ((5, 2), False), ((10.9, 0.5), True), ((10.1, 0.9), False)],
)
def test_holes_are_outside_and_islands_inside(point: tuple[float, float], inside: bool) -> None:
    assert contains(SHAPE, point) == inside


@given(st.floats(0.01, 3.99), st.floats(0.01, 3.99))
def test_points_of_a_square_are_inside_it_unless_in_the_hole(x: float, y: float) -> None:
    in_hole = 1 < x < 3 and 1 < y < 3
    on_edge = x in (1, 3) or y in (1, 3)

    assert on_edge or contains(SHAPE, (x, y)) == (not in_hole)
    assert not contains(SHAPE, (x + 4, y))
    assert not contains(SHAPE, (x, -y))


def test_distances_are_kilometres_on_the_ground() -> None:
    assert km_between((58.0, 23.0), (58.0, 24.0)) == pytest.approx(111.3, abs=0.1)
    assert km_between((58.0, 23.6), (59.0, 23.6)) == pytest.approx(102.0, abs=0.2)
    assert km_to_edge([[SQUARE]], (-1.0, 2.0)) == pytest.approx(111.3, abs=0.3)
    assert km_to_edge([[SQUARE]], (5.0, 5.0)) == pytest.approx(157.1, abs=0.5)
    assert km_to_edge([], (0.0, 0.0)) == float("inf")
    assert km_to_edge([[SQUARE]], (-1.0, 2.0), within=112) == km_to_edge([[SQUARE]], (-1.0, 2.0))
    assert km_to_edge([[SQUARE]], (-1.0, 2.0), within=110) == float("inf")


def test_geojson_there_and_back() -> None:
    assert from_geojson(to_geojson(SHAPE)) == SHAPE
    assert from_geojson({"type": "Polygon", "coordinates": [SQUARE]}) == [[SQUARE]]
    assert from_geojson({}) == []
