"""Shared limits: how often something may happen within a span of time, counted across all processes and machines.

A try is counted by one upsert in the unlogged table `core_limit`, on a small pool of own connections in autocommit: the
count stands when the act that asked is rolled back, no row lock outlives the statement, and a request never waits for
a second connection of the main pool while it holds one. Keys are stored as keyed fingerprints, so the table holds no
address and no number in the clear.

A window is fixed and the one before it counts in part, by how much of it still lies within the last `seconds`
("sliding window counter"); refused tries are not counted, so whoever slows down gets through. When the database does
not answer, intake goes on (`closed=False`) and guesses do not (`closed=True`).
"""

import atexit
import logging
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import msgspec
import psycopg
from django.db import connections
from psycopg_pool import ConnectionPool, PoolTimeout

from wasl.core import clock, keys, prepared

log = logging.getLogger(__name__)

# Counting takes under a millisecond, so few connections serve many threads; who finds none in half a second goes on.
CONNECTIONS = 4
PATIENCE_SECONDS = 0.5
STATEMENT_MILLISECONDS = 500

# In the order of the keys, so that two statements with the same keys never wait for each other in a ring.
_COUNT = """
WITH tried AS (
    SELECT * FROM json_to_recordset(%s::json)
        AS one(key text, slot bigint, weight float8, ends_at timestamptz, most int)
), earlier AS (
    -- A question for each key: a join might read the whole table for the few of them.
    SELECT tried.*, weight * coalesce(
        (SELECT before.used FROM core_limit before WHERE before.key = tried.key AND before.slot = tried.slot - 1), 0
    ) AS used FROM tried
)
INSERT INTO core_limit AS present (key, slot, used, ends_at)
SELECT key, slot, 1, ends_at FROM earlier WHERE used + 1 <= most ORDER BY key
ON CONFLICT (key, slot) DO UPDATE SET used = present.used + 1
    WHERE EXISTS (SELECT FROM earlier
                  WHERE earlier.key = present.key AND earlier.slot = present.slot
                    AND present.used + 1 + earlier.used <= earlier.most)
RETURNING 1
"""
_LOOK = "SELECT slot, used FROM core_limit WHERE key = %(key)s AND slot IN (%(slot)s, %(slot)s - 1)"


def allow(key: str, limit: int, seconds: int, *, closed: bool = False) -> bool:
    """Count one try of `key` and say whether it is within `limit` per `seconds`.

    When the limits cannot be asked the answer is yes; with `closed`, no.
    """
    return allow_all({key: (limit, seconds)}, closed=closed)


def allow_all(tries: Mapping[str, tuple[int, int]], *, closed: bool = False) -> bool:
    """Count one try of several keys, each with its (limit, seconds), and say whether all are within; one statement.

    A key that is within its limit is counted, also when another is not.
    """
    if not tries:
        return True
    asked = [_tried(key, limit, seconds) for key, (limit, seconds) in tries.items()]
    try:
        told = msgspec.json.encode(asked).decode()
        return len(_asked(lambda connection: prepared.rows(connection, _COUNT, [told]))) == len(asked)
    except NotCounted:
        return not closed


def used(key: str, seconds: int) -> int:
    """How many tries count at this moment, rounded up; counts nothing itself. 0 when the limits cannot be asked."""
    window = _window(key, seconds)
    present, earlier = _look(window)
    return math.ceil(present + earlier * window.weight)


def retry_after(key: str, limit: int, seconds: int) -> int:
    """Whole seconds until the next try would be allowed; 0 when it would be now."""
    window = _window(key, seconds)
    present, earlier = _look(window)
    if limit < 1:
        return seconds
    if present + earlier * window.weight + 1 <= limit:
        return 0
    if present + 1 <= limit:  # the window before fades until the rest fits beside the present one
        return math.ceil((window.weight - (limit - 1 - present) / earlier) * seconds)
    fades_for = seconds * (1 - (limit - 1) / present)
    return math.ceil(window.weight * seconds + fades_for)


def sweep(*, at: datetime) -> int:
    """Remove counts that no window reaches any more; gives their number."""
    return len(run("DELETE FROM core_limit WHERE ends_at < %(at)s RETURNING 1", {"at": at}))


class NotCounted(Exception):
    """The limits could not be asked in time."""


def run(statement: str, values: dict[str, Any]) -> list[Any]:
    """One statement on the limits' own connections, committed by itself. Raises NotCounted."""
    return _asked(lambda connection: connection.execute(statement, values).fetchall())


def _asked(question: Callable[[psycopg.Connection[Any]], list[Any]]) -> list[Any]:
    for is_last in (False, True):
        try:
            with _pool().connection() as connection:
                return question(connection)
        except psycopg.OperationalError as error:  # PoolTimeout is one of them
            # After a restart of the database the pool hands out dead connections: once more, with a new one.
            if is_last or isinstance(error, PoolTimeout):
                log.warning("limits not counted: %s", type(error).__name__)
                raise NotCounted from error
        except psycopg.Error as error:
            log.warning("limits not counted: %s", type(error).__name__)
            raise NotCounted from error
    raise NotCounted


def hidden(key: str) -> str:
    """The fingerprint under which a key is stored."""
    return keys.digest(f"{_series}{key}", "limit")[:32]


def start_afresh(series: str) -> None:
    """Count under names of their own from now on, in this process: tests do not meet each other's counts."""
    global _series
    _series = series


_series = ""


@dataclass(frozen=True)
class _Window:
    values: dict[str, Any]
    weight: float


def _window(key: str, seconds: int) -> _Window:
    moment = clock.now().timestamp()
    slot = int(moment // seconds)
    weight = 1 - (moment - slot * seconds) / seconds
    ends_at = datetime.fromtimestamp((slot + 2) * seconds, UTC) + timedelta(seconds=1)
    return _Window({"key": hidden(f"{seconds}:{key}"), "slot": slot, "ends_at": ends_at}, weight)


def _tried(key: str, limit: int, seconds: int) -> dict[str, Any]:
    window = _window(key, seconds)
    return {**window.values, "weight": window.weight, "most": limit}


def _look(window: _Window) -> tuple[int, int]:
    try:
        found = dict(run(_LOOK, window.values))
    except NotCounted:
        return 0, 0
    return found.get(window.values["slot"], 0), found.get(window.values["slot"] - 1, 0)


Pool = ConnectionPool[psycopg.Connection[Any]]
_pools: dict[tuple[int, str], Pool] = {}
_making = Lock()


def _pool() -> Pool:
    # One pool per process (a fork must not share sockets) and database (tests move to theirs).
    database = connections["default"]
    place = (os.getpid(), str(database.settings_dict["NAME"]))
    with _making:
        if place not in _pools:
            _pools[place] = _open_pool(database.get_connection_params())
        return _pools[place]


def _open_pool(parameters: dict[str, Any]) -> Pool:
    for ours in ("context", "cursor_factory"):
        parameters.pop(ours, None)
    options = f"-c statement_timeout={STATEMENT_MILLISECONDS} -c synchronous_commit=off"
    parameters["options"] = f"{parameters.get('options', '')} {options}".strip()
    pool: Pool = ConnectionPool(
        kwargs={**parameters, "autocommit": True, "connect_timeout": 2},
        min_size=0,
        max_size=CONNECTIONS,
        max_idle=60,
        timeout=PATIENCE_SECONDS,
        num_workers=1,
        name="wasl-limits",
        open=True,
    )
    atexit.register(pool.close)
    return pool
