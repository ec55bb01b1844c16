"""A telling is claimed under a lease, tried outside of any transaction, and always ends visibly."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from wasl.accounts.models import User
from wasl.core import limits
from wasl.core.fields import new_public_id
from wasl.core.marks import mark
from wasl.core.text import clean
from wasl.integrations import payload, queries, retries
from wasl.integrations.models import OPEN, Delivery, Subscription
from wasl.integrations.offered import TRIAL
from wasl.integrations.operations.subscriptions import Ended, pause

State = Delivery.State
GONE = 410
SHOWN_OF_ANSWER = 2000
# Claims are short and come one after the other, so that places are counted right.
_CLAIM_LOCK = 0x77656268
TRIALS, TRIALS_SECONDS = 10, 600


@dataclass(frozen=True)
class Tried:
    """What came of one call: the status of an answer, or the code of what went wrong. `took` in seconds."""

    status: int | None = None
    error: str = ""
    answer: str = ""
    took: float = 0.0
    asked_wait: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Did the other side take it?"""
        return self.status is not None and 200 <= self.status < 300


class TooManyTrials(Exception):
    """This subscription was tried often enough for now."""


@transaction.atomic
def claim_next(*, at: datetime) -> Delivery | None:
    """Take the next telling for one try; None when nothing is due or all places are taken.

    Subscriptions take turns. The lease's token must be shown when the outcome is recorded.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLAIM_LOCK])
    for subscription in queries.in_turn(at=at):
        delivery = queries.due(subscription, at=at).first()
        if delivery is not None:
            return _claim(delivery, at)
    return None


def _claim(delivery: Delivery, at: datetime) -> Delivery:
    token = secrets.token_hex(16)
    Subscription.objects.filter(pk=delivery.subscription_id).update(tried_at=at)
    Delivery.objects.filter(pk=delivery.pk).update(
        lease_token=token, lease_until=at + retries.LEASE, attempts=F("attempts") + 1, last_tried_at=at
    )
    return Delivery.objects.select_related("subscription__agency").get(pk=delivery.pk)


@transaction.atomic
def record_outcome(delivery_id: int, *, lease_token: str, tried: Tried, at: datetime) -> bool:
    """Write down what became of a try; False, and nothing written, when the lease was lost meanwhile."""
    # The subscription first, as everywhere: else two who change both would wait for each other.
    subscription = Subscription.objects.select_for_update(no_key=True).filter(deliveries=delivery_id).first()
    ours = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery_id, lease_token=lease_token)
    delivery = ours.first() if lease_token else None
    if subscription is None or delivery is None:
        return False
    delivery.lease_token, delivery.lease_until = "", None
    delivery.last_status, delivery.last_error = tried.status, tried.error[:200]
    delivery.last_answer = clean(tried.answer)[:SHOWN_OF_ANSWER]
    if tried.is_taken:
        delivery.state, delivery.done_at = State.SENT, at
    elif delivery.is_open:  # else it ended while the call went on
        _try_again(delivery, tried, at)
    delivery.save()
    is_slow = not tried.is_taken or tried.took > retries.SLOW_SECONDS
    Subscription.objects.filter(pk=subscription.pk).update(is_slow=is_slow)
    if tried.status == GONE:
        pause(subscription, by=None, at=at, why=Subscription.Pause.GONE)
    mark("webhook.before_commit")
    return True


def _try_again(delivery: Delivery, tried: Tried, at: datetime) -> None:
    wait_until = retries.next_try(
        attempts=delivery.attempts, queued_at=delivery.queued_at, at=at, asked=tried.asked_wait
    )
    if delivery.kind == TRIAL or wait_until is None:
        delivery.state, delivery.done_at = State.GIVEN_UP, at
    else:
        delivery.state, delivery.next_try_at = State.FAILED, wait_until


@transaction.atomic
def begin_trial(subscription: Subscription, *, by: User | None, at: datetime) -> Delivery:
    """Make a trial and claim it for whoever asked; a paused subscription can be tried. Raises TooManyTrials, Ended."""
    if subscription.ended_at is not None:
        raise Ended
    if not limits.allow(f"webhook trial:{subscription.pk}", TRIALS, TRIALS_SECONDS):
        raise TooManyTrials
    public_id = new_public_id()
    delivery = Delivery.objects.create(
        subscription=subscription,
        agency_id=subscription.agency_id,
        public_id=public_id,
        kind=TRIAL,
        body=payload.trial_body(subscription.agency, delivery=public_id, at=at),
        next_try_at=at,
        holds_until=at,
        queued_at=at,
        created_at=at,
    )
    return _claim(delivery, at)


def give_up_overdue(*, at: datetime) -> int:
    """What waited out its patience while its subscription was paused or its agency closed; gives how many."""
    overdue = Delivery.objects.filter(state__in=OPEN, queued_at__lt=at - retries.PATIENCE)
    nobody = Q(subscription__is_active=False) | Q(subscription__agency__is_active=False)
    still = overdue.filter(nobody).exclude(lease_until__gt=at)
    return still.update(state=State.GIVEN_UP, done_at=at)


def sweep(*, at: datetime) -> int:
    """Forget what ended a month ago; gives how many."""
    return Delivery.objects.filter(done_at__lt=at - retries.KEPT_FOR).delete()[0]
