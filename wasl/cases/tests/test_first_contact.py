"""A generalist finishes listed services at the first contact; who comes back soon undoes that it was settled."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from wasl.accounts.models import User
from wasl.cases import operations
from wasl.cases.models import Case
from wasl.cases.operations import first_contact
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_service
from wasl.core.dispatch import deliver_event
from wasl.core.events import subscribers_of
from wasl.core.models import EventRecord
from wasl.directory import operations as directory
from wasl.directory import queries as directory_queries
from wasl.directory import substitutes
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, make_unit
from wasl.routing import generalists
from wasl.routing.generalists import BadGeneralist, Named

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AT = SUNDAY_9AM


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def centre(agency: Agency) -> Unit:
    return directory_queries.triage_unit(agency)


@pytest.fixture
def permit(agency: Agency) -> Service:
    return make_service("PERMIT", agency=agency, unit=make_unit("LANDS", agency=agency), kind="transaction")


@pytest.fixture
def huda(centre: Unit) -> User:
    return make_person("agent", centre)


def grant(agency: Agency, named: Named, *services: Service, **more: Any) -> Any:
    given = {"by": None, "at": AT - DAY} | more
    return generalists.set_generalist(agency, named, services=services, **given)


def taken_down(service: Service, centre: Unit, *, at: datetime = AT, **more: Any) -> Case:
    """A case that stays with the counter where it was taken down."""
    return make_case(agency=service.agency, service=service, at=at, kept_by=centre, channel="counter", **more)


def finish(case: Case, by: User, *, at: datetime = AT + timedelta(minutes=5)) -> Case:
    if case.state == "new":
        operations.acknowledge(case, by=by, at=at)
    operations.resolve(case, text="جُدّد التصريح وسُلّم.", by=by, at=at)
    return case


def facts(case: Case, *kinds: str) -> list[EventRecord]:
    return list(EventRecord.objects.filter(case_id=case.pk, kind__in=kinds).order_by("pk"))


def test_the_first_line_leaves_to_the_unit_what_nobody_granted_it(permit: Service, centre: Unit, huda: User) -> None:
    case = taken_down(permit, centre)

    with pytest.raises(operations.NotAtThisLine):
        finish(case, huda)


@pytest.mark.requirement("H-34")
def test_a_generalist_finishes_a_listed_service_without_a_referral(
    agency: Agency, permit: Service, centre: Unit, huda: User
) -> None:
    grant(agency, Named(person=huda), permit)
    case = finish(taken_down(permit, centre), huda)

    assert (case.state, case.unit_id, case.line) == ("resolved", centre.pk, 1)
    assert case.first_contact_at == AT + timedelta(minutes=5)
    assert not case.referrals.exists()
    assert [fact.data["as_generalist"] for fact in facts(case, "FinishedAtFirstContact")] == [True]


@pytest.mark.parametrize("other", ["service", "person", "agency_time"])
def test_a_grant_reaches_no_other_service_no_other_person_and_no_other_time(
    other: str, agency: Agency, permit: Service, centre: Unit, huda: User
) -> None:
    grant(agency, Named(person=huda), permit, valid_to=AT + DAY)
    service = make_service("LAMP", agency=agency, unit=permit.unit, kind="report") if other == "service" else permit
    by = make_person("agent", centre) if other == "person" else huda
    at = AT + DAY if other == "agency_time" else AT
    case = taken_down(service, centre, at=at)

    with pytest.raises(operations.NotAtThisLine):
        finish(case, by, at=at + HOUR)


def test_a_grant_to_a_role_holds_for_whoever_has_the_role_there_and_ends_with_it(
    agency: Agency, permit: Service, centre: Unit
) -> None:
    hall = make_unit("HALL", agency=agency, kind="outlet", parent=centre)
    salem, elsewhere = make_person("hall", hall), make_person("hall", make_unit("HALL-2", agency=agency, kind="outlet"))
    grant(agency, Named(unit=hall, role="hall"), permit)

    assert generalists.may_finish(salem, permit.pk, agency.pk, AT)
    assert not generalists.may_finish(elsewhere, permit.pk, agency.pk, AT)
    (membership,) = directory_queries.roles_of(salem, AT)
    directory.end_role(membership, by=None, at=AT)
    assert not generalists.may_finish(salem, permit.pk, agency.pk, AT + HOUR)


def test_whoever_stands_in_for_a_generalist_is_none(agency: Agency, permit: Service, centre: Unit, huda: User) -> None:
    hall = make_unit("HALL", agency=agency, kind="outlet", parent=centre)
    away, stand_in = make_person("hall", hall), make_person("agent", centre)
    grant(agency, Named(unit=hall, role="hall"), permit)
    substitutes.appoint_substitute(
        away, substitute=stand_in, unit=hall, valid_from=AT, valid_to=AT + 5 * DAY, by=away, at=AT
    )

    assert not generalists.may_finish(stand_in, permit.pk, agency.pk, AT + HOUR)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ("nobody", "person"),
        ("both", "person"),
        ("stranger", "person"),
        ("auditor", "person"),
        ("auditors", "role"),
        ("second_line", "unit"),
        ("no_service", "services"),
        ("ended_service", "services"),
        ("backwards", "until"),
    ],
)
def test_what_cannot_be_granted_is_refused_with_a_sentence(
    wrong: str, field: str, agency: Agency, permit: Service, centre: Unit, huda: User
) -> None:
    stranger = make_person("agent", make_unit("FAR", agency=make_working_agency("DHF")))
    ended = make_service("OLD", agency=agency, unit=permit.unit, valid_to=AT - 2 * DAY)
    named = {
        "nobody": Named(),
        "both": Named(person=huda, unit=centre, role="agent"),
        "stranger": Named(person=stranger),
        "auditor": Named(person=make_person("auditor", centre)),
        "auditors": Named(unit=centre, role="auditor"),
        "second_line": Named(unit=permit.unit, role="specialist"),
    }.get(wrong, Named(person=huda))
    services = {"no_service": [], "ended_service": [ended]}.get(wrong, [permit])
    until = AT - 2 * DAY if wrong == "backwards" else None

    with pytest.raises(BadGeneralist) as refused:
        grant(agency, named, *services, valid_to=until)

    assert refused.value.field == field
    assert str(refused.value)


@pytest.mark.parametrize("passed", ["referred", "asked", "added", "came_twice"])
def test_what_took_more_than_one_contact_is_not_finished_at_the_first(
    passed: str, agency: Agency, permit: Service, centre: Unit, huda: User
) -> None:
    grant(agency, Named(person=huda), permit)
    case = taken_down(permit, centre)
    if passed == "referred":
        specialist = make_person("specialist", permit.unit)
        operations.refer(case, to_unit=permit.unit, reason="لكم", by=huda, at=AT + HOUR)
        operations.return_referral(case, reason="لا", whose=operations.NOBODY_KNOWS, by=specialist, at=AT + HOUR)
    elif passed == "asked":
        operations.ask_beneficiary(case, question="أين؟", by=huda, at=AT + HOUR)
        operations.answer_from_beneficiary(case, text="هنا", channel="portal", at=AT + HOUR)
    elif passed == "added":
        operations.add_information(case, text="نسيت شيئاً", channel="portal", at=AT + HOUR)
    else:
        taken_down(permit, centre, at=AT + HOUR)

    finish(case, huda, at=AT + 2 * HOUR)

    assert case.first_contact_at is None
    assert not facts(case, "FinishedAtFirstContact")


@pytest.mark.requirement("H-34")
@pytest.mark.parametrize("days", [0, 6, 7, 8])
@pytest.mark.parametrize("back", ["reopened", "added", "another", "classified"])
def test_coming_back_within_the_days_of_the_agency_undoes_it_and_later_does_not(
    back: str, days: int, agency: Agency, permit: Service, centre: Unit, huda: User
) -> None:
    grant(agency, Named(person=huda), permit)
    case = finish(taken_down(permit, centre), huda)
    assert case.first_contact_at is not None
    at = case.first_contact_at + days * DAY
    if back == "reopened":
        operations.reopen(case, reason="لم يُحل", at=at)
    elif back == "added":
        operations.add_information(case, text="ما زال", channel="phone", by=huda, at=at)
    else:
        other = make_service("LAMP", agency=agency, unit=permit.unit)
        again = taken_down(permit if back == "another" else other, centre, at=at)
        if back == "classified":
            operations.classify(again, kind=permit.kind, service=permit, by=huda, at=at + 20 * DAY)
        operations.came_back_with(again, service_id=again.service_id, at=at)

    case.refresh_from_db()
    assert (case.contacted_again_at is not None) is (days <= 7)
    assert len(facts(case, "ContactedAgain")) == (days <= 7)


def test_another_matter_or_another_person_says_nothing_about_the_first(
    agency: Agency, permit: Service, centre: Unit, huda: User
) -> None:
    from wasl.contacts import operations as contacts

    grant(agency, Named(person=huda), permit)
    case = finish(taken_down(permit, centre), huda)
    lamp = make_service("LAMP", agency=agency, unit=permit.unit)
    somebody = contacts.find_or_make(
        agency, name="خالد", phone="+96895000001", email="", language="ar", preferred_channel="sms", at=AT
    )

    for again in (taken_down(lamp, centre, at=AT + DAY), taken_down(permit, centre, at=AT + DAY, beneficiary=somebody)):
        assert operations.came_back_with(again, service_id=again.service_id, at=AT + DAY) == 0

    case.refresh_from_db()
    assert case.contacted_again_at is None


def test_the_days_are_the_agency_s_own_and_stay_sensible(
    agency: Agency, permit: Service, centre: Unit, huda: User
) -> None:
    grant(agency, Named(person=huda), permit)
    case = finish(taken_down(permit, centre), huda)
    operations.set_first_contact_days(agency, days=2, by=None, at=AT)

    operations.reopen(case, reason="لم يُحل", at=AT + 3 * DAY)

    assert case.contacted_again_at is None
    for days in (0, first_contact.MOST_DAYS + 1):
        with pytest.raises(ValueError):
            operations.set_first_contact_days(agency, days=days, by=None, at=AT)


@pytest.mark.requirement("H-34")
@pytest.mark.parametrize("slip", ["reopened", "withdrawn", "excluded", "another_service"])
def test_what_turns_out_to_be_no_return_leaves_the_first_contact_as_it_was(
    slip: str, agency: Agency, permit: Service, centre: Unit, huda: User
) -> None:
    grant(agency, Named(person=huda), permit)
    case = finish(taken_down(permit, centre), huda)
    settled_at, at = case.first_contact_at, AT + DAY
    if slip == "reopened":
        operations.reopen(case, reason="لم يُحل", at=at)
        assert case.contacted_again_at == at
        operations.withdraw(case, at=at + HOUR)
    else:
        again = taken_down(permit, centre, at=at)
        tell_all()
        assert Case.objects.get(pk=case.pk).contacted_again_at is not None
        if slip == "withdrawn":
            operations.withdraw(again, at=at + HOUR)
        elif slip == "excluded":
            operations.exclude(again, reason="تجربة", by=make_person("supervisor", centre), at=at + HOUR)
        else:
            lamp = make_service("LAMP", agency=agency, unit=permit.unit)
            operations.classify(again, kind="report", service=lamp, by=huda, at=at + HOUR)
        tell_all()

    case.refresh_from_db()
    assert (case.first_contact_at, case.contacted_again_at) == (settled_at, None)
    assert [fact.data["means"] for fact in facts(case, "ContactedAgain")] == [
        fact.data["means"] for fact in facts(case, "ReturnTakenBack")
    ]


def test_who_came_back_otherwise_as_well_did_come_back(
    agency: Agency, permit: Service, centre: Unit, huda: User
) -> None:
    grant(agency, Named(person=huda), permit)
    case = finish(taken_down(permit, centre), huda)
    slip, real = (taken_down(permit, centre, at=AT + days * DAY) for days in (1, 2))
    tell_all()

    operations.exclude(slip, reason="تجربة", by=make_person("supervisor", centre), at=AT + 3 * DAY)
    tell_all()

    case.refresh_from_db()
    assert case.contacted_again_at == real.registered_at
    assert [fact.data["other_case_id"] for fact in facts(case, "ContactedAgain")] == [slip.pk, real.pk]


def test_what_is_opened_again_and_answered_anew_was_not_settled_at_the_first_contact(
    agency: Agency, permit: Service, centre: Unit, huda: User
) -> None:
    grant(agency, Named(person=huda), permit)
    case = finish(taken_down(permit, centre), huda)

    operations.reopen(case, reason="لم يُحل", at=AT + DAY)
    finish(case, huda, at=AT + DAY + HOUR)

    assert case.state == "resolved"
    assert case.contacted_again_at == AT + DAY
    assert len(facts(case, "FinishedAtFirstContact")) == 1


def tell_all() -> None:
    for record in EventRecord.objects.order_by("id"):
        for name in subscribers_of(record.kind):
            if "come_back" in name or "came_back" in name:
                deliver_event(record.pk, name)
