"""How facts reach their subscribers: one dispatch job for an act fans out, one delivery job for each of them."""

from collections.abc import Sequence

from django.db import transaction

from wasl.core import events
from wasl.core.jobs import job
from wasl.core.marks import mark
from wasl.core.models import EventDelivery, EventRecord


@job(name="core.dispatch_event", queue="events")
def dispatch_event(event_id: int, also: Sequence[int] = ()) -> None:
    """Queue one delivery for each subscriber of the facts of one act."""
    records = EventRecord.objects.filter(pk__in=[event_id, *also]).order_by("pk")
    mark("dispatch.begun")
    deliver_event.defer_many(
        [
            {"event_id": number, "subscriber": name}
            for number, kind, agency_id in records.values_list("pk", "kind", "agency_id")
            for name in events.subscribers_of(kind)
            if events.is_heard(name, agency_id)
        ]
    )
    mark("dispatch.fanned_out")


@job(name="core.deliver_event", queue="events")
def deliver_event(event_id: int, subscriber: str) -> None:
    """Hand the fact to one subscriber, once: its work and the mark commit together."""
    record = EventRecord.objects.get(pk=event_id)
    handler = events.subscribers_of(record.kind).get(subscriber)
    if handler is None:  # the listener was removed by an upgrade while the job waited
        return
    with transaction.atomic():
        _, is_new = EventDelivery.objects.get_or_create(event=record, subscriber=subscriber)
        mark("delivery.marked")
        if is_new:
            handler(events.load(record), record)
        mark("delivery.before_commit")
    mark("delivery.after_commit")
