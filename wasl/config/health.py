"""Whether the house is alive and ready, told truthfully to whatever supervises it; and the page of a database that is
away. `/healthz` asks nobody; `/readyz` asks the database, which also knows the other processes' signs of life.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from wasl.config import environment
from wasl.core import heartbeat
from wasl.core.vitals import QUEUE
from wasl.operation import exposition
from wasl.web import errors

ASK_AGAIN_AFTER = 1.0  # seconds; however often the door is asked, the database is asked once in that time
ANSWER_WITHIN = 3  # seconds
QUEUE_IS_LATE_AFTER = 300.0  # seconds that a job which is due may wait before the house counts as not ready
RETRY_AFTER = "10"

# SQLSTATE classes that say "the server is not to be had": connection lost, shutting down, starting up, full.
_AWAY = ("08", "57P0", "53")


@dataclass(frozen=True)
class Readiness:
    """What `/readyz` says. Ages are in seconds; None where nothing is known."""

    database: str = "down"
    worker: str = "unknown"
    mail: str = "unknown"
    worker_age_seconds: float | None = None
    mail_age_seconds: float | None = None
    queue_waiting: int | None = None
    queue_age_seconds: float | None = None

    @property
    def is_ready(self) -> bool:
        in_time = (self.queue_age_seconds or 0.0) <= QUEUE_IS_LATE_AFTER
        return self.database == "ok" and self.worker == "ok" and self.mail in ("ok", "off") and in_time


async def measure(url: str, *, has_mail_door: bool) -> Readiness:
    """Ask the database at `url` how everything is."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            ages, waiting, oldest = await _ask(url)
    except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError):
        return Readiness()
    except psycopg.Error:  # it answers, but our tables are not there yet
        return Readiness(database="not migrated")
    return Readiness(
        database="ok",
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
    """`GET /readyz`: 200 when everything that a report needs works, else 503 and what is missing."""
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
                self._found = await measure(chosen.database_url_for("app"), has_mail_door=has_mail_door)
                self._at = time.monotonic()
            return self._found


_latest = _Latest()


async def _ask(url: str) -> tuple[dict[str, float], int, float | None]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, application_name="wasl readyz") as database:
        ages = await (await database.execute(heartbeat.AGES)).fetchall()
        counted = await (await database.execute(QUEUE)).fetchone()
    waiting, oldest = counted or (0, None)
    return dict(ages), waiting, oldest


def _sign(age: float | None) -> str:
    return "ok" if age is not None and age <= heartbeat.STALE.total_seconds() else "down"


def _rounded(age: float | None) -> float | None:
    return None if age is None else round(max(age, 0.0), 1)
