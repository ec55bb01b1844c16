"""A small HTTP/1.1 client on raw sockets with keep-alive: cheap enough not to disturb what it measures."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "127.0.0.1"


class BadAnswer(Exception):
    """The server's answer is not the one the measurement needs."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, wanted: str) -> str:
        return next((value for name, value in self.headers if name == wanted), "")

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Line:
    """One connection that is kept open, and opened again when the server has closed it."""

    port: int
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> Answer:
        """Send a request, wait for its answer."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(HOST, self.port, limit=2**20)
        assert self._reader is not None
        self._writer.write(request)
        answer = await _answer(self._reader)
        if answer.header("connection").lower() == "close":
            await self.close()
        return answer

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._reader = self._writer = None


@dataclass
class Browser:
    """A line with cookies: what a person's browser does."""

    port: int
    address: str = HOST
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.line = Line(self.port)

    async def get(self, path: str) -> Answer:
        return await self._go(self.request("GET", path))

    async def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        return await self._go(self.request("POST", path, fields))

    def request(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> bytes:
        """The bytes of a request as this browser would send it now; the form protection is added."""
        body = b""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{self.port}", f"X-Forwarded-For: {self.address}"]
        lines += ["Accept: text/html", "Accept-Encoding: gzip, deflate"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if fields is not None:
            token = self.cookies.get("csrftoken", "")
            body = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
            lines.append(f"Origin: http://{HOST}:{self.port}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def _go(self, request: bytes) -> Answer:
        answer = await self.line.ask(request)
        for name, value in answer.headers:
            if name == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
        return answer


def request(port: int, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a request as a program would send it."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}", "Accept-Encoding: identity"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def ask_once(port: int, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """One GET on a connection of its own."""
    return send_once(port, request(port, "GET", path, headers=headers))


def send_once(port: int, content: bytes) -> Answer:
    """One request on a connection of its own."""

    async def send() -> Answer:
        line = Line(port)
        try:
            return await line.ask(content)
        finally:
            await line.close()

    return asyncio.run(send())


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    answer = Answer(int(first.split(" ", 2)[1]), headers, b"")
    if answer.header("transfer-encoding").lower() == "chunked":
        return Answer(answer.status, headers, await _chunks(reader))
    return Answer(answer.status, headers, await reader.readexactly(int(answer.header("content-length") or 0)))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        size = int(await reader.readline(), 16)
        body += (await reader.readexactly(size + 2))[:-2]
        if size == 0:
            return body
