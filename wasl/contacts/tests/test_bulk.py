"""Many people at once are found or made as they would be one after another."""

import random
import threading
from typing import Any

import pytest
from django.db import connection, transaction

from wasl.contacts import bulk, operations
from wasl.contacts.emails import BadEmail
from wasl.contacts.models import Address, Beneficiary
from wasl.contacts.phones import BadPhone
from wasl.contacts.tests.makers import MARYAM, MARYAMS_EMAIL, MARYAMS_PHONE, make_beneficiary
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency

pytestmark = pytest.mark.django_db

NAMES = ["مريم بنت سالم", "مَريم سالم", "سالم الكندي", "Salem", ""]
PHONES = [None, "92127705", "+968 9212 7705", "٩٢١٢٧٧٠٦", "99123456"]
EMAILS = [None, None, "maryam@example.om", "Salem@Example.om", "office@example.om"]


def claims(seed: int, number: int) -> list[dict[str, Any]]:
    """What a source could say: people who come again, share phones, or are proven now and then."""
    dice = random.Random(seed)
    return [
        {
            "name": dice.choice(NAMES),
            "phone": dice.choice(PHONES),
            "email": dice.choice(EMAILS),
            "language": dice.choice(["ar", "en"]),
            "preferred_channel": dice.choice(["sms", "email", ""]),
            "kind": dice.choice(["citizen", "company"]),
            "gender": dice.choice(["", "f"]),
            "proven": dice.choice([(), (), ("phone",), ("email",)]),
            "at": SUNDAY_9AM,
        }
        for _ in range(number)
    ]


def left_in(agency: Agency, found: list[int]) -> tuple[list[int], list[tuple[Any, ...]]]:
    """Who was taken for whom, and all rows of the agency without their numbers."""
    people = list(Beneficiary.objects.filter(agency=agency).order_by("pk"))
    places = {person.pk: place for place, person in enumerate(people)}
    nameless = {person.pk for person in people if not person.addresses.exists()}
    rows: list[tuple[Any, ...]] = [
        (
            places[person.pk],
            *(
                getattr(person, field.attname)
                for field in Beneficiary._meta.concrete_fields
                if field.name not in ("id", "agency") and (field.name != "claim_key" or person.pk not in nameless)
            ),
        )
        for person in people
    ]
    rows += sorted(
        (places[one.beneficiary_id], one.kind, one.value, one.verified_at, one.created_at)
        for one in Address.objects.filter(agency=agency)
    )
    return [places[number] for number in found], rows


@pytest.mark.parametrize("seed", range(4))
def test_many_at_once_are_who_they_would_be_one_after_another(seed: int) -> None:
    one, other = make_agency(), make_agency("HOU")
    for agency in (one, other):
        make_beneficiary(agency)  # somebody is known already
    said = claims(seed, 80)

    singly = [operations.find_or_make(one, **claim).pk for claim in said]
    # In two batches: the second meets whom the first has made.
    together = [
        number
        for part in (said[:50], said[50:])
        for number in bulk.find_or_make(other, [bulk.read(**claim) for claim in part])
    ]

    assert left_in(other, together) == left_in(one, singly)


def test_a_claim_that_made_somebody_is_theirs_even_when_the_address_was_taken_away() -> None:
    agency = make_agency()
    maryam = make_beneficiary(agency)
    maryam.addresses.all().delete()

    (found,) = bulk.find_or_make(
        agency, [bulk.read(name=MARYAM, phone=MARYAMS_PHONE, email=MARYAMS_EMAIL, at=SUNDAY_9AM)]
    )

    assert found == maryam.pk
    assert maryam.addresses.count() == 2


def test_nobody_of_another_agency_is_met() -> None:
    maryam = make_beneficiary(make_agency())

    (found,) = bulk.find_or_make(make_agency("HOU"), [bulk.read(name=MARYAM, phone=MARYAMS_PHONE, at=LONG_AGO)])

    assert found != maryam.pk
    assert Beneficiary.objects.get(pk=found).agency.code == "HOU"


def test_what_cannot_be_reached_is_refused_before_anything_is_written() -> None:
    with pytest.raises(BadPhone):
        bulk.read(name=MARYAM, phone="123", at=SUNDAY_9AM)
    with pytest.raises(BadEmail):
        bulk.read(name=MARYAM, email="@", at=SUNDAY_9AM)
    with pytest.raises(ValueError):
        bulk.read(name=MARYAM, kind="dragon", at=SUNDAY_9AM)


@pytest.mark.django_db(transaction=True)
def test_two_imports_with_the_same_people_at_once_make_them_once() -> None:
    agency = make_agency()
    people = [bulk.read(name=MARYAM, phone=f"9212{number:04d}", at=SUNDAY_9AM) for number in range(30)]
    found: list[list[int]] = []

    def settle() -> None:
        try:
            with transaction.atomic():
                found.append(bulk.find_or_make(agency, people))
        finally:
            connection.close()

    threads = [threading.Thread(target=settle) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 3
    assert found[0] == found[1] == found[2]
    assert Beneficiary.objects.filter(agency=agency).count() == 30
