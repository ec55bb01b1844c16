"""Where the cases of a list lie: single cases, or how many of them fall into each cell of a grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Avg, Count, F, FloatField, Max, Min, Q, QuerySet
from django.db.models.functions import Cast, Floor

from wasl.cases.models import Case
from wasl.cases.queries import Filters, narrowed

MOST_CELLS = 1500


@dataclass(frozen=True)
class Box:
    """A part of the map, in degrees."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class Spot:
    """Cases close together: their middle, how many, the gravest class, and the inner numbers of the newest few."""

    lat: float
    lon: float
    number: int
    importance: str
    case_ids: Sequence[int]


@dataclass(frozen=True)
class Extent:
    """How far a list reaches on the map, and how many of its cases have no point."""

    box: Box | None
    with_point: int
    without_point: int


def extent(cases: QuerySet[Case], filters: Filters) -> Extent:
    """The part of the map on which a list lies."""
    told = narrowed(cases, filters).aggregate(
        south=Min("lat"),
        west=Min("lon"),
        north=Max("lat"),
        east=Max("lon"),
        there=Count("pk", filter=Q(lat__isnull=False, lon__isnull=False)),
        all=Count("pk"),
    )
    sides = [told[name] for name in ("south", "west", "north", "east")]
    box = Box(*map(float, sides)) if told["there"] else None
    return Extent(box, told["there"], told["all"] - told["there"])


def spots(cases: QuerySet[Case], filters: Filters, *, box: Box, step: float, named: int = 1) -> list[Spot]:
    """The cases within the box, gathered in cells of `step` degrees; the fullest first, a bounded number.

    `named`: of how many cases of a cell the numbers are wanted; of more than one only near by, where cells hold few.
    """
    found = narrowed(cases, filters).filter(lat__range=(box.south, box.north), lon__range=(box.west, box.east))
    rows = (
        found.order_by()
        .annotate(row=_cell("lat", step), column=_cell("lon", step))
        .values("row", "column")
        .annotate(
            middle_lat=Avg("lat"),
            middle_lon=Avg("lon"),
            number=Count("pk"),
            gravest=Min("importance"),
            **({"some": ArrayAgg("pk", order_by="-pk")} if named > 1 else {}),
            one=Min("pk"),
        )
        .order_by("-number", "one")[:MOST_CELLS]
    )
    return [
        Spot(float(row["middle_lat"]), float(row["middle_lon"]), row["number"], row["gravest"], _some(row, named))
        for row in rows
    ]


def _some(row: dict[str, Any], named: int) -> Sequence[int]:
    return row["some"][:named] if "some" in row else [row["one"]]


def _cell(name: str, step: float) -> Floor:
    return Floor(Cast(F(name), FloatField()) / step)


def by_wilayat(cases: QuerySet[Case], filters: Filters, *, most: int = 12) -> Sequence[dict[str, Any]]:
    """How many cases of a list lie in which wilayat, the most first; for whoever does not see the map."""
    rows = narrowed(cases, filters).order_by().values("wilayat_id", "wilayat__name").annotate(number=Count("pk"))
    return list(rows.order_by("-number", "wilayat_id")[:most])
