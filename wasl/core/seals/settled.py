"""Up to which number nothing can come any more.

A fact takes its number before its transaction commits, so a lower number may become visible after a higher one. Every
writer holds the ordinary lock of an INSERT on the log from before it takes a number until it is over. So: look at the
last number that was given out, then at who holds that lock. When all of these are over, everything up to that number
is there or never will be. Nobody waits for this, and transactions that do not write to the log are not waited for
either.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection

_LAST = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM core_eventrecord_id_seq"
_WRITERS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'core_eventrecord'::regclass AND mode = 'RowExclusiveLock' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND pid IS DISTINCT FROM pg_backend_pid()
"""


def last_number() -> int:
    """The last number that was given to a fact, committed or not."""
    return int(_rows(_LAST)[0][0])


def writers() -> frozenset[str]:
    """The transactions, besides this one, that have written to the log or are about to. Ask after `last_number`."""
    return frozenset(str(name) for (name,) in _rows(_WRITERS))


def are_over(names: Collection[str]) -> bool:
    """Has each of these transactions committed or failed?"""
    return not names or writers().isdisjoint(names)


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
