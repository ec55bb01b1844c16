"""A report becomes a case: once, at a known cost, whatever came between."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext

from wasl.cases.models import Case, CaseFile
from wasl.cases.tests.makers import HOUR, make_working_agency
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_service
from wasl.contacts.models import Beneficiary
from wasl.core import files, keys, limits
from wasl.core.models import EventRecord, StoredFile
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_unit
from wasl.intake import limits as intake_limits
from wasl.intake import queries
from wasl.intake.models import Submission
from wasl.intake.operations import IdempotencyConflict, Receipt, submit_report
from wasl.intake.reports import Report, Where, Who
from wasl.places import operations as places
from wasl.places import queries as place_queries
from wasl.sla import operations as sla

pytestmark = pytest.mark.django_db

MARYAM = Who("مريم بنت سعيد", "+96892147705", "maryam@example.org", "sms")


def make_office(code: str = "MUN") -> tuple[Agency, Service]:
    """An agency that can take reports, with one service."""
    agency = make_working_agency(code)
    sla.load_starting_policies(agency, at=LONG_AGO)
    return agency, make_service(agency=agency, unit=make_unit("ROADS", agency=agency))


@pytest.fixture
def office(db: None) -> tuple[Agency, Service]:
    places.load_starting_places(at=LONG_AGO)
    return make_office()


def a_report(service: Service, **changes: Any) -> Report:
    where = Where(area_text="الخوض", lat=Decimal("23.591200"), lon=Decimal("58.170300"))
    return replace(Report("report", service, "حفرة عميقة أمام المدرسة", where, MARYAM), **changes)


def submit(agency: Agency, report: Report, key: str = "k1", **more: Any) -> Receipt:
    given = {"door": "portal", "address": "198.51.100.7", "at": SUNDAY_9AM} | more
    return submit_report(report, agency=agency, key=key, **given)


def test_a_report_becomes_a_case_with_everything_it_said(office: tuple[Agency, Service]) -> None:
    agency, service = office

    receipt = submit(agency, a_report(service))

    case = Case.objects.get()
    assert receipt.case == case
    assert (case.channel, case.kind, case.service, case.unit.code) == ("portal", "report", service, "ROADS")
    assert case.title == "حفرة عميقة أمام المدرسة"
    assert str(case.wilayat.name) == "السيب"
    assert case.beneficiary.full_name == "مريم بنت سعيد"
    assert len(receipt.access_code) == 14
    assert {clock.kind for clock in receipt.promises} >= {"acknowledge", "resolve"}


def test_the_same_key_gives_the_same_case_also_a_month_later(office: tuple[Agency, Service]) -> None:
    agency, service = office
    first = submit(agency, a_report(service))

    again = submit(agency, a_report(service), at=SUNDAY_9AM + 24 * 30 * HOUR)

    assert again.repeated
    assert (again.case.pk, again.access_code) == (first.case.pk, first.access_code)
    assert Case.objects.count() == 1
    assert EventRecord.objects.filter(kind="CaseRegistered").count() == 1


def test_the_same_key_still_fits_after_the_keys_were_rotated(office: tuple[Agency, Service], home: Any) -> None:
    agency, service = office
    first = submit(agency, a_report(service))
    keys.rotate()

    assert submit(agency, a_report(service)).case == first.case


def test_the_same_key_with_another_report_is_a_conflict(office: tuple[Agency, Service]) -> None:
    agency, service = office
    first = submit(agency, a_report(service))

    with pytest.raises(IdempotencyConflict) as conflict:
        submit(agency, a_report(service, description="شيء آخر تماماً"))

    assert conflict.value.case == first.case
    assert Case.objects.count() == 1


def test_a_key_belongs_to_its_agency_and_its_door(office: tuple[Agency, Service]) -> None:
    agency, service = office
    other, other_service = make_office("HOU")
    submit(agency, a_report(service))

    submit(other, a_report(other_service))
    submit(agency, a_report(service), door="email")

    assert Case.objects.count() == 3
    assert queries.case_of_key(other, door="email", key="k1") is None


def test_a_failed_registration_leaves_the_key_free(
    office: tuple[Agency, Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    agency, service = office

    def broken(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr("wasl.cases.operations.register_case", broken)
        with pytest.raises(OperationalError):
            submit(agency, a_report(service))
    submit(agency, a_report(service))

    assert Case.objects.count() == Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_make_one_case() -> None:
    places.load_starting_places(at=LONG_AGO)
    agency, service = make_office()
    report = a_report(service, who=Who())

    def press(number: int) -> int:
        try:
            return submit(agency, report, address=f"198.51.100.{number}", key="pressed").case.pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        numbers = list(pool.map(press, range(20)))

    assert len(set(numbers)) == 1
    assert Case.objects.count() == Submission.objects.count() == 1
    assert EventRecord.objects.filter(kind="CaseRegistered").count() == 1


def test_a_report_without_contact_has_no_beneficiary(office: tuple[Agency, Service]) -> None:
    agency, service = office

    case = submit(agency, a_report(service, who=Who(name="لا أحد"))).case

    assert case.beneficiary is None
    assert case.preferred_channel == ""
    assert not Beneficiary.objects.exists()


def test_a_point_outside_the_country_is_taken_and_waits_for_a_person(office: tuple[Agency, Service]) -> None:
    agency, service = office

    case = submit(agency, a_report(service, where=Where(lat=Decimal("48.1"), lon=Decimal("11.5")))).case

    assert case.outside_area
    assert case.unit.is_triage
    assert case.state == "new"


@pytest.mark.parametrize("how", ["pin", "list"])
def test_a_place_beyond_the_area_of_the_agency_is_taken_and_waits_for_a_person(
    office: tuple[Agency, Service], how: str
) -> None:
    agency, service = office
    salalah = next(one for one in place_queries.wilayats_of("OM-ZU") if one.name["en"] == "Salalah")
    there = Where(lat=salalah.lat, lon=salalah.lon) if how == "pin" else Where(wilayat=salalah)
    assert not submit(agency, a_report(service, where=there), key="whole country").case.outside_area
    Agency.objects.filter(pk=agency.pk).update(governorates=["OM-MA"])
    agency.refresh_from_db()

    case, near = submit(agency, a_report(service, where=there)).case, submit(agency, a_report(service), key="near").case

    assert (case.outside_area, case.state, case.unit.is_triage) == (True, "new", True)
    assert case.wilayat == salalah
    assert (near.outside_area, near.unit.code) == (False, "ROADS")


def test_the_same_answers_give_the_same_class_and_danger_raises_it(office: tuple[Agency, Service]) -> None:
    agency, service = office
    elsewhere = Where(area_text="الخوض")

    def class_of(number: int, **facts: int) -> tuple[str, int]:
        case = submit(agency, a_report(service, where=elsewhere, facts=facts), key=f"grave {number}").case
        return case.importance, len(case.importance_reasons)

    assert class_of(1) == class_of(2, danger=0, site=0) == ("P2", 1)
    assert class_of(3, danger=1, site=1) == class_of(4, danger=1, site=1) == ("P1", 3)
    assert class_of(5, danger=3) == ("P1", 2)


def test_a_spot_that_was_reported_before_weighs_more(office: tuple[Agency, Service]) -> None:
    agency, service = office
    first = submit(agency, a_report(service)).case

    again = submit(agency, a_report(service), key="again").case
    elsewhere = submit(agency, a_report(service, where=Where(lat=Decimal("23.62"), lon=Decimal("58.27"))), key="e").case

    assert len(first.importance_reasons) == len(elsewhere.importance_reasons) == 1
    assert "سبق الإبلاغ عنه" in [reason["ar"] for reason in again.importance_reasons]


def test_other_answers_under_the_same_key_are_another_report(office: tuple[Agency, Service]) -> None:
    agency, service = office
    submit(agency, a_report(service))

    with pytest.raises(IdempotencyConflict):
        submit(agency, a_report(service, facts={"danger": 3}))


def test_photos_are_kept_with_the_case(office: tuple[Agency, Service]) -> None:
    agency, service = office
    photo = files.store(b"%PDF-1.4 a letter", agency_id=agency.pk, name="رسالة.pdf", at=SUNDAY_9AM)

    case = submit(agency, a_report(service, files=[photo])).case

    assert CaseFile.objects.get(case=case).file == photo
    assert StoredFile.objects.get(pk=photo.pk).state == "kept"


def test_the_title_is_cut_between_words(office: tuple[Agency, Service]) -> None:
    agency, service = office
    words = "كلمة " * 60

    case = submit(agency, a_report(service, description=words)).case

    assert case.title.endswith("كلمة…")
    assert len(case.title) <= 91
    assert case.description == words.strip()


def test_thirty_people_behind_one_address_pass_within_ten_minutes(office: tuple[Agency, Service]) -> None:
    agency, service = office

    for number in range(30):
        who = Who(f"شخص {number}", f"+968921477{number:02d}", "", "sms")
        submit(agency, a_report(service, who=who), key=f"person {number}")

    assert Case.objects.count() == 30


def test_a_hundred_a_minute_from_one_address_do_not_pass(office: tuple[Agency, Service]) -> None:
    agency, _ = office
    refused = 0

    for number in range(100):
        try:
            intake_limits.check(agency_id=agency.pk, address="203.0.113.9", contacts=[f"+968921477{number:02d}"])
        except intake_limits.TooMany:
            refused += 1

    assert refused == 100 - intake_limits.PER_ADDRESS


def test_one_contact_is_taken_ten_times_an_hour_from_wherever(office: tuple[Agency, Service]) -> None:
    agency, _ = office
    for number in range(intake_limits.PER_CONTACT):
        intake_limits.check(agency_id=agency.pk, address=f"203.0.113.{number}", contacts=["+96892147705"])

    with pytest.raises(intake_limits.TooMany):
        intake_limits.check(agency_id=agency.pk, address="203.0.113.99", contacts=["+96892147705"])
    intake_limits.check(agency_id=agency.pk + 1, address="203.0.113.99", contacts=["+96892147705"])


def test_who_sends_again_what_we_have_is_never_told_to_wait(office: tuple[Agency, Service]) -> None:
    agency, service = office
    first = submit(agency, a_report(service))
    for number in range(1, intake_limits.PER_CONTACT):
        submit(agency, a_report(service), key=f"more {number}")
    with pytest.raises(intake_limits.TooMany):
        submit(agency, a_report(service), key="one too many")

    again = submit(agency, a_report(service))

    assert (again.repeated, again.case) == (True, first.case)
    assert not Submission.objects.filter(key="one too many").exists()


def test_limits_that_cannot_be_asked_let_reports_pass(
    office: tuple[Agency, Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    agency, service = office

    def unreachable(*args: Any) -> None:
        raise limits.NotCounted

    monkeypatch.setattr(limits, "run", unreachable)

    submit(agency, a_report(service))

    assert Case.objects.count() == 1


# What a report of a new person costs in all: the key and its case (2), the person (3), the place (1), earlier reports
# of the spot (1), importance and route (2), the number (1), its promises (2), the case, its clocks and the first
# referral (3), two facts with their jobs and the live news (3).
STATEMENTS = 18


def test_a_plain_report_costs_a_known_number_of_statements_however_many_cases_there_are(
    office: tuple[Agency, Service],
) -> None:
    agency, service = office

    def cost(number: int) -> int:
        report = a_report(service, who=Who("سالم", f"+968921477{number:02d}", "", "sms"))
        with CaptureQueriesContext(connection) as captured:
            submit(agency, report, key=f"counted {number}")
        told = [query["sql"] for query in captured.captured_queries]
        return len([sql for sql in told if not sql.startswith(("SAVEPOINT", "RELEASE"))])

    cost(0)
    with_few = cost(1)
    for number in range(2, 30):
        submit(agency, a_report(service, who=Who()), key=f"more {number}", address="")

    assert cost(31) == with_few <= STATEMENTS
