"""Sending: a message is made once, claimed under a lease, tried outside of any transaction, and always ends visibly."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from wasl.channels.contract import Outcome, Result
from wasl.contacts.models import Beneficiary
from wasl.core import events, files, keys, once, sets
from wasl.core.asked import Asked
from wasl.core.marks import mark
from wasl.core.models import StoredFile
from wasl.core.text import clean_line
from wasl.messaging import delivery as rules
from wasl.messaging import queries
from wasl.messaging.events import MessageFailed, MessageSent
from wasl.messaging.models import Channel, ChannelAccount, Conversation, Message, MessageFile
from wasl.messaging.operations.receipts import take_waiting_receipts

State = Message.State
# The loop breaker. Answers: to mail somebody sent us. The day's cap holds for automatic messages of any kind.
ANSWERS_AN_HOUR = 3
AUTOMATIC_A_DAY = 40
# Text messages cost money and wake people: fewer of them, whoever asks.
TEXTS_A_DAY = 20


# What a try may change of a message.
_OUTCOME = (
    "state",
    "next_try_at",
    "lease_token",
    "lease_until",
    "uncertain",
    "provider_id",
    "error",
    "sent_at",
    "receipt_due_at",
)
_CLAIM = f"""
UPDATE messaging_message SET lease_token = %s::text, lease_until = %s::timestamptz, attempts = attempts + 1,
    state = CASE state WHEN 'created' THEN 'sending' ELSE state END
WHERE id = %s::bigint AND direction = 'out' AND state IN ({", ".join(f"'{state}'" for state in rules.OPEN)})
  AND (lease_until IS NULL OR lease_until < %s::timestamptz)
  AND (next_try_at IS NULL OR next_try_at <= %s::timestamptz)
