"""What was told or given up is told again, under the same name, so that the other side knows it."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from wasl.accounts.models import User
from wasl.core import events
from wasl.integrations.events import DeliveriesReplayed
from wasl.integrations.models import Delivery, Subscription
from wasl.integrations.offered import TRIAL
from wasl.integrations.operations.subscriptions import locked

State = Delivery.State


def replay(delivery: Delivery, *, by: User | None, at: datetime) -> int:
    """Send one again now, whatever became of it; 0 for a trial or one under way. Raises Ended."""
    return _replay(delivery.subscription, Delivery.objects.filter(pk=delivery.pk), by=by, at=at)


def replay_failed(subscription: Subscription, *, by: User | None, at: datetime) -> int:
    """Send all again now that failed or were given up; gives how many. Raises Ended."""
    failed = Delivery.objects.filter(subscription=subscription, state__in=(State.FAILED, State.GIVEN_UP))
    return _replay(subscription, failed, by=by, at=at)


@transaction.atomic
def _replay(subscription: Subscription, chosen: "QuerySet[Delivery]", *, by: User | None, at: datetime) -> int:
    from wasl.integrations.jobs import go

    locked(subscription)
    free = chosen.exclude(kind=TRIAL).exclude(lease_until__gt=at)
    many = free.update(
        state=State.WAITING, attempts=0, queued_at=at, next_try_at=at, done_at=None, lease_token="", lease_until=None
    )
    if many:
        fact = DeliveriesReplayed(subscription.pk, many)
        events.publish(fact, agency_id=subscription.agency_id, by=by, at=at)
        go()
    return many
