"""What happens to subscriptions. Neither address nor secret is in a fact."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class SubscriptionMade(Event):
    subscription_id: int
    kinds: list[str]


@event(version=1)
@dataclass(frozen=True)
class SubscriptionChanged(Event):
    subscription_id: int
    kinds: list[str]
    address_changed: bool


@event(version=1)
@dataclass(frozen=True)
class SubscriptionSecretTurned(Event):
    subscription_id: int


@event(version=1)
@dataclass(frozen=True)
class SubscriptionPaused(Event):
    subscription_id: int
    reason: str


@event(version=1)
@dataclass(frozen=True)
class SubscriptionResumed(Event):
    subscription_id: int


@event(version=1)
@dataclass(frozen=True)
class SubscriptionEnded(Event):
    subscription_id: int


@event(version=1)
@dataclass(frozen=True)
class DeliveriesReplayed(Event):
    subscription_id: int
    deliveries: int
