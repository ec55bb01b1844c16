"""The verbs of messaging."""

from wasl.messaging.operations.accounts import AddressInUse, change_secrets, save_account
from wasl.messaging.operations.calls import NotGenuine, receive_call
from wasl.messaging.operations.consent import opt_in, opt_out
from wasl.messaging.operations.erase import erase, forget
from wasl.messaging.operations.pace import place_in_line, take_turn
from wasl.messaging.operations.receipts import give_up_receipts, match_receipts, record_receipt
from wasl.messaging.operations.receive import (
    handle,
    ignore,
    park,
    receive_raw,
    record_inbound,
    unpark,
)
from wasl.messaging.operations.send import (
    TooManyAnswers,
    cancel,
    claim,
    name_conversation,
    open_conversation,
    queue_message,
    record_outcome,
    report_failure,
)

__all__ = [
    "AddressInUse",
    "NotGenuine",
    "TooManyAnswers",
    "cancel",
    "change_secrets",
    "claim",
    "erase",
    "forget",
    "give_up_receipts",
    "handle",
    "ignore",
    "match_receipts",
    "name_conversation",
    "open_conversation",
    "opt_in",
    "opt_out",
    "park",
    "place_in_line",
    "queue_message",
    "receive_call",
    "receive_raw",
    "record_inbound",
    "record_outcome",
    "record_receipt",
    "report_failure",
    "save_account",
    "take_turn",
    "unpark",
]
