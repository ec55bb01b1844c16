"""How a committed fact reaches its subscribers: one dispatch job that fans out, one delivery job for each of them."""

from django.db import transaction

from wasl.core import events
from wasl.core.jobs import job
from wasl.core.marks import mark
from wasl.core.models import EventDelivery, EventRecord


@job(name="core.dispatch_event", queue="events")
def dispatch_event(event_id: int) -> None:
    """Queue one delivery for each subscriber of the fact."""
    record = EventRecord.objects.get(pk=event_id)
    mark("dispatch.begun")
    names = events.subscribers_of(record.kind)
    deliver_event.defer_many([{"event_id": event_id, "subscriber": name} for name in names])
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
