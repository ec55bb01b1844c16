"""Who understands what came in: an upper room registers one function for each channel, `messaging` calls it.

The function runs in the transaction in which the delivery is marked as handled, so both stand or neither does. It may
park the delivery itself; when it raises, the delivery is tried again and parked in the end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from wasl.channels.contract import InboundMessage
from wasl.core.models import StoredFile
from wasl.messaging.models import ChannelAccount, Conversation, RawDelivery


@dataclass(frozen=True)
class Received:
    """One understood delivery of a person, with all that is known about where it belongs.

    `conversation` is set when it provably answers one of ours; `how` says by which proof (token, message_id,
    reference). `files` are staged: keep them with `record_inbound`. `left_out` names attachments that were not taken.
    """

    delivery: RawDelivery
    account: ChannelAccount
    inbound: InboundMessage
    conversation: Conversation | None
    how: str
    files: tuple[StoredFile, ...]
    left_out: tuple[str, ...]
    at: datetime

    @property
    def is_known_sender(self) -> bool:
        """Does it come from the address that the conversation is held with?"""
        return self.conversation is not None and self.conversation.address == self.inbound.sender_address


Receiver = Callable[[Received], None]
_receivers: dict[str, Receiver] = {}


def receives(channel: str) -> Callable[[Receiver], Receiver]:
    """Let the function take in what people write over this channel."""

    def register(function: Receiver) -> Receiver:
        _receivers[channel] = function
        return function

    return register


def receiver_of(channel: str) -> Receiver | None:
    """The function that takes in a channel; None while no room above does."""
    return _receivers.get(channel)
