"""The load: connections that each send their next request when the answer of the last has come (`drive`), or requests
at a pace of their own, whether answers come or not (`offer`).

One loop on bare sockets, in a process that is not the server's. What it can do at most is measured against a server
that does nothing (`ceiling.py`) and told beside the figures.
"""

import asyncio
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import cast

import uvloop

from bench.statistics import percentile
from bench.wire import HOST, BadAnswer

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_LAST_CHUNK = b"\r\n0\r\n\r\n"
REFUSED = 503
LOST = 0  # stands for the status of an answer that never came
# After its time a load waits so long for the answers that are on their way.
PATIENCE = 30.0
LONGEST = 300.0  # no load of a given number of requests takes longer


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer: how long it took, and all of it as it came."""

    status: int
    milliseconds: float
    head: bytes
    body: bytes

    @property
    def content(self) -> bytes:
        """The body without what frames its chunks."""
        if not _CHUNKED.search(self.head):
            return self.body
        content, rest = b"", self.body
        while size := int(rest[: rest.index(b"\r\n")], 16):
            begin = rest.index(b"\r\n") + 2
            content, rest = content + rest[begin : begin + size], rest[begin + size + 2 :]
        return content


Hear = Callable[[bytes, Heard], None]


@dataclass
class Result:
    """What a load has shown. `cpu_seconds` is what the load itself has used."""

    connections: int
    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    cpu_seconds: float = 0.0
    refused: int = 0
    wrong: str = ""

    @property
    def requests(self) -> int:
        return len(self.milliseconds)

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def p50(self) -> float:
        return percentile(self.milliseconds, 0.5)

    @property
    def p99(self) -> float:
        return percentile(self.milliseconds, 0.99)


def drive(
    port: int,
    requests: Iterator[bytes],
    *,
    connections: int,
    seconds: float = math.inf,
    wanted: Collection[int] = (200,),
    may_refuse: bool = False,
) -> Result:
    """Send the requests until they or the seconds are used up. Raises BadAnswer for any status that is not wanted.

    With `may_refuse` an answer that asks to come again is counted, and is no part of the other figures.
    """
    result = Result(connections)

    def hear(request: bytes, heard: Heard) -> None:
        if may_refuse and heard.status == REFUSED:
            result.refused += 1
            return
        result.milliseconds.append(heard.milliseconds)
        result.sizes.append(len(heard.body))
        result.statuses[heard.status] += 1
        if heard.status not in wanted and not result.wrong:
            first = request.split(b"\r\n", 1)[0].decode()
            told = heard.content[:600].decode(errors="replace")
            result.wrong = f"{first}: {heard.status} instead of {', '.join(map(str, wanted))}\n{told}"

    spent, began = time.process_time(), time.monotonic()
    end = began + seconds
    load = _Closed(port, requests, hear, lambda: time.monotonic() > end or bool(result.wrong))
    uvloop.run(load.run(connections, within=min(seconds, LONGEST) + PATIENCE))
    result.seconds, result.cpu_seconds = time.monotonic() - began, time.process_time() - spent
    if result.wrong:
        raise BadAnswer(result.wrong)
    if not result.requests:
        raise BadAnswer("there was nothing to send")
    return result


@dataclass
class Offered:
    """What became of requests that came at a pace of their own. `unsent`: no connection was free for them; `unheard`:
    no answer came within the patience of the load.
    """

    due: int = 0
    unsent: int = 0
    unheard: int = 0
    connections: int = 0
    seconds: float = 0.0
    longest_lateness: float = 0.0


def offer(
    port: int,
    request: Callable[[], bytes],
    hear: Hear,
    *,
    per_second: float,
    seconds: float,
    connections: int,
) -> Offered:
    """Send so many requests a second over as many connections as it takes, up to `connections`."""
    return uvloop.run(_Offering(port, request, hear, connections).run(per_second, seconds))


# --- one connection


class _Line(asyncio.Protocol):
    """One connection that is kept: a request out, its answer in."""

    def __init__(self, free: Callable[["_Line"], None], hear: Hear) -> None:
        self._free, self._hear = free, hear
        self._transport: asyncio.Transport | None = None
        self._request: bytes | None = None
        self._got = bytearray()
        self._began = 0.0

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def send(self, request: bytes) -> None:
        assert self._transport is not None
        self._request, self._began = request, time.perf_counter()
        self._transport.write(request)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._got += data
        whole = _whole(self._got)
        if whole is None:
            return
        head, body, is_last = whole
        self._got.clear()
        if is_last:
            self.close()
        self._tell(int(head[9:12]), head, body)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._request is not None:
            self._tell(LOST, b"", b"")

    def _tell(self, status: int, head: bytes, body: bytes) -> None:
        request, self._request = self._request, None
        if request is None:  # an idle connection that the server has closed
            return
        self._hear(request, Heard(status, (time.perf_counter() - self._began) * 1000, head, body))
        self._free(self)


def _whole(got: bytearray) -> tuple[bytes, bytes, bool] | None:
    """Head, body and whether it is the connection's last answer, once all of it is there. Chunks stay as they came."""
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, rest = bytes(got[:end]), end + 4
    if length := _LENGTH.search(head):
        if len(got) - rest < int(length[1]):
            return None
    elif _CHUNKED.search(head) and not (got.endswith(_LAST_CHUNK) or got[rest:] == _LAST_CHUNK[2:]):
        return None
    return head, bytes(got[rest:]), bool(_CLOSE.search(head))


