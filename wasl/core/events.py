"""Facts: what happened, in the past tense, published in the transaction that made it so.

One `EventRecord` row is at once the outbox, the timeline of the case, the audit trail and the feed for figures. After
the commit one dispatch job hands the fact to every subscriber, each in a transaction of its own. A fact carries ids and
codes, never a citizen's words or number.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

from django.utils import timezone

from wasl.core import sets
from wasl.core.marks import mark

LIVE_CHANNEL = "wasl_live"
ORIGINS = ("live", "import", "replay")


class Actor(Protocol):
    """Whoever acts: anything with a number."""

    pk: Any


@dataclass(frozen=True)
class Event:
    """Base of all facts: a frozen dataclass of plain values. `is_look`: of looking only (`core.noted`); pages hear of
    no such fact.
    """

    kind: ClassVar[str] = ""
    version: ClassVar[int] = 0
    is_look: ClassVar[bool] = False


AnyEvent = TypeVar("AnyEvent", bound=Event)
Handler = Callable[[Any, Any], None]

_origin: ContextVar[str] = ContextVar("wasl_event_origin", default="live")
_events: dict[tuple[str, int], type[Event]] = {}
_subscribers: dict[str, dict[str, Handler]] = {}
_conditions: dict[str, Callable[[int], bool]] = {}
_choices: dict[str, Callable[[Any], bool]] = {}


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


def is_history() -> bool:
    """Is what happens now recorded as imported or replayed? Then it has happened, whatever the rules say today."""
    return _origin.get() != "live"


def event(*, version: int) -> Callable[[type[AnyEvent]], type[AnyEvent]]:
    """Register a fact under its class name and version; a changed meaning or field needs a new version."""

    def register(cls: type[AnyEvent]) -> type[AnyEvent]:
        cls.kind, cls.version = cls.__name__, version
        _events[cls.kind, version] = cls
        return cls

    return register


def subscriber(
    *kinds: type[Event], when: Callable[[int], bool] | None = None, only: Callable[[Any], bool] | None = None
) -> Callable[[Handler], Handler]:
    """Call the function, tried again by itself and at least once, after each fact of these kinds was committed.

    The function runs in one transaction with the mark that it was done, so its changes in the database happen once.
    `when` is asked, at the moment of dispatch, whether anybody in an agency (its number) wants to hear at all, `only`
    whether this very fact is one to hear of: it is delivered only then.
    """

    def register(function: Handler) -> Handler:
        name = f"{function.__module__}.{function.__qualname__}"
        if when is not None:
            _conditions[name] = when
        if only is not None:
            _choices[name] = only
        for cls in kinds:
            _subscribers.setdefault(cls.kind, {})[name] = function
        return function

    return register


def registered_events() -> dict[tuple[str, int], type[Event]]:
    """All facts of the house by (kind, version)."""
    return dict(_events)


def looks() -> list[str]:
    """The kinds of facts about looking, by name."""
    return sorted({cls.kind for cls in _events.values() if cls.is_look})


def subscribers_of(kind: str) -> dict[str, Handler]:
    """Who listens to a kind: name -> function."""
    return _subscribers.get(kind, {})


def is_heard(subscriber: str, agency_id: int) -> bool:
    """Does this subscriber want to hear of facts of the agency now?"""
    condition = _conditions.get(subscriber)
    return condition is None or condition(agency_id)


def concerns(subscriber: str, record: Any) -> bool:
    """Is the fact of this record one that the subscriber wants to hear of?"""
    only = _choices.get(subscriber)
    return only is None or (record.kind, record.version) not in _events or only(load(record))


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
    people: Iterable[int] = (),
) -> Any:
    """Record a fact in the present transaction and queue its dispatch; gives the `EventRecord`.

    `units` are the units whose live lists should hear of it; of a `closed` matter only people who may read such hear;
    of one for `people` (their numbers) nobody else.
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
        people=people,
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
    people: Iterable[int] = (),
) -> list[Any]:
    """Record several facts of one act in their order, with one dispatch and a word to open desks: one statement."""
    from wasl.core.models import EventRecord

    origin = origin or _origin.get()
    addressed = {"people": sorted(set(people))} if people else {}
    extra = ({"closed": True} if closed else {}) | addressed | _in_place_of(by)
    records = [
        EventRecord(
            kind=fact.kind,
            version=fact.version,
            agency_id=agency_id,
            case_id=case_id,
            actor_id=by.pk if by is not None else None,
            at=at,
            recorded_at=timezone.now(),
            caused_by_id=caused_by,
            origin=origin,
            data=asdict(fact) | extra,
        )
        for fact in facts
    ]
    told = {
        "agency": agency_id,
        "units": sorted({unit for unit in units if unit is not None}),
        "case": case_id,
        "reference": reference,
        "closed": closed,
    } | addressed
    _record(records, told, live=origin == "live")
    mark("events.recorded")
    mark("events.queued")
    return records


