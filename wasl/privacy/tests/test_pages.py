"""The pages about people's data: who comes in, what they see, what a button does."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from wasl.cases.tests.makers import make_working_agency
from wasl.contacts import operations as contacts
from wasl.contacts.models import Beneficiary
from wasl.core import clock
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Membership
from wasl.directory.rights import Role
from wasl.directory.tests.makers import (
    SUNDAY_9AM,
    make_agency,
    make_huda,
    make_person,
    make_salem,
    make_unit,
    sign_in,
)
from wasl.privacy import operations
from wasl.privacy.models import PrivacyRequest
from wasl.privacy.views import PAGE

AT = SUNDAY_9AM
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sunday() -> object:
    with clock.frozen(AT):
        yield


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def salma(agency: Agency) -> Beneficiary:
    return contacts.find_or_make(agency, name="سلمى بنت حمد", phone="+96891234567", at=AT - timedelta(days=30))


def test_a_supervisor_records_a_wish_and_cannot_approve_it(client: Client, salma: Beneficiary) -> None:
    sign_in(client, make_huda())

    page = client.post(
        reverse("privacy:ask", args=[salma.pk]), {"kind": "access", "checked": "Card at the counter"}, follow=True
    )

    asked = PrivacyRequest.objects.get()
    assert page.status_code == 200
    assert client.post(reverse("privacy:decide", args=[asked.public_id]), {"decision": "approve"}).status_code == 404


def test_a_wish_without_a_word_about_who_they_are_is_shown_again_with_what_to_mend(
    client: Client, salma: Beneficiary
) -> None:
    sign_in(client, make_huda())

    page = client.post(reverse("privacy:ask", args=[salma.pk]), {"kind": "erasure", "checked": ""})

    assert page.status_code == 422
    assert not PrivacyRequest.objects.exists()


def test_names_stay_with_the_agency_where_one_may_ask(client: Client, agency: Agency, salma: Beneficiary) -> None:
    operations.ask(salma, kind="erasure", checked="Card of Salma", by=make_huda(), at=AT)
    operations.set_hold(salma, reason="Dispute about a wall", by=make_huda(), at=AT)
    reader = make_person(Role.ADMINISTRATOR, directory.triage_unit(agency))
    elsewhere = make_unit("HALL", agency=make_agency("HOU"))
    Membership.objects.create(user=reader, unit=elsewhere, role=Role.SUPERVISOR, valid_from=AT)
    sign_in(client, reader)

    page = client.get(reverse("privacy:home")).content.decode()

    assert "سلمى" not in page
    assert "Card of Salma" not in page
    assert "Dispute" not in page


def test_no_request_that_waits_falls_off_the_page(client: Client, agency: Agency) -> None:
    people = [contacts.find_or_make(agency, name=f"Person {n}", phone=None, at=AT) for n in range(PAGE + 1)]
    for number, one in enumerate(people):
        operations.ask(one, kind="access", checked="Card seen", by=make_huda(), at=AT + timedelta(hours=number))
    sign_in(client, make_huda())

    assert "Person 0<" in client.get(reverse("privacy:home")).content.decode()


def test_the_administrator_who_erases_sees_no_name(client: Client, agency: Agency, salma: Beneficiary) -> None:
    asked = operations.ask(salma, kind="erasure", checked="Card at the counter", by=make_huda(), at=AT)
    auditor = make_person(Role.AUDITOR, directory.triage_unit(agency))
    operations.decide(asked, approve=True, by=auditor, at=AT)
    sign_in(client, auditor)
    assert "ينفذه مدير النظام" in client.get(reverse("privacy:home")).content.decode()
    sign_in(client, make_person(Role.ADMINISTRATOR, directory.triage_unit(agency)))

    page = client.get(reverse("privacy:home")).content.decode()
    client.post(reverse("privacy:erase", args=[asked.public_id]))

    assert "سلمى" not in page
    asked.refresh_from_db()
    assert asked.state == "done"


def test_an_agent_finds_no_such_door(client: Client, salma: Beneficiary) -> None:
    sign_in(client, make_salem())

    assert client.get(reverse("privacy:home")).status_code == 404
    assert client.get(reverse("privacy:person", args=[salma.pk])).status_code == 404


def test_people_of_another_agency_are_not_there(client: Client, salma: Beneficiary) -> None:
    other = make_agency("OTH")
    sign_in(client, make_person(Role.SUPERVISOR, directory.triage_unit(other)))

    assert client.get(reverse("privacy:person", args=[salma.pk])).status_code == 404
    assert "سلمى" not in client.get(reverse("privacy:home")).content.decode()


def test_a_made_copy_is_downloaded_by_whoever_may_ask(client: Client, agency: Agency, salma: Beneficiary) -> None:
    asked = operations.ask(salma, kind="access", checked="Card at the counter", by=make_huda(), at=AT)
    auditor = make_person(Role.AUDITOR, directory.triage_unit(agency))
    made = operations.make_file(operations.decide(asked, approve=True, by=auditor, at=AT), at=AT)
    sign_in(client, make_huda())

    response = client.get(reverse("privacy:take", args=[made.public_id]))

    assert response["Content-Type"] == "application/zip"
    assert b"".join(response.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_a_correction_with_a_bad_number_says_what_to_mend_and_keeps_what_was_typed(
    client: Client, salma: Beneficiary
) -> None:
    sign_in(client, make_huda())
    typed = {"field": "phone", "wrong": "", "value": "12", "reason": "New number"}

    page = client.post(reverse("privacy:correct", args=[salma.pk]), typed)

    assert page.status_code == 422
    assert "New number" in page.content.decode()


def test_whoever_erases_can_hold_the_data_instead(client: Client, agency: Agency, salma: Beneficiary) -> None:
    operations.ask(salma, kind="erasure", checked="Card at the counter", by=make_huda(), at=AT)
    sign_in(client, make_person(Role.ADMINISTRATOR, directory.triage_unit(agency)))
    address = reverse("privacy:hold", args=[salma.pk])
    assert f'action="{address}"' in client.get(reverse("privacy:home")).content.decode()

    client.post(address, {"reason": "Dispute about a wall"})

    assert reverse("privacy:end_hold", args=[salma.pk]) in client.get(reverse("privacy:home")).content.decode()
