"""The face of e-mail towards `messaging`."""

from collections.abc import Mapping
from typing import Any

from wasl.channels.contract import AccountFacts, InboundMessage, OutboundMessage, Outcome
from wasl.channels.email import child, send


class EmailAdapter:
    """Reads raw mail in a limited process, sends over SMTP."""

    def parse(self, content: bytes, envelope: Mapping[str, Any]) -> InboundMessage:
        """Understand one raw mail; `envelope["mail_from"]` is the SMTP sender where the door heard it."""
        sender = envelope.get("mail_from")
        return child.parse_apart(content, envelope_from=sender if isinstance(sender, str) else None)

    def send(self, account: AccountFacts, message: OutboundMessage) -> Outcome:
        """Hand one mail to the account's SMTP server."""
        return send.send(account, message)
