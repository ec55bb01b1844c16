"""History by COPY: rows gathered per table as text and sent at once, facts that fire nobody, numbers in ranges.

For the `bulk.py` of the rooms alone. What is written here has passed no operation, so each room proves in its tests
that its bulk writer leaves what its operations would have left.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any

import msgspec
from django.db import connection, models

from wasl.core import references
from wasl.core.events import Event
from wasl.core.models import EventRecord

NULL = "\\N"
# The name of the sequence is asked for once, not for each number.
_RESERVE = """
SELECT nextval(counter.name) FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0) AS counter,
    generate_series(1, %s)
"""
# Whoever takes numbers of facts is seen writing from before that (`seals.settled`), as an INSERT is by itself.
_WRITING = "LOCK TABLE core_eventrecord IN ROW EXCLUSIVE MODE"
_REFERENCES = "SELECT nextval('core_reference_seq') FROM generate_series(1, %s)"
# So much is handed to the server at once; while it takes that in, the next part is made ready.
_LINES_AT_ONCE = 1000
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Sheet:
    """Rows of one table for one COPY; what columns are left out takes the database's default.

    Columns are named as attributes of the model ("agency_id"). A line of `lines` holds their values as COPY writes
    them, with tabs between; `add` makes one of any plain values.
    """

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        known = {field.attname: field.column for field in model._meta.concrete_fields}
        quote = connection.ops.quote_name
        names = ", ".join(quote(known[name]) for name in columns)
        self._copy = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
        self.lines: list[str] = []

    def add(self, *values: Any) -> None:
        """One row; a value of a JSON column is given as its text (`json_text`)."""
        self.lines.append("\t".join([as_copied(value) for value in values]))

    def write(self, numbers: Sequence[int] = ()) -> None:
        """Write what was gathered, within the present transaction, and empty the sheet.

        `numbers` are those of the rows, where "id" is the first column and the lines do not hold it yet.
        """
        lines, self.lines = self.lines, []
        if numbers:
            lines = [f"{number}\t{line}" for number, line in zip(numbers, lines, strict=True)]
        if lines:
            # What the driver raises while it copies passes Django's own translation by.
            with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(self._copy) as copy:
                for start in range(0, len(lines), _LINES_AT_ONCE):
                    copy.write("\n".join(lines[start : start + _LINES_AT_ONCE]) + "\n")


class Facts:
    """Facts of imported history: recorded in the order they are added, announced to nobody."""

    def __init__(self, *, agency_id: int, recorded_at: datetime) -> None:
        columns = ("id", "kind", "version", "case_id", "at", "data", "agency_id", "recorded_at", "origin")
        self._sheet = Sheet(EventRecord, columns)
        self._same = f"\t{agency_id}\t{moment(recorded_at)}\timport"

    def add(self, fact: Event, *, at: datetime, case_id: int | None, closed: bool = False) -> int:
        """Add a fact; gives its place among them, for finding its number in what `write` gives."""
        data = escaped(json_text(fact))
        if closed:
            data = f'{data[:-1]}, "closed": true}}'
        of_case = NULL if case_id is None else case_id
        lines = self._sheet.lines
        lines.append(f"{fact.kind}\t{fact.version}\t{of_case}\t{moment(at)}\t{data}{self._same}")
        return len(lines) - 1

    def write(self) -> list[int]:
        """Write what was added, within the present transaction; gives the numbers of the records in their order.

        The numbers are taken now, not before: whoever follows the facts by number waits only so long for a gap.
        """
        with connection.cursor() as cursor:
            cursor.execute(_WRITING)
        numbers = reserve(EventRecord, len(self._sheet.lines))
        self._sheet.write(numbers)
        return numbers


def reserve(model: type[models.Model], count: int) -> list[int]:
    """So many numbers for new rows of a table, rising; other writers may hold some in between. One statement."""
    table, key = connection.ops.quote_name(model._meta.db_table), model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [table, key, count])
        return [number for (number,) in cursor.fetchall()]


def allocate_references(*, letters: str, days: Sequence[date]) -> list[references.Reference]:
    """A reference for each of the days, which are those of the agency's own time zone; rising. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_REFERENCES, [len(days)])
        numbers = [number for (number,) in cursor.fetchall()]
    return [
        references.compose(letters=letters, on=day, number=number) for day, number in zip(days, numbers, strict=True)
    ]


def json_text(value: Any) -> str:
    """A value as a JSON column takes it."""
    return msgspec.json.encode(value).decode()


def as_copied(value: Any) -> str:
    """A plain value as COPY writes it."""
    return _WRITERS[type(value)](value)


def escaped(text: str) -> str:
    """A text as COPY writes it."""
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


@lru_cache(maxsize=4096)  # one case names the same moment many times
def moment(at: datetime | None) -> str:
    """A moment, or none, as COPY writes it."""
    return NULL if at is None else at.isoformat()


_WRITERS: dict[type, Callable[[Any], str]] = {
    NoneType: lambda value: NULL,
    bool: lambda value: "t" if value else "f",
    int: str,
    Decimal: str,
    str: escaped,
    datetime: moment,
}
