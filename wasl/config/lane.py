"""The short lane: what programs ask passes no sessions, form tokens, messages, static files or per-page context.

Doors for programs (`/open311/`, `/api/`, and `/hooks/` for providers of messages) prove themselves with a key and look
at no cookie, so nothing of what is left out could say anything about them; a test holds the answers of both chains
against each other. The threads are those of the pages. The body is read by the event loop (small ones in memory, others
on disk), so that no thread waits for a slow line.
"""

import asyncio
import contextvars
import io
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol, cast

from django.conf import settings
from django.core import signals
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

MIDDLEWARE = (
    "wasl.web.middleware.RequestContext",
    "wasl.web.middleware.SecurityHeaders",
    "wasl.web.middleware.Language",
    "wasl.web.middleware.CalmInput",
    "wasl.directory.middleware.AgencyOfRequest",
)
_PROGRAMS = ("/open311/", "/api/", "/hooks/")
# Beside their doors stand pages for people, which are pages like all others.
_PAGES = ("/api/v1/docs", "/api/v1/problems/")
_IN_MEMORY = 256 * 1024

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


def is_short(path: str) -> bool:
    """Does an address belong to the short lane?"""
    return path.startswith(_PROGRAMS) and not path.startswith(_PAGES)


class Gate(Protocol):
    """Who lets requests in (`admission.Gate`)."""

    async def turned_away(self, scope: Any, send: Send) -> bool:
        """Refuse whoever could not be let in now."""

    async def through(self, scope: Any, receive: Any, send: Send, app: Callable[..., Awaitable[None]]) -> None:
        """Let the request in when its turn comes."""


class ShortChain(BaseHandler):
    """A handler of Django's that builds the short chain, whatever it answers for: this process or a test client."""

    def load_middleware(self, is_async: bool = False) -> None:
        # Django reads the list from its settings while it builds the chain; made once, before any thread runs.
        whole, settings.MIDDLEWARE = settings.MIDDLEWARE, list(MIDDLEWARE)
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = whole


class Handler(ShortChain, WSGIHandler):
    """Django with the short list of middleware."""

    def answer(self, environ: dict[str, Any]) -> HttpResponseBase:
        """The answer to one request; whoever takes it closes it, which gives the connection back."""
        set_script_prefix("/")
        signals.request_started.send(sender=self.__class__, environ=environ)
        response = self.get_response(WSGIRequest(environ))
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        return response


class TooLong(Exception):
    """The body is longer than anything reads."""


class Gone(Exception):
    """Whoever asked hung up before the end of the body."""


class Lane:
    """The short lane as an ASGI application."""

    def __init__(
        self, threads: Executor, gate: Gate, *, largest_body: int, too_long: Callable[[Send], Awaitable[None]]
    ) -> None:
        """`gate`: who is let in, asked once the body is there: whoever sends slowly takes nobody's place."""
        self._threads, self._gate = threads, gate
        self._largest_body, self._too_long = largest_body, too_long
        self._handler = Handler()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if await self._gate.turned_away(scope, send):
            return
        try:
            body = await _read(receive, self._largest_body)
        except Gone:
            return
        except TooLong:
            await self._too_long(send)
            return
        with body:
            await self._gate.through(scope, receive, send, partial(self._tell, body))

    async def _tell(self, body: IO[bytes], scope: Any, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        # A context of its own: what one request sets is gone with it.
        answer = contextvars.copy_context().run
        response = await loop.run_in_executor(self._threads, answer, self._answer, _environ(scope, body))
        try:
            await send({"type": "http.response.start", "status": response.status_code, "headers": _headers(response)})
            await self._send_content(response, send)
        finally:
            if response.streaming:
                await loop.run_in_executor(self._threads, response.close)

    def _answer(self, environ: dict[str, Any]) -> HttpResponseBase:
        response = self._handler.answer(environ)
        if not response.streaming:
            # In the thread that answered: its connection goes back to the pool.
            response.close()
        return response

    async def _send_content(self, response: Any, send: Send) -> None:
        if not response.streaming:
            await send({"type": "http.response.body", "body": response.content})
            return
        parts, loop = iter(response), asyncio.get_running_loop()
        while (part := await loop.run_in_executor(self._threads, next, parts, None)) is not None:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _read(receive: Receive, most: int) -> IO[bytes]:
    """The whole body. Raises TooLong, Gone."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        return io.BytesIO(message.get("body", b""))
    body = cast(IO[bytes], SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 (closed by whoever takes it)
    try:
        while message["type"] == "http.request":
            body.write(message.get("body", b""))
            if body.tell() > most:
                raise TooLong
            if not message.get("more_body"):
                body.seek(0)
                return body
            message = await receive()
        raise Gone
    except BaseException:
        body.close()
        raise


def _environ(scope: Any, body: IO[bytes]) -> dict[str, Any]:
    """What WSGI calls the request."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "REMOTE_ADDR": client[0],
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1")
        if "_" in name:
            continue  # would pose as the name with hyphens
        key, value = f"HTTP_{name.upper().replace('-', '_')}", raw_value.decode("latin-1")
        key = key[5:] if key in ("HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE") else key
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    if "CONTENT_LENGTH" not in environ:
        environ["CONTENT_LENGTH"] = str(_length(body))  # sent in pieces, and whole by now
    return environ


def _length(body: IO[bytes]) -> int:
    length = body.seek(0, io.SEEK_END)
    body.seek(0)
    return length


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    headers += [(b"set-cookie", cookie.output(header="").strip().encode()) for cookie in response.cookies.values()]
    if not response.streaming and not response.has_header("Content-Length"):
        headers.append((b"content-length", str(len(cast(Any, response).content)).encode()))
    return headers
