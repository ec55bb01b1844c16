"""`ceiling`: what the load itself can do at most, against a server that answers every request with the same few bytes.

A figure near it would be one of the load, not of Wasl.
"""

import asyncio
import itertools
import multiprocessing
from multiprocessing.connection import Connection
from typing import Any, cast

import uvloop

from bench import load
from bench.figures import figure, tell
from bench.settings import Plan
from bench.wire import HOST, Browser

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 400\r\n\r\n" + b"." * 400
_SECONDS = 1.0


def run(plan: Plan) -> None:
    """Requests a second of the load alone."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        port = int(ours.recv())
        request = Browser(port).request("GET", "/nothing")
        for connections in plan.connections:
            load.drive(port, iter([request] * 200), connections=connections)
            sent = load.drive(port, itertools.repeat(request), connections=connections, seconds=_SECONDS)
            cpu = sent.cpu_seconds * 1000 / sent.requests
            figure("load.ceiling", sent.per_second, "1/s", connections=connections, load_cpu_ms=round(cpu, 4))
            tell(f"the load alone, {connections}: {sent.per_second:.0f}/s")
    finally:
        server.terminate()
        server.join()


def _serve(told: "Connection[Any, Any]") -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Answering, HOST, 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(serve())


class _Answering(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(_ANSWER)
