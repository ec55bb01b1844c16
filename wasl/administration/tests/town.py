"""A municipality with two services, its places and its promises, to be set up further."""

from wasl.cases.tests.makers import make_working_agency
from wasl.catalogue.tests.makers import make_category, make_service
from wasl.core.localized import both
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_unit
from wasl.places import operations as places
from wasl.places.models import Governorate


def make_town() -> Agency:
    """The pothole of the roads (group C1) and the lamp of the lighting unit (group 2)."""
    agency = make_working_agency()
    if not Governorate.objects.exists():
        places.load_starting_places(at=LONG_AGO)
    lighting = make_category("2", agency=agency, name=both("الإنارة", "Lighting"), icon="lamp", digit=2, order=2)
    make_service(agency=agency)
    make_service(
        "LT-OUT",
        agency=agency,
        unit=make_unit("LIGHT", agency=agency),
        name=both("عمود إنارة لا يعمل", "Street light out"),
        keywords=["اللمبة طافية"],
        category=lighting,
    )
    return agency
