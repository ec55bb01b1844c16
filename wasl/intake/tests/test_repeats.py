"""Who reports the same thing again raises its importance, whichever door they come through."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from wasl.cases import operations as cases
from wasl.cases import queries
from wasl.cases.importance import explained
from wasl.cases.models import Case
from wasl.cases.tests.makers import HOUR, make_case
from wasl.catalogue.tests.makers import make_service
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda
from wasl.intake.operations import facts_of
from wasl.intake.reports import Report, Where, Who
from wasl.intake.tests.test_mail import account as account
from wasl.intake.tests.test_mail import deliver, letter
from wasl.intake.tests.test_submit_report import a_report, submit
from wasl.intake.tests.test_submit_report import office as office
from wasl.messaging.models import ChannelAccount

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("S-09")]

BEFORE, OFTEN, VERY_OFTEN = ("سبق الإبلاغ عنه", 3), ("تكرر الإبلاغ عنه", 8), ("تكرر الإبلاغ عنه مرات كثيرة", 15)


def lines(case: Case) -> list[tuple[str, int | None]]:
    """What beside the class of the service added to the computed class, with its points."""
    return [(words["ar"], points) for words, points in explained(case).lines[1:]]


def test_open_reports_of_the_same_person_and_service_count_as_repetition() -> None:
    case = make_case()
    asked = Report("report", case.service, "ما زالت", Where(), Who(person=case.beneficiary))

    assert facts_of(asked, agency=case.agency, at=SUNDAY_9AM + HOUR) == {"repeats": 1}
    assert facts_of(asked, agency=case.agency, at=SUNDAY_9AM + timedelta(days=400)) == {"repeats": 0}
    unknown = Report("report", case.service, "ما زالت", Where(), Who(name="سالم"))
    assert facts_of(unknown, agency=case.agency, at=SUNDAY_9AM + HOUR) == {}


@pytest.mark.parametrize("door", ["portal", "open311", "api"])
def test_a_citizen_who_reports_again_without_a_pin_is_counted_at_every_door(office: Any, door: str) -> None:
    agency, service = office
    without_pin = a_report(service, where=Where(area_text="الخوض"))
    first = submit(agency, without_pin, "k0", door=door).case

    again = submit(agency, without_pin, "k1", door=door, at=SUNDAY_9AM + HOUR).case
    stranger = Who("سالم بن حمد", "+96899887766", "", "sms")
    other = submit(agency, replace(without_pin, who=stranger), "k2", door=door, at=SUNDAY_9AM + HOUR).case

    assert (lines(first), lines(again), lines(other)) == ([], [BEFORE], [])
    assert again.importance_facts == {"repeats": 1}


def test_what_is_counted_goes_as_far_as_the_matrix_weighs(office: Any) -> None:
    agency, service = office
    made = [
        submit(agency, a_report(service), f"k{days}", at=SUNDAY_9AM + timedelta(days=days), address="").case
        for days in range(7)
    ]

    assert [case.importance_facts.get("repeats", 0) for case in made] == [0, 1, 2, 3, 4, 5, 5]
    assert [lines(case) for case in made[1::2]] == [[BEFORE], [OFTEN], [VERY_OFTEN]]


@pytest.mark.parametrize("where", [Where(area_text="الخوض"), Where(lat=Decimal("23.5912"), lon=Decimal("58.1703"))])
def test_who_sends_the_same_again_and_again_in_a_day_gets_no_graver(office: Any, where: Where) -> None:
    agency, service = office
    report = replace(a_report(service), where=where)
    made = [submit(agency, report, f"k{hours}", at=SUNDAY_9AM + hours * HOUR, address="").case for hours in range(6)]

    assert [lines(case) for case in made] == [[]] + 5 * [[BEFORE]]


def test_at_a_spot_every_person_counts_once_and_the_unknown_of_a_day_together(office: Any) -> None:
    agency, service = office
    spot = Where(lat=Decimal("23.5912"), lon=Decimal("58.1703"))
    people = [Who("", f"+9689988770{number}", "", "sms") for number in range(4)]
    for number, who in enumerate([people[0], people[0], people[1], Who(), Who(), people[2]]):
        report = replace(a_report(service), where=spot, who=who)
        submit(agency, report, f"k{number}", at=SUNDAY_9AM + number * HOUR, address="")

    last = replace(a_report(service), where=spot, who=people[3])
    assert submit(agency, last, "k9", at=SUNDAY_9AM + 9 * HOUR, address="").case.importance_facts == {"repeats": 4}


def test_spot_and_person_are_asked_for_in_one_statement(office: Any, django_assert_num_queries: Any) -> None:
    agency, service = office
    case = submit(agency, a_report(service)).case
    spot: dict[str, Any] = {"lat": Decimal("23.5912"), "lon": Decimal("58.1703")}

    with django_assert_num_queries(1):
        found = queries.repeats(
            agency=agency, kind="report", service_id=service.pk, at=SUNDAY_9AM + HOUR, person=case.beneficiary, **spot
        )

    assert found == {"repeats": 1}
    with django_assert_num_queries(0):
        assert queries.repeats(agency=agency, kind="inquiry", service_id=service.pk, at=SUNDAY_9AM, **spot) == {}


def test_who_writes_again_by_mail_is_counted(account: ChannelAccount) -> None:
    deliver(account, letter("عمود الإنارة لا يعمل"), "1")
    deliver(account, letter("عمود إنارة آخر لا يعمل", message_id="<two@example.org>"), "2", SUNDAY_9AM + HOUR)

    first, again = Case.objects.order_by("pk")
    assert (lines(first), lines(again)) == ([], [BEFORE])


def test_what_is_classified_later_is_counted_as_if_it_had_come_so(office: Any) -> None:
    agency, service = office
    lamp = make_service("LT-OUT", agency=agency)
    submit(agency, a_report(service), "k0")
    unclear = submit(agency, replace(a_report(service), service=None), "k1", at=SUNDAY_9AM + HOUR).case
    submit(agency, a_report(service), "k2", at=SUNDAY_9AM + 2 * HOUR)
    huda = make_huda()

    cases.classify(unclear, kind="report", service=service, by=huda, at=SUNDAY_9AM + 3 * HOUR)
    as_pothole = Case.objects.get(pk=unclear.pk)
    cases.classify(unclear, kind="report", service=lamp, by=huda, at=SUNDAY_9AM + 4 * HOUR)

    assert lines(unclear) == []
    assert lines(as_pothole) == [BEFORE]  # what came after it is no earlier report
    assert lines(Case.objects.get(pk=unclear.pk)) == []
