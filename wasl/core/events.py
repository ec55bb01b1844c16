"""Facts: what happened, in the past tense, published in the transaction that made it so.

One `EventRecord` row is at once the outbox, the timeline of the case, the audit trail and the feed for figures. After
the commit one dispatch job hands the fact to every subscriber as a job of its own. A fact carries ids and codes, never
a citizen's words or number.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from django.db import connection

from wasl.core.marks import mark

LIVE_CHANNEL = "wasl_live"
ORIGINS = ("live", "import", "replay")


class Actor(Protocol):
    """Whoever acts: anything with a number."""

    pk: Any


@dataclass(frozen=True)
class Event:
    """Base of all facts: a frozen dataclass of plain values."""

    kind: ClassVar[str] = ""
    version: ClassVar[int] = 0


AnyEvent = TypeVar("AnyEvent", bound=Event)
Handler = Callable[[Any, Any], None]

_origin: ContextVar[str] = ContextVar("wasl_event_origin", default="live")
_events: dict[tuple[str, int], type[Event]] = {}
_subscribers: dict[str, dict[str, Handler]] = {}


@contextmanager
def of_origin(origin: str) -> Iterator[None]:
    """Mark all facts published within as imported or replayed history: they are recorded and fire nobody."""
    if origin not in ORIGINS:
        raise ValueError(f"An origin is one of {', '.join(ORIGINS)}, not {origin!r}.")
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def event(*, version: int) -> Callable[[type[AnyEvent]], type[AnyEvent]]:
    """Register a fact under its class name and version; a changed meaning or field needs a new version."""

    def register(cls: type[AnyEvent]) -> type[AnyEvent]:
        cls.kind, cls.version = cls.__name__, version
        _events[cls.kind, version] = cls
        return cls

    return register


def subscriber(*kinds: type[Event]) -> Callable[[Handler], Handler]:
    """Call the function, in a job of its own and at least once, after each fact of these kinds was committed.

    The function runs in one transaction with the mark that it was done, so its changes in the database happen once.
    """

    def register(function: Handler) -> Handler:
        name = f"{function.__module__}.{function.__qualname__}"
        for cls in kinds:
            _subscribers.setdefault(cls.kind, {})[name] = function
        return function

    return register


def registered_events() -> dict[tuple[str, int], type[Event]]:
    """All facts of the house by (kind, version)."""
    return dict(_events)


def subscribers_of(kind: str) -> dict[str, Handler]:
    """Who listens to a kind: name -> function."""
    return _subscribers.get(kind, {})


def publish(
    fact: Event,
    *,
    agency_id: int,
    at: datetime,
    case_id: int | None = None,
    by: Actor | None = None,
    caused_by: int | None = None,
    origin: str | None = None,
    units: Iterable[int | None] = (),
    reference: str = "",
    closed: bool = False,
) -> Any:
    """Record a fact in the present transaction and queue its dispatch; gives the `EventRecord`.

    `units` are the units whose live lists should hear of it; of a `closed` matter only people who may read such hear.
    Facts of origin import or replay fire no subscriber;
    the origin is that of `of_origin` around the act, live without one.
    """
    (record,) = publish_many(
        [fact],
        agency_id=agency_id,
        at=at,
        case_id=case_id,
        by=by,
        caused_by=caused_by,
        origin=origin,
        units=units,
        reference=reference,
        closed=closed,
    )
    return record


def publish_many(
    facts: Sequence[Event],
    *,
    agency_id: int,
    at: datetime,
    case_id: int | None = None,
    by: Actor | None = None,
    caused_by: int | None = None,
    origin: str | None = None,
    units: Iterable[int | None] = (),
    reference: str = "",
    closed: bool = False,
) -> list[Any]:
    """Record several facts of one act, in their order, with as many statements as one takes."""
    from wasl.core.dispatch import dispatch_event
    from wasl.core.models import EventRecord

    origin = origin or _origin.get()
    extra = ({"closed": True} if closed else {}) | _in_place_of(by)
    records = EventRecord.objects.bulk_create(
        EventRecord(
            kind=fact.kind,
            version=fact.version,
            agency_id=agency_id,
            case_id=case_id,
            actor_id=by.pk if by is not None else None,
            at=at,
            caused_by_id=caused_by,
            origin=origin,
            data=asdict(fact) | extra,
        )
        for fact in facts
    )
    mark("events.recorded")
    if origin == "live":
        dispatch_event.defer_many([{"event_id": one.pk} for one in records if subscribers_of(one.kind)])
        mark("events.queued")
        _announce(records, [unit for unit in units if unit is not None], reference)
    return list(records)


def _in_place_of(by: Actor | None) -> dict[str, Any]:
    """Whoever acts in the place of an absent colleague carries that one's number as `acts_for_id` (set by doors)."""
    absent = getattr(by, "acts_for_id", None)
    return {"acts_for": absent} if absent else {}


def load(record: Any) -> Event:
    """The fact of a record. Unknown fields of an older writer are left out; an unknown kind raises LookupError."""
    cls = _events[record.kind, record.version]
    known = {field.name for field in fields(cls)}
    return cls(**{name: value for name, value in record.data.items() if name in known})


def _announce(records: Sequence[Any], units: list[int], reference: str) -> None:
    # NOTIFY is delivered at commit; ids and codes only, as every open desk reads them.
    payloads = [
        json.dumps(
            {
                "id": record.pk,
                "kind": record.kind,
                "agency": record.agency_id,
                "units": sorted(set(units)),
                "case": record.case_id,
                "reference": reference,
                "closed": bool(record.data.get("closed")),
            }
        )
        for record in records
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload", [LIVE_CHANNEL, payloads])
