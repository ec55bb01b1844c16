"""`GET /live/stream`: server-sent events for a signed-in person."""

import asyncio
import logging
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit
from weakref import WeakKeyDictionary

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from psycopg import AsyncConnection, Error

from wasl.web.live import visitors
from wasl.web.live.feed import Feed
from wasl.web.live.hub import RESET, Stream, missed_frames

logger = logging.getLogger("wasl.web.live")

PATH = "/live/stream"
RETRY_MILLISECONDS = 3000
READY_SECONDS = 5.0
_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)

_AWAY = 503, b"The live stream is away for a moment."
_feeds: "WeakKeyDictionary[asyncio.AbstractEventLoop, Feed]" = WeakKeyDictionary()
_starting: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]" = WeakKeyDictionary()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI door; knows one address."""
    refusal = _refusal(scope)
    if refusal:
        return await _answer(send, *refusal)
    feed = await feed_of_this_loop()
    try:
        async with asyncio.timeout(READY_SECONDS):
            await feed.is_listening.wait()
        begun = await _begin(feed, _session_key(scope), _last_heard(scope))
    except (TimeoutError, Error, OSError):  # the database is away, or too many came in one moment
        return await _answer(send, *_AWAY)
    if begun is None:
        return await _answer(send, 401, b"Sign in first.")
    await _serve(feed, *begun, receive, send)
    return None


async def feed_of_this_loop() -> Feed:
    """The feed of the running loop, started with the first visitor."""
    loop = asyncio.get_running_loop()
    lock = _starting.setdefault(loop, asyncio.Lock())
    async with lock:
        if loop not in _feeds:
            feed = Feed()
            await feed.start()
            _feeds[loop] = feed
    return _feeds[loop]


def open_streams() -> int:
    """How many desks listen to this process now."""
    return sum(len(feed.hub.streams) for feed in _feeds.values())


def is_deaf() -> bool:
    """Whether desks listen while this process hears nothing from the database."""
    return any(feed.hub.streams and not feed.is_listening.is_set() for feed in _feeds.values())


async def _begin(feed: Feed, session_key: str, last: int | None) -> tuple[Stream, bytes] | None:
    """The stream of a person, which hears from now on, and its greeting; None for strangers.

    All is asked on one connection: whoever has one need not wait for a second.
    """
    if not session_key:
        return None
    async with feed.pool.connection() as connection:
        person = await visitors.person_of(connection, session_key)
        scopes = await visitors.scopes_of(connection, person) if person is not None else []
        if person is None or not scopes:
            return None
        stream = Stream(person, session_key, scopes, await visitors.closed_scopes_of(connection, person))
        # Hear first, then ask what was missed: between the two nothing can fall through.
        feed.hub.add(stream)
        try:
            return stream, await _greeting(connection, stream, last)
        except BaseException:
            feed.hub.remove(stream)
            raise


async def _greeting(connection: AsyncConnection[Any], stream: Stream, last: int | None) -> bytes:
    """The pause before coming back, what was missed, and the number to go on from."""
    newest = await visitors.last_number(connection)
    frames: list[bytes] = []
    if last is not None:
        rows = await visitors.missed(connection, last, [agency for agency, _ in stream.scopes])
        frames = [RESET] if rows is None or last > newest else missed_frames(rows, stream)
    ready = f"id: {newest}\nevent: ready\ndata: {{}}\n\n".encode()
    return f"retry: {RETRY_MILLISECONDS}\n\n".encode() + b"".join(frames) + ready


async def _serve(feed: Feed, stream: Stream, greeting: bytes, receive: Any, send: Any) -> None:
    leaving = asyncio.create_task(_wait_for_leaving(receive, stream))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": greeting, "more_body": True})
        await _pass_on(stream, send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except OSError:
        logger.info("live stream: ended early")
    except asyncio.CancelledError:
        logger.debug("live stream: the server is stopping")  # the browser comes back by itself
    finally:
        leaving.cancel()
        feed.hub.remove(stream)


async def _pass_on(stream: Stream, send: Any) -> None:
    while True:
        frames = [await stream.queue.get()]
        while not stream.queue.empty():
            frames.append(stream.queue.get_nowait())
        body = b"".join(one for one in frames if one is not None)
        if body:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        if None in frames:
            return


async def _wait_for_leaving(receive: Any, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.close()


def _refusal(scope: Any) -> tuple[int, bytes] | None:
    if scope["path"] != PATH:
        return 404, b"Not here."
    if scope["method"] != "GET":
        return 405, b"Only GET."
    return None if _is_from_our_pages(scope) else (403, b"Not from another site.")


def _is_from_our_pages(scope: Any) -> bool:
    """The host is one of ours, and no other site stands behind the request."""
    host = _header(scope, b"host")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]):
        return False
    if _header(scope, b"sec-fetch-site") in ("cross-site", "same-site"):
        return False
    origin = _header(scope, b"origin")
    if not origin:
        return True
    return urlsplit(origin).netloc == host or origin in settings.CSRF_TRUSTED_ORIGINS


def _last_heard(scope: Any) -> int | None:
    """The number the browser names after a break, or our page when another tab took over."""
    given = _header(scope, b"last-event-id") or parse_qs(scope["query_string"].decode("latin-1")).get("last", [""])[0]
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None


def _session_key(scope: Any) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(_header(scope, b"cookie"))
    except CookieError:
        return ""
    found = jar.get(settings.SESSION_COOKIE_NAME)
    key = found.value if found else ""
    return key if key.isascii() and key.isalnum() and len(key) <= 40 else ""


def _header(scope: Any, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")


async def _answer(send: Any, status: int, words: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
