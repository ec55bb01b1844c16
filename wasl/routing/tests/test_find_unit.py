"""Service and place to unit: the most specific rule wins, and there is always somebody."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import load_catalogue, make_service
from wasl.directory import operations as directory
from wasl.directory import queries as directory_queries
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency, make_unit
from wasl.routing import operations, queries
from wasl.routing.models import Rule
from wasl.routing.tests.makers import make_rule, make_wilayat

pytestmark = pytest.mark.django_db


def matter(service: Service, wilayat: str = "OM-MA-SEB", **more: Any) -> dict[str, Any]:
    return {"service": service, "wilayat": make_wilayat(wilayat), "kind": service.kind, "at": SUNDAY_9AM} | more


def conditions_of(service: Service) -> dict[str, Any]:
    seeb = make_wilayat()
    return {
        "service": service,
        "category": service.category,
        "kind": service.kind,
        "wilayat": seeb,
        "governorate": seeb.governorate,
    }


def test_rules_rank_by_what_they_look_at_service_first_and_place_after() -> None:
    service = make_service()
    agency, names = service.agency, conditions_of(service)
    order = list(names)
    combinations = [named for size in range(6) for named in itertools.combinations(order, size)]
    rules = {
        named: make_rule(agency, unit=make_unit("U" + "".join(name[0] for name in named), agency=agency),
                         **{name: names[name] for name in named})
        for named in combinations
    }  # fmt: skip
    expected = sorted(combinations, key=lambda named: [name not in named for name in order])

    for named in expected:
        route = queries.find_unit(agency, **matter(service))
        assert route.rule == rules[named], named
        operations.end_rule(rules[named], by=None, at=SUNDAY_9AM)

    assert queries.find_unit(agency, **matter(service)).rule is None


def test_of_equally_specific_rules_the_oldest_wins() -> None:
    service = make_service()
    first, second = make_unit("FIRST"), make_unit("SECOND")
    make_rule(service.agency, service=service, unit=first)
    Rule.objects.create(agency=service.agency, service=service, unit=second, valid_from=LONG_AGO + timedelta(days=1))

    assert queries.find_unit(service.agency, **matter(service)).unit == first


def test_a_rule_for_another_service_kind_or_place_does_not_fit() -> None:
    service, other = make_service(), make_service("LT-OUT", kind="complaint")
    elsewhere, away = make_wilayat("OM-MA-QUR"), make_wilayat("OM-ZU-SLL")
    wrong = make_unit("WRONG")
    for conditions in (
        {"service": other},
        {"kind": "complaint"},
        {"wilayat": elsewhere},
        {"governorate": away.governorate},
        {"service": service, "wilayat": elsewhere},
    ):
        make_rule(service.agency, unit=wrong, **conditions)

    route = queries.find_unit(service.agency, **matter(service))

    assert (route.unit, route.rule) == (service.unit, None)


def test_without_a_rule_the_unit_of_the_service_answers() -> None:
    service = make_service()

    route = queries.find_unit(service.agency, **matter(service))

    assert route.unit == make_unit("ROADS")
    assert route.why == {"ar": "الوحدة المسؤولة عن هذه الخدمة", "en": "The unit in charge of this service"}


def test_what_nobody_knows_goes_to_triage() -> None:
    agency = make_agency()

    route = queries.find_unit(agency, kind="report", at=SUNDAY_9AM)

    assert route.unit == directory_queries.triage_unit(agency)
    assert "الفرز" in route.why["ar"]
    assert "triage" in route.why["en"]


def test_units_that_have_ended_are_passed_over() -> None:
    service = make_service()
    ended = make_unit("ENDED")
    make_rule(service.agency, service=service, unit=ended)
    directory.end_unit(ended, by=None, at=SUNDAY_9AM - timedelta(days=1))

    assert queries.find_unit(service.agency, **matter(service)).unit == service.unit

    directory.end_unit(make_unit("ROADS"), by=None, at=SUNDAY_9AM - timedelta(hours=1))
    service.refresh_from_db()
    route = queries.find_unit(service.agency, **matter(service))
    assert route.unit.is_triage


def test_a_rule_holds_between_its_moments() -> None:
    service = make_service()
    unit = make_unit("NEW")
    rule = make_rule(service.agency, service=service, unit=unit, at=SUNDAY_9AM)
    operations.end_rule(rule, by=None, at=SUNDAY_9AM + timedelta(days=7))

    units = [
        queries.find_unit(service.agency, **matter(service, at=SUNDAY_9AM + timedelta(days=days))).unit
        for days in (-1, 0, 6, 7)
    ]

    assert units == [service.unit, unit, unit, service.unit]


def test_a_governorate_alone_is_place_enough() -> None:
    service = make_service()
    unit = make_unit("MUSCAT")
    muscat = make_wilayat().governorate
    make_rule(service.agency, governorate=muscat, unit=unit)

    route = queries.find_unit(service.agency, service=service, governorate=muscat, at=SUNDAY_9AM)

    assert route.unit == unit


def test_the_reason_names_what_the_rule_looked_at() -> None:
    service = make_service()
    make_rule(service.agency, service=service, wilayat=make_wilayat(), unit=make_unit("DG-SEEB"))

    why = queries.find_unit(service.agency, **matter(service)).why

    assert why["ar"] == "قاعدة توجيه لخدمة «حفرة أو هبوط في الطريق» في ولاية السيب"
    assert why["en"] == "Route for the service “Pothole or road subsidence” in the wilayat of Seeb"


def test_rules_of_two_agencies_with_equal_codes_never_cross() -> None:
    here, there = make_agency("MUN"), make_agency("HOU")
    mine, theirs = make_service(agency=here), make_service(agency=there)
    make_rule(there, service=theirs, unit=make_unit("THEIRS", agency=there))
    make_rule(there, kind="report", unit=make_unit("ALL", agency=there))

    assert queries.find_unit(here, **matter(mine)).unit.agency == here
    assert queries.find_unit(here, **matter(theirs)).unit == directory_queries.triage_unit(here)
    assert queries.rules_of(here, SUNDAY_9AM) == []


def test_a_rule_may_not_name_things_of_another_agency() -> None:
    here, there = make_agency("MUN"), make_agency("HOU")
    theirs = make_service(agency=there)
    unit = make_unit("ROADS", agency=here)

    for conditions in ({"unit": theirs.unit}, {"unit": unit, "service": theirs},
                       {"unit": unit, "category": theirs.category}):  # fmt: skip
        with pytest.raises(operations.OfAnotherAgency):
            make_rule(here, **conditions)


def test_a_new_rule_of_the_same_conditions_takes_the_place_of_the_old() -> None:
    service = make_service()
    old = make_rule(service.agency, service=service, unit=make_unit("OLD"))
    new = make_rule(service.agency, service=service, unit=make_unit("NEW"), at=SUNDAY_9AM)
    same = make_rule(service.agency, service=service, unit=make_unit("NEW"), at=SUNDAY_9AM + timedelta(days=1))

    old.refresh_from_db()
    assert old.valid_to == SUNDAY_9AM
    assert same == new
    assert queries.rules_of(service.agency, SUNDAY_9AM) == [new]


def test_a_rule_set_twice_in_one_moment_is_the_later_one() -> None:
    service = make_service()
    make_rule(service.agency, service=service, unit=make_unit("OLD"))
    rule = make_rule(service.agency, service=service, unit=make_unit("NEW"))

    assert queries.rules_of(service.agency, SUNDAY_9AM) == [rule]
    assert queries.find_unit(service.agency, **matter(service)).unit == make_unit("NEW")


def test_finding_costs_one_statement_however_many_rules_there_are(django_assert_num_queries: Any) -> None:
    service = make_service()
    place = matter(service)
    make_rule(service.agency, service=service, unit=make_unit("ONE"))
    queries.find_unit(service.agency, **place)
    with django_assert_num_queries(1):
        queries.find_unit(service.agency, **place)

    for number in range(50):
        make_rule(service.agency, service=make_service(f"S-{number}"), unit=make_unit("ONE"))
    queries.find_unit(service.agency, **place)
    with django_assert_num_queries(1):
        queries.find_unit(service.agency, **place)


class TestTheStartingRoutes:
    def test_cleaning_and_inspection_go_to_the_directorate_of_the_area(self) -> None:
        municipality = load_with_rules()["MUN"]

        for code, wilayat, unit in (
            ("CL-SWEEP", "OM-MA-SEB", "DG-SEEB"),
            ("CL-SWEEP", "OM-MA-MTR", "DG-MUTTRAH"),
            ("BL-NOPERMIT", "OM-MA-QUR", "DG-QURAYYAT"),
            ("RD-POTHOLE", "OM-MA-SEB", "ROADS"),
            ("CL-SWEEP", "OM-ZU-SLL", "CLEAN"),
        ):
            service = catalogue.service_by_code(municipality, code)
            assert queries.find_unit(municipality, **matter(service, wilayat)).unit.code == unit

    def test_what_partners_do_goes_to_them_and_says_so(self) -> None:
        municipality = load_with_rules()["MUN"]

        for code, unit in (("CL-OVERFLOW", "BEAH"), ("CL-SEWAGE", "NAMA-WATER")):
            route = queries.find_unit(municipality, **matter(catalogue.service_by_code(municipality, code)))
            assert (route.unit.code, route.unit.kind) == (unit, "partner")
            assert route.rule is not None

    def test_the_ministry_routes_by_the_units_of_its_services(self) -> None:
        ministry = load_with_rules()["HOU"]

        service = catalogue.service_by_code(ministry, "SV-SKETCH")
        assert queries.find_unit(ministry, **matter(service)).unit.code == "SURVEY"

    def test_loading_twice_is_loading_once(self) -> None:
        agencies = load_with_rules()
        before = Rule.objects.count()

        operations.load_rules(agencies, at=SUNDAY_9AM)

        assert Rule.objects.count() == before == 11 * 6 + 3


def load_with_rules() -> dict[str, Any]:
    make_wilayat()
    agencies = load_catalogue("MUN", "HOU")
    operations.load_rules(agencies, at=LONG_AGO)
    return agencies
