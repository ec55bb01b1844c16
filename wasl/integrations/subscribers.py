"""What integrations do when something happened to a case, or to a subscription."""

from wasl.core import clock
from wasl.core.events import Event, subscriber
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.rights import Right
from wasl.integrations import operations, queries
from wasl.integrations.events import SubscriptionPaused
from wasl.integrations.jobs import go
from wasl.integrations.models import Subscription
from wasl.integrations.offered import FACTS
from wasl.verification.jobs import send_letter


@subscriber(*FACTS, when=queries.is_anybody_listening)
def tell_other_systems(fact: Event, record: EventRecord) -> None:
    """Write a telling for each subscription that wants it, and begin a round."""
    if operations.note(record, at=clock.now()):
        go()


@subscriber(SubscriptionPaused)
def tell_administrators(fact: SubscriptionPaused, record: EventRecord) -> None:
    """The other side said that its address is gone: whoever looks after subscriptions is written to."""
    if fact.reason != Subscription.Pause.GONE:
        return
    unit = directory.triage_unit(directory.agency_by_id(record.agency_id))
    for person in directory.people_with(Right.MANAGE_KEYS, unit=unit, at=clock.now()):
        send_letter.defer(user_id=person.pk, kind="webhook_gone", event_id=record.pk)
