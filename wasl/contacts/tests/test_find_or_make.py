"""Who a claim is about: the same person found again, and nobody's record touched by an unproven claim."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from wasl.contacts import operations, queries
from wasl.contacts.emails import BadEmail
from wasl.contacts.models import Address, Beneficiary, BeneficiaryKind
from wasl.contacts.phones import BadPhone
from wasl.contacts.tests.makers import MARYAM, MARYAMS_EMAIL, MARYAMS_PHONE, make_beneficiary
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency

pytestmark = pytest.mark.django_db


def claim(agency: Agency, name: str = MARYAM, **more: Any) -> Beneficiary:
    return operations.find_or_make(agency, name=name, **({"at": SUNDAY_9AM} | more))


def test_somebody_new_is_kept_with_all_that_was_said() -> None:
    agency = make_agency()

    person = claim(agency, " مريم  بنت سالم ", phone="٩٢١٢ ٧٧٠٥", email="Maryam@Example.om", language="en",
                   preferred_channel="email", gender="f")  # fmt: skip

    stored = Beneficiary.objects.get()
    assert stored == person
    assert (stored.full_name, stored.language, stored.preferred_channel) == ("مريم بنت سالم", "en", "email")
    assert (stored.kind, stored.gender, stored.created_at) == ("citizen", "f", SUNDAY_9AM)
    assert [(row.kind, row.value, row.verified_at) for row in queries.addresses(person)] == [
        ("phone", MARYAMS_PHONE, None),
        ("email", MARYAMS_EMAIL, None),
    ]


@pytest.mark.requirement("H-03")
@pytest.mark.parametrize("kind", ["citizen", "resident", "visitor", "company", "government"])
def test_the_five_kinds_of_beneficiary_can_be_chosen_and_counted(kind: str) -> None:
    claim(make_agency(), phone=MARYAMS_PHONE, kind=kind)

    assert len(BeneficiaryKind.choices) == 5
    assert Beneficiary.objects.filter(kind=kind).count() == 1


def test_one_person_by_phone_by_mail_and_on_the_portal_is_one_person() -> None:
    agency = make_agency()

    called = claim(agency, phone="92127705", email="maryam@example.om", proven={"phone"})
    wrote = claim(agency, "Maryam S.", email="MARYAM@example.om")
    wrote_proven = claim(agency, "مريم سالم", email="MARYAM@example.om", proven={"email"})
    filled_form = claim(agency, "مَريم بنت سالم", phone="+968 9212 7705", email="maryam@example.om")

    assert called == wrote_proven == filled_form
    assert wrote != called, "an unproven sender of another name is not taken for her"


def test_the_sender_of_an_authenticated_mail_is_known_by_the_address_whatever_the_name() -> None:
    agency = make_agency()
    first = claim(agency, "", email=MARYAMS_EMAIL, proven={"email"})

    assert claim(agency, "Maryam from work", email=MARYAMS_EMAIL, proven={"email"}) == first
    assert Beneficiary.objects.get().full_name == ""


def test_a_proof_marks_the_address_and_keeps_its_first_moment() -> None:
    agency = make_agency()
    person = make_beneficiary(agency)
    claim(agency, email=MARYAMS_EMAIL, proven={"email"}, at=LONG_AGO)
    claim(agency, email=MARYAMS_EMAIL, proven={"email"})

    assert [(row.kind, row.verified_at) for row in queries.addresses(person)] == [
        ("phone", None),
        ("email", LONG_AGO),
    ]


def test_one_phone_with_another_name_is_another_person() -> None:
    agency = make_agency()
    maryam = make_beneficiary(agency)

    brother = claim(agency, "خالد سالم", phone=MARYAMS_PHONE)

    assert brother != maryam
    assert queries.beneficiaries_at(agency, MARYAMS_PHONE) == [maryam, brother]


def test_who_knows_name_and_phone_cannot_add_an_address_of_their_own() -> None:
    agency = make_agency()
    maryam = claim(agency, phone=MARYAMS_PHONE)

    stranger = claim(agency, phone=MARYAMS_PHONE, email="stranger@example.org")

    assert stranger != maryam
    assert [row.value for row in queries.addresses(maryam)] == [MARYAMS_PHONE]
    assert claim(agency, phone=MARYAMS_PHONE) == maryam


def test_who_claims_an_address_does_not_become_its_proven_owner() -> None:
    agency = make_agency()
    maryam = claim(agency, email=MARYAMS_EMAIL, proven={"email"})

    stranger = claim(agency, "غريب", phone="99887766", email=MARYAMS_EMAIL)

    assert stranger != maryam
    assert claim(agency, "غريب", email=MARYAMS_EMAIL, proven={"email"}) == maryam
    assert queries.address_for(stranger, "email").verified_at is None


def test_a_proven_phone_lets_its_owner_add_an_address() -> None:
    agency = make_agency()
    maryam = claim(agency, phone=MARYAMS_PHONE)

    again = claim(agency, phone=MARYAMS_PHONE, email=MARYAMS_EMAIL, proven={"phone"})

    assert again == maryam
    assert queries.address_for(maryam, "phone").verified_at == SUNDAY_9AM
    assert queries.address_for(maryam, "email").verified_at is None


def test_an_unproven_claim_changes_nothing_of_what_is_stored() -> None:
    agency = make_agency()
    maryam = make_beneficiary(agency, language="ar", preferred_channel="sms", gender="f")
    before = Beneficiary.objects.values().get(), list(Address.objects.values())

    found = claim(agency, "الفاضلة مريم سالم", phone=MARYAMS_PHONE, language="en", preferred_channel="email",
                  kind="company", gender="m")  # fmt: skip

    assert found == maryam
    assert (Beneficiary.objects.values().get(), list(Address.objects.values())) == before


def test_equal_people_of_two_agencies_never_cross() -> None:
    here, there = make_agency("MUN"), make_agency("HOU")
    one = make_beneficiary(here)
    two = make_beneficiary(there)

    assert one != two
    assert claim(here, email=MARYAMS_EMAIL, proven={"email"}) == one
    assert claim(there, email=MARYAMS_EMAIL, proven={"email"}) == two
    assert queries.beneficiaries_at(there, MARYAMS_PHONE) == [two]
    assert queries.address_for(one, "email").agency_id == here.pk


def test_claims_without_an_address_are_never_joined() -> None:
    agency = make_agency()

    assert claim(agency) != claim(agency)
    assert claim(agency, "") != claim(agency, "")


def test_bad_addresses_are_refused_and_leave_nothing() -> None:
    agency = make_agency()

    with pytest.raises(BadPhone):
        claim(agency, phone="9999")
    with pytest.raises(BadEmail):
        claim(agency, phone=MARYAMS_PHONE, email="maryam@")
    assert not Beneficiary.objects.exists()


def test_somebody_new_costs_two_statements_and_somebody_known_one(django_assert_num_queries: Any) -> None:
    agency = make_agency()

    with django_assert_num_queries(2):
        claim(agency, phone=MARYAMS_PHONE, email=MARYAMS_EMAIL)
    with django_assert_num_queries(1):
        claim(agency, phone=MARYAMS_PHONE, email=MARYAMS_EMAIL)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("proven", [set(), {"email"}])
def test_eight_processes_with_one_claim_make_one_person(proven: set[str]) -> None:
    agency = make_agency()
    start = threading.Barrier(8)
    found: list[int] = []

    def press_send() -> None:
        try:
            start.wait()
            with transaction.atomic():
                found.append(claim(agency, phone=MARYAMS_PHONE, email=MARYAMS_EMAIL, proven=proven).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press_send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == Beneficiary.objects.count() == 1
    assert Address.objects.count() == 2