RETURNING id
"""  # noqa: S608 (constants)
_LEASED = Asked(
    lambda number, token: (
        Message.objects.select_for_update(of=("self",))
        .select_related("conversation__account")
        .filter(pk=number, lease_token=token)
    ),
    int,
    str,
)
_BY_KEY = Asked(lambda agency_id, key: Message.objects.filter(agency_id=agency_id, dedupe_key=key), int, str)
_LAST_INBOUND = Asked(
    lambda conversation_id: (
        Message.objects.filter(conversation_id=conversation_id, direction=Message.Direction.IN)
        .exclude(message_id="")
        .order_by("-created_at", "-pk")[:1]
    ),
    int,
)


class TooManyAnswers(Exception):
    """This address already got as many automatic messages as a person could want."""


@transaction.atomic
def open_conversation(
    *,
    account: ChannelAccount,
    address: str,
    at: datetime,
    beneficiary: Beneficiary | None = None,
    subject: str = "",
    reference: str = "",
) -> Conversation:
    """The conversation with an address in one matter: one only for a `reference` (its figures), a new one without."""
    values = {
        "agency_id": account.agency_id,
        "beneficiary": beneficiary,
        "subject": clean_line(subject)[:300],
        "started_at": at,
        "last_at": at,
    }
    address = clean_line(address).lower()[:254]
    if not reference:
        return Conversation.objects.create(account=account, address=address, **values)
    conversation = Conversation(account=account, address=address, reference=reference, **values)
    if once.add(conversation):
        return conversation
    return Conversation.objects.get(account=account, address=address, reference=reference)


def name_conversation(conversation: Conversation, *, reference: str) -> Conversation:
    """Say which matter (figures of its reference) a conversation is about, once it has a number; gives it back."""
    taken = Conversation.objects.filter(
        account_id=conversation.account_id, address=conversation.address, reference=reference
    )
    if not taken.exists():
        Conversation.objects.filter(pk=conversation.pk, reference="").update(reference=reference)
        conversation.refresh_from_db(fields=["reference"])
    return conversation


@transaction.atomic
def queue_message(
    *,
    conversation: Conversation,
    dedupe_key: str,
    subject: str,
    text: str,
    language: str,
    at: datetime,
    html: str = "",
    automatic: str = "auto-generated",
    lane: str = "normal",
    hold: timedelta | None = None,
    attached: Iterable[StoredFile] = (),
) -> Message:
    """Make a message and the job that sends it; the same dedupe key again gives the same message and sends nothing.

    `automatic` is "auto-replied" for an answer a machine gives to a mail, "auto-generated" for other notices, empty for
    the words of a person. `hold` waits before the first try. Raises TooManyAnswers.
    """
    known = _BY_KEY.one(conversation.agency_id, dedupe_key)
    if known is not None:
        return known
    _break_loops(conversation, automatic, at)
    earlier = _LAST_INBOUND.one(conversation.pk)
    message = Message(
        agency_id=conversation.agency_id,
        dedupe_key=dedupe_key,
        conversation=conversation,
        direction=Message.Direction.OUT,
        language=language,
        subject=subject[:300],
        text=text,
        html=html,
        from_address=conversation.account.address,
        to_address=conversation.address,
        message_id=message_id_for(conversation.account, dedupe_key),
        in_reply_to=earlier.message_id if earlier else "",
        automatic=automatic,
        lane=lane,
        created_at=at,
        next_try_at=at + hold if hold else None,
    )
    if not once.add(message):
        return Message.objects.get(agency_id=conversation.agency_id, dedupe_key=dedupe_key)
    _attach(message, list(attached))
    if conversation.last_at < at:
        Conversation.objects.filter(pk=conversation.pk, last_at__lt=at).update(last_at=at)
    queue(message, at=message.next_try_at)
    return message


def message_id_for(account: ChannelAccount, dedupe_key: str) -> str:
    """The id of every try of this message: from the dedupe key, and keyed, so that nobody can guess it.

    A Message-ID for e-mail; for other channels the reference that the provider is told.
    """
    name = keys.digest(f"{account.agency_id}:{dedupe_key}", "message-id")
    if account.channel != Channel.EMAIL:
        return name[:32]  # what providers take as a reference of ours
    return f"<{name[:40]}@{account.address.rpartition('@')[2]}>"


@transaction.atomic
def claim(message_id: int, *, at: datetime) -> Message | None:
    """Take the message for one try. None when it is finished, not due, or held by another worker.

    The lease's token must be shown when the outcome is recorded; a worker that slept past its lease has lost it.
    """
    token, until = secrets.token_hex(16), at + rules.LEASE
    if not sets.run(_CLAIM, [token, until.isoformat(), str(message_id), at.isoformat(), at.isoformat()]):
        return None
    return queries.message(message_id)


@transaction.atomic
def record_outcome(message_id: int, *, lease_token: str, outcome: Outcome, at: datetime) -> bool:
    """Write down what became of a try; False, and nothing written, when the lease was lost meanwhile."""
    message = _LEASED.one(message_id, lease_token) if lease_token else None
    if message is None:
        return False
    message.lease_token, message.lease_until = "", None
    message.error = "" if outcome.result is Result.SENT else outcome.detail[:300]
    message.uncertain += outcome.uncertain
    if outcome.result is Result.SENT:
        message.provider_id, message.sent_at = outcome.provider_id[:200], at
        _wait_for_receipt(message, at)
        _finish(message, State.SENT, at)
        take_waiting_receipts(message, at=at)
    elif message.state not in rules.OPEN:  # a receipt was faster than the answer
        message.error = ""
        message.save(update_fields=_OUTCOME)
    elif outcome.result is Result.PERMANENT:
        _finish(message, State.PERMANENT_FAILURE, at)
    else:
        _try_again(message, at)
    mark("send.before_commit")
    return True


@transaction.atomic
def report_failure(*, message_id: str, agency_id: int, detail: str, at: datetime) -> bool:
    """A bounce came for our message of this Message-ID; False when there is none or it already ended otherwise."""
    ours = Message.objects.select_for_update().filter(agency_id=agency_id, direction=Message.Direction.OUT)
    message = ours.filter(message_id=message_id).first() if message_id else None
    if message is None or not rules.may_follow(message.state, State.PERMANENT_FAILURE):
        return False
    message.error = clean_line(detail)[:300]
    _finish(message, State.PERMANENT_FAILURE, at)
    return True


@transaction.atomic
def cancel(message: Message) -> bool:
    """Withdraw a message that no worker has begun to send; False when it is too late."""
    untouched = Message.objects.filter(pk=message.pk, state=State.CREATED, attempts=0)
    return bool(untouched.update(state=State.CANCELLED))


def queue_when_free(message_id: int) -> None:
    """Another worker holds the message, or it is not due: queue a try for the moment when it may be had."""
    message = Message.objects.filter(pk=message_id, state__in=rules.OPEN).first()
    if message is not None:
        queue(message, at=message.lease_until or message.next_try_at)


def queue(message: Message, *, at: datetime | None = None) -> None:
    """Queue one try; a second waiting job for the same message is not made."""
    from wasl.messaging.jobs import send_message

    priority = rules.PRIORITIES.get(message.lane, 0)
    send_message.defer(message_id=message.pk, once=f"message {message.pk}", at=at, priority=priority)


def _finish(message: Message, state: str, at: datetime) -> None:
    if rules.may_follow(message.state, state):
        message.state, message.next_try_at = state, None
        fact = MessageSent(message.pk) if state == State.SENT else MessageFailed(message.pk, state)
        events.publish(fact, agency_id=message.agency_id, at=at)
    message.save(update_fields=_OUTCOME)


def _wait_for_receipt(message: Message, at: datetime) -> None:
    patience = queries.receipt_patience(message.conversation.account)
    if patience is not None and message.state in rules.OPEN:
        message.receipt_due_at = at + patience


def _try_again(message: Message, at: datetime) -> None:
    wait = rules.wait_after(message.attempts)
    if wait is None or message.uncertain >= rules.UNCERTAIN_TRIES:
        _finish(message, State.TECHNICAL_FAILURE, at)
        return
    if rules.may_follow(message.state, State.TEMPORARY_FAILURE):
        message.state = State.TEMPORARY_FAILURE
    message.next_try_at = at + wait
    message.save(update_fields=_OUTCOME)
    queue(message, at=message.next_try_at)


def _break_loops(conversation: Conversation, automatic: str, at: datetime) -> None:
    if not automatic:
        return
    agency_id, address = conversation.agency_id, conversation.address
    hour, day = at - timedelta(hours=1), at - timedelta(days=1)
    if automatic == "auto-replied":
        answers = queries.automatic_answers_to(agency_id, address, since=hour, answers_only=True)
        if answers >= ANSWERS_AN_HOUR:
            raise TooManyAnswers
    most = AUTOMATIC_A_DAY if conversation.account.channel == Channel.EMAIL else TEXTS_A_DAY
    if queries.automatic_answers_to(agency_id, address, since=day, answers_only=False) >= most:
        raise TooManyAnswers


def _attach(message: Message, attached: list[StoredFile]) -> None:
    if not attached:
        return
    files.keep(attached)
    MessageFile.objects.bulk_create([MessageFile(message=message, file=file) for file in attached])
