"""Routing rules for tests; places are the country's own."""

from typing import Any

from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO
from wasl.places import operations as places
from wasl.places.models import Wilayat
from wasl.routing import operations
from wasl.routing.models import Rule


def make_wilayat(code: str = "OM-MA-SEB") -> Wilayat:
    """A wilayat of the country (Seeb unless told otherwise), with all places loaded."""
    if not Wilayat.objects.filter(code=code).exists():
        places.load_starting_places(at=LONG_AGO)
    return Wilayat.objects.select_related("governorate").get(code=code)


def make_rule(agency: Agency, **conditions: Any) -> Rule:
    """A rule that holds since long ago."""
    return operations.add_rule(agency, **({"by": None, "at": LONG_AGO} | conditions))
