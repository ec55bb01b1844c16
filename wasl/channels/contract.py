"""What every channel speaks with the house: plain dataclasses, no model and no setting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class AutomaticKind(StrEnum):
    """Why a message was not written by a person. Such messages make no case and get no answer."""

    BOUNCE = "bounce"
    VACATION = "vacation"
    GENERATED = "generated"
    LIST = "list"
    BULK = "bulk"
    NO_REPLY = "no_reply"
    OWN = "own"


@dataclass(frozen=True)
class Attachment:
    """One file of a message. `name` is cleaned and never empty; `content_type` is what the sender claims."""

    name: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True)
class AuthenticationHint:
    """What the server named `server` says it found out about the sender (RFC 8601); believe only servers you know."""

    server: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


@dataclass(frozen=True)
class FailureReport:
    """What a bounce says (RFC 3464): which of our messages, to whom, and whether that is final."""

    message_id: str
    recipient: str
    status: str
    is_final: bool
    detail: str


@dataclass(frozen=True)
class InboundMessage:
    """One message as understood. All texts are cleaned; addresses are lower-case; ids keep their angle brackets.

    `text` is what the person newly wrote; `full_text` also holds what they quoted. `html` went through the allow-list
    and still has to go through it when shown. `date` is the sender's claim. `notes` say what was left out or mended.
    """

    sender_address: str
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    full_text: str = ""
    html: str = ""
    language: str = "ar"
    date: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    automatic: AutomaticKind | None = None
    authentication: AuthenticationHint = field(default_factory=AuthenticationHint)
    failures: tuple[FailureReport, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutboundMessage:
    """One message to send. The same `message_id` is used in every try."""

    to_address: str
    subject: str
    text: str
    html: str = ""
    language: str = "ar"
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_token: str = ""
    # "auto-generated" for notices, "auto-replied" for an automatic answer, empty for words of a person (RFC 3834).
    automatic: str = "auto-generated"
    attachments: tuple[Attachment, ...] = ()
    written_at: datetime | None = None


class Result(StrEnum):
    """What became of one try to send."""

    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    TECHNICAL = "technical"


@dataclass(frozen=True)
class Outcome:
    """The end of one try. `uncertain`: the other side may have taken the message before the line broke."""

    result: Result
    provider_id: str = ""
    detail: str = ""
    uncertain: bool = False


@dataclass(frozen=True)
class AccountFacts:
    """What an adapter may know of the account it works for; `secret` is unsealed for this one use."""

    channel: str
    name: str
    address: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)


class Fate(StrEnum):
    """What a provider reports of a message it took."""

    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DeliveryReport:
    """A receipt: of which message (the provider's id, or ours that it was told), and what became of it."""

    provider_id: str
    client_reference: str
    fate: Fate
    detail: str = ""


@dataclass(frozen=True)
class Reading:
    """What one call of a provider held: receipts, messages of people, any number of each."""

    reports: tuple[DeliveryReport, ...] = ()
    messages: tuple[InboundMessage, ...] = ()


class ParseFailed(ValueError):
    """A delivery that cannot be understood; `reason` is a short code. It is parked for a person, never dropped."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class Adapter(Protocol):
    """What a channel offers. `parse` raises ParseFailed and nothing else; `send` raises nothing."""

    def parse(self, content: bytes, envelope: Mapping[str, Any]) -> InboundMessage:
        """Understand one raw delivery."""

    def send(self, account: AccountFacts, message: OutboundMessage) -> Outcome:
        """Hand one message to the provider, once, within bounded time."""


class CalledBack(Protocol):
    """What an adapter offers besides when its provider calls us: `is_genuine` asks whether it is the provider, `read`
    understands the call. `read` raises ParseFailed and nothing else."""

    def is_genuine(self, account: AccountFacts, call: "Call", at: datetime) -> bool:
        """Did the provider of this account make the call?"""

    def stored(self, account: AccountFacts, call: "Call") -> "Call":
        """The call as it may be kept: without the secret that came with it."""

    def read(self, account: AccountFacts, content: bytes, envelope: Mapping[str, Any]) -> Reading:
        """Understand a call as it was kept."""


@dataclass(frozen=True)
class Call:
    """One HTTP call of a provider. Header names are lower-case; `content` is the body byte for byte."""

    method: str
    query: str
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
