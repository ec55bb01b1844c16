"""History by COPY: rows gathered per table and written at once, facts that fire nobody, numbers reserved in ranges.

For the `bulk.py` of the rooms alone. What is written here has passed no operation, so each room proves in its tests
that its bulk writer leaves what its operations would have left.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection, models

from wasl.core import references
from wasl.core.events import Event
from wasl.core.models import EventRecord

_RESERVE = """
SELECT nextval(counter.name) FROM (SELECT %s::regclass AS name OFFSET 0) AS counter, generate_series(1, %s)
"""
_REFERENCES = "core_reference_seq"


class Sheet:
    """Rows of one table, in the order of the columns named; `write` sends them by one COPY and empties the sheet.

    Columns are named as attributes of the model ("agency_id"); what is left out takes the database's default. Values of
    JSON columns are given as text (`json_text`).
    """

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        known = {field.attname: field.column for field in model._meta.concrete_fields}
        quote = connection.ops.quote_name
        names = ", ".join(quote(known[name]) for name in columns)
        self._copy = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
        self.rows: list[tuple[Any, ...]] = []

    def write(self) -> int:
        """Write what was gathered, within the present transaction; says how many rows."""
        rows, self.rows = self.rows, []
        if rows:
            with connection.cursor() as cursor, cursor.copy(self._copy) as copy:
                for row in rows:
                    copy.write_row(row)
        return len(rows)


class Facts:
    """Facts of imported history: recorded in the order they are added, announced to nobody."""

    def __init__(self, *, agency_id: int, recorded_at: datetime) -> None:
        self._agency_id, self._recorded_at = agency_id, recorded_at
        self._facts: list[tuple[Event, int | None, datetime, bool]] = []
        self._sheet = Sheet(
            EventRecord,
            ("id", "kind", "version", "agency_id", "case_id", "at", "recorded_at", "origin", "data"),
        )

    def add(self, fact: Event, *, at: datetime, case_id: int | None, closed: bool = False) -> int:
        """Add a fact; gives its place among them, for finding its number in what `write` returns."""
        self._facts.append((fact, case_id, at, closed))
        return len(self._facts) - 1

    def write(self) -> list[int]:
        """Write what was added, within the present transaction; gives the numbers of the records in their order."""
        numbers = reserve(EventRecord, len(self._facts))
        self._sheet.rows = [
            (
                number,
                one.kind,
                one.version,
                self._agency_id,
                case_id,
                at,
                self._recorded_at,
                "import",
                _data(one, closed),
            )
            for number, (one, case_id, at, closed) in zip(numbers, self._facts, strict=True)
        ]
        self._facts = []
        self._sheet.write()
        return numbers


def reserve(model: type[models.Model], count: int) -> list[int]:
    """So many numbers for new rows of a table, rising; other writers may hold some in between."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, model._meta.pk.column])
        (name,) = cursor.fetchone()
    return _next(name, count)


def allocate_references(*, letters: str, days: Sequence[date]) -> list[references.Reference]:
    """A reference for each of the days, which are those of the agency's own time zone; rising. One statement."""
    numbers = _next(_REFERENCES, len(days))
    return [
        references.compose(letters=letters, on=day, number=number) for day, number in zip(days, numbers, strict=True)
    ]


def json_text(value: Any) -> str:
    """A value as a JSON column takes it."""
    return msgspec.json.encode(value).decode()


def _next(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [sequence, count])
        return [number for (number,) in cursor.fetchall()]


def _data(fact: Event, closed: bool) -> str:
    text = json_text(fact)
    return f'{text[:-1]}, "closed": true}}' if closed else text