def _record(records: Sequence[Any], told: dict[str, Any], *, live: bool) -> None:
    if not records:
        return
    rows = sets.as_json(records)
    if live:
        heard = [record.kind for record in records if subscribers_of(record.kind)]
        written = sets.run(_published(), [rows, heard, LIVE_CHANNEL, sets.text_of(told)])
    else:
        written = sets.run(_recorded(), [rows])
    for record, (number, *_) in zip(records, written, strict=True):
        record.pk = number
        record._state.adding, record._state.db = False, "default"


@cache
def _recorded() -> str:
    from wasl.core.models import EventRecord

    return f"WITH facts AS ({sets.insert(EventRecord)} RETURNING id, kind) SELECT id FROM facts ORDER BY id"  # noqa: S608 (constants)


@cache
def _published() -> str:
    """As `_recorded`, with one dispatch for all facts that somebody listens to, and a word to the open desks.

    NOTIFY is delivered at commit; ids and codes only, as every open desk reads them.
    """
    from wasl.core.dispatch import dispatch_event
    from wasl.core.models import EventRecord

    heard = "SELECT array_agg(id ORDER BY id) AS ids FROM facts WHERE kind = ANY(%s::text[])"
    arguments = """
        jsonb_build_object('event_id', ids[1])
        || CASE WHEN cardinality(ids) > 1 THEN jsonb_build_object('also', to_jsonb(ids[2:])) ELSE '{}' END
    """
    return f"""
        WITH facts AS ({sets.insert(EventRecord)} RETURNING id, kind),
        heard AS ({heard}),
        queued AS (SELECT {dispatch_event.deferral(arguments)} FROM heard WHERE ids IS NOT NULL),
        told AS (
            SELECT pg_notify(%s, (%s::jsonb || jsonb_build_object('id', id, 'kind', kind))::text)
            FROM (SELECT id, kind FROM facts ORDER BY id) AS in_order
        )
        SELECT id, (SELECT count(*) FROM queued), (SELECT count(*) FROM told) FROM facts ORDER BY id
    """  # noqa: S608 (constants)


def _in_place_of(by: Actor | None) -> dict[str, Any]:
    """Whoever acts in the place of an absent colleague carries that one's number as `acts_for_id`, and who decides what
    somebody delegated to them that one's as `by_delegation_of_id` (set by doors).
    """
    absent, grantor = getattr(by, "acts_for_id", None), getattr(by, "by_delegation_of_id", None)
    return ({"acts_for": absent} if absent else {}) | ({"by_delegation_of": grantor} if grantor else {})


def load(record: Any) -> Event:
    """The fact of a record. Unknown fields of an older writer are left out; an unknown kind raises LookupError."""
    cls = _events[record.kind, record.version]
    known = {field.name for field in fields(cls)}
    return cls(**{name: value for name, value in record.data.items() if name in known})