async def _connect(port: int, free: Callable[[_Line], None], hear: Hear) -> _Line:
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(lambda: _Line(free, hear), HOST, port)
    return line


# --- many


class _Closed:
    """So many connections, each with its next request when it is free."""

    def __init__(self, port: int, requests: Iterator[bytes], hear: Hear, is_over: Callable[[], bool]) -> None:
        self._port, self._requests, self._hear, self._is_over = port, requests, hear, is_over
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, connections: int, *, within: float) -> None:
        """Until requests or time are used up. Raises TimeoutError when it takes longer than `within`."""
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._running = connections
        for line in [await _connect(self._port, self._free, self._hear) for _ in range(connections)]:
            self._free(line)
        async with asyncio.timeout(within):
            await self._done

    def _free(self, line: _Line) -> None:
        request = None if self._is_over() else next(self._requests, None)
        if request is None:
            line.close()
            self._end()
        elif line.is_open:
            line.send(request)
        else:
            task = asyncio.get_running_loop().create_task(self._send_anew(request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send_anew(self, request: bytes) -> None:
        try:
            (await _connect(self._port, self._free, self._hear)).send(request)
        except OSError:
            self._hear(request, Heard(LOST, 0.0, b"", b""))
            self._end()

    def _end(self) -> None:
        self._running -= 1
        if self._running == 0 and not self._done.done():
            self._done.set_result(None)


class _Offering:
    """Requests at their own pace, over connections that are opened as they are needed."""

    def __init__(self, port: int, request: Callable[[], bytes], hear: Hear, connections: int) -> None:
        self._port, self._request, self._hear, self._most = port, request, hear, connections
        self._idle: list[_Line] = []
        self._lines = self._busy = 0
        self.told = Offered()

    async def run(self, per_second: float, seconds: float) -> Offered:
        """Send for so long, and wait for the answers on their way."""
        began = time.monotonic()
        while (elapsed := time.monotonic() - began) < seconds:
            late = int(elapsed * per_second) - self.told.due
            self.told.longest_lateness = max(self.told.longest_lateness, late / per_second)
            for _ in range(late):
                await self._send()
            await asyncio.sleep(0.002)
        self.told.seconds = time.monotonic() - began
        end = time.monotonic() + PATIENCE
        while self._busy and time.monotonic() < end:
            await asyncio.sleep(0.01)
        self.told.unheard = self._busy
        for line in self._idle:
            line.close()
        return self.told

    async def _send(self) -> None:
        self.told.due += 1
        line = await self._line()
        if line is None:
            self.told.unsent += 1
        else:
            self._busy += 1
            line.send(self._request())

    async def _line(self) -> _Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.is_open:
                return line
            self._lines -= 1
        if self._lines >= self._most:
            return None
        self._lines += 1
        self.told.connections = max(self.told.connections, self._lines)
        return await _connect(self._port, self._free, self._hear)

    def _free(self, line: _Line) -> None:
        self._busy -= 1
        if line.is_open:
            self._idle.append(line)
        else:
            self._lines -= 1
