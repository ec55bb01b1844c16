"""The pages about people's data: who comes in, what they see, what a button does."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from wasl.accounts.models import User
from wasl.cases.operations import AboutStaff
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.contacts import operations as contacts
from wasl.contacts import relations
from wasl.contacts.models import Beneficiary
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Membership
from wasl.directory.operations import take_staff_complaints
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


@pytest.mark.parametrize("is_declared", [False, True], ids=["one's own account", "a declared relative"])
def test_nobody_comes_to_their_own_data_or_a_relatives_and_the_attempt_is_written_down(
    client: Client, agency: Agency, salma: Beneficiary, is_declared: bool
) -> None:
    auditor, case = make_person(Role.AUDITOR, directory.triage_unit(agency)), make_case(beneficiary=salma)
    asked = operations.ask(salma, kind="erasure", checked="Card of Salma", by=make_huda(), at=AT)
    sign_in(client, auditor)
    assert "سلمى" in client.get(reverse("privacy:home")).content.decode()
    if is_declared:
        relations.declare(auditor, agency=agency, kind="spouse", phone="+96891234567", by=auditor, at=AT)
    else:
        User.objects.filter(pk=auditor.pk).update(phone="9123 4567")

    answers = [
        client.post(reverse("privacy:decide", args=[asked.public_id]), {"decision": "approve"}),
        client.get(reverse("privacy:home")),
    ]

    assert [one.status_code for one in answers] == [403, 200]
    assert "ليست بيانات لك" in answers[0].content.decode()
    assert "سلمى" not in answers[1].content.decode()
    asked.refresh_from_db()
    assert asked.state in PrivacyRequest.OPEN
    assert asked.decided_by is None
    attempt = EventRecord.objects.get(kind="BarredAttempt")
    assert (attempt.actor_id, attempt.case_id) == (auditor.pk, case.pk)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("person", None),
        ("ask", {"kind": "access", "checked": "Card seen"}),
        ("correct", {"field": "full_name", "wrong": "x", "value": "y", "reason": "Card seen"}),
    ],
)
def test_a_clerk_neither_reads_nor_corrects_nor_asks_for_a_relative(
    client: Client, agency: Agency, salma: Beneficiary, name: str, given: dict[str, str] | None
) -> None:
    huda = make_huda()
    where = reverse(f"privacy:{name}", args=[salma.pk])
    sign_in(client, huda)
    relations.declare(huda, agency=agency, kind="sibling", phone="+96891234567", by=huda, at=AT)

    answer = client.get(where) if given is None else client.post(where, given)

    salma.refresh_from_db()
    assert answer.status_code == 403
    assert salma.full_name == "سلمى بنت حمد"
    assert not PrivacyRequest.objects.exists()


def test_a_complaint_about_staff_is_counted_on_no_page_of_a_person_and_still_hinders_an_erasure(
    client: Client, agency: Agency, salma: Beneficiary
) -> None:
    sign_in(client, make_huda())
    where = reverse("privacy:person", args=[salma.pk])
    asked = operations.ask(salma, kind="erasure", checked="Card of Salma", by=make_huda(), at=AT)
    operations.decide(asked, approve=True, reason="", by=make_person("director"), at=AT)

    def page() -> str:
        return re.sub(r'csrfmiddlewaretoken" value="[^"]+|X-CSRFToken[^>]+', "", client.get(where).content.decode())

    before = page()
    unit = take_staff_complaints(make_unit("CONDUCT", agency=agency), 1, by=None, at=AT)
    make_person("specialist", unit)
    make_case(agency=agency, beneficiary=salma, about_staff=AboutStaff("موظف الشباك"))

    assert re.sub(r'nonce="[^"]+"', "", page()) == re.sub(r'nonce="[^"]+"', "", before)
    with pytest.raises(operations.Refused, match="لاحقاً"):
        operations.erase(asked, by=make_person(Role.ADMINISTRATOR), at=AT)
