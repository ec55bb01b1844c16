"""The class of a matter by the agency's own rows and its operating mode."""

from datetime import timedelta
from typing import Any

import pytest

from wasl.catalogue.tests.makers import make_service
from wasl.directory import operations as directory
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency
from wasl.routing import operations, queries
from wasl.routing.importance import Facts

pytestmark = pytest.mark.django_db


def test_without_rows_the_matrix_of_the_house_holds() -> None:
    service = make_service(priority="P3")

    assert queries.classify(service.agency, service, {}, SUNDAY_9AM).code == "P3"
    assert queries.classify(service.agency, service, {"danger": "3"}, SUNDAY_9AM).code == "P1"
    assert queries.classify(service.agency, None, Facts(), SUNDAY_9AM).code == "P3"


def test_rows_of_the_agency_take_the_place_of_the_defaults_from_their_moment_on() -> None:
    service = make_service(priority="P3")
    agency = service.agency
    operations.set_points(agency, criterion="site", level=1, points=60, by=None, at=LONG_AGO)
    operations.set_points(agency, criterion="site", level=1, points=1, by=None, at=SUNDAY_9AM)
    operations.set_band(agency, importance="P2", points_from=21, by=None, at=SUNDAY_9AM + timedelta(days=1))

    codes = [
        queries.classify(agency, service, {"site": 1}, SUNDAY_9AM + timedelta(days=days)).code for days in (-1, 0, 1)
    ]

    assert codes == ["P1", "P3", "P2"]


def test_rows_of_one_agency_say_nothing_about_another() -> None:
    here, there = make_agency("MUN"), make_agency("HOU")
    operations.set_points(here, criterion="danger", level=1, points=200, by=None, at=LONG_AGO)
    directory.set_operating_mode(here, mode="crisis", by=None, at=LONG_AGO)
    mine, theirs = (make_service(agency=agency, priority="P4", crisis=True) for agency in (here, there))

    assert queries.classify(here, mine, {"danger": 1}, SUNDAY_9AM).code == "P1"
    assert queries.classify(there, theirs, {"danger": 1}, SUNDAY_9AM).code == "P4"
    assert len(queries.classify(there, theirs, {}, SUNDAY_9AM).reasons) == 1


def test_an_emergency_lifts_the_services_marked_for_it_and_only_those() -> None:
    agency = make_agency()
    marked = make_service("DR-FLOOD", crisis=True, priority="P2")
    other = make_service("RD-MARKING", crisis=False, priority="P2")
    directory.set_operating_mode(agency, mode="crisis", by=None, at=LONG_AGO)

    lifted = queries.classify(agency, marked, {"people": 20, "repeats": 3}, SUNDAY_9AM)
    same = queries.classify(agency, other, {"people": 20, "repeats": 3}, SUNDAY_9AM)

    assert (lifted.code, same.code) == ("P1", "P2")
    assert lifted.reasons[-1]["ar"] == "في أثناء حالة طارئة"


def test_classifying_costs_one_statement_while_nothing_changes(django_assert_num_queries: Any) -> None:
    service = make_service(crisis=True)
    operations.set_points(service.agency, criterion="danger", level=1, points=5, by=None, at=LONG_AGO)

    queries.classify(service.agency, service, {"danger": 1}, SUNDAY_9AM)
    with django_assert_num_queries(1):
        queries.classify(service.agency, service, {"danger": 1}, SUNDAY_9AM)


@pytest.mark.parametrize(("criterion", "level"), [("danger", 0), ("danger", 4), ("rank", 1), ("crisis", 2)])
def test_the_matrix_has_no_other_criteria_and_levels(criterion: str, level: int) -> None:
    with pytest.raises(operations.NoSuchCriterion):
        operations.set_points(make_agency(), criterion=criterion, level=level, points=1, by=None, at=SUNDAY_9AM)


def test_there_is_no_fifth_class() -> None:
    with pytest.raises(operations.NoSuchCriterion):
        operations.set_band(make_agency(), importance="VIP", points_from=0, by=None, at=SUNDAY_9AM)


def test_a_case_of_the_emergency_keeps_that_ground_when_the_emergency_is_over() -> None:
    agency = make_agency("MUN")
    service = make_service("DR-FLOOD", agency=agency, crisis=True, priority="P3")
    directory.set_operating_mode(agency, mode="crisis", by=None, at=LONG_AGO)
    during = queries.classify(agency, service, {"people": 150}, SUNDAY_9AM)
    kept = queries.facts_to_keep(agency, service, {"people": 150})
    directory.set_operating_mode(agency, mode="normal", by=None, at=LONG_AGO)

    assert kept == {"people": 150, "crisis": True}
    assert queries.classify(agency, service, kept, SUNDAY_9AM).told == during.told
    assert queries.facts_to_keep(agency, service, {"people": 150}) == {"people": 150}
