"""The web process: one port, two ways of working.

`/live/…` is asynchronous and never touches the ORM; everything else is ordinary Django in a pool of threads, each
keeping its database connection. (Django under ASGI with persistent connections opens one for every request: measured.)
Programs take a shorter way to the same threads (`lane.py`). A short line stands before the threads, and whoever finds
it full is asked to come again (`admission.py`).
The two health doors are answered here, so that they work when all threads are busy.
"""

import asyncio
import logging
import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
_django: Any = get_wsgi_application()

from wasl.config import admission, environment, health, lane  # noqa: E402 (they need Django's settings)
from wasl.portal.uploads import MOST_READ_BYTES  # noqa: E402
from wasl.web import client, live  # noqa: E402

# Pages set their own limits, with the input kept: five photos of 60 MB still get an answer that names them. This one
# stops what no page reads, before it fills a disk; a browser in the middle of sending it may only see a cut line.
LARGEST_BODY = MOST_READ_BYTES + 1024 * 1024

logger = logging.getLogger(__name__)
_chosen = environment.read()
_pages = WSGIMiddleware(_django, workers=_chosen.web_threads)


async def _too_long(send: Any) -> None:
    await health.answer(send, 413, {"error": "ما أُرسل أكبر من المسموح. The content is too large."})


_gate = admission.Gate(admission.Line(_chosen.web_threads))
_programs = lane.Lane(_pages.executor, _gate, largest_body=LARGEST_BODY, too_long=_too_long)
_doors = {"/healthz": health.alive, "/readyz": health.ready, "/metrics": health.metrics}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Send each request its way."""
    if scope["type"] != "http":
        await _pages(scope, receive, send)  # start and stop; web sockets are closed
        return
    begun = False

    async def noting(message: Any) -> None:
        nonlocal begun
        begun = True
        await send(message)

    try:
        await _sent_its_way(scope, receive, noting)
    except (asyncio.CancelledError, RuntimeError):
        # The process is asked to stop, and its time is over or its threads are gone: the next one answers.
        if begun:
            raise
        logger.warning("A request was cut off by the end of the process")
        await health.not_now(send)


async def _sent_its_way(scope: Any, receive: Any, send: Any) -> None:
    if _declared_length(scope) > LARGEST_BODY:
        await _too_long(send)
    elif scope["path"].startswith("/live/"):
        await live.app(_as_the_visitor_came(scope), receive, send)
    elif scope["path"] in _doors or admission.is_outside(scope["path"]):
        await _doors.get(scope["path"], _pages)(_as_the_visitor_came(scope), receive, send)
    elif lane.is_short(scope["path"]):
        await _programs(_as_the_visitor_came(scope), receive, send)
    else:
        await _gate.through(_as_the_visitor_came(scope), receive, send, _pages)


def _as_the_visitor_came(scope: Any) -> Any:
    """The scope with the scheme the visitor used, where a proxy of ours tells it."""
    nearest = (scope.get("client") or ("",))[0]
    if _chosen.trusted_proxies and client.is_trusted(nearest, _chosen.trusted_proxies):
        told = _header(scope, b"x-forwarded-proto").rpartition(",")[2].strip()
        if told in ("http", "https"):
            return {**scope, "scheme": told}
    return scope


def _declared_length(scope: Any) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdecimal() else 0


def _header(scope: Any, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")
