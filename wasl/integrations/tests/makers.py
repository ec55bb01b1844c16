"""A receiver on the loopback that does as told, subscriptions to it, and rounds of the worker in this process."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.conf import settings
from django.test import override_settings

from wasl.core import clock
from wasl.core.dispatch import deliver_event
from wasl.core.events import subscribers_of
from wasl.core.http import Inside
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.integrations import operations, queries
from wasl.integrations.jobs import send_round
from wasl.integrations.models import OPEN, Delivery
from wasl.integrations.offered import BY_FACT, OFFERED


@dataclass(frozen=True)
class Heard:
    """One request as the receiver got it."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """The body, read."""
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def delivery(self) -> str:
        """The name that is the same at every try."""
        return self.headers["wasl-delivery"]


# What the receiver does with a request: a status, or "close", "drip", "redirect", "later".
Mood = Callable[[Heard], int | str]


@dataclass
class Receiver:
    """Another system. `heard` holds what it was sent, `taken` what it said yes to."""

    url: str = ""
    mood: Mood = lambda heard: 204
    heard: list[Heard] = field(default_factory=list)
    taken: list[Heard] = field(default_factory=list)

    def hear(self, heard: Heard) -> int | str:
        """Decide, and remember."""
        self.heard.append(heard)
        answer = self.mood(heard)
        if isinstance(answer, int) and 200 <= answer < 300:
            self.taken.append(heard)
        return answer

    def forget(self) -> None:
        """As if nothing had come."""
        self.heard.clear()
        self.taken.clear()
        self.mood = lambda heard: 204


class Handler(BaseHTTPRequestHandler):
    """One connection of a receiver; a class of each receiver holds it."""

    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.receiver.hear(Heard(self.path, headers, body))
        if isinstance(answer, int):
            self._say(answer)
        elif answer == "close":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif answer == "redirect":
            self._say(302, ("Location", f"{self.receiver.url}/inside"))
        elif answer == "later":
            self._say(503, ("Retry-After", "7200"))
        else:
            self._drip()

    def _say(self, status: int, *headers: tuple[str, str]) -> None:
        content = b"" if status == 204 else json.dumps({"said": status}).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if content:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _drip(self) -> None:
        # Never a whole answer, a little at a time, until the other side hangs up.
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            for _ in range(400):
                self.wfile.write(b".")
                time.sleep(0.05)

    def log_message(self, *given: object) -> None: ...


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver on a free port, which the fence lets through."""
    one = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"receiver": one}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    one.url = f"http://127.0.0.1:{server.server_port}"
    opened = (*getattr(settings, "WASL_INSIDE", ()), Inside.read(f"127.0.0.1:{server.server_port}"))
    with override_settings(WASL_INSIDE=opened):
        yield one
    server.shutdown()
    server.server_close()


def subscribe(agency: Agency, url: str, *, at: datetime = SUNDAY_9AM, **more: Any) -> operations.Made:
    """A system that wants to hear everything."""
    given = {"name": "نظام البلاغات", "kinds": list(OFFERED), "by": None} | more
    return operations.add_subscription(agency, url=url, at=at, **given)


def hand_over(records: list[EventRecord], *, at: datetime = SUNDAY_9AM) -> None:
    """What the queue does with committed facts, in this order."""
    for record in records:
        (name,) = [one for one in subscribers_of(record.kind) if one.endswith("tell_other_systems")]
        with clock.frozen(at):
            deliver_event(event_id=record.pk, subscriber=name)


def facts_of(*case_ids: int) -> list[EventRecord]:
    """The facts about cases that are offered, in the order in which they happened."""
    return list(EventRecord.objects.filter(case_id__in=case_ids, kind__in=BY_FACT).order_by("pk"))


def rounds(*, at: datetime, most: int = 500) -> int:
    """Let the worker go out until nothing is due at this moment; gives how many calls it made."""
    with clock.frozen(at):
        for made in range(most):
            if not queries.is_anything_due(at=at):
                return made
            send_round()
    raise AssertionError("it never ends")


def run_until(at: datetime, end: datetime) -> datetime:
    """Let the time go by, with rounds whenever something may be due, until nothing is open or the end has come."""
    while at <= end:
        rounds(at=at)
        waiting = Delivery.objects.filter(state__in=OPEN)
        moments = [moment for pair in waiting.values_list("next_try_at", "holds_until") for moment in pair]
        later = [moment for moment in moments if moment > at]
        if not later:
            return at
        at = min(later)
    return end
