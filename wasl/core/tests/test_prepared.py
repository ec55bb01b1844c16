"""Prepared statements asked of libpq: the same rows, errors and transactions as by a cursor."""

import json
import socket
import struct
import threading
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from wasl.core import prepared, sets

pytestmark = pytest.mark.django_db(transaction=True)
VALUES = ["7", 'a "b" \\ ، ع', None, ["x", "y,z", '"'], json.dumps({"n": 1})]
STATEMENT = "SELECT %s::bigint, %s::text, %s::date, %s::text[], %s::jsonb"


def test_rows_are_those_of_a_cursor() -> None:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, VALUES)
        told = cursor.fetchall()
    assert sets.run(STATEMENT, VALUES) == told == sets.run(STATEMENT, VALUES)


def test_a_statement_is_planned_once_for_a_connection() -> None:
    for _ in range(3):
        sets.run("SELECT %s::int, 'planned once'", ["1"])
    planned = sets.run("SELECT statement FROM pg_prepared_statements WHERE statement LIKE %s::text", ["%planned once%"])
    assert planned == [("SELECT $1::int, 'planned once'",)]


def test_what_was_written_within_an_undone_transaction_is_undone() -> None:
    sets.run("CREATE TABLE scratch (n int)")
    try:
        with transaction.atomic():
            sets.run("INSERT INTO scratch VALUES (1)")
            assert sets.run("SELECT n FROM scratch") == [(1,)]
            transaction.set_rollback(True)
        assert sets.run("SELECT n FROM scratch") == []
    finally:
        sets.run("DROP TABLE scratch")


def test_a_list_takes_values_of_any_kind_and_a_percent_sign() -> None:
    at = datetime(2026, 11, 22, 8, 30, tzinfo=ZoneInfo("Asia/Muscat"))
    values = [[4, 5], at, Decimal("1.50"), True, {"a": 1}]
    statement = "SELECT 5 = ANY(%s::int[]), %s::timestamptz, %s::numeric, %s::bool, %s::text::jsonb, 'ab' LIKE 'a%%'"
    told = sets.read(statement, [*values[:4], json.dumps(values[4])])
    assert told == [(True, at, Decimal("1.50"), True, {"a": 1}, True)]
    assert told[0][1].utcoffset() == timedelta(0)


def test_errors_are_djangos() -> None:
    with pytest.raises(DataError):
        sets.run("SELECT %s::bigint", ["no number"])
    with pytest.raises(IntegrityError), transaction.atomic():
        sets.run("INSERT INTO core_eventrecord (kind) VALUES (%s)", ["x"])
    assert sets.run("SELECT 1") == [(1,)]


def test_a_lost_connection_says_so() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((ours,),) = cursor.fetchall()
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as another:
        another.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])
    with pytest.raises(OperationalError):
        sets.run("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        prepared.rows(connection.connection, "SELECT 1")
    connection.close()
    assert sets.run("SELECT 1") == [(1,)]


def test_a_server_that_falls_with_a_last_word_is_a_lost_connection(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / ".s.PGSQL.5432"))
        server.listen()
        met: list[socket.socket] = []
        host = threading.Thread(target=lambda: met.append(_welcomed(server)))
        host.start()
        connection = psycopg.connect(host=str(tmp_path), port=5432, user="x", autocommit=True)
        host.join()
    fall = b"SWARNING\0C57P01\0Mterminating connection because of immediate shutdown command\0\0"
    met[0].sendall(_message(b"N", fall))
    met[0].close()

    with connection, pytest.raises(psycopg.OperationalError):
        prepared.rows(connection, "SELECT 1")


def _welcomed(server: socket.socket) -> socket.socket:
    """A client let in without being asked for anything, as by a PostgreSQL that trusts it."""
    client, _ = server.accept()
    client.recv(1024)
    client.sendall(_message(b"R", struct.pack("!i", 0)) + _message(b"Z", b"I"))
    return client


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body
