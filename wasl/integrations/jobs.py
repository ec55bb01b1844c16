"""What the worker does for integrations by itself."""

from wasl.core import clock
from wasl.core.jobs import job, periodic
from wasl.core.marks import mark
from wasl.integrations import calling, operations, queries
from wasl.integrations.models import Delivery

# Behind messages to citizens.
PRIORITY = -10


@job(name="integrations.send_round", queue="send", retry=False)
def send_round() -> None:
    """Send the next telling that is due. Whoever takes one calls the next round before going out and again after.

    A round that dies is replaced by `sweep`; the telling itself knows when to try again.
    """
    delivery = operations.claim_next(at=clock.now())
    if delivery is None:
        return
    mark("webhook.claimed")
    go()
    send(delivery)
    go()


def send(delivery: Delivery) -> None:
    """Call, then write down what came of it."""
    tried = calling.call(delivery, at=clock.now())
    mark("webhook.tried")
    operations.record_outcome(delivery.pk, lease_token=delivery.lease_token, tried=tried, at=clock.now())
    mark("webhook.recorded")


def go() -> None:
    """Queue a round; one that waits already is enough."""
    send_round.defer(once="webhook round", priority=PRIORITY)


@periodic("* * * * *", name="integrations.sweep")
def sweep(timestamp: int) -> None:
    """Begin a round for what is due again, and for what a killed worker left."""
    at = clock.now()
    operations.give_up_overdue(at=at)
    if queries.is_anything_due(at=at):
        go()


@periodic("41 3 * * *", name="integrations.forget")
def forget(timestamp: int) -> None:
    """Tellings are kept for thirty days after their end."""
    operations.sweep(at=clock.now())
