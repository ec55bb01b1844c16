"""Declared conflicts of interest: what is kept, what is refused, and by what somebody is told."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from wasl.contacts import operations, relations
from wasl.contacts.identity import BadIdentity
from wasl.contacts.models import Relation
from wasl.contacts.relations import CannotDeclare
from wasl.contacts.tests.makers import MARYAMS_EMAIL, MARYAMS_PHONE, make_beneficiary
from wasl.core import keys
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_huda, make_salem

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
CARD = "12345678"


def test_numbers_are_kept_as_the_house_writes_them_and_cards_sealed() -> None:
    salem = make_salem()

    row = relations.declare(
        salem, agency=make_agency(), kind="sibling", phone="٩٢١٢ ٧٧٠٥", number="١٢٣٤٥٦٧٨", by=salem, at=SUNDAY_9AM
    )

    assert (row.phone, row.identity_masked) == (MARYAMS_PHONE, "•••••678")
    assert CARD not in row.identity_sealed
    assert keys.unseal(row.identity_sealed) == CARD
    fact = EventRecord.objects.get(kind="RelationDeclared")
    assert fact.data == {"relation_id": row.pk, "user_id": salem.pk, "relation": "sibling"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "أحمد بن سالم"}, "الاسم وحده"),
        ({"kind": "friend", "phone": MARYAMS_PHONE}, "من القائمة"),
        ({"by": "huda", "phone": MARYAMS_PHONE}, "اكتب سبب التصريح"),
        ({"by": "huda", "phone": MARYAMS_PHONE, "reason": "لا"}, "اكتب سبب التصريح"),
    ],
)
def test_what_says_too_little_is_refused_with_a_sentence(given: dict[str, str], said: str) -> None:
    salem, by = make_salem(), make_huda() if given.pop("by", "") else make_salem()

    with pytest.raises(CannotDeclare, match=said):
        relations.declare(salem, agency=make_agency(), by=by, at=SUNDAY_9AM, **{"kind": "spouse", **given})

    assert not Relation.objects.exists()


def test_a_number_that_is_none_is_refused() -> None:
    salem = make_salem()

    with pytest.raises(BadIdentity):
        relations.declare(salem, agency=make_agency(), kind="child", number="12", by=salem, at=SUNDAY_9AM)


def test_the_same_twice_is_refused_until_the_first_has_ended() -> None:
    salem, given = make_salem(), {"kind": "parent", "number": CARD}
    first = relations.declare(salem, agency=make_agency(), by=salem, at=SUNDAY_9AM, **given)

    with pytest.raises(CannotDeclare, match="مصرّح به من قبل"):
        relations.declare(salem, agency=make_agency(), by=salem, at=SUNDAY_9AM, **given)
    relations.declare(salem, agency=make_agency(), kind="parent", number="87654321", by=salem, at=SUNDAY_9AM)
    relations.end(first, by=salem, reason="كان الرقم خطأ", at=SUNDAY_9AM + HOUR)

    assert relations.declare(salem, agency=make_agency(), by=salem, at=SUNDAY_9AM + HOUR, **given).pk


def test_ending_needs_a_reason_and_keeps_the_row() -> None:
    salem = make_salem()
    row = relations.declare(salem, agency=make_agency(), kind="partner", phone=MARYAMS_PHONE, by=salem, at=SUNDAY_9AM)

    with pytest.raises(CannotDeclare):
        relations.end(row, by=salem, reason=" ", at=SUNDAY_9AM + HOUR)
    relations.end(row, by=salem, reason="انتهت الشراكة", at=SUNDAY_9AM + HOUR)
    relations.end(row, by=salem, reason="مرة أخرى", at=SUNDAY_9AM + 2 * HOUR)

    (kept,) = relations.of_person(salem)
    assert (kept.valid_to, kept.end_reason) == (SUNDAY_9AM + HOUR, "انتهت الشراكة")
    assert MARYAMS_PHONE in relations.ties_of(salem, SUNDAY_9AM)
    assert MARYAMS_PHONE not in relations.ties_of(salem, SUNDAY_9AM + HOUR)


def test_nobody_ends_what_another_declared_of_them() -> None:
    salem, huda = make_salem(), make_huda()
    row = relations.declare(
        salem, agency=make_agency(), kind="spouse", phone=MARYAMS_PHONE, reason="أبلغ به زميله", by=huda, at=SUNDAY_9AM
    )

    with pytest.raises(CannotDeclare, match="صرّح بهذا غيرك"):
        relations.end(row, by=salem, reason="لا أوافق عليه", at=SUNDAY_9AM + HOUR)

    assert relations.end(row, by=huda, reason="تبين أنه خطأ", at=SUNDAY_9AM + HOUR).valid_to is not None


def test_somebody_is_told_by_number_mail_or_card_also_after_the_keys_were_turned() -> None:
    salem, agency = make_salem(), make_agency()
    maryam = make_beneficiary(agency)
    card = make_beneficiary(agency, name="أحمد", phone="+96892222222", email=None)
    operations.set_identity(card, number=CARD, by=None, at=SUNDAY_9AM)
    keys.rotate()
    relations.declare(salem, agency=agency, kind="child", number=CARD, by=salem, at=SUNDAY_9AM)
    relations.declare(salem, agency=agency, kind="spouse", email=MARYAMS_EMAIL.upper(), by=salem, at=SUNDAY_9AM)

    assert relations.people_tied(salem, [agency.pk], SUNDAY_9AM) == {maryam.pk, card.pk}
    assert relations.people_tied(salem, [make_agency("HOU").pk], SUNDAY_9AM) == frozenset()


def test_asking_again_costs_no_statement(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    salem, agency = make_salem(), make_agency()
    relations.people_tied(salem, [agency.pk], SUNDAY_9AM)

    with django_assert_num_queries(1):  # the edition
        relations.people_tied(salem, [agency.pk], SUNDAY_9AM)


def test_a_running_declaration_that_tells_nobody_cannot_be_stored() -> None:
    salem = make_salem()

    with pytest.raises(DatabaseError), transaction.atomic():
        Relation.objects.create(
            agency=make_agency(), user=salem, kind="self", name="سالم", declared_by=salem, valid_from=SUNDAY_9AM
        )
