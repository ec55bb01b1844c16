"""Where a row lies: its point, its wilayat by code or name, and what follows from them for the agency."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from wasl.cases.operations import Place
from wasl.core.text import fold, latin_digits
from wasl.directory.models import Agency
from wasl.intake import operations as intake
from wasl.intake.reports import Where
from wasl.places import queries as places
from wasl.places.models import Wilayat

# About ten metres: points of old systems repeat, and what they lie in does not change within that.
CELL = Decimal("0.0001")
STEP = Decimal("0.000001")
KEPT_CELLS = 50_000

Placing = Callable[[Decimal | None, Decimal | None, Wilayat | None], Place]


class BadPoint(ValueError):
    """The text is no degree of latitude or longitude."""


def degree(text: str, most: int) -> Decimal:
    """A degree as written, with a point or a comma, in any digits. Raises BadPoint."""
    written = latin_digits(text).replace("٫", ".").strip()
    if "." not in written:
        written = written.replace(",", ".")
    try:
        found = Decimal(written)
    except InvalidOperation:
        raise BadPoint(text) from None
    if not found.is_finite() or abs(found) > most:
        raise BadPoint(text)
    return found.quantize(STEP)


def wilayats_by_words() -> dict[str, Wilayat]:
    """Every wilayat by its code and by its folded names; a name that several share names none."""
    found: dict[str, Wilayat | None] = {}
    for _, wilayats in places.place_tree("ar"):
        for one in wilayats:
            found[fold(one.code)] = one
            for name in {fold(words) for words in one.name.values()}:
                found[name] = None if name in found else one
    return {words: one for words, one in found.items() if one is not None}


def placing(agency: Agency, *, marks_outside: bool) -> Placing:
    """What turns a point and a wilayat into a place, as the doors of intake do; answers for points nearby are kept.

    Without `marks_outside` the agency works beyond the country whose governorates the house knows: points are kept as
    they are, and nothing is looked up or marked.
    """

    @lru_cache(KEPT_CELLS)
    def around(lat: Decimal | None, lon: Decimal | None, wilayat: Wilayat | None) -> Place:
        return intake.place_of(Where(wilayat=wilayat, lat=lat, lon=lon), agency)

    def place(lat: Decimal | None, lon: Decimal | None, wilayat: Wilayat | None) -> Place:
        if lat is None or lon is None:
            return around(None, None, wilayat)
        if not marks_outside:
            return Place(wilayat=wilayat, governorate=wilayat.governorate if wilayat else None, lat=lat, lon=lon)
        return replace(around(lat.quantize(CELL), lon.quantize(CELL), wilayat), lat=lat, lon=lon)

    return place
