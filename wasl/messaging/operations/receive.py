"""Taking in: first the bytes, then their meaning."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction

from wasl.accounts.models import User
from wasl.channels import registry
from wasl.channels.contract import Attachment, AutomaticKind, InboundMessage, ParseFailed
from wasl.core import events, files
from wasl.core.asked import Asked
from wasl.core.marks import mark
from wasl.core.models import StoredFile
from wasl.messaging import delivery as rules
from wasl.messaging import queries
from wasl.messaging.events import DeliveryParked, DeliveryReleased, MessageReceived
from wasl.messaging.models import ChannelAccount, Conversation, Message, MessageFile, RawDelivery
from wasl.messaging.operations.calls import is_call, take_call
from wasl.messaging.operations.send import report_failure
from wasl.messaging.receiving import Received, receiver_of

State = RawDelivery.State
# While one worker reads a delivery no other begins with it; longer than the parser may take.
READING = timedelta(seconds=45)
MAX_ATTACHMENT = 30 * 1024 * 1024
# What the file store does not know as harmless is kept as a mere download of one of these types.
_KEPT_AS = frozenset({"message/rfc822", "application/ms-tnef", "text/calendar"})

_TO_READ = Asked(
    lambda number: RawDelivery.objects.select_for_update(of=("self",)).select_related("account").filter(pk=number),
    int,
)
_STATE = Asked(lambda number: RawDelivery.objects.only("state").filter(pk=number), int)

logger = logging.getLogger(__name__)


@transaction.atomic
def receive_raw(
    *,
    account: ChannelAccount,
    provider_key: str,
    content: bytes,
    at: datetime,
    channel: str = "email",
    envelope: Mapping[str, Any] | None = None,
) -> RawDelivery:
    """Store what came in, with the job that will read it, in one transaction; the same key again is the same row.

    Only after this committed may the other side be told that we have it.
    """
    stored = RawDelivery(
        account=account,
        provider_key=provider_key[:200],
        agency_id=account.agency_id,
        channel=channel,
        content=content,
        envelope=dict(envelope or {}),
        received_at=at,
    )
    is_new = _add(stored)
    mark("receive.row_made")
    if is_new:
        _queue(stored)
    else:
        stored = RawDelivery.objects.get(account=account, provider_key=stored.provider_key)
    mark("receive.job_queued")
    return stored


def _add(delivery: RawDelivery) -> bool:
    """Insert the row unless its key is there; gives whether it was. In one statement, and its bytes as bytes."""
    columns = [field for field in RawDelivery._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(getattr(delivery, field.attname), connection) for field in columns]
    names, places = ", ".join(field.column for field in columns), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {RawDelivery._meta.db_table} ({names}) VALUES ({places}) "  # noqa: S608 (names of our own model)
            "ON CONFLICT (account_id, provider_key) DO NOTHING RETURNING id",
            values,
        )
        written = cursor.fetchone()
    if written is not None:
        delivery.pk = written[0]
        delivery._state.adding, delivery._state.db = False, "default"
    return written is not None


def handle(delivery_id: int, *, at: datetime) -> str:
    """Read one stored delivery and let the room above take it in; gives the state it ends in.

    Raises nothing but what says that the database is away. What cannot be understood is parked at once; what cannot be
    placed is tried again for about four hours and then parked.
    """
    delivery = _begin(delivery_id, at)
    if delivery is None:
        return ""
    try:
        _read(delivery, at)
    except ParseFailed as failed:
        park(delivery, note=failed.reason, at=at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # Whatever breaks on the way in must cost neither this delivery nor the next one.
        logger.exception("A delivery could not be placed", extra={"delivery_id": delivery.pk})
        _try_later(delivery, type(error).__name__, at)
    fresh = _STATE.one(delivery_id)
    return fresh.state if fresh else ""


@transaction.atomic
def record_inbound(
    *,
    delivery: RawDelivery,
    inbound: InboundMessage,
    conversation: Conversation,
    at: datetime,
    kept_files: Iterable[StoredFile] = (),
) -> Message:
    """Write down what somebody wrote to us, and keep its files; the same mail a second time is the same message."""
    known = queries.already_received(conversation.account, inbound)
    if known is not None:
        return known
    message = Message.objects.create(
        agency_id=conversation.agency_id,
        conversation=conversation,
        delivery=delivery,
        direction=Message.Direction.IN,
        language=inbound.language,
        subject=inbound.subject[:300],
        text=inbound.text,
        full_text=inbound.full_text if inbound.full_text != inbound.text else "",
        html=inbound.html,
        from_name=inbound.sender_name[:200],
        from_address=inbound.sender_address[:254],
        to_address=conversation.account.address,
        message_id=inbound.message_id[:300],
        in_reply_to=inbound.in_reply_to[:300],
        automatic=inbound.automatic or "",
        state=Message.State.DELIVERED,
        dedupe_key=_inbound_key(delivery, inbound, conversation.account),
        created_at=delivery.received_at,
    )
    _keep(message, list(kept_files))
    Conversation.objects.filter(pk=conversation.pk, last_at__lt=at).update(last_at=at)
    events.publish(MessageReceived(message.pk, conversation.pk), agency_id=conversation.agency_id, at=at)
    return message


@transaction.atomic
def park(delivery: RawDelivery, *, note: str, at: datetime, by: User | None = None) -> None:
    """Set a delivery aside for a person; `note` is a short code that says why."""
    fresh = {"state": State.PARKED, "note": note[:300], "next_try_at": None, "handled_at": at}
    if RawDelivery.objects.filter(pk=delivery.pk).exclude(state=State.PARKED).update(**fresh):
        events.publish(DeliveryParked(delivery.pk, note[:40]), agency_id=delivery.agency_id, by=by, at=at)


@transaction.atomic
def unpark(delivery: RawDelivery, *, by: User, at: datetime) -> bool:
    """Let a parked or ignored delivery be read once more; False when somebody else already did.

    Its note stays until then, so that whoever reads it knows what a person has decided against.
    """
    aside = RawDelivery.objects.filter(pk=delivery.pk, state__in=[State.PARKED, State.IGNORED])
    if not aside.update(state=State.STORED, attempts=0, next_try_at=None, handled_at=None, received_at=at):
        return False
    events.publish(DeliveryReleased(delivery.pk, ignored=False), agency_id=delivery.agency_id, by=by, at=at)
    _queue(delivery)
    return True


@transaction.atomic
def ignore(delivery: RawDelivery, *, note: str, at: datetime, by: User | None = None) -> bool:
    """Close a delivery that needs no answer; it stays readable. False when it was already handled."""
    waiting = RawDelivery.objects.filter(pk=delivery.pk, state__in=[State.STORED, State.PARKED])
    if not waiting.update(state=State.IGNORED, note=note[:300], next_try_at=None, handled_at=at):
        return False
    if by is not None:
        events.publish(DeliveryReleased(delivery.pk, ignored=True), agency_id=delivery.agency_id, by=by, at=at)
    return True


@transaction.atomic
def _begin(delivery_id: int, at: datetime) -> RawDelivery | None:
    """Take the delivery for reading; None when it is done or another worker reads it."""
    delivery = _TO_READ.one(delivery_id)
    if delivery is None or delivery.state != State.STORED:
        return None
    if delivery.next_try_at is not None and delivery.next_try_at > at:
        _queue(delivery, at=delivery.next_try_at)
        return None
    delivery.attempts += 1
    delivery.next_try_at = at + READING
    delivery.save(update_fields=["attempts", "next_try_at"])
    if delivery.attempts > rules.TRIES:  # workers died over it: poison
        park(delivery, note="gave_up", at=at)
        return None
    return delivery


def _read(delivery: RawDelivery, at: datetime) -> None:
    if is_call(delivery):
        take_call(delivery, at=at)
        return
    inbound = registry.adapter(delivery.channel).parse(bytes(delivery.content), delivery.envelope)
    mark("handle.understood")
    _take_in(delivery, inbound, at)


def _take_in(delivery: RawDelivery, inbound: InboundMessage, at: datetime) -> None:
    account = delivery.account
    if account is None:
        park(delivery, note="no_account", at=at)
        return
    if inbound.automatic is not None or queries.is_own_address(inbound.sender_address):
        _take_automatic(delivery, inbound, at)
        return
    receiver = receiver_of(delivery.channel)
    if receiver is None:
        park(delivery, note="no_receiver", at=at)
        return
    stored, left_out = _store_files(inbound, delivery, at)
    mark("handle.files_staged")
    recipients = [str(address) for address in delivery.envelope.get("rcpt_to") or []]
    with transaction.atomic():
        fresh = RawDelivery.objects.select_for_update().get(pk=delivery.pk)
        if fresh.state != State.STORED:
            return
        match = queries.conversation_of_reply(inbound, account=account, at=at, recipients=recipients)
        receiver(Received(delivery, account, inbound, match.conversation, match.how, stored, left_out, at))
        RawDelivery.objects.filter(pk=delivery.pk, state=State.STORED).update(
            state=State.PARSED, note=" ".join(inbound.notes)[:300], next_try_at=None, handled_at=at
        )
        mark("handle.before_commit")
    mark("handle.after_commit")


def _take_automatic(delivery: RawDelivery, inbound: InboundMessage, at: datetime) -> None:
    """Machines get no case and no answer; what a bounce says about our own message is believed."""
    for failure in inbound.failures:
        if failure.is_final:
            report_failure(message_id=failure.message_id, agency_id=delivery.agency_id, detail=failure.detail, at=at)
    ignore(delivery, note=inbound.automatic or AutomaticKind.OWN, at=at)


def _store_files(
    inbound: InboundMessage, delivery: RawDelivery, at: datetime
) -> tuple[tuple[StoredFile, ...], tuple[str, ...]]:
    """The attachments as staged files, and the names of those that were not taken (the raw mail still holds them)."""
    taken: list[StoredFile] = []
    left_out: list[str] = []
    for attachment in inbound.attachments:
        try:
            taken.append(_store_file(attachment, delivery.agency_id, at))
        except files.FileRefused as refused:
            left_out.append(f"{attachment.name}: {refused.reason}")
    return tuple(taken), tuple(left_out)


def _store_file(attachment: Attachment, agency_id: int, at: datetime) -> StoredFile:
    """What is not known as harmless becomes a mere download; programs and empty files are refused."""
    try:
        return files.store(
            attachment.content, agency_id=agency_id, name=attachment.name, at=at, content_type=attachment.content_type
        )
    except files.FileRefused as refused:
        if refused.reason in ("program", "empty", "too_big"):
            raise
    return files.store_raw(
        attachment.content,
        agency_id=agency_id,
        name=attachment.name,
        at=at,
        content_type=attachment.content_type if attachment.content_type in _KEPT_AS else "application/octet-stream",
        max_bytes=MAX_ATTACHMENT,
    )


@transaction.atomic
def _try_later(delivery: RawDelivery, note: str, at: datetime) -> None:
    wait = rules.wait_after(delivery.attempts)
    if wait is None:
        park(delivery, note=note, at=at)
        return
    waiting = RawDelivery.objects.filter(pk=delivery.pk, state=State.STORED)
    if waiting.update(next_try_at=at + wait, note=note[:300]):
        _queue(delivery, at=at + wait)


def _keep(message: Message, stored: list[StoredFile]) -> None:
    files.keep(stored)
    links = {file.pk: MessageFile(message=message, file=file) for file in stored}
    MessageFile.objects.bulk_create(links.values())


def _inbound_key(delivery: RawDelivery, inbound: InboundMessage, account: ChannelAccount) -> str:
    return queries.inbound_key(account, inbound) if inbound.message_id else f"in:delivery:{delivery.pk}"


def _queue(delivery: RawDelivery, *, at: datetime | None = None) -> None:
    from wasl.messaging.jobs import handle_delivery

    handle_delivery.defer(delivery_id=delivery.pk, once=f"delivery {delivery.pk}", at=at)
