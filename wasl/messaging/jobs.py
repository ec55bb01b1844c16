"""What the worker does for messaging by itself."""

import logging
from datetime import timedelta

from wasl.channels import registry
from wasl.channels.contract import Attachment, OutboundMessage, Outcome, Result
from wasl.core import clock, files
from wasl.core.jobs import job, periodic
from wasl.core.marks import mark
from wasl.core.models import StoredFile
from wasl.messaging import operations, queries
from wasl.messaging.models import Channel, Message
from wasl.messaging.operations.send import queue, queue_when_free
from wasl.messaging.replies import reply_token

# Unless the account says otherwise (`per_minute`): well below what mail servers call a flood.
PER_MINUTE = 300
# How long the message of a receipt is looked for: a sender may learn its provider's id late.
RECEIPTS_KEPT_LOOKING = timedelta(days=3)

logger = logging.getLogger(__name__)


@job(name="messaging.handle_delivery", queue="mail")
def handle_delivery(delivery_id: int) -> None:
    """Read one raw delivery."""
    operations.handle(delivery_id, at=clock.now())


@job(name="messaging.send_message", queue="send", retry=False)
def send_message(message_id: int) -> None:
    """Try to send one message. The message itself knows when to try again; a job that dies is replaced by `sweep`."""
    if not _has_room(message_id):
        return
    message = operations.claim(message_id, at=clock.now())
    if message is None:
        queue_when_free(message_id)
        return
    mark("send.claimed")
    outcome = _try(message)
    mark("send.tried")
    operations.record_outcome(message.pk, lease_token=message.lease_token, outcome=outcome, at=clock.now())
    mark("send.recorded")


@periodic("* * * * *", name="messaging.sweep")
def sweep(timestamp: int) -> None:
    """Queue again what no job covers: killed between two steps, or lost by the queue."""
    at = clock.now()
    for message in queries.messages_to_send(at=at):
        queue(message)
    for delivery_id in queries.deliveries_to_handle(at=at):
        handle_delivery.defer(delivery_id=delivery_id, once=f"delivery {delivery_id}")


def _try(message: Message) -> Outcome:
    account = message.conversation.account
    try:
        facts = queries.account_facts(account)
        return registry.adapter(account.channel).send(facts, _outbound(message))
    except Exception as error:
        # An adapter's own fault must end as a visible outcome, not as a lease that runs out for ever.
        logger.exception("A try to send ended in an error", extra={"message_id": message.pk})
        return Outcome(Result.TECHNICAL, detail=type(error).__name__)


def _outbound(message: Message) -> OutboundMessage:
    conversation = message.conversation
    is_mail = conversation.account.channel == Channel.EMAIL  # no other channel knows threads, or carries files
    earlier = _earlier_ids(message) if is_mail else []
    attached = message.files.select_related("file") if is_mail else ()
    return OutboundMessage(
        to_address=message.to_address,
        subject=message.subject,
        text=message.text,
        html=message.html,
        language=message.language,
        message_id=message.message_id,
        in_reply_to=message.in_reply_to,
        references=tuple(earlier[-10:]),
        reply_token=reply_token(conversation.public_id),
        automatic=message.automatic,
        attachments=tuple(_attachment(link.file) for link in attached),
        written_at=message.created_at,
    )


def _earlier_ids(message: Message) -> list[str]:
    written = queries.messages_of(message.conversation)
    return [one.message_id for one in written if one.pk < message.pk and one.message_id]


def _attachment(file: StoredFile) -> Attachment:
    with files.open_file(file) as content:
        return Attachment(file.name, file.content_type, content.read())


@periodic("* * * * *", name="messaging.receipts")
def receipts(timestamp: int) -> None:
    """Receipts that met their message too early find it; those that never came are waited for no longer."""
    at = clock.now()
    operations.match_receipts(at=at, since=at - RECEIPTS_KEPT_LOOKING)
    operations.give_up_receipts(at=at)


def _has_room(message_id: int) -> bool:
    """Has the account a token for this message? If not, the job waits for one."""
    message = queries.message(message_id)
    if message is None:
        return False
    account = message.conversation.account
    per_minute = int(account.settings.get("per_minute") or PER_MINUTE)
    at = clock.now()
    wait = operations.take_turn(account, lane=message.lane, per_minute=per_minute, at=at)
    if wait is None:
        return True
    queue(message, at=operations.place_in_line(account, lane=message.lane, per_minute=per_minute, earliest=at + wait))
    return False
