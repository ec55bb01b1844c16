"""Reading subscriptions and what they were told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from wasl.cases.models import Case
from wasl.core import keys
from wasl.core.asked import Asked
from wasl.directory.models import Agency
from wasl.integrations import retries
from wasl.integrations.models import OPEN, Delivery, Subscription

State = Delivery.State
_ANYBODY = Asked(lambda agency_id: Subscription.objects.filter(agency_id=agency_id, ended_at__isnull=True)[:1], int)
# Each tab of the list of tellings shows these states.
TABS: dict[str, tuple[str, ...]] = {
    "open": tuple(OPEN),
    "sent": (State.SENT,),
    "given_up": (State.GIVEN_UP,),
}


def subscriptions_of(agency: Agency) -> QuerySet[Subscription]:
    """All subscriptions of an agency by name, ended ones last."""
    found = Subscription.objects.filter(agency=agency).select_related("agency", "made_by", "paused_by", "ended_by")
    return found.order_by("ended_at", "name", "pk")


def subscription_in(agency: Agency, public_id: str) -> Subscription | None:
    """A subscription of an agency by its public id; None where the agency has none of it."""
    return subscriptions_of(agency).filter(public_id=public_id).first()


def listening(agency_id: int) -> list[Subscription]:
    """The subscriptions of an agency that hear of facts now, paused ones too."""
    found = Subscription.objects.filter(agency_id=agency_id, ended_at__isnull=True, agency__is_active=True)
    return list(found.order_by("pk"))


def is_anybody_listening(agency_id: int) -> bool:
    """Has the agency a subscription at all?"""
    return _ANYBODY.one(agency_id) is not None


def secrets_of(subscription: Subscription, *, at: datetime) -> list[str]:
    """The secrets that sign now, the newest first."""
    sealed = [subscription.secret_sealed]
    if subscription.has_two_secrets(at=at):
        sealed.append(subscription.previous_secret_sealed)
    return [keys.unseal(one) for one in sealed]


def deliveries_of(subscription: Subscription, tab: str = "") -> QuerySet[Delivery]:
    """What a subscription was told or is to be told, the newest first."""
    found = Delivery.objects.filter(subscription=subscription).order_by("-id")
    return found.filter(state__in=TABS[tab]) if tab in TABS else found


def delivery_in(subscription: Subscription, public_id: str) -> Delivery | None:
    """One telling of a subscription; None when it is of another."""
    return Delivery.objects.filter(subscription=subscription, public_id=public_id).first()


def counts(subscriptions: Iterable[Subscription]) -> dict[int, dict[str, int]]:
    """How many tellings are in each state, by subscription."""
    told: dict[int, dict[str, int]] = {one.pk: dict.fromkeys(State.values, 0) for one in subscriptions}
    rows = Delivery.objects.filter(subscription__in=list(told)).order_by()
    for number, state, many in rows.values_list("subscription", "state").annotate(many=Count("id")):
        told[number][state] = many
    return told


def due(subscription: Subscription, *, at: datetime) -> QuerySet[Delivery]:
    """What may go out to a subscription now, in its order: due, in nobody's hands, held back by nothing."""
    earlier = Delivery.objects.filter(
        subscription_id=subscription.pk,
        case_id=OuterRef("case_id"),
        sequence__lt=OuterRef("sequence"),
        state__in=OPEN,
        holds_until__gt=at,
    )
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    waiting = Delivery.objects.filter(free, subscription=subscription, state__in=OPEN, next_try_at__lte=at)
    # What was written down before a case turned out to be about staff does not leave after it.
    closed = Case.objects.filter(compartment__isnull=False, pk=OuterRef("case_id"))
    return waiting.filter(~Exists(earlier), ~Exists(closed)).order_by("next_try_at", "id")


def in_turn(*, at: datetime) -> list[Subscription]:
    """Active subscriptions for which a place is free now, whose last try lies longest back first."""
    under_way: dict[int, int] = dict(
        Delivery.objects.filter(lease_until__gt=at)
        .order_by()
        .values_list("subscription")
        .annotate(many=Count("id"))
        .values_list("subscription", "many")
    )
    if sum(under_way.values()) >= retries.PLACES:
        return []
    slow = set(Subscription.objects.filter(pk__in=list(under_way), is_slow=True).values_list("pk", flat=True))
    slow_is_full = sum(many for number, many in under_way.items() if number in slow) >= retries.PLACES_OF_SLOW
    active = Subscription.objects.filter(is_active=True, ended_at__isnull=True, agency__is_active=True)
    with_work = active.filter(Exists(_open_of_subscription(at)))
    return [
        one
        for one in with_work.order_by(F("tried_at").asc(nulls_first=True), "pk")
        if under_way.get(one.pk, 0) < (1 if one.is_slow else retries.PLACES_OF_ONE)
        and not (one.is_slow and slow_is_full)
    ]


def _open_of_subscription(at: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(subscription=OuterRef("pk"), state__in=OPEN, next_try_at__lte=at)


def is_anything_due(*, at: datetime) -> bool:
    """Is there a round to make?"""
    return any(due(one, at=at).exists() for one in in_turn(at=at))


@dataclass(frozen=True)
class Fares:
    """How the receiver of a subscription fares: since when its oldest telling fails, and how many were given up."""

    subscription: Subscription
    failing: int
    since: datetime | None
    given_up: int


def fares(*, at: datetime) -> list[Fares]:
    """How every open subscription fares."""
    open_ones = Subscription.objects.filter(ended_at__isnull=True, agency__is_active=True).select_related("agency")
    day_ago = at - timedelta(days=1)
    rows = open_ones.annotate(
        failing=Count("deliveries", filter=Q(deliveries__state=State.FAILED)),
        since=Min("deliveries__queued_at", filter=Q(deliveries__state=State.FAILED)),
        given_up=Count("deliveries", filter=Q(deliveries__state=State.GIVEN_UP, deliveries__done_at__gt=day_ago)),
    )
    return [Fares(one, one.failing, one.since, one.given_up) for one in rows.order_by("pk")]
