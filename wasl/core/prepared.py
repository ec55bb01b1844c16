"""Prepared statements, asked of libpq itself: for the few acts that everybody waits for.

A cursor of psycopg's keeps far more than these statements need (positions, row makers, a state for other threads) and
costs three times the CPU. The values are put in and read by psycopg's own adapters; its errors are its own too.
"""

from collections.abc import Sequence
from functools import cache
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


@cache
def _numbered(statement: str) -> bytes:
    """The statement with its places numbered, as libpq wants them."""
    first, *others = statement.split("%s")
    return "".join([first, *(f"${number}{part}" for number, part in enumerate(others, 1))]).encode()


def _answered(pgconn: Any, result: Any) -> Any:
    if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        return result
    if pgconn.status == pq.ConnStatus.BAD:
        raise psycopg.OperationalError(result.get_error_message() or "the connection is lost")
    raise psycopg.errors.error_from_result(result)
