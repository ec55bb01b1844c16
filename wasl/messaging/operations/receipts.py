"""Receipts of providers: they come early, late, in any order, twice, or never, and a state only ever rises."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from wasl.channels.contract import DeliveryReport, Fate
from wasl.core import events, once
from wasl.core.asked import Asked
from wasl.messaging import delivery as rules
from wasl.messaging.events import MessageDelivered, MessageFailed, ReceiptMissed
from wasl.messaging.models import ChannelAccount, Message, Receipt

State = Message.State
_OURS = Message.objects.filter(direction=Message.Direction.OUT)
_BY_REFERENCE = Asked(
    lambda account_id, reference: _OURS.filter(conversation__account_id=account_id, message_id=reference).order_by(
        "pk"
    )[:1],
    int,
    str,
)
_BY_PROVIDER_ID = Asked(
    lambda account_id, provider_id: _OURS.filter(conversation__account_id=account_id, provider_id=provider_id).order_by(
        F("receipt_due_at").asc(nulls_last=True), "-pk"
    )[:1],
    int,
    str,
)
_LOCKED = Asked(lambda number: Message.objects.select_for_update().filter(pk=number), int)
# By the reference that we gave, and by the id that the provider gave; both may be empty.
_WAITING = Asked(
    lambda account_id, reference, provider_id: (
        Receipt.objects.filter(account_id=account_id, message__isnull=True)
        .filter(
            (Q(client_reference=reference) & ~Q(client_reference=""))
            | (Q(provider_id=provider_id) & ~Q(provider_id=""))
        )
        .order_by("pk")
    ),
    int,
    str,
    str,
)
_STATES = {Fate.DELIVERED: State.DELIVERED, Fate.FAILED: State.PERMANENT_FAILURE}


@transaction.atomic(savepoint=False)
def record_receipt(account: ChannelAccount, report: DeliveryReport, *, at: datetime) -> Receipt:
    """Keep a receipt and let its message rise; the same again changes nothing. One that fits none waits for it."""
    unique: dict[str, Any] = {
        "account": account,
        "provider_id": report.provider_id,
        "client_reference": report.client_reference,
        "fate": report.fate,
    }
    receipt = Receipt(agency_id=account.agency_id, detail=report.detail, received_at=at, **unique)
    if not once.add(receipt):
        receipt = Receipt.objects.get(**unique)
    if receipt.message_id is None:
        _match(receipt, at)
    return receipt


def take_waiting_receipts(message: Message, *, at: datetime) -> None:
    """Receipts that came before we knew under which id the provider took the message; in the transaction of its
    outcome."""
    for receipt in _WAITING.all(message.conversation.account_id, message.message_id, message.provider_id):
        _apply(receipt, message.pk, at)


def match_receipts(*, at: datetime, since: datetime, limit: int = 500) -> int:
    """Look once more for the messages of receipts that came since then and fit none; gives how many were found."""
    # Only those that fit one by now: receipts of codes and of tests never do, and would stand in front of the others.
    ours = Message.objects.filter(conversation__account_id=OuterRef("account_id"), direction=Message.Direction.OUT)
    by_reference = Exists(ours.filter(message_id=OuterRef("client_reference")).exclude(message_id=""))
    by_id = Exists(ours.filter(provider_id=OuterRef("provider_id")).exclude(provider_id=""))
    waiting = Receipt.objects.filter(by_reference | by_id, message__isnull=True, received_at__gte=since)
    return sum(_match_one(receipt, at) for receipt in waiting.order_by("pk")[:limit])


@transaction.atomic
def give_up_receipts(*, at: datetime, limit: int = 500) -> int:
    """End the wait for receipts that did not come in time; gives how many. The message stays "sent", as it was."""
    waiting = Message.objects.select_for_update(skip_locked=True).filter(state=State.SENT, receipt_due_at__lte=at)
    late = list(waiting.only("pk", "agency_id")[:limit])
    for message in late:
        Message.objects.filter(pk=message.pk).update(receipt_due_at=None, error=rules.NO_RECEIPT)
        events.publish(ReceiptMissed(message.pk), agency_id=message.agency_id, at=at)
    return len(late)


@transaction.atomic
def _match_one(receipt: Receipt, at: datetime) -> bool:
    return _match(receipt, at)


def _match(receipt: Receipt, at: datetime) -> bool:
    message_id = _message_of(receipt)
    if message_id is None:
        return False
    _apply(receipt, message_id, at)
    return True


def _message_of(receipt: Receipt) -> int | None:
    """By the reference that we gave, else by the id that the provider gave."""
    found: Message | None = None
    if receipt.client_reference:
        found = _BY_REFERENCE.one(receipt.account_id, receipt.client_reference)
    if found is None and receipt.provider_id:
        found = _BY_PROVIDER_ID.one(receipt.account_id, receipt.provider_id)
    return found.pk if found else None


def _apply(receipt: Receipt, message_id: int, at: datetime) -> None:
    Receipt.objects.filter(pk=receipt.pk).update(message_id=message_id)
    receipt.message_id = message_id
    state = _STATES.get(Fate(receipt.fate))
    if state is None:
        return
    message = _LOCKED.one(message_id)
    if message is None or not rules.may_follow(message.state, state):
        return
    message.state, message.next_try_at, message.receipt_due_at = state, None, None
    message.error = "" if state == State.DELIVERED else receipt.detail
    message.save(update_fields=["state", "next_try_at", "receipt_due_at", "error"])
    fact = MessageDelivered(message.pk) if state == State.DELIVERED else MessageFailed(message.pk, state)
    events.publish(fact, agency_id=message.agency_id, at=at)
