"""What can happen to deliveries and messages. Numbers and codes only."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class DeliveryParked(Event):
    """A delivery waits for a person: nobody could understand or place it."""

    delivery_id: int
    reason: str


@event(version=1)
@dataclass(frozen=True)
class DeliveryReleased(Event):
    """A person sent a parked delivery through once more, or set it aside."""

    delivery_id: int
    ignored: bool


@event(version=1)
@dataclass(frozen=True)
class MessageReceived(Event):
    message_id: int
    conversation_id: int


@event(version=1)
@dataclass(frozen=True)
class MessageSent(Event):
    message_id: int


@event(version=1)
@dataclass(frozen=True)
class MessageFailed(Event):
    """The message will not be tried again; `state` is permanent_failure or technical_failure."""

    message_id: int
    state: str


@event(version=1)
@dataclass(frozen=True)
class AccountSaved(Event):
    account_id: int
    is_active: bool
