"""Groups that keep services for what was registered elsewhere."""

import pytest

from wasl.catalogue import operations, queries
from wasl.catalogue.tests.makers import make_category, make_service
from wasl.core.localized import both
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def test_services_of_a_holding_group_stand_and_are_offered_to_nobody(agency: Agency) -> None:
    held = make_category("OLD", agency=agency, name=both("مستورد", "Imported"), is_offered=False)
    offered = make_service(agency=agency)

    service = make_service("OLD-HOLE", agency=agency, category=held, name=both("حفرة قديمة", "Old pothole"))

    assert service in queries.services(agency, at=SUNDAY_9AM)
    assert service.is_valid(at=SUNDAY_9AM)
    assert not service.is_offered(at=SUNDAY_9AM)
    assert [category.code for category, _ in queries.service_tree(agency, at=SUNDAY_9AM)] == [offered.category.code]
    assert [hit.service for hit in queries.find_services(agency, "حفرة", at=SUNDAY_9AM)] == [offered]


def test_a_holding_group_can_be_opened(agency: Agency) -> None:
    held = operations.create_category(
        agency, code="OLD", name=both("مستورد", "Imported"), is_offered=False, by=None, at=SUNDAY_9AM
    )
    service = make_service("OLD-HOLE", agency=agency, category=held)

    operations.change_category(held, is_offered=True, by=None, at=SUNDAY_9AM)

    assert [hit.service for hit in queries.find_services(agency, "حفرة", at=SUNDAY_9AM)] == [service]
