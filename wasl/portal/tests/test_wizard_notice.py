"""What people are told about their data stands where they type them, and the case remembers which text it was."""

import pytest
from django.test import Client

from wasl.core.localized import both
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.intake import queries as intake
from wasl.portal.tests.makers import choose, fill_details, fill_place, make_site, report, send
from wasl.privacy import operations

pytestmark = pytest.mark.django_db


def test_the_text_of_the_house_is_shown_and_remembered() -> None:
    make_site()

    read = intake.notice_read(report())

    assert read is not None
    assert read[0] == "portal-0"


def test_a_text_of_the_agency_takes_its_place(client: Client) -> None:
    agency = make_site()
    operations.set_notice_text(agency, channel="portal", text=both("نص البلدية", "Words of the city"), at=SUNDAY_9AM)
    choose(client)
    fill_place(client)

    page = client.get("/report/details").content.decode()
    fill_details(client)
    send(client)

    assert "نص البلدية" in page
    case = report()
    read = intake.notice_read(case)
    assert read is not None
    assert read[0] == "portal-1"
