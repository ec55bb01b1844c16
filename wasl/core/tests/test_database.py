"""The pool's question whether a connection lives."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from psycopg_pool import ConnectionPool

from wasl.core.database import base


def test_a_connection_is_asked_after_it_has_rested(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    moment = 100.0
    monkeypatch.setattr(ConnectionPool, "check_connection", asked.append)
    monkeypatch.setattr(base.time, "monotonic", lambda: moment)
    connection = SimpleNamespace()
    told = []
    for moment in (100.0, 100.4, 101.2, 102.3, 102.4):  # noqa: B007 (the clock reads it)
        base.looked_at(connection)
        told.append(len(asked))
    assert told == [1, 1, 1, 2, 2]


def test_the_pool_of_the_settings_asks_so() -> None:
    connection = connections["default"]

    assert isinstance(connection, base.DatabaseWrapper)
    options = connection.settings_dict["OPTIONS"] | {"pool": {"min_size": 1, "max_size": 1}}
    pooled = {**connection.settings_dict, "OPTIONS": options}
    wrapper = base.DatabaseWrapper(pooled, alias="pooled")
    try:
        assert wrapper.pool._check is base.looked_at
    finally:
        wrapper.close_pool()
