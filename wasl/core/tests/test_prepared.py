"""Prepared statements asked of libpq: the same rows, errors and transactions as by a cursor."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
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
