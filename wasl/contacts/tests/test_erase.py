"""Erasing takes name and addresses away and keeps the row; later claims meet nobody."""

import pytest

from wasl.contacts import operations, queries
from wasl.contacts.models import Address, Beneficiary
from wasl.contacts.tests.makers import MARYAMS_EMAIL, MARYAMS_PHONE, make_beneficiary
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency

pytestmark = pytest.mark.django_db


def test_nothing_personal_stays_of_an_erased_beneficiary() -> None:
    maryam = make_beneficiary(gender="f")

    operations.erase(maryam, by=None, at=SUNDAY_9AM)
    operations.erase(maryam, by=None, at=SUNDAY_9AM)

    row = Beneficiary.objects.get()
    assert (row.full_name, row.name_key, row.gender, row.erased_at) == ("", "", "", SUNDAY_9AM)
    assert row.claim_key != maryam.claim_key
    assert not Address.objects.exists()
    assert str(row) in ("بدون اسم", "No name")
    assert [record.data for record in EventRecord.objects.filter(kind="BeneficiaryErased")] == [
        {"beneficiary_id": maryam.pk}
    ]


def test_the_same_claim_after_erasure_is_somebody_new() -> None:
    erased = operations.erase(make_beneficiary(), by=None, at=SUNDAY_9AM)

    assert make_beneficiary() != erased


def test_only_the_beneficiary_named_is_erased() -> None:
    here, there = make_beneficiary(make_agency("MUN")), make_beneficiary(make_agency("HOU"))

    operations.erase(here, by=None, at=SUNDAY_9AM)

    assert queries.is_phone_of(there, MARYAMS_PHONE)
    assert not queries.is_phone_of(here, MARYAMS_PHONE)


def test_an_added_address_is_kept_once_and_may_be_proven_later() -> None:
    maryam = make_beneficiary(email=None)
    operations.add_address(maryam, kind="email", value="Maryam@example.om", verified=False, by=None, at=SUNDAY_9AM)
    operations.add_address(maryam, kind="email", value=MARYAMS_EMAIL, verified=True, by=None, at=SUNDAY_9AM)

    address = queries.address_for(maryam, "email")

    assert address is not None
    assert (address.value, address.verified_at) == (MARYAMS_EMAIL, SUNDAY_9AM)
    assert Address.objects.filter(kind="email").count() == 1


def test_a_proven_address_is_preferred_to_an_older_one() -> None:
    maryam = make_beneficiary(email=None)
    operations.add_address(maryam, kind="phone", value="99887766", verified=True, by=None, at=SUNDAY_9AM)

    preferred = queries.address_for(maryam, "phone")

    assert preferred is not None
    assert preferred.value == "+96899887766"
    assert queries.address_for(maryam, "email") is None
