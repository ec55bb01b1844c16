"""What integrations do when something happened to a case, or to a subscription."""

from wasl.cases.events import StaffComplaintOpened
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
from wasl.partners.events import KeyIssued
from wasl.partners.models import Scope
from wasl.verification.jobs import send_letter


@subscriber(*FACTS, when=queries.is_anybody_listening)
def tell_other_systems(fact: Event, record: EventRecord) -> None:
    """Write a telling for each subscription that wants it, and begin a round."""
    if operations.note(record, at=clock.now()):
        go()


@subscriber(StaffComplaintOpened, when=queries.is_anybody_listening)
def keep_to_ourselves(fact: StaffComplaintOpened, record: EventRecord) -> None:
    """A case turned out to be about staff: what waits to be told of it is not told, and what was told not again."""
    operations.withdraw(fact.case_id)


@subscriber(KeyIssued)
def tell_of_a_key(fact: KeyIssued, record: EventRecord) -> None:
    """Whoever issues keys reads no cases: the person a key acts for, and the auditors of one that reads, hear of it."""
    if fact.user_id is not None:
        send_letter.defer(user_id=fact.user_id, kind="key_in_your_name", event_id=record.pk)
    if not set(fact.scopes) & {Scope.CASES_READ, Scope.PERSONAL_READ}:
        return
    unit = directory.triage_unit(directory.agency_by_id(record.agency_id))
    for person in directory.people_with(Right.APPROVE_PRIVACY, unit=unit, at=clock.now()):
        send_letter.defer(user_id=person.pk, kind="key_that_reads", event_id=record.pk)


@subscriber(SubscriptionPaused)
def tell_administrators(fact: SubscriptionPaused, record: EventRecord) -> None:
    """The other side said that its address is gone: whoever looks after subscriptions is written to."""
    if fact.reason != Subscription.Pause.GONE:
        return
    unit = directory.triage_unit(directory.agency_by_id(record.agency_id))
    for person in directory.people_with(Right.MANAGE_KEYS, unit=unit, at=clock.now()):
        send_letter.defer(user_id=person.pk, kind="webhook_gone", event_id=record.pk)
