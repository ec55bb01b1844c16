"""The starting data arrives whole, twice is once, and nothing of the catalogue is ever deleted."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError

from wasl.catalogue import operations, queries
from wasl.catalogue.models import Category, Service
from wasl.catalogue.tests.makers import load_catalogue, make_category, make_service
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency, make_unit

pytestmark = pytest.mark.django_db


def test_both_agencies_get_their_services_categories_and_units() -> None:
    agencies = load_catalogue("MUN", "HOU")
    municipality, ministry = agencies["MUN"], agencies["HOU"]

    assert len(queries.services(municipality)) == 59
    assert len(queries.services(ministry)) == 25
    assert [category.digit for category in queries.categories(municipality)] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert directory.unit_by_code(municipality, "DG-SEEB").kind == Unit.Kind.DIRECTORATE
    assert directory.unit_by_code(municipality, "BEAH").kind == Unit.Kind.PARTNER
    assert directory.unit_by_code(municipality, "PEST").kind == Unit.Kind.SECTION
    assert not Unit.objects.filter(agency=ministry, code="ROADS").exists()


def test_every_service_is_described_and_worded_in_both_languages() -> None:
    load_catalogue("MUN", "HOU")

    for service in Service.objects.all():
        assert set(service.name) == set(service.description) == {"ar", "en"}
        assert all(service.name.values())
        assert all(service.description.values())
        assert len(service.keywords) >= 8
        assert any(word.isascii() for word in service.keywords)
        assert any(not word.isascii() for word in service.keywords)


def test_the_agencys_own_centre_stands_for_the_centre_of_the_source() -> None:
    agency = load_catalogue("MUN")["MUN"]

    conduct = queries.service_by_code(agency, "ST-CONDUCT")

    assert conduct.unit == directory.triage_unit(agency)
    assert not Unit.objects.filter(agency=agency, code="CC").exists()


def test_a_named_centre_of_the_agency_is_kept_by_its_code() -> None:
    agency = make_agency("HOU", centre_code="CS-HOU")
    operations.load_catalogue({"HOU": agency}, at=LONG_AGO)

    assert queries.service_by_code(agency, "HC-DELAY").unit == directory.triage_unit(agency)


def test_loading_twice_changes_nothing_but_brings_the_source_back() -> None:
    agencies = load_catalogue("MUN")
    before = (Service.objects.count(), Category.objects.count(), Unit.objects.count())
    Service.objects.filter(code="RD-POTHOLE").update(priority="P4")

    operations.load_catalogue(agencies, at=SUNDAY_9AM)

    assert (Service.objects.count(), Category.objects.count(), Unit.objects.count()) == before
    pothole = queries.service_by_code(agencies["MUN"], "RD-POTHOLE")
    assert (pothole.priority, pothole.valid_from) == ("P2", LONG_AGO)


def test_confidential_services_and_praise_are_known_as_such() -> None:
    agency = load_catalogue("MUN")["MUN"]

    assert queries.service_by_code(agency, "HE-FOOD").confidential
    assert queries.service_by_code(agency, "ST-CONDUCT").confidential
    assert not queries.service_by_code(agency, "RD-POTHOLE").confidential
    assert queries.service_by_code(agency, "GN-THANKS").kind == "praise"


def test_the_tree_holds_every_service_once_under_its_category() -> None:
    agency = load_catalogue("HOU")["HOU"]

    tree = queries.service_tree(agency)

    assert [category.digit for category, _ in tree] == [1, 2, 3, 4, 5, 6, 9]
    assert sum(len(services) for _, services in tree) == 25
    assert all(service.category_id == category.pk for category, services in tree for service in services)


def test_an_ended_service_leaves_the_lists_and_keeps_its_row() -> None:
    service = make_service()

    operations.end_service(service, by=None, at=SUNDAY_9AM)
    operations.end_service(service, by=None, at=SUNDAY_9AM + timedelta(days=1))

    assert queries.services(service.agency, at=SUNDAY_9AM) == []
    assert queries.services(service.agency, at=SUNDAY_9AM - timedelta(seconds=1)) == [service]
    assert Service.objects.get().valid_to == SUNDAY_9AM
    assert EventRecord.objects.filter(kind="ServiceEnded").count() == 1


def test_what_is_used_says_by_what_and_cannot_be_deleted() -> None:
    service = make_service()

    assert queries.used_by(service.category) == {"catalogue.service": 1}
    assert queries.used_by(service) == {}
    with pytest.raises(ProtectedError):
        service.category.delete()


def test_kind_and_code_of_a_service_stand_for_good() -> None:
    service = make_service()

    for change in ({"code": "X"}, {"kind": "inquiry"}, {"agency": service.agency}):
        with pytest.raises(operations.NotChangeable):
            operations.change_service(service, by=None, at=SUNDAY_9AM, **change)


def test_units_and_categories_of_another_agency_are_refused() -> None:
    service, other = make_service(), make_agency("HOU")

    for change in ({"unit": make_unit("LANDS", agency=other)}, {"category": make_category(agency=other)}):
        with pytest.raises(operations.OfAnotherAgency):
            operations.change_service(service, by=None, at=SUNDAY_9AM, **change)
