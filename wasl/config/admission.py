"""Who is let in when more comes than can be answered: a short line in front of the threads that make the answers.

Every place in the line is one that can be served within about a second. Whoever finds it full is told so at once, from
the event loop and without Django: 503 with Retry-After, in the format that was asked for. Nothing of such a request was
begun, so it may be sent again as it is. People and programs stand in lines of their own and people go first; programs
never take all the places, and neither line is ever left without any.

Health doors, live streams and static files stay outside. (uvicorn's own `limit_concurrency` counts open streams too and
answers everybody alike, so it is left off; its backlog only holds connections that were not greeted yet.)
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, partial
from typing import Any

from wasl.config.lane import is_short
from wasl.core import limits
from wasl.web import traffic

# A line is as long as what can be served in so many seconds; the rest of a second is for being wrong about it.
WORTH_WAITING = 0.6
# For each place so many may wait in each line, however slow it is.
ALWAYS = 2
# A program that was let into the line and still waits then is asked to come again.
PATIENCE = 0.75
# Before anything was measured: how far apart answers are finished when all places are taken, in seconds.
FIRST_PACE = 0.02
# The weight of each new gap between two answers in their moving mean.
_NEWEST = 0.1
# Programs leave a quarter of the places to people.
_KEPT_SHARE = 4
# Refused programs come back spread over so many seconds, not all at once.
AGAIN_FROM, AGAIN_SPREAD = 5, 11
PEOPLE_AGAIN = 10

Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Any, Send], Awaitable[None]]


class Lane(StrEnum):
    """Who asks."""

    PEOPLE = "people"
    PROGRAMS = "programs"


_OUTSIDE = ("/static/",)


def is_outside(path: str) -> bool:
    """Whether requests of this address never wait in line: small files from memory or disk."""
    return path.startswith(_OUTSIDE)


def lane_of(path: str) -> Lane:
    """The line for an address."""
    return Lane.PROGRAMS if is_short(path) else Lane.PEOPLE


# --- the rule, which knows no event loop and no clock of its own


@dataclass(eq=False)
class Ticket:
    """One request, in line or at work. `call` is called when its turn has come."""

    lane: Lane
    is_in: bool = False
    call: Callable[[], None] = lambda: None


@dataclass
class Pace:
    """How far apart answers are finished while all places are taken: a moving mean in seconds, by which the length of
    the line is judged. Where nothing is finished any more it grows by itself, as if the next one were, just now.
    """

    mean: float = FIRST_PACE
    _since: float | None = None

    def full(self, at: float) -> None:
        """All places are taken from this moment on."""
        if self._since is None:
            self._since = at

    def finished(self, at: float, *, still_full: bool) -> None:
        """One answer is finished."""
        if self._since is not None:
            self.mean = self._with(at - self._since)
        self._since = at if still_full else None

    def now(self, at: float) -> float:
        """The pace at this moment."""
        gap = 0.0 if self._since is None else at - self._since
        return self._with(gap) if gap > self.mean else self.mean

    def _with(self, gap: float) -> float:
        return self.mean + _NEWEST * (gap - self.mean)


@dataclass
class Line:
    """The places and who waits for one. Moments (`at`) are seconds of a clock that never goes back."""

    places: int
    pace: Pace = field(default_factory=Pace)
    working: dict[Lane, int] = field(default_factory=lambda: dict.fromkeys(Lane, 0))
    waiting: dict[Lane, dict[Ticket, None]] = field(default_factory=lambda: {lane: {} for lane in Lane})

    def __post_init__(self) -> None:
        kept = max(1, self.places // _KEPT_SHARE) if self.places > 1 else 0
        self.most_programs = self.places - kept

    def ask(self, lane: Lane, *, at: float) -> Ticket | None:
        """A ticket that is in, or one that waits; None when the line is too long."""
        if self.is_full(lane, at=at):
            return None
        ticket = Ticket(lane)
        if self._has_place_for(lane):
            self._let_in(ticket, at)
        else:
            self.waiting[lane][ticket] = None
        return ticket

    def is_full(self, lane: Lane, *, at: float) -> bool:
        """Whether whoever came now would be refused."""
        return not self._has_place_for(lane) and self._is_too_long(lane, at)

    def leave(self, ticket: Ticket, *, at: float) -> None:
        """An answer is finished, or somebody gives up waiting; whoever is next is called."""
        if not ticket.is_in:
            self.waiting[ticket.lane].pop(ticket, None)
            return
        ticket.is_in = False
        self.working[ticket.lane] -= 1
        following = self._next()
        self.pace.finished(at, still_full=following is not None)
        if following is not None:
            del self.waiting[following.lane][following]
            self._let_in(following, at)
            following.call()

    @property
    def _taken(self) -> int:
        return sum(self.working.values())

    def _has_place_for(self, lane: Lane) -> bool:
        may = self.places if lane is Lane.PEOPLE else self.most_programs
        return self._taken < self.places and self.working[lane] < may and not self.waiting[lane]

    def _let_in(self, ticket: Ticket, at: float) -> None:
        ticket.is_in = True
        self.working[ticket.lane] += 1
        if self._taken == self.places or self.working[Lane.PROGRAMS] == self.most_programs:
            self.pace.full(at)

    def _is_too_long(self, lane: Lane, at: float) -> bool:
        ahead = len(self.waiting[lane])
        if lane is Lane.PROGRAMS:
            ahead += len(self.waiting[Lane.PEOPLE])
        # A few may always wait: a slow moment of a calm house is no storm.
        return len(self.waiting[lane]) >= ALWAYS * self.places and ahead * self.pace.now(at) > WORTH_WAITING

    def _next(self) -> Ticket | None:
        people, programs = self.waiting[Lane.PEOPLE], self.waiting[Lane.PROGRAMS]
        program_may = bool(programs) and self.working[Lane.PROGRAMS] < self.most_programs
        if program_may and (not people or not self.working[Lane.PROGRAMS]):
            return next(iter(programs))
        return next(iter(people), None)


# --- in the event loop


@dataclass
class Gate:
    """The line in front of the pages of one web process."""

    line: Line

    async def through(self, scope: Any, receive: Any, send: Send, app: App) -> None:
        """Let the request in when its turn comes, or ask it to come again."""
        path: str = scope["path"]
        lane = lane_of(path)
        ticket = self.line.ask(lane, at=time.monotonic())
        if ticket is None:
            await _refuse(send, lane, path)
            return
        try:
            if not ticket.is_in:
                await _called(ticket, PATIENCE if lane is Lane.PROGRAMS else None)
            if ticket.is_in:
                await app(scope, receive, send)
            else:
                await _refuse(send, lane, path)
        finally:
            self.line.leave(ticket, at=time.monotonic())

    async def turned_away(self, scope: Any, send: Send) -> bool:
        """Refuse at once who could not be taken now; the answer for programs before their body is read."""
        lane = lane_of(scope["path"])
        if not self.line.is_full(lane, at=time.monotonic()):
            return False
        await _refuse(send, lane, scope["path"])
        return True


async def _called(ticket: Ticket, patience: float | None) -> None:
    called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    ticket.call = partial(called.set_result, None)  # at most once, as it is called on leaving the line
    await asyncio.wait((called,), timeout=patience)


# --- saying no

_PAGE = """\
<!doctype html>
<html lang="ar" dir="rtl"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>الضغط كبير الآن · Very busy just now</title>
<h1>الضغط كبير الآن</h1>
<p>يزورنا عدد كبير في هذه اللحظة. انتظر عشر ثوانٍ ثم أعد تحميل الصفحة؛ لم يُسجَّل شيء مرتين ولم يضع ما حُفظ.
للحالات العاجلة اتصل بالرقم 1111.</p>
<div lang="en" dir="ltr"><h1>Very busy just now</h1>
<p>A great many people are here at this moment. Wait ten seconds and load the page again: nothing was taken twice and
nothing that was saved is lost. If it is urgent, call 1111.</p></div></html>
"""
_ARABIC, _ENGLISH = (
    "الضغط كبير الآن؛ أعد الإرسال بعد قليل كما هو.",
    "Very busy just now: send it again in a while, as it is.",
)
_XML, _JSON, _PROBLEM, _HTML = "application/xml", "application/json", "application/problem+json", "text/html"
_TEXTS = {
    _XML: '<?xml version="1.0" encoding="utf-8"?>\n'
    f"<errors><error><code>503</code><description>{_ARABIC} {_ENGLISH}</description></error></errors>",
    _JSON: f'[{{"code": 503, "description": "{_ARABIC} {_ENGLISH}"}}]',
    _PROBLEM: f'{{"type": "about:blank", "status": 503, "title": "{_ENGLISH}", "detail": "{_ARABIC}"}}',
    _HTML: _PAGE,
}
Answer = tuple[list[tuple[bytes, bytes]], bytes]

_refused = 0


def refusal(path: str, number: int) -> Answer:
    """Headers and body for who cannot be taken. `number` counts the refusals, so that not all come again at once."""
    if lane_of(path) is Lane.PEOPLE:
        return _answer(_HTML, PEOPLE_AGAIN)
    again = AGAIN_FROM + number % AGAIN_SPREAD
    if not path.startswith("/open311/"):
        return _answer(_PROBLEM, again)
    return _answer(_JSON if path.endswith(".json") else _XML, again)


@cache
def _answer(content_type: str, again: int) -> Answer:
    body = _TEXTS[content_type].encode()
    charset = "" if content_type == _PROBLEM else "; charset=utf-8"
    headers = [
        (b"content-type", f"{content_type}{charset}".encode()),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(again).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return headers, body


async def _refuse(send: Send, lane: Lane, path: str) -> None:
    global _refused
    _refused += 1
    if traffic.note_refusal(lane.value):
        # Once a second at most, and beside the loop: the count of such seconds is shared by all processes.
        asyncio.get_running_loop().run_in_executor(None, _share_the_second)
    headers, body = refusal(path, _refused)
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _share_the_second() -> None:
    limits.allow(traffic.REFUSING, 10**6, traffic.REFUSING_WITHIN)
