"""The pure parts of the benchmarks: middle and spread, the tables made of their lines, the client that drives them."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import house, load, table
from bench.rounds import Round, Series, Wanted
from bench.statistics import Spread, median, percentile, rounded
from bench.wire import HOST, BadAnswer, request

SAMPLE = Path(__file__).parent / "bench_sample.jsonl"
PERFORMANCE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"


# --- statistics


def test_the_middle_of_an_even_number_lies_between_two() -> None:
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert median([4.0, 1.0, 2.0, 3.0]) == 2.5
    assert median([]) != median([])  # no number


def test_a_share_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 101)]

    assert percentile(values, 0.5) == 51.0
    assert percentile(values, 0.99) == 100.0
    assert percentile([7.0], 0.99) == 7.0


def test_a_spread_goes_from_the_least_to_the_most() -> None:
    assert Spread.of([3.0, 1.0, 9.0]).plain() == {"median": 3.0, "least": 1.0, "most": 9.0}


def test_figures_keep_what_matters_of_them() -> None:
    assert [rounded(value) for value in (0.123456, 12.3456, None, float("nan"))] == [0.1235, 12.3, None, None]


# --- a series over its rounds


def result(*milliseconds: float, seconds: float) -> load.Result:
    return load.Result(1, seconds, list(milliseconds), [100] * len(milliseconds))


def test_a_series_tells_the_median_of_its_rounds_and_whether_it_is_as_wanted() -> None:
    one = Series("get", "GET", 1, lambda: iter(()), wanted=Wanted(cpu_ms=3.0, p50_ms=1.0), loads=[0.1, 0.4])
    one.rounds = [Round(result(2.0, 4.0, seconds=1.0), web, 0.5, None) for web in (1.0, 2.0, 9.0)]

    line = one.line(10_000)

    assert line["per_second"] == {"median": 2.0, "least": 2.0, "most": 2.0}
    assert line["cpu_ms"] == {"median": 2.5, "least": 1.5, "most": 9.5}
    assert (line["requests"], line["rounds"], line["p50_ms"], line["p99_ms"]) == (6, 3, 4.0, 4.0)
    assert (line["wanted_at_most"], line["met"]) == ({"cpu_ms": 3.0, "p50_ms": 1.0}, False)


# --- the processes


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("python -m wasl.config.cli web", "web"),
        ("python -m wasl.config.runner.letterbox", "letterbox"),
        (
            "python -m wasl.config.cli simulate sms --hook=A=http://127.0.0.1/a --hook=B=http://127.0.0.1/b",
            "sms_simulator",
        ),
        ("/x/bin/postgres -D /x/data", "postgres"),
    ],
)
def test_a_process_goes_by_a_plain_name(command: str, name: str) -> None:
    assert house._name(command) == name
    assert name in house.PARTS


# --- the tables


def test_a_file_of_lines_becomes_tables() -> None:
    run, text = table.render(table.read(SAMPLE))

    assert run == "quick"
    assert "2 cores (A processor), 23.5 GB" in text
    assert "PostgreSQL 18.4, Python 3.11.7, django 5.2.19." in text
    assert "| Open311: POST request | 10,000 | 16 | 212 | 198–231 |" in text
    assert "CPU ≤ 5 ms: **not met**" in text
    assert "| `live.p99` | 95.3 ms | ≤ 250, met |" in text
    assert "**Not measured**: `dashboard` (TimeoutError: too late)" in text
    for one in text.splitlines():
        if one.startswith("|"):
            assert one.count("|") in (12, 6), one


def test_tables_stand_between_their_markers_and_leave_the_rest_alone() -> None:
    page = "before\n<!-- bench:quick -->\nold\n<!-- end of bench:quick -->\nafter\n"

    once = table.put(page, "quick", "new\n")

    assert once == "before\n<!-- bench:quick -->\n\nnew\n\n<!-- end of bench:quick -->\nafter\n"
    assert table.put(once, "quick", "new\n") == once
    with pytest.raises(table.NoMarkers):
        table.put(page, "full", "new")


def test_the_page_has_a_place_for_every_run() -> None:
    page = PERFORMANCE.read_text(encoding="utf-8")

    for run in ("quick", "full"):
        table.put(page, run, "tables")


# --- the client


class Answering(asyncio.Protocol):
    """Answers as its requests ask: `GET /<how>`, in pieces."""

    ANSWERS = {
        "plain": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "last": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
        "no": b"HTTP/1.1 503 No\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\nno",
    }

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        how = data.split(b" ", 2)[1].decode().strip("/")
        if how == "cut":
            self.transport.close()
            return
        answer = self.ANSWERS[how]
        loop = asyncio.get_running_loop()
        self.transport.write(answer[:20])
        loop.call_later(0.002, self.transport.write, answer[20:])
        if how == "last":
            loop.call_later(0.004, self.transport.close)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(Answering, HOST, 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(60)
    server.close()
    loop.close()


def asked(port: int, *hows: str) -> Iterator[bytes]:
    return iter([request(port, "GET", f"/{how}") for how in hows])


@pytest.mark.parametrize("connections", [1, 3])
def test_every_request_is_answered_once_whatever_the_answer_looks_like(port: int, connections: int) -> None:
    hows = ["plain", "chunked", "last", "plain", "last", "last", "chunked"]

    sent = load.drive(port, asked(port, *hows), connections=connections)

    assert sent.requests == len(hows)
    assert sent.statuses == {200: len(hows)}


@pytest.mark.parametrize(("how", "why"), [("no", "503 instead of 200"), ("cut", "0 instead of 200")])
def test_an_answer_that_is_not_wanted_ends_the_load(port: int, how: str, why: str) -> None:
    with pytest.raises(BadAnswer, match=why):
        load.drive(port, asked(port, "plain", how, "plain"), connections=1)


def test_requests_come_at_their_own_pace_whatever_becomes_of_them(port: int) -> None:
    heard: list[load.Heard] = []
    turn = iter(range(10_000))

    def one() -> bytes:
        return request(port, "GET", ("/chunked", "/no", "/cut")[next(turn) % 3])

    offered = load.offer(port, one, lambda _, answer: heard.append(answer), per_second=200, seconds=0.5, connections=20)

    assert len(heard) + offered.unsent + offered.unheard == offered.due
    assert {answer.status for answer in heard} == {200, 503, load.LOST}
    assert {answer.content for answer in heard} == {b"hello", b"no", b""}
    assert 0 < offered.connections <= 20
