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
class MessageDelivered(Event):
    """The provider says that it reached the person."""

    message_id: int


@event(version=1)
@dataclass(frozen=True)
class ReceiptMissed(Event):
    """No receipt came in time: the message stays "sent", and nobody waits any longer."""

    message_id: int


@event(version=1)
@dataclass(frozen=True)
class OptOutChanged(Event):
    """Somebody asked for fewer messages of a channel, or for all again."""

    channel: str
    is_out: bool


@event(version=1)
@dataclass(frozen=True)
class AccountTried(Event):
    """Somebody sent a test message over an account."""

    account_id: int
    result: str


@event(version=1)
@dataclass(frozen=True)
class AccountSaved(Event):
    account_id: int
    is_active: bool
