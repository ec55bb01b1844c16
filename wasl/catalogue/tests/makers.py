"""Services for tests: one by one, or the whole starting catalogue of an agency."""

from typing import Any

from wasl.catalogue import operations
from wasl.catalogue.models import Category, Service
from wasl.core.localized import both
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_agency, make_unit


def make_category(code: str = "C1", *, agency: Agency | None = None, **more: Any) -> Category:
    """The category of this code in the agency; the same one if it exists."""
    agency = agency or make_agency()
    defaults = {"name": both("الطرق", "Roads"), "icon": "route", "digit": 1, "valid_from": LONG_AGO} | more
    return Category.objects.get_or_create(agency=agency, code=code, defaults=defaults)[0]


def make_service(code: str = "RD-POTHOLE", *, agency: Agency | None = None, **more: Any) -> Service:
    """The service of this code in the agency (a pothole of the roads by default); the same one if it exists."""
    agency = agency or make_agency()
    known = Service.objects.filter(agency=agency, code=code).first()
    if known is not None:
        return known
    defaults = {
        "kind": "report",
        "name": both("حفرة أو هبوط في الطريق", "Pothole or road subsidence"),
        "keywords": ["حفرة في الشارع", "pothole"],
        "priority": "P2",
        "acknowledge_text": "4h",
        "resolve_text": "3d",
        "needs_location": True,
        "public_map": True,
        "valid_from": LONG_AGO,
    } | more
    defaults.setdefault("category", make_category(agency=agency))
    defaults.setdefault("unit", make_unit("ROADS", agency=agency))
    return Service.objects.create(agency=agency, code=code, **defaults)


def load_catalogue(*codes: str) -> dict[str, Agency]:
    """The agencies of these codes (the municipality and the ministry) with the whole starting catalogue."""
    agencies = {code: make_agency(code) for code in codes or ("MUN", "HOU")}
    operations.load_catalogue(agencies, at=LONG_AGO)
    return agencies
