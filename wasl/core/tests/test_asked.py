"""A question that is put into SQL once gives what its queryset gives."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from wasl.core.asked import Asked, among
from wasl.core.models import EventRecord

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def make_record(number: int, **changed: Any) -> EventRecord:
    given = {
        "kind": "CaseNoted",
        "version": 1,
        "agency_id": 7,
        "case_id": number,
        "at": NOON + timedelta(hours=number),
        "recorded_at": NOON,
        "origin": "live",
        "data": {"words": "'; DROP TABLE \x7f %s {} \"", "number": number, "none": None},
    }
    return EventRecord.objects.create(**given | changed)


def told(row: Model) -> dict[str, Any]:
    return {name: value for name, value in row.__dict__.items() if name != "_state"}


def same(found: list[Any], wanted: "QuerySet[Any]") -> None:
    assert [told(row) for row in found] == [told(row) for row in wanted]


def test_rows_are_those_of_the_queryset_with_all_their_values() -> None:
    for number in (1, 2, 3):
        make_record(number)
    by_agency = Asked(lambda agency_id: EventRecord.objects.filter(agency_id=agency_id).order_by("-case_id"), int)

    same(by_agency.all(7), EventRecord.objects.filter(agency_id=7).order_by("-case_id"))
    assert by_agency.all(8) == []
    assert by_agency.one(8) is None


def test_each_value_finds_its_own_place_again_and_again() -> None:
    for number in range(1, 6):
        make_record(number, kind=f"Kind{number % 2}")

    def make(kind: Any, since: Any, besides: Any) -> "QuerySet[EventRecord]":
        # The order of the places in the statement is not that of the values.
        return EventRecord.objects.filter(at__gte=since).exclude(case_id=besides).filter(kind=kind).order_by("case_id")

    asked = Asked(make, str, datetime, int)

    for given in (("Kind1", NOON, 3), ("Kind0", NOON + timedelta(hours=3), 2), ("Kind1", NOON, 5), ("x'; --", NOON, 1)):
        same(asked.all(*given), make(*given))


def test_what_stands_in_the_queryset_itself_stays() -> None:
    first, _ = make_record(1), make_record(2)
    asked = Asked(lambda agency_id: EventRecord.objects.filter(agency_id=agency_id, case_id=1, kind="CaseNoted"), int)

    assert asked.all(7) == [first]


def test_several_numbers_are_one_value() -> None:
    rows = [make_record(number) for number in (1, 2, 3)]
    asked = Asked(lambda numbers: EventRecord.objects.filter(among("case_id", numbers)).order_by("case_id"), list)

    assert asked.all([3, 1]) == [rows[0], rows[2]]
    assert asked.all({2}) == [rows[1]]
    assert asked.all([]) == []


def test_what_was_left_out_is_read_when_it_is_asked_for() -> None:
    make_record(1)
    row = Asked(lambda agency: EventRecord.objects.filter(agency_id=agency).only("kind"), int).all(7)[0]

    assert "data" in row.get_deferred_fields()
    assert row.data["number"] == 1


def test_the_transaction_sees_its_own_rows_and_a_rollback_takes_them_away() -> None:
    asked = Asked(lambda number: EventRecord.objects.filter(case_id=number), int)
    with transaction.atomic():
        make_record(1)
        assert asked.one(1) is not None
        transaction.set_rollback(True)

    assert asked.one(1) is None


def test_it_is_counted_where_statements_are_counted(django_assert_num_queries: Any) -> None:
    asked = Asked(lambda number: EventRecord.objects.filter(case_id=number), int)
    make_record(1)

    with django_assert_num_queries(1):
        found = asked.one(1)

    assert found is not None
    assert found.data["number"] == 1


def test_a_value_of_another_kind_is_refused() -> None:
    asked = Asked(lambda number: EventRecord.objects.filter(case_id=number), int)

    with pytest.raises(TypeError):
        asked.all(1.5)  # type: ignore[arg-type]
    assert connection.is_usable()
