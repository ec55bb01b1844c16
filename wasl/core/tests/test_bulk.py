"""Rows by COPY: every value as it was, references as they are allocated singly, facts that fire nobody."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from wasl.core import events, references
from wasl.core.bulk import Facts, Sheet, allocate_references, as_copied, json_text, reserve
from wasl.core.models import EventRecord, Heartbeat

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


@events.event(version=1)
@dataclass(frozen=True)
class GateOpened(events.Event):
    gate: str
    width: int | None = None


@pytest.mark.parametrize(
    "text", ["", "باب", "\\N", "\\.", "a\tb\nc\rd", 'a "quoted" \\ back', "\\t", "%s {} 'x'", "س" * 70]
)
def test_every_text_comes_back_as_it_was(text: str) -> None:
    sheet = Sheet(Heartbeat, ("process", "at", "detail"))

    sheet.add(text, AT, json_text({"said": text}))
    sheet.write()

    stored = Heartbeat.objects.get()
    assert (stored.process, stored.detail) == (text, {"said": text})


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "int"),
        (True, "boolean"),
        (False, "boolean"),
        (0, "int"),
        (-7, "bigint"),
        (Decimal("23.588120"), "numeric"),
        (AT, "timestamptz"),
        (datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=4))), "timestamptz"),
    ],
)
def test_every_value_comes_back_as_it_was(value: Any, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE one (value {kind}) ON COMMIT DROP")
        with cursor.copy("COPY one FROM STDIN") as copy:
            copy.write(f"{as_copied(value)}\n")
        cursor.execute("SELECT value FROM one")

        assert cursor.fetchone() == (value,)


def test_an_empty_sheet_writes_nothing_and_a_written_one_is_empty() -> None:
    sheet = Sheet(Heartbeat, ("process", "at", "detail"))
    sheet.write()
    sheet.add("web", AT, "{}")

    sheet.write()
    sheet.write()

    assert Heartbeat.objects.count() == 1


def test_numbers_are_taken_from_the_table_itself() -> None:
    before = Heartbeat.objects.create(process="before", at=AT).pk

    numbers = reserve(Heartbeat, 2500)

    assert numbers == sorted(set(numbers))
    assert len(numbers) == 2500
    assert before < numbers[0]
    assert Heartbeat.objects.create(process="after", at=AT).pk > numbers[-1]
    assert reserve(Heartbeat, 0) == []


def test_references_of_a_range_are_those_that_are_allocated_singly() -> None:
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2015, 12, 31)]
    first = references.allocate(letters="MR", on=days[0])

    found = allocate_references(letters="MR", days=days)

    numbers = [int(first.running) + step for step in (1, 2, 3)]
    assert found == [
        references.compose(letters="MR", on=day, number=number) for day, number in zip(days, numbers, strict=True)
    ]
    assert all(references.parse(str(one)) == one for one in found)


def test_facts_of_history_are_recorded_as_published_ones_and_fire_nobody() -> None:
    heard: list[int] = []
    events.subscriber(GateOpened)(lambda fact, record: heard.append(record.pk))
    fact = GateOpened("north \\ south\t", None)
    with events.of_origin("import"):
        published = events.publish(fact, agency_id=7, case_id=11, at=AT, closed=True)
    facts = Facts(agency_id=7, recorded_at=AT + timedelta(days=1))

    places = [
        facts.add(fact, at=AT, case_id=11, closed=True),
        facts.add(GateOpened("west", 3), at=AT + timedelta(hours=1), case_id=None),
    ]
    numbers = facts.write()

    first, second = (EventRecord.objects.get(pk=numbers[place]) for place in places)
    same = ("kind", "version", "agency_id", "case_id", "actor_id", "at", "caused_by_id", "origin", "data")
    assert [getattr(first, name) for name in same] == [getattr(published, name) for name in same]
    assert first.recorded_at == AT + timedelta(days=1)
    assert (events.load(second), second.case_id) == (GateOpened("west", 3), None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE args->>'event_id' = ANY(%s)", [[*map(str, numbers)]]
        )
        assert cursor.fetchone() == (0,)
    assert not heard
