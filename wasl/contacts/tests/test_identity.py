"""Identity numbers: read as people write them, kept sealed, shown in full for a reason that is kept."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from wasl.contacts import operations, queries
from wasl.contacts.identity import BadIdentity, parse_identity
from wasl.contacts.models import Beneficiary, IdentityReading
from wasl.contacts.tests.makers import make_beneficiary
from wasl.core import keys
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import (
    SUNDAY_9AM,
    make_agency,
    make_huda,
    make_noora,
    make_person,
    make_salem,
    make_unit,
)

NUMBER = "12873465"
REASON = "مطابقة الهوية قبل تسليم الأرض"


@pytest.mark.parametrize(
    ("written", "country", "digits"),
    [
        ("12873465", "OM", "12873465"),
        (" ١٢٨٧٣٤٦٥ ", "OM", "12873465"),
        ("۱۲۸۷ ۳۴۶۵", "OM", "12873465"),
        ("1287-3465", "OM", "12873465"),
        ("1000000008", "SA", "1000000008"),
        ("2000000006", "SA", "2000000006"),
        ("784-1990-1234567-6", "AE", "784199012345676"),
        ("289010100208", "KW", "289010100208"),
        ("28463400123", "QA", "28463400123"),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, country: str, digits: str) -> None:
    found = parse_identity(written)

    assert (found.country, found.digits) == (country, digits)


def test_a_bahraini_number_is_one_when_it_is_said() -> None:
    assert parse_identity("900712345").country == "OM"
    assert parse_identity("900712345", "BH").country == "BH"


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("", ""),
        ("12345", ""),
        ("012345678", ""),
        ("1000000009", ""),
        ("3000000004", ""),
        ("784199012345677", ""),
        ("289130100211", ""),
        ("289010100209", ""),
        ("901312345", "BH"),
        ("12873465", "SA"),
        ("12873465", "XX"),
        ("AB128734", ""),
        ("1" * 60, ""),
        ("9" * 20, ""),
    ],
)
def test_what_cannot_be_a_number_is_refused(written: str, country: str) -> None:
    with pytest.raises(BadIdentity):
        parse_identity(written, country)


@pytest.fixture(autouse=True)
def _home(home: Path) -> Path:
    return home


@pytest.mark.django_db
def test_the_number_stands_nowhere_in_clear() -> None:
    maryam = make_beneficiary()

    operations.set_identity(maryam, number="١٢٨٧٣٤٦٥", by=None, at=SUNDAY_9AM)

    with connection.cursor() as cursor:
        cursor.execute("SELECT b::text FROM contacts_beneficiary b UNION ALL SELECT e::text FROM core_eventrecord e")
        stored = "\n".join(row[0] for row in cursor.fetchall())
    assert NUMBER not in stored
    assert NUMBER[:6] not in stored
    assert maryam.identity_masked == "•••••465"
    assert keys.unseal(Beneficiary.objects.get().identity_sealed) == NUMBER


@pytest.mark.django_db
def test_somebody_is_found_by_the_whole_number_only_and_in_the_own_agency_only() -> None:
    maryam = make_beneficiary()
    operations.set_identity(maryam, number=NUMBER, by=None, at=SUNDAY_9AM)

    assert queries.beneficiaries_with_identity(maryam.agency, "١٢٨٧-٣٤٦٥") == [maryam]
    assert queries.beneficiaries_with_identity(maryam.agency, NUMBER[:7]) == []
    assert queries.beneficiaries_with_identity(maryam.agency, "no number") == []
    assert queries.beneficiaries_with_identity(make_agency("HOU"), NUMBER) == []


@pytest.mark.django_db
def test_a_number_stored_before_the_keys_were_turned_is_found_and_opened() -> None:
    maryam, huda = make_beneficiary(), make_huda()
    operations.set_identity(maryam, number=NUMBER, by=None, at=SUNDAY_9AM)

    keys.rotate()

    assert queries.beneficiaries_with_identity(maryam.agency, NUMBER) == [maryam]
    shown = operations.reveal_identity(maryam, reason=REASON, by=huda, at=SUNDAY_9AM, proved=True)
    assert shown == NUMBER


@pytest.mark.django_db
def test_writing_it_twice_is_told_once_and_it_can_be_taken_away() -> None:
    maryam = make_beneficiary()

    for number in (NUMBER, NUMBER, "١٢٨٧ ٣٤٦٥", "87654321", ""):
        operations.set_identity(maryam, number=number, by=None, at=SUNDAY_9AM)

    told = [record.data["country"] for record in EventRecord.objects.filter(kind="IdentityRecorded").order_by("pk")]
    assert told == ["OM", "OM", ""]
    row = Beneficiary.objects.get()
    assert (row.identity_sealed, row.identity_digest, row.identity_last, row.identity_masked) == ("", "", "", "")


@pytest.mark.django_db
def test_nothing_of_it_stays_after_erasure() -> None:
    maryam = make_beneficiary()
    operations.set_identity(maryam, number=NUMBER, by=None, at=SUNDAY_9AM)

    erased = operations.erase(maryam, by=None, at=SUNDAY_9AM)

    assert (erased.identity_sealed, erased.identity_digest, erased.identity_last) == ("", "", "")
    with pytest.raises(ValueError, match="حُذفت"):
        operations.set_identity(erased, number=NUMBER, by=None, at=SUNDAY_9AM)


def reveal(maryam: Beneficiary, by: Any, **more: Any) -> str:
    given = {"reason": REASON, "at": SUNDAY_9AM, "proved": True, "case_id": 7} | more
    return operations.reveal_identity(maryam, by=by, **given)


@pytest.mark.django_db
def test_it_is_shown_for_a_reason_that_is_kept_with_who_when_and_in_which_case() -> None:
    maryam, roads = make_beneficiary(), make_unit("ROADS")
    noora = make_noora(roads)
    operations.set_identity(maryam, number=NUMBER, by=None, at=SUNDAY_9AM)

    assert reveal(maryam, noora, unit_id=roads.pk) == NUMBER

    reading = IdentityReading.objects.get()
    assert (reading.by, reading.reason, reading.case_id, reading.at) == (noora, REASON, 7, SUNDAY_9AM)
    fact = EventRecord.objects.get(kind="IdentityRevealed")
    assert (fact.actor_id, fact.case_id, fact.data) == (
        noora.pk,
        7,
        {"beneficiary_id": maryam.pk, "reading_id": reading.pk},
    )


@pytest.mark.django_db
def test_it_is_not_shown_without_reason_code_or_right_and_nothing_is_recorded_then() -> None:
    maryam, roads = make_beneficiary(), make_unit("ROADS")
    noora, salem, admin = make_noora(roads), make_salem(), make_person("administrator")
    operations.set_identity(maryam, number=NUMBER, by=None, at=SUNDAY_9AM)
    foreign = make_beneficiary(make_agency("HOU"))

    with pytest.raises(operations.ReasonMissing):
        reveal(maryam, noora, unit_id=roads.pk, reason=" \u200f ")
    with pytest.raises(operations.CodeDue):
        reveal(maryam, noora, unit_id=roads.pk, proved=False)
    refused = [(noora, None, maryam), (salem, roads.pk, maryam), (admin, roads.pk, maryam)]
    for person, unit_id, about in [*refused, (noora, roads.pk, foreign), (make_huda(), roads.pk, foreign)]:
        with pytest.raises(operations.NotAllowed):
            reveal(about, person, unit_id=unit_id)

    assert not IdentityReading.objects.exists()
    assert not EventRecord.objects.filter(kind="IdentityRevealed").exists()


@pytest.mark.django_db
def test_where_no_number_is_known_none_is_shown_and_no_reading_recorded() -> None:
    assert reveal(make_beneficiary(), make_huda()) == ""
    assert not IdentityReading.objects.exists()
