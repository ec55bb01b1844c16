"""Signs of life: each process writes every few seconds, in the database's own time, that it is well.

A process that stops in good order takes its sign away, so its absence is known at once; one that was killed is missed
after `STALE`.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection

EVERY = timedelta(seconds=10)
STALE = timedelta(seconds=35)

WRITE = """
INSERT INTO core_heartbeat (process, at, detail) VALUES (%(process)s, now(), '{}')
ON CONFLICT (process) DO UPDATE SET at = now()
"""
REMOVE = "DELETE FROM core_heartbeat WHERE process = %(process)s"
# How old the youngest sign of each kind is, in seconds: processes of one kind on several machines stand for each other.
AGES = """
SELECT split_part(process, '@', 1) AS kind, extract(epoch FROM now() - max(at))::float8 AS age
FROM core_heartbeat GROUP BY 1
"""


def process_name(kind: str) -> str:
    """The name that a process of this kind signs with on this machine."""
    return f"{kind}@{socket.gethostname()}"[:80]


def database_time() -> datetime:
    """The time of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        found: datetime = cursor.fetchone()[0]
    return found


def beat(kind: str) -> None:
    """Write one sign of life."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE, {"process": process_name(kind)})


def end(kind: str) -> None:
    """Take the sign away, at an orderly stop."""
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, {"process": process_name(kind)})


def forget(*, older_than: timedelta) -> None:
    """Remove the signs of machines that have been gone for so long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM core_heartbeat WHERE at < now() - make_interval(secs => %s)", [older_than.total_seconds()]
        )


@contextmanager
def beating(kind: str) -> Iterator[None]:
    """Keep writing signs of life from a thread while the body runs; a database that is away is waited for."""
    stopped = threading.Event()
    thread = threading.Thread(target=_keep_beating, args=(kind, stopped), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(5)


def _keep_beating(kind: str, stopped: threading.Event) -> None:
    while True:
        _try(beat, kind)
        if stopped.wait(EVERY.total_seconds()):
            break
    _try(end, kind)


def _try(act: Callable[[str], None], kind: str) -> None:
    try:
        act(kind)
    except (DatabaseError, InterfaceError):
        pass  # the next sign will tell; until then its absence does
    finally:
        connection.close()
