"""Whether this process is alive and can answer, told truthfully to whatever supervises it; and the page of a database
that is away. `/healthz` asks nobody; `/readyz` asks the database, which also knows the other processes' signs of life.

A balancer takes a process out while it is not ready. So only what keeps this process from answering makes it so: work
that waits long, a worker or a mail door that stands still are told here, but are matters of `/health` and `/metrics`.
"""

import asyncio
import functools
import json
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

import wasl
from wasl.config import environment
from wasl.core import heartbeat
from wasl.core.vitals import MEGABYTE, QUEUE
from wasl.operation import exposition
from wasl.web import errors

ASK_AGAIN_AFTER = 1.0  # seconds; however often the door is asked, the database is asked once in that time
ANSWER_WITHIN = 3  # seconds
NO_ROOM = 64 * MEGABYTE  # on the disk of the home; with less no file can be taken, and soon no log written
RETRY_AFTER = "10"

# SQLSTATE classes that say "the server is not to be had": connection lost, shutting down, starting up, full.
_AWAY = ("08", "57P0", "53")


@dataclass(frozen=True)
class Readiness:
    """What `/readyz` says. Ages are in seconds; None where nothing is known."""

    database: str = "down"
    disk: str = "ok"
    worker: str = "unknown"
    mail: str = "unknown"
    worker_age_seconds: float | None = None
    mail_age_seconds: float | None = None
    queue_waiting: int | None = None
    queue_age_seconds: float | None = None

    @property
    def is_ready(self) -> bool:
        """Whether this process can answer."""
        return self.database == "ok" and self.disk == "ok"


async def measure(url: str, *, has_mail_door: bool, home: Path) -> Readiness:
    """Ask the database at `url` how everything is, and look at the disk of the home."""
    disk = _room(home)
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            ages, waiting, oldest, applied = await _ask(url)
    except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError):
        return Readiness(disk=disk)
    except psycopg.Error:  # it answers, but our tables are not there yet
        return Readiness(database="not migrated", disk=disk)
    return Readiness(
        database="ok" if wanted_migrations() <= applied else "not migrated",
        disk=disk,
        worker=_sign(ages.get("worker")),
        mail=_sign(ages.get("mail")) if has_mail_door else "off",
        worker_age_seconds=_rounded(ages.get("worker")),
        mail_age_seconds=_rounded(ages.get("mail")) if has_mail_door else None,
        queue_waiting=waiting,
        queue_age_seconds=_rounded(oldest or 0.0),
    )


async def alive(scope: Any, receive: Any, send: Any) -> None:
    """`GET /healthz`: this process answers."""
    await answer(send, 200, {"alive": True})


async def ready(scope: Any, receive: Any, send: Any) -> None:
    """`GET /readyz`: 200 when this process can answer, else 503; and how it, the others and the queue are."""
    found = await _latest.get()
    await answer(send, 200 if found.is_ready else 503, {"ready": found.is_ready, **asdict(found)})


async def metrics(scope: Any, receive: Any, send: Any) -> None:
    """`GET /metrics`: figures in Prometheus' text format, for collectors that the settings name; nothing for others."""
    if not exposition.may_read(scope):
        await answer(send, 404, {"error": "لا شيء هنا. Nothing is here."})
        return
    body = (await asyncio.to_thread(exposition.text)).encode()
    headers = [(b"content-type", exposition.CONTENT_TYPE), (b"cache-control", b"no-store")]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def not_now(send: Any) -> None:
    """The page that asks to come again, for a request that could not be begun."""
    page = errors.bare_page(503)
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
    headers += [(b"content-length", str(len(page.content)).encode()), (b"retry-after", RETRY_AFTER.encode())]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": page.content})


async def answer(send: Any, status: int, content: dict[str, object]) -> None:
    """Send a small JSON answer that nobody keeps."""
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    headers += [(b"content-length", str(len(body)).encode()), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a database that is away is a pause (503, try again), everything else a fault of ours (500)."""
    if not is_database_away(sys.exception()):
        return errors.server_error(request)
    speaker = errors.speaker_of(request)
    response = errors.bare_page(503) if speaker is None else speaker(request, 503)
    response["Retry-After"] = RETRY_AFTER
    return response


def is_database_away(error: BaseException | None) -> bool:
    """Whether the error, or one that caused it, says that the database cannot be reached just now."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError):
            state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
            return state is None or state.startswith(_AWAY)
        error = error.__cause__ or error.__context__
    return False


class _Latest:
    """The last measurement, shared by all who ask at about the same time."""

    def __init__(self) -> None:
        self._asking = asyncio.Lock()
        self._found = Readiness()
        self._at = float("-inf")

    async def get(self) -> Readiness:
        async with self._asking:
            if time.monotonic() - self._at >= ASK_AGAIN_AFTER:
                chosen = environment.read()
                has_mail_door = chosen.mail_port is not None
                url = chosen.database_url_for("app")
                self._found = await measure(url, has_mail_door=has_mail_door, home=chosen.home)
                self._at = time.monotonic()
            return self._found


_latest = _Latest()


@functools.cache
def wanted_migrations() -> frozenset[tuple[str, str]]:
    """Room and name of every migration that this release brings; those of a later release may be there too."""
    files = Path(wasl.__file__).parent.glob("*/migrations/[0-9]*.py")
    return frozenset((file.parts[-3], file.stem) for file in files)


def _room(home: Path) -> str:
    try:
        return "ok" if shutil.disk_usage(home).free >= NO_ROOM else "full"
    except OSError:
        return "gone"


async def _ask(url: str) -> tuple[dict[str, float], int, float | None, set[tuple[str, str]]]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, application_name="wasl readyz") as database:
        ages = await (await database.execute(heartbeat.AGES)).fetchall()
        counted = await (await database.execute(QUEUE)).fetchone()
        applied = await (await database.execute("SELECT app, name FROM django_migrations")).fetchall()
    waiting, oldest = counted or (0, None)
    return dict(ages), waiting, oldest, set(applied)


def _sign(age: float | None) -> str:
    return "ok" if age is not None and age <= heartbeat.STALE.total_seconds() else "down"


def _rounded(age: float | None) -> float | None:
    return None if age is None else round(max(age, 0.0), 1)
