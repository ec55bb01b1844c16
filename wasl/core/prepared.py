"""Statements asked of libpq itself: for the few acts that everybody waits for.

A cursor of psycopg's keeps far more than these statements need (positions, row makers, a state for other threads) and
costs three times the CPU. The values are put in and read by psycopg's own adapters; its errors are its own too.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer

Values = Sequence[Any]

# By connection: the name of each statement that it has planned.
_planned: "WeakKeyDictionary[psycopg.Connection[Any], dict[str, bytes]]" = WeakKeyDictionary()


def rows(connection: "psycopg.Connection[Any]", statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """The rows that a statement gives, within the present transaction of the connection or one that it begins.

    Places are written `%s`; values are texts, lists of texts or None, and cast by the statement itself. A statement
    that is no SELECT and returns nothing gives no rows. Raises psycopg.Error as a cursor does.
    """
    pgconn = connection.pgconn
    if not connection.autocommit and pgconn.transaction_status == pq.TransactionStatus.IDLE:
        _begin(pgconn)
    adapter = Transformer(connection)
    given: Any = adapter.dump_sequence(values, [PyFormat.TEXT] * len(values))
    result = _answered(pgconn, pgconn.exec_prepared(_name(connection, statement), given))
    adapter.set_pgresult(result)
    return adapter.load_rows(0, result.ntuples, tuple)


def read(connection: "psycopg.Connection[Any]", statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement that is planned anew for its values: for lists, whose best walk depends on what is asked.

    As `rows`, but values may be of any kind that PostgreSQL can tell from its place, moments come in UTC, and JSON as
    what it stands for.
    """
    pgconn = connection.pgconn
    if not connection.autocommit and pgconn.transaction_status == pq.TransactionStatus.IDLE:
        _begin(pgconn)
    # Psycopg's own adapters are compiled; those that Django sets beside them are not.
    adapter = Transformer(psycopg.adapters)
    given: Any = adapter.dump_sequence(values, [PyFormat.TEXT] * len(values))
    result = _answered(pgconn, pgconn.exec_params(_numbered(statement), given))
    adapter.set_pgresult(result)
    return adapter.load_rows(0, result.ntuples, tuple)


def _begin(pgconn: Any) -> None:
    _answered(pgconn, pgconn.exec_(b"BEGIN"))


def _name(connection: "psycopg.Connection[Any]", statement: str) -> bytes:
    """The name under which the connection knows the statement, planned now if it does not."""
    known = _planned.get(connection)
    if known is None:
        known = _planned[connection] = {}
    name = known.get(statement)
    if name is None:
        name = f"wasl_{len(known)}".encode()
        pgconn = connection.pgconn
        _answered(pgconn, pgconn.prepare(name, _numbered(statement)))
        known[statement] = name
    return name


@lru_cache(maxsize=1000)
def _numbered(statement: str) -> bytes:
    """The statement with its places numbered, as libpq wants them; `%%` stands for a percent sign."""
    numbers = count(1)
    return re.sub("%[s%]", lambda found: f"${next(numbers)}" if found[0] == "%s" else "%", statement).encode()


def _answered(pgconn: Any, result: Any) -> Any:
    if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        return result
    # Whatever the server refuses has a code. libpq's own errors have none: the connection broke, and that may be told
    # before its status says so, when the server's last words are still to be read.
    if pgconn.status == pq.ConnStatus.BAD or not result.error_field(pq.DiagnosticField.SQLSTATE):
        raise psycopg.OperationalError(result.get_error_message() or "the connection is lost")
    raise psycopg.errors.error_from_result(result)
