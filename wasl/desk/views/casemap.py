"""The list on a map: single cases near by, numbers from afar; and the same told by place without a map."""

import math
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wasl.cases import queries as cases
from wasl.cases import spots as where
from wasl.cases.models import Case
from wasl.core import clock
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.desk import narrowing, worklists
from wasl.desk.people import staff
from wasl.directory.doors import requires
from wasl.directory.rights import Right

# A cell of the grid is about this many pixels of the map wide, so that two circles never lie on each other.
CELL_PIXELS = 44
TILE_PIXELS = 256
NEAREST = 19
WORLD = "-90,-180,90,180"
# From here on several cases of one spot are named: to go nearer would not take them apart.
NEAR, NAMED = 17, 8
_TONES = {"P1": "bad", "P2": "warn"}


@requires(Right.READ_CASE)
@require_GET
def case_map(request: HttpRequest) -> HttpResponse:
    """The map of the list somebody looks at."""
    person = worklists.Person(staff(request), clock.now())
    present = worklists.asked(person, request.GET)
    extent = where.extent(present.visible, present.filters)
    box = extent.box
    context = {
        "present": present,
        "extent": extent,
        "frame": f"{box.south},{box.west},{box.north},{box.east}" if box else "",
        "places": [_place(row, present) for row in where.by_wilayat(present.visible, present.filters)],
        "words": narrowing.in_words(present.narrowing, person.names),
        "whose": narrowing.WHOSE[present.narrowing.whose],
        "here": present.query(),
    }
    return render(request, "desk/map.html", context)


def _place(row: dict[str, Any], present: worklists.List) -> tuple[Any, int, str]:
    if row["wilayat_id"] is None:
        return t("بلا ولاية", "No wilayat"), row["number"], ""
    name = Localized(row["wilayat__name"] or {})
    return name, row["number"], present.query(place=str(row["wilayat_id"]))


@requires(Right.READ_CASE)
@require_GET
def points(request: HttpRequest) -> HttpResponse:
    """What lies in the part of the map that is shown: `box` south,west,north,east in degrees, `zoom` 0 to 19."""
    box, zoom = _box(request.GET.get("box", WORLD)), _zoom(request.GET.get("zoom", "5"))
    if box is None or zoom is None:
        told = t(
            "اطلب مربعاً من أربعة أرقام ودرجة تقريب من 0 إلى 19.", "Ask for a box of four numbers and a zoom of 0 to 19."
        )
        return JsonResponse({"error": str(told)}, status=400)
    person = worklists.Person(staff(request), clock.now())
    present = worklists.asked(person, request.GET)
    step = 360 / 2**zoom * CELL_PIXELS / TILE_PIXELS
    named = NAMED if zoom >= NEAR else 1
    found = where.spots(present.visible, present.filters, box=box, step=step, named=named)
    wanted = [number for spot in found if spot.number == 1 or zoom >= NEAR for number in spot.case_ids]
    known = cases.numbered(person.visible, wanted)
    answer = JsonResponse({"spots": [_told(spot, known) for spot in found]})
    answer["Cache-Control"] = "no-store"
    return answer


def _told(spot: where.Spot, known: dict[int, Case]) -> dict[str, Any]:
    return {
        "lat": round(spot.lat, 6),
        "lon": round(spot.lon, 6),
        "n": spot.number,
        "tone": _TONES.get(spot.importance, ""),
        "cases": [_named(known[number]) for number in spot.case_ids if number in known],
    }


def _named(case: Case) -> dict[str, str]:
    label = f"{case.reference} · {case.title} · {case.state_words.staff}"
    return {"label": label, "url": reverse("desk:case", args=[case.reference])}


def _box(text: str) -> where.Box | None:
    try:
        south, west, north, east = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not all(map(math.isfinite, (south, west, north, east))) or south > north or west > east:
        return None
    return where.Box(max(south, -90), max(west, -180), min(north, 90), min(east, 180))


def _zoom(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= NEAREST else None
