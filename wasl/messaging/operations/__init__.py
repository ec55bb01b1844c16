"""The verbs of messaging."""

from wasl.messaging.operations.accounts import save_account
from wasl.messaging.operations.erase import erase
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
    "TooManyAnswers",
    "cancel",
    "claim",
    "erase",
    "handle",
    "ignore",
    "name_conversation",
    "open_conversation",
    "park",
    "queue_message",
    "receive_raw",
    "record_inbound",
    "record_outcome",
    "report_failure",
    "save_account",
    "unpark",
]
