"""The load: so many connections, each sending its next request when the answer of the last has come."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.figures import percentile
from bench.house import House, Spent
from bench.wire import Answer, BadAnswer, Line


@dataclass
class Result:
    """What a load has shown. `spent` is CPU time of the house meanwhile."""

    connections: int
    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)

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

    def cpu_ms(self, *names: str) -> float:
        """CPU milliseconds a request of these parts of the house; of all without names."""
        return self.spent.of(*names) * 1000 / self.requests


def drive(
    house: House, requests: Iterator[bytes], *, connections: int, seconds: float = 3600.0, status: int = 200
) -> Result:
    """Send the requests until they or the seconds are used up. Raises BadAnswer for any other status."""
    result = Result(connections)
    before, began = house.spent(), time.monotonic()
    asyncio.run(_together(house.port, requests, result, began + seconds, status))
    result.seconds = time.monotonic() - began
    result.spent = house.spent() - before
    return result


async def _together(port: int, requests: Iterator[bytes], result: Result, end: float, status: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(result.connections):
            group.create_task(_one(port, requests, result, end, status))


async def _one(port: int, requests: Iterator[bytes], result: Result, end: float, status: int) -> None:
    line = Line(port)
    for request in requests:
        began = time.perf_counter()
        answer = await line.ask(request)
        result.milliseconds.append((time.perf_counter() - began) * 1000)
        result.sizes.append(len(answer.body))
        _check(answer, status, request)
        if time.monotonic() > end:
            break
    await line.close()


def _check(answer: Answer, status: int, request: bytes) -> None:
    if answer.status != status:
        first = request.split(b"\r\n", 1)[0].decode()
        raise BadAnswer(f"{first}: {answer.status} instead of {status}\n{answer.body[:2000].decode(errors='replace')}")
