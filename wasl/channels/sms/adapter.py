"""Text messages over any provider with an HTTP gateway: address, request, answer, receipts and inbound messages are
described in the account's settings. In the demo the simulator is the gateway."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wasl.channels.contract import (
    AccountFacts,
    Call,
    InboundMessage,
    OutboundMessage,
    Outcome,
    ParseFailed,
    Reading,
    Result,
)
from wasl.channels.sms import callbacks
from wasl.channels.sms.exchange import outcome_of, request_for
from wasl.channels.sms.gateway import Gateway
from wasl.core import http
from wasl.core.marks import mark

# The whole try: less than the lease under which a worker holds a message (`messaging.delivery.LEASE`).
PATIENCE = 30.0


class SmsAdapter:
    """Hands messages to a gateway and understands its calls."""

    def parse(self, content: bytes, envelope: Mapping[str, Any]) -> InboundMessage:
        """Nothing comes in but calls of the gateway, which `read` understands."""
        raise ParseFailed("not_understood")

    def send(self, account: AccountFacts, message: OutboundMessage) -> Outcome:
        """Hand one message to the account's gateway, once; the gateway is told the same reference in every try."""
        gateway = Gateway.of(account)
        if not gateway.url:
            return Outcome(Result.TECHNICAL, detail="no gateway is set for this account")
        if not gateway.may_write_to(message.to_address):
            return Outcome(Result.PERMANENT, detail="no country that this account writes to")
        try:
            request = request_for(gateway, account, message)
            answer = http.call(
                request.method, request.url, headers=request.headers, body=request.body, patience=PATIENCE
            )
        except http.Unheard as error:
            return Outcome(Result.TECHNICAL, detail=str(error), uncertain=True)
        except (http.Refused, http.NotReached, ValueError) as error:
            return Outcome(Result.TECHNICAL, detail=f"{type(error).__name__}: {error}"[:300])
        mark("send.content_gone")
        return outcome_of(gateway, answer)

    def is_genuine(self, account: AccountFacts, call: Call, at: datetime) -> bool:
        """Did the account's gateway make this call?"""
        return callbacks.is_genuine(Gateway.of(account), call, at)

    def stored(self, account: AccountFacts, call: Call) -> Call:
        """The call as it may be kept."""
        return callbacks.without_secret(Gateway.of(account), call)

    def read(self, account: AccountFacts, content: bytes, envelope: Mapping[str, Any]) -> Reading:
        """Receipts and messages of one call."""
        return callbacks.read(Gateway.of(account), content, envelope)
