"""Calls of a provider (receipts, people's messages): kept as they came, answered at once, understood by a job."""

from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from django.db import transaction

from wasl.channels import registry
from wasl.channels.contract import AutomaticKind, Call, CalledBack, InboundMessage, Reading
from wasl.core.asked import Asked
from wasl.core.marks import mark
from wasl.messaging import queries
from wasl.messaging.models import ChannelAccount, RawDelivery
from wasl.messaging.operations.receipts import record_receipt
from wasl.messaging.receiving import Received, receiver_of

# In `RawDelivery.envelope`: this is a call, not a message.
MARK = "call"
# Providers that give a message no id repeat a call they got no answer to within this time; people do not.
SAME_WITHIN_SECONDS = 300


_STATE = Asked(lambda number: RawDelivery.objects.select_for_update().only("state").filter(pk=number), int)


class NotGenuine(Exception):
    """The call does not carry the proof that the account's provider made it."""


def receive_call(account: ChannelAccount, call: Call, *, at: datetime) -> RawDelivery:
    """Keep a call of the account's provider, once, with the job that reads it. Raises NotGenuine.

    Only after this returned may the provider be answered.
    """
    from wasl.messaging.operations.receive import receive_raw

    adapter, facts = _adapter(account), queries.account_facts(account)
    if not adapter.is_genuine(facts, call, at):
        raise NotGenuine
    kept = adapter.stored(facts, call)
    key = _key_of(account, kept, at)
    envelope = {MARK: True, "method": kept.method, "query": kept.query, "key": key}
    return receive_raw(
        account=account, provider_key=key, content=kept.content, channel=account.channel, envelope=envelope, at=at
    )


def is_call(delivery: RawDelivery) -> bool:
    """Is it a call of a provider?"""
    return bool(delivery.envelope.get(MARK))


def take_call(delivery: RawDelivery, *, at: datetime) -> None:
    """Understand a call and let its receipts and messages have their effect, all or nothing. Raises ParseFailed."""
    account = delivery.account
    assert account is not None  # a call comes in under its account
    content = bytes(delivery.content)
    reading: Reading = _adapter(account).read(queries.account_facts(account), content, delivery.envelope)
    mark("handle.understood")
    with transaction.atomic():
        fresh = _STATE.one(delivery.pk)
        if fresh is None or fresh.state != RawDelivery.State.STORED:
            return
        for report in reading.reports:
            record_receipt(account, report, at=at)
        notes = [_take_message(delivery, account, inbound, at) for inbound in reading.messages]
        is_ignored = bool(notes) and all(notes) and not reading.reports
        RawDelivery.objects.filter(pk=delivery.pk, state=RawDelivery.State.STORED).update(
            state=RawDelivery.State.IGNORED if is_ignored else RawDelivery.State.PARSED,
            note=notes[0] if is_ignored else "",
            next_try_at=None,
            handled_at=at,
        )
        mark("handle.before_commit")
    mark("handle.after_commit")


def _take_message(delivery: RawDelivery, account: ChannelAccount, inbound: InboundMessage, at: datetime) -> str:
    """Let the room above take in one message; gives why none was taken, else nothing."""
    if inbound.automatic is not None:
        return str(inbound.automatic)
    if queries.is_own_sender(inbound.sender_address, account.channel):
        return AutomaticKind.OWN
    receiver = receiver_of(account.channel)
    if receiver is None:
        return "no_receiver"
    match = queries.conversation_of_text(inbound, account=account, at=at)
    receiver(Received(delivery, account, inbound, match.conversation, match.how, (), (), at))
    return ""


def _adapter(account: ChannelAccount) -> CalledBack:
    return cast(CalledBack, registry.adapter(account.channel))


def _key_of(account: ChannelAccount, call: Call, at: datetime) -> str:
    """The same call again has the same key: by its content, and where that names no message, by the time too."""
    body = sha256(f"{call.method}\n{call.query}\n".encode() + call.content).hexdigest()
    names_messages: Any = account.settings.get("inbound_id", "id")
    slot = "" if names_messages else f":{int(at.timestamp()) // SAME_WITHIN_SECONDS}"
    return f"call:{body}{slot}"
