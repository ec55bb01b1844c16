"""Receipts of providers: they come early, late, in any order, twice, or never, and a state only ever rises."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from wasl.channels.contract import DeliveryReport, Fate
from wasl.core import events
from wasl.messaging import delivery as rules
from wasl.messaging.events import MessageDelivered, MessageFailed, ReceiptMissed
from wasl.messaging.models import ChannelAccount, Message, Receipt

State = Message.State
_STATES = {Fate.DELIVERED: State.DELIVERED, Fate.FAILED: State.PERMANENT_FAILURE}


@transaction.atomic
def record_receipt(account: ChannelAccount, report: DeliveryReport, *, at: datetime) -> Receipt:
    """Keep a receipt and let its message rise; the same again changes nothing. One that fits none waits for it."""
    receipt, _ = Receipt.objects.get_or_create(
        account=account,
        provider_id=report.provider_id,
        client_reference=report.client_reference,
        fate=report.fate,
        defaults={"agency_id": account.agency_id, "detail": report.detail, "received_at": at},
    )
    if receipt.message_id is None:
        _match(receipt, at)
    return receipt


@transaction.atomic
def take_waiting_receipts(message: Message, *, at: datetime) -> None:
    """Receipts that came before we knew under which id the provider took the message."""
    named = Q(client_reference=message.message_id) if message.message_id else Q(pk__in=[])
    if message.provider_id:
        named |= Q(provider_id=message.provider_id)
    account_id = message.conversation.account_id
    for receipt in Receipt.objects.filter(named, account_id=account_id, message__isnull=True).order_by("pk"):
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
    ours = Message.objects.filter(conversation__account_id=receipt.account_id, direction=Message.Direction.OUT)
    found: int | None = None
    if receipt.client_reference:
        found = ours.filter(message_id=receipt.client_reference).values_list("pk", flat=True).first()
    if found is None and receipt.provider_id:
        known = ours.filter(provider_id=receipt.provider_id).order_by(F("receipt_due_at").asc(nulls_last=True), "-pk")
        found = known.values_list("pk", flat=True).first()
    return found


def _apply(receipt: Receipt, message_id: int, at: datetime) -> None:
    Receipt.objects.filter(pk=receipt.pk).update(message_id=message_id)
    receipt.message_id = message_id
    state = _STATES.get(Fate(receipt.fate))
    if state is None:
        return
    message = Message.objects.select_for_update().get(pk=message_id)
    if not rules.may_follow(message.state, state):
        return
    message.state, message.next_try_at, message.receipt_due_at = state, None, None
    message.error = "" if state == State.DELIVERED else receipt.detail
    message.save(update_fields=["state", "next_try_at", "receipt_due_at", "error"])
    fact = MessageDelivered(message.pk) if state == State.DELIVERED else MessageFailed(message.pk, state)
    events.publish(fact, agency_id=message.agency_id, at=at)
