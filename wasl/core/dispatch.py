"""How facts reach their subscribers: one dispatch job for an act hands its facts to each of them in turn.

Every delivery has a transaction and a mark of its own, so one that fails undoes nothing of the others: it becomes a job
of its own, which is tried again, and the next one follows. A dispatch that has to begin again (its worker died, the
database went away) and one with very many deliveries makes a job of each instead: what kills a worker then kills it
alone, and the others go on.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import cache

from django.db import transaction

from wasl.core import clock, events, jobs, sets
from wasl.core.asked import Asked, among
from wasl.core.jobs import job
from wasl.core.marks import mark
from wasl.core.models import EventDelivery, EventRecord

# What one job delivers itself; more are shared out among all workers.
MOST_AT_ONCE = 8
TRY_AGAIN_AFTER = timedelta(seconds=jobs.PATIENT.first_seconds)

_RECORDS = Asked(lambda numbers: EventRecord.objects.filter(among("pk", numbers)).order_by("pk"), list)
Delivery = tuple[EventRecord, str]

logger = logging.getLogger(__name__)


@job(name="core.dispatch_event", queue="events")
def dispatch_event(event_id: int, also: Sequence[int] = ()) -> None:
    """Hand the facts of one act to their subscribers, in the order in which they happened."""
    records = _RECORDS.all([event_id, *also])
    mark("dispatch.begun")
    deliveries = list(_deliveries(records))
    if jobs.tries_before() or len(deliveries) > MOST_AT_ONCE:
        deliver_event.defer_many([{"event_id": record.pk, "subscriber": name} for record, name in deliveries])
    else:
        for record, name in deliveries:
            _deliver_or_queue(record, name)
    mark("dispatch.fanned_out")


@job(name="core.deliver_event", queue="events")
def deliver_event(event_id: int, subscriber: str) -> None:
    """Hand the fact to one subscriber, once: its work and the mark commit together."""
    for record in _RECORDS.all([event_id]):
        _deliver(record, subscriber)


def _deliveries(records: Iterable[EventRecord]) -> Iterator[Delivery]:
    """Each fact with each of those who want to hear of it."""
    is_heard = cache(events.is_heard)  # an act is of one agency: asked once
    for record in records:
        for name in events.subscribers_of(record.kind):
            if events.concerns(name, record) and is_heard(name, record.agency_id):
                yield record, name


def _deliver_or_queue(record: EventRecord, subscriber: str) -> None:
    try:
        _deliver(record, subscriber)
    except Exception:
        # Whatever breaks in one subscriber must hold up none of the others; if the queue cannot be reached either, the
        # dispatch itself is tried again.
        logger.exception("A delivery failed and will be tried again", extra={"event_id": record.pk})
        deliver_event.defer(at=clock.now() + TRY_AGAIN_AFTER, event_id=record.pk, subscriber=subscriber)


def _deliver(record: EventRecord, subscriber: str) -> None:
    handler = events.subscribers_of(record.kind).get(subscriber)
    # The listener was removed, or hears of less, by an upgrade while the job waited.
    if handler is None or not events.concerns(subscriber, record):
        return
    with transaction.atomic():
        is_new = sets.run(_marking(), [str(record.pk), subscriber])
        mark("delivery.marked")
        if is_new:
            handler(events.load(record), record)
        mark("delivery.before_commit")
    mark("delivery.after_commit")


@cache
def _marking() -> str:
    """The statement that sets the mark; it gives a row to whoever is first. A second one waits for the first's end."""
    table = EventDelivery._meta.db_table
    return f"""
        INSERT INTO {table} (event_id, subscriber, done_at) VALUES (%s::bigint, %s::text, now())
        ON CONFLICT (event_id, subscriber) DO NOTHING RETURNING id
    """  # noqa: S608 (constants)
