"""The line in front of the threads: who waits, who is asked to come again, and how that is said."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import pytest

from wasl.config import admission
from wasl.config.admission import WORTH_WAITING, Gate, Lane, Line, Pace, Ticket
from wasl.config.lane import Lane as ShortLane
from wasl.core import clock, limits
from wasl.core.probes import Finding, Level
from wasl.web import probes, traffic

PEOPLE, PROGRAMS = Lane.PEOPLE, Lane.PROGRAMS


def come(line: Line, lane: Lane, *, at: float = 0.0) -> Ticket:
    """Somebody who is not refused."""
    ticket = line.ask(lane, at=at)
    assert ticket is not None
    return ticket


def full_line(places: int = 8, *, pace: float = 0.01) -> tuple[Line, list[Ticket]]:
    """A line whose places for programs are all taken, and those at work."""
    line = Line(places, Pace(pace))
    working = [come(line, PROGRAMS) for _ in range(line.most_programs)]
    assert all(ticket.is_in for ticket in working)
    return line, working


def fill(line: Line, lane: Lane, *, at: float = 0.0) -> int:
    """Let them come until one is refused; gives how many wait."""
    for number in range(10_000):
        if line.ask(lane, at=at) is None:
            return number
    raise AssertionError("nobody was ever refused")


def test_a_line_takes_what_can_be_served_in_about_a_second() -> None:
    fast, _ = full_line(pace=0.005)
    slow, _ = full_line(pace=0.025)

    assert fill(fast, PROGRAMS) == pytest.approx(WORTH_WAITING / 0.005, abs=1)
    assert fill(slow, PROGRAMS) == pytest.approx(WORTH_WAITING / 0.025, abs=1)


def test_a_few_may_always_wait() -> None:
    line, _ = full_line(places=8, pace=10.0)

    assert fill(line, PROGRAMS) == 2 * 8


def test_programs_never_take_the_places_of_people() -> None:
    line, _ = full_line(places=8)

    waiting = come(line, PROGRAMS)
    person, another = come(line, PEOPLE), come(line, PEOPLE)

    assert not waiting.is_in
    assert person.is_in
    assert another.is_in


def test_people_go_first() -> None:
    line, working = full_line(places=4)
    come(line, PEOPLE)
    program, person = come(line, PROGRAMS), come(line, PEOPLE)

    line.leave(working[0], at=0.1)

    assert person.is_in
    assert not program.is_in


def test_people_do_not_shut_out_programs_either() -> None:
    line = Line(4)
    working = [come(line, PEOPLE) for _ in range(4)]
    person, program = come(line, PEOPLE), come(line, PROGRAMS)

    line.leave(working[0], at=0.1)

    assert program.is_in
    assert not person.is_in


def test_one_place_serves_both() -> None:
    line = Line(1)
    first = come(line, PROGRAMS)
    second = come(line, PEOPLE)

    assert first.is_in
    line.leave(first, at=0.1)

    assert second.is_in


def test_places_come_back() -> None:
    line, working = full_line()
    late = [come(line, PROGRAMS) for _ in range(5)]

    for ticket in [*working, *late]:
        line.leave(ticket, at=0.1)

    assert line.working == {PEOPLE: 0, PROGRAMS: 0}
    assert not line.waiting[PROGRAMS]


def test_whoever_gives_up_is_not_called() -> None:
    line, working = full_line()
    first, second = come(line, PROGRAMS), come(line, PROGRAMS)

    line.leave(first, at=0.5)
    line.leave(working[0], at=0.6)

    assert (first.is_in, second.is_in) == (False, True)


def test_the_pace_follows_what_is_finished() -> None:
    line, working = full_line(pace=0.5)
    at = 0.0
    for _ in range(100):
        waiting = come(line, PROGRAMS, at=at)
        at += 0.01
        line.leave(working.pop(0), at=at)
        working.append(waiting)

    assert line.pace.mean == pytest.approx(0.01, rel=0.05)


def test_the_line_grows_shorter_while_nothing_is_finished() -> None:
    pace = Pace(0.01)
    pace.full(0.0)

    assert pace.now(0.005) == 0.01
    assert pace.now(5.0) > 0.4


def test_a_calm_hour_says_nothing_about_the_pace() -> None:
    line = Line(8, Pace(0.01))
    for at in range(100):
        ticket = come(line, PROGRAMS, at=float(at))
        line.leave(ticket, at=at + 0.5)

    assert line.pace.now(1000.0) == 0.01


# --- in the event loop


class Storm:
    """Requests at a gate whose pages take as long as one lets them."""

    def __init__(self, places: int) -> None:
        self.gate = Gate(Line(places, Pace(10.0)))
        self.goes_on = asyncio.Event()
        self.begun = 0

    async def _page(self, scope: Any, receive: Any, send: Any) -> None:
        self.begun += 1
        await self.goes_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    def ask(self, path: str) -> "asyncio.Task[tuple[int, dict[str, str], bytes]]":
        return asyncio.create_task(self._ask(path))

    async def _ask(self, path: str) -> tuple[int, dict[str, str], bytes]:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.gate.through({"path": path, "type": "http"}, None, send, self._page)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], headers, sent[1]["body"]


@pytest.fixture(autouse=True)
def _counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_share_the_second", lambda: None)


def test_what_is_refused_is_refused_at_once_and_never_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE", 600.0)

    async def storm() -> tuple[list[int], int]:
        house = Storm(places=2)
        asked = [house.ask("/api/v1/cases") for _ in range(10)]
        for _ in range(20):
            await asyncio.sleep(0)
        refused = [task.result()[0] for task in asked if task.done()]
        begun = house.begun
        house.goes_on.set()
        answers = await asyncio.gather(*asked)
        assert sorted(answer[0] for answer in answers) == [200] * 5 + [503] * 5
        return refused, begun

    assert asyncio.run(storm()) == ([503] * 5, 1)


def test_a_program_that_waits_too_long_is_asked_to_come_again_and_a_person_waits() -> None:
    async def storm() -> tuple[int, bool]:
        house = Storm(places=1)
        first, person, program = house.ask("/"), house.ask("/report"), house.ask("/api/v1/cases")
        status, *_ = await program
        still_waits = not person.done()
        house.goes_on.set()
        assert [(await one)[0] for one in (first, person)] == [200, 200]
        return status, still_waits

    assert asyncio.run(storm()) == (503, True)


def test_whoever_sends_slowly_takes_nobodys_place() -> None:
    async def storm() -> tuple[int, int]:
        house = Storm(places=2)
        rest = asyncio.Event()

        async def slowly() -> dict[str, Any]:
            await rest.wait()
            return {"type": "http.disconnect"}

        short = ShortLane(ThreadPoolExecutor(1), house.gate, largest_body=10, too_long=None)  # type: ignore[arg-type]
        scope = {"path": "/open311/v2/requests.json", "type": "http"}
        slow = [asyncio.create_task(short(scope, slowly, _nowhere)) for _ in range(20)]
        await asyncio.sleep(0)
        house.goes_on.set()
        status, *_ = await house.ask("/open311/v2/requests.json")
        rest.set()
        await asyncio.gather(*slow)
        return status, house.gate.line.working[PROGRAMS]

    assert asyncio.run(storm()) == (200, 0)


async def _nowhere(message: dict[str, Any]) -> None:
    raise AssertionError(f"nobody was to be told {message}")


def test_when_the_line_is_full_nobodys_body_is_read() -> None:
    async def storm() -> tuple[int, bool]:
        house = Storm(places=2)
        crowd = [house.ask("/api/v1/cases") for _ in range(6)]
        await asyncio.sleep(0)
        sent: list[dict[str, Any]] = []
        is_read = False

        async def read() -> dict[str, Any]:
            nonlocal is_read
            is_read = True
            return {"type": "http.request", "body": b""}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        short = ShortLane(ThreadPoolExecutor(1), house.gate, largest_body=10, too_long=None)  # type: ignore[arg-type]
        await short({"path": "/api/v1/cases", "type": "http"}, read, send)
        house.goes_on.set()
        await asyncio.gather(*crowd)
        return sent[0]["status"], is_read

    assert asyncio.run(storm()) == (503, False)


def test_pages_beside_the_doors_of_programs_are_for_people() -> None:
    assert admission.lane_of("/api/v1/docs") is PEOPLE
    assert [admission.lane_of(path) for path in ("/api/v1/cases", "/open311/v2/requests.xml", "/hooks/sms/abc")] == [
        PROGRAMS
    ] * 3


def test_a_visitor_who_leaves_while_waiting_leaves_no_place_taken() -> None:
    async def leave() -> Line:
        house = Storm(places=1)
        first, gone = house.ask("/"), house.ask("/report")
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
        house.goes_on.set()
        await first
        assert (await house.ask("/"))[0] == 200
        return house.gate.line

    line = asyncio.run(leave())
    assert sum(line.working.values()) == 0
    assert not line.waiting[PEOPLE]


# --- the words


def test_open311_clients_are_refused_in_the_format_they_asked_for() -> None:
    for path in ("/open311/v2/requests.xml", "/open311/v2/requests"):
        headers, body = admission.refusal(path, 0)
        assert dict(headers)[b"content-type"].startswith(b"application/xml")
        assert ElementTree.fromstring(body).findtext("error/code") == "503"  # noqa: S314 (our own text)
    headers, body = admission.refusal("/open311/v2/requests.json", 0)

    assert dict(headers)[b"content-type"].startswith(b"application/json")
    assert json.loads(body)[0]["code"] == 503


def test_programs_get_a_problem_and_people_a_page_in_both_languages() -> None:
    problem, page = admission.refusal("/api/v1/cases", 0), admission.refusal("/report", 0)

    assert dict(problem[0])[b"content-type"] == b"application/problem+json"
    assert json.loads(problem[1])["status"] == 503
    assert "الضغط كبير" in page[1].decode()
    assert "Very busy" in page[1].decode()


def test_programs_come_back_one_after_the_other() -> None:
    waits = {int(dict(admission.refusal("/api/v1/cases", number)[0])[b"retry-after"]) for number in range(50)}

    assert waits == set(range(5, 16))


def level() -> Level:
    """How bad the health page finds it."""
    found = probes.admission(clock.now())
    assert isinstance(found, Finding)
    return found.level


@pytest.mark.django_db
def test_a_storm_is_found_by_its_seconds_and_counted_by_its_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "_told_at", float("-inf"))
    before = traffic.refusals().get("programs", 0)

    firsts = [traffic.note_refusal("programs") for _ in range(100)]
    levels = [level()]
    for seconds in (probes.BURST, probes.STORM - probes.BURST):
        for _ in range(seconds):
            limits.allow(traffic.REFUSING, 10**6, traffic.REFUSING_WITHIN)
        levels.append(level())

    assert firsts.count(True) <= 2  # a second may end meanwhile
    assert firsts[0]
    assert traffic.refusals()["programs"] == before + 100
    assert levels == [Level.OK, Level.WARN, Level.BAD]
