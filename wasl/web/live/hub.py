"""Who is listening, and which fact goes to whom. Pure: knows neither sockets nor the database."""

import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

# (agency, its units or None for all of them)
Scope = tuple[int, frozenset[int] | None]

# A client this far behind is let go; it comes back with the id of the last fact it got.
QUEUE_LIMIT = 256
# One person rarely needs more than one (tabs share it); the oldest beyond this is closed.
STREAMS_PER_PERSON = 8

RESET = b"event: reset\ndata: {}\n\n"
CLOSED = b"event: closed\ndata: {}\n\n"
HEARTBEAT = b":\n\n"


@dataclass(frozen=True)
class Fact:
    """What changed: ids and codes. `closed`: in a confidential matter; `people`: the only ones who may hear of it."""

    id: int
    kind: str
    agency: int
    units: frozenset[int]
    case: int | None
    reference: str
    closed: bool = False
    people: frozenset[int] = frozenset()

    @classmethod
    def from_payload(cls, payload: str) -> "Fact":
        """Read what `core.events` announced. Raises ValueError, KeyError or TypeError for anything else."""
        found = json.loads(payload)
        units = [*found.get("units", ()), *([found["unit"]] if found.get("unit") else [])]
        case = found.get("case")
        return cls(
            id=int(found["id"]),
            kind=str(found["kind"]),
            agency=int(found["agency"]),
            units=frozenset(int(unit) for unit in units),
            case=int(case) if case is not None else None,
            reference=str(found.get("reference") or ""),
            closed=bool(found.get("closed")),
            people=frozenset(int(person) for person in found.get("people", ())),
        )

    def frame(self) -> bytes:
        """The fact as it goes over the wire; made once, sent to all."""
        body = {
            "id": self.id,
            "kind": self.kind,
            "agency": self.agency,
            "units": sorted(self.units),
            "case": self.case,
            "reference": self.reference,
        }
        return f"id: {self.id}\nevent: fact\ndata: {json.dumps(body, separators=(',', ':'))}\n\n".encode()


_numbers = itertools.count(1)


@dataclass(eq=False)
class Stream:
    """One open connection of a person; `session` tells on what grounds it is open.

    `scopes` is what the person may hear of, `closed` where confidential matters are included.
    """

    person: int
    session: str
    scopes: Sequence[Scope]
    closed: Sequence[Scope] = ()
    number: int = field(default_factory=lambda: next(_numbers))
    queue: "asyncio.Queue[bytes | None]" = field(default_factory=lambda: asyncio.Queue(QUEUE_LIMIT))
    is_closed: bool = False

    def may_hear(self, fact: Fact) -> bool:
        """Facts of one's own units, or of the whole agency where the scope says so; and what is for oneself."""
        if fact.people:
            return self.person in fact.people and any(agency == fact.agency for agency, _ in self.scopes)
        return _cover(self.scopes, fact) and (not fact.closed or _cover(self.closed, fact))

    def may_concern(self, fact: Fact) -> bool:
        """Facts of which is not known whose units they are, in an agency of this person."""
        reaches = (self.scopes, self.closed) if fact.closed else (self.scopes,)
        return (
            not fact.units
            and not fact.people
            and all(any(agency == fact.agency for agency, _ in reach) for reach in reaches)
        )

    def offer(self, frame: bytes) -> None:
        """Queue a frame; whoever is too slow is let go."""
        if self.is_closed:
            return
        try:
            self.queue.put_nowait(frame)
        except asyncio.QueueFull:
            self.close()

    def close(self, last_words: bytes | None = None) -> None:
        """End the stream: what was queued is given up, the client asks for it again."""
        if self.is_closed:
            return
        self.is_closed = True
        while not self.queue.empty():
            self.queue.get_nowait()
        if last_words is not None:
            self.queue.put_nowait(last_words)
        self.queue.put_nowait(None)


def _cover(scopes: Sequence[Scope], fact: Fact) -> bool:
    return any(agency == fact.agency and (units is None or bool(units & fact.units)) for agency, units in scopes)


class Hub:
    """All streams of this process, found by agency."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self._by_agency: dict[int, set[Stream]] = defaultdict(set)

    def add(self, stream: Stream) -> None:
        """Let a stream hear from now on; the oldest beyond the limit of the person goes."""
        own = sorted((one for one in self.streams if one.person == stream.person), key=lambda one: one.number)
        for surplus in own[: max(0, len(own) + 1 - STREAMS_PER_PERSON)]:
            surplus.close()
        self.streams.add(stream)
        self._index(stream)

    def remove(self, stream: Stream) -> None:
        self.streams.discard(stream)
        for listeners in self._by_agency.values():
            listeners.discard(stream)

    def change_scopes(self, stream: Stream, scopes: Sequence[Scope], closed: Sequence[Scope] = ()) -> None:
        """Put a stream under other rights; nothing happens when they are the same."""
        stream.closed = closed
        if stream.scopes == scopes or stream not in self.streams:
            return
        for listeners in self._by_agency.values():
            listeners.discard(stream)
        stream.scopes = scopes
        self._index(stream)

    def tell(self, fact: Fact) -> None:
        """Hand a fact to everybody who may hear it."""
        listeners = self._by_agency.get(fact.agency)
        if not listeners:
            return
        frame = fact.frame()
        for stream in list(listeners):
            if stream.may_hear(fact):
                stream.offer(frame)

    def tell_all(self, frame: bytes) -> None:
        """The same frame to everybody."""
        for stream in list(self.streams):
            stream.offer(frame)

    def _index(self, stream: Stream) -> None:
        for agency, _ in stream.scopes:
            self._by_agency[agency].add(stream)


def missed_frames(rows: Iterable[tuple[int, str, int, int | None, dict[str, Any]]], stream: Stream) -> list[bytes]:
    """The frames of facts a stream missed, from rows (id, kind, agency, case, data).

    A stored fact names its units only where they are part of it. Where a person of few units cannot be told apart from
    others by it, the answer is one reset: the page loads its lists anew, and nothing foreign is shown.
    """
    frames: list[bytes] = []
    for number, kind, agency, case, data in rows:
        people = frozenset(data.get("people") or ())
        reference = str(data.get("reference") or "")
        fact = Fact(number, kind, agency, _units_of(data), case, reference, "closed" in data, people)
        if stream.may_hear(fact):
            frames.append(fact.frame())
        elif stream.may_concern(fact):
            return [RESET]
    return frames


def _units_of(data: dict[str, Any]) -> frozenset[int]:
    return frozenset(value for name, value in data.items() if name.endswith("unit_id") and isinstance(value, int))
