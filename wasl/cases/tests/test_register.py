"""Registration gives a number, a unit, running clocks and the first referral at once."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wasl.cases import operations, queries
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import references
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_unit
from wasl.routing.tests.makers import make_rule

pytestmark = pytest.mark.django_db


def test_a_report_gets_a_number_with_a_valid_check_digit() -> None:
    case = make_case()

    reference = references.parse(case.reference)
    assert reference is not None
    assert reference.letters == "MR"
    assert reference.year_month == "2611"
    assert case.digits == reference.digits


def test_the_private_code_leads_to_the_case_and_only_its_digest_is_stored() -> None:
    case = make_case()
    code = operations.access_code(case)

    assert queries.by_access_code(code) == case
    assert queries.by_access_code(code[:-1] + ("2" if code[-1] != "2" else "3")) is None
    stored = Case.objects.filter(pk=case.pk).values().get()
    assert code not in json.dumps(stored, default=str)


def test_a_known_route_is_referred_at_once_and_the_referral_clock_stops() -> None:
    case = make_case()

    assert case.state == "referred"
    assert case.unit.code == "ROADS"
    clocks = {clock.kind: clock for clock in case.clocks.all()}
    assert clocks["refer"].stopped_at == SUNDAY_9AM
    assert clocks["acknowledge"].stopped_at is None
    assert clocks["resolve"].stopped_at is None


@pytest.mark.requirement("H-17")
def test_the_latest_referral_date_is_three_working_days_without_the_day_of_registration() -> None:
    case = make_case()

    due = case.clocks.get(kind="refer").due_at.astimezone(case.agency.zone)
    # Sunday 22 November 2026 is not counted; Monday, Tuesday are; 25 and 26 are holidays, so it is Sunday the 29th.
    assert (due.month, due.day) == (11, 29)
    assert (due.hour, due.minute) == (14, 30)


@pytest.mark.requirement("M-13")
def test_an_emergency_at_night_on_friday_starts_its_clock_at_once_and_a_normal_matter_on_sunday() -> None:
    agency = make_working_agency()
    friday_2am = SUNDAY_9AM.replace(day=20, hour=2)
    flood = make_service(
        "DR-WADI", agency=agency, priority="P1", clock_mode="24x7", acknowledge_text="15m", resolve_text="6h"
    )
    kerb = make_service("RD-KERB", agency=agency, priority="P3", acknowledge_text="4h", resolve_text="10d")

    emergency = make_case(service=flood, at=friday_2am)
    normal = make_case(service=kerb, at=friday_2am)

    assert emergency.due_at == friday_2am.replace(hour=8)
    acknowledged_by = normal.clocks.get(kind="acknowledge").due_at.astimezone(agency.zone)
    assert acknowledged_by == SUNDAY_9AM.replace(hour=11, minute=30)  # four hours from Sunday 07:30


def test_a_place_outside_the_area_waits_at_the_triage_unit() -> None:
    case = make_case(place=operations.Place(outside_area=True))

    assert case.unit.is_triage
    assert case.state == "new"
    assert case.outside_area


def test_not_even_a_rule_for_its_kind_sends_a_place_outside_the_area_to_a_unit() -> None:
    agency = make_working_agency()
    make_rule(agency=agency, kind="report", unit=make_unit("LIGHT", agency=agency))

    assert make_case(place=operations.Place(outside_area=True)).unit.is_triage
    assert make_case(service_proposed=True).unit.is_triage


def test_a_case_without_service_waits_at_the_triage_unit_with_its_clocks() -> None:
    agency = make_working_agency()
    case = operations.register_case(
        operations.NewCase(agency=agency, kind="inquiry", channel="email", title="سؤال"), by=None, at=SUNDAY_9AM
    )

    assert case.unit.is_triage
    assert {clock.kind for clock in case.clocks.all()} >= {"acknowledge", "refer", "resolve"}
    assert case.due_at is not None


def test_facts_hold_codes_but_never_the_words_or_the_number_of_the_citizen() -> None:
    make_case(title="سر لا يقال", description="رقمي 92147705")

    stored = json.dumps(list(EventRecord.objects.values_list("data", flat=True)), ensure_ascii=False)
    assert "سر" not in stored
    assert "92147705" not in stored
    assert "مريم" not in stored


def test_two_agencies_never_share_a_person_or_a_case() -> None:
    first = make_case(agency=make_working_agency("MUN"))
    other = make_working_agency("HOU")
    second = make_case(agency=other, service=make_service(agency=other, unit=make_unit("ROADS", agency=other)))

    assert first.beneficiary_id != second.beneficiary_id
    assert queries.by_reference(second.reference, agency=make_agency("MUN")) is None
    assert references.parse(first.reference) != references.parse(second.reference)


def test_registration_costs_three_statements() -> None:
    service = make_service(agency=make_working_agency())
    make_case(service=service, at=SUNDAY_9AM - timedelta(days=1))
    given = operations.NewCase(agency=service.agency, kind="report", channel="portal", title="حفرة", service=service)

    with CaptureQueriesContext(
        connection,
    ) as statements:
        operations.register_case(given, by=None, at=SUNDAY_9AM)

    own = [one for one in statements.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(own) == 3, "\n".join(one["sql"][:120] for one in own)


def test_facts_of_a_confidential_case_are_marked_as_closed() -> None:
    agency = make_working_agency()
    open_case = make_case(agency=agency)
    closed_case = make_case(agency=agency, service=make_service("ST-CONDUCT", agency=agency, confidential=True))

    def marks(case: Case) -> set[object]:
        return {record.data.get("closed") for record in EventRecord.objects.filter(case_id=case.pk)}

    assert marks(open_case) == {None}
    assert marks(closed_case) == {True}
