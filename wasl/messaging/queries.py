"""Questions about accounts, deliveries, conversations and messages."""

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.urls import reverse

from wasl.channels.contract import AccountFacts, InboundMessage
from wasl.channels.sms.gateway import SIMULATOR, Gateway, simulated
from wasl.core import keys, references
from wasl.core.asked import Asked
from wasl.core.text import latin_digits
from wasl.messaging import delivery as rules
from wasl.messaging.models import Channel, ChannelAccount, Conversation, Message, OptOut, RawDelivery, Receipt
from wasl.messaging.replies import TOKEN_LIFETIME, base_address, conversation_named_by

_REFERENCE = re.compile(r"(?<![\w])[A-Za-z]{0,4}[-–—_\s]?\d{4}[-–—_\s]?\d{5,12}[-–—_\s]?\d(?![\w])")
_LATE = timedelta(seconds=60)
# How long after the last text message an answer without a number still belongs to its conversation.
TEXT_LIFETIME = timedelta(days=30)


_ACCOUNT_OF = Asked(
    lambda agency_id, channel: ChannelAccount.objects.filter(
        agency_id=agency_id, channel=channel, is_active=True
    ).order_by("pk")[:1],
    int,
    str,
)
_FOR_HOOK = Asked(
    lambda token: ChannelAccount.objects.filter(hook_token=token, is_active=True).select_related("agency"), str
)
_BY_ID = Asked(lambda number: Message.objects.select_related("conversation__account").filter(pk=number), int)


class Match(NamedTuple):
    """Where an answer belongs. `how`: token, message_id, reference; empty when it belongs nowhere."""

    conversation: Conversation | None
    how: str


# --- accounts -----------------------------------------------------------------------------------------------------


def account_of(agency: Any, channel: str) -> ChannelAccount | None:
    """The active account with which an agency writes over a channel: the oldest; None when it has none."""
    return _ACCOUNT_OF.one(agency.pk, str(channel))


def account_for_address(address: str, channel: str = Channel.EMAIL) -> ChannelAccount | None:
    """The active account that takes mail for this address, with or without a reply token in it."""
    return ChannelAccount.objects.filter(channel=channel, is_active=True, address=base_address(address)).first()


def account_for_hook(token: str) -> ChannelAccount | None:
    """The active account that its provider calls under this name."""
    return _FOR_HOOK.one(token) if token and "\x00" not in token else None


def account_by_code(agency: Any, code: str) -> ChannelAccount | None:
    """One account of an agency, active or not."""
    return ChannelAccount.objects.filter(agency=agency, code=code).first()


def accounts(agency: Any) -> list[ChannelAccount]:
    """All accounts of an agency, the active ones first."""
    return list(ChannelAccount.objects.filter(agency=agency).order_by("-is_active", "channel", "code"))


def waiting(account: ChannelAccount) -> int:
    """How many messages of an account are still to be sent."""
    return Message.objects.filter(
        conversation__account=account, direction=Message.Direction.OUT, state__in=rules.OPEN
    ).count()


def is_own_sender(address: str, channel: str) -> bool:
    """Does an account of this channel, active or not, write under this address?"""
    return ChannelAccount.objects.filter(channel=channel, address__iexact=address).exists()


def receipt_patience(account: ChannelAccount) -> timedelta | None:
    """How long a receipt is waited for; None where the channel or the provider gives none."""
    if account.channel != Channel.SMS:
        return None
    gateway = Gateway.read(account.settings)
    return timedelta(hours=gateway.receipt_hours) if gateway.gives_receipts else None


def fates_of(account: ChannelAccount, provider_id: str) -> set[str]:
    """What the provider reported under one of its ids, whether or not it is a message of ours."""
    return set(Receipt.objects.filter(account=account, provider_id=provider_id).values_list("fate", flat=True))


def people_in_touch(agency_id: int, *, since: datetime) -> QuerySet[Conversation]:
    """The numbers of people with whom anything was written since then (a subquery)."""
    held = Conversation.objects.filter(agency_id=agency_id, last_at__gte=since, beneficiary__isnull=False)
    return held.values("beneficiary_id")  # type: ignore[return-value]


def has_opted_out(agency: Any, channel: str, address: str) -> bool:
    """Did somebody ask for no more than the needful at this address?"""
    return OptOut.objects.filter(agency=agency, channel=channel, address=address).exists()


def is_own_address(address: str) -> bool:
    """Is this an address of any account of the house, active or not?"""
    return ChannelAccount.objects.filter(address=base_address(address)).exists()


def accounts_to_fetch() -> list[ChannelAccount]:
    """Every active e-mail account with a mailbox. The mailbox of the house's settings belongs to one account only: that
    with the house's own address, else the oldest."""
    accounts = list(ChannelAccount.objects.filter(channel=Channel.EMAIL, is_active=True).order_by("pk"))
    found = [account for account in accounts if (account.settings.get("imap") or {}).get("host")]
    if _house_url("imap"):
        own = base_address(str(getattr(settings, "WASL_MAIL_FROM", "")))
        others = [account for account in accounts if account not in found]
        found += sorted(others, key=lambda account: account.address != own)[:1]
    return found


def account_facts(account: ChannelAccount) -> AccountFacts:
    """What the adapter may know. An account without servers of its own uses those of the house's settings."""
    if account.channel != Channel.EMAIL:
        return _provider_facts(account)
    chosen = {**_house_servers(), **account.settings}
    secret = {**_house_secrets(), **own_secrets(account)}
    return AccountFacts(account.channel, account.name, account.address, chosen, secret)


def own_secrets(account: ChannelAccount) -> dict[str, str]:
    """What is sealed with an account, opened; for operations and adapters only, never for a page."""
    if not account.credentials_sealed:
        return {}
    opened: dict[str, str] = json.loads(keys.unseal(account.credentials_sealed))
    return opened


def _provider_facts(account: ChannelAccount) -> AccountFacts:
    secret = own_secrets(account)
    chosen = {**account.settings, "hook_url": hook_url(account)}
    if account.settings.get("gateway") == SIMULATOR:
        key = settings.WASL_SMS_SIMULATOR_KEY
        port = settings.WASL_SMS_SIMULATOR_PORT
        chosen |= simulated(f"http://127.0.0.1:{port}/send") if port else {"url": ""}
        secret = {"key": key, "hook_secret": key}
    return AccountFacts(account.channel, account.name, account.address, chosen, secret)


def hook_url(account: ChannelAccount) -> str:
    """The address that the provider of an account calls with receipts and messages; empty for e-mail."""
    if not account.hook_token:
        return ""
    return str(settings.WASL_BASE_URL).rstrip("/") + reverse("messaging:hook", args=[account.hook_token])


def _house_servers() -> dict[str, Any]:
    servers: dict[str, Any] = {}
    for kind in ("smtp", "imap"):
        if url := _house_url(kind):
            servers[kind] = _server(url, kind)
    if "smtp" not in servers and settings.WASL_MODE == "demo":
        servers["letterbox"] = str(settings.WASL_HOME / "letterbox")
    return servers


def _house_secrets() -> dict[str, str]:
    urls = {kind: _house_url(kind) for kind in ("smtp", "imap")}
    return {f"{kind}_password": unquote(urlsplit(url).password or "") for kind, url in urls.items() if url}


def _house_url(kind: str) -> str:
    return str(getattr(settings, f"WASL_{kind.upper()}_URL", "") or "")


def _server(url: str, kind: str) -> dict[str, Any]:
    parts = urlsplit(url)
    security = {f"{kind}s": "tls", f"{kind}+starttls": "starttls"}.get(parts.scheme, "none")
    usual = {"smtp": {"tls": 465, "starttls": 587, "none": 25}, "imap": {"tls": 993, "starttls": 143, "none": 143}}
    return {
        "host": parts.hostname or "",
        "port": parts.port or usual[kind][security],
        "security": security,
        "username": unquote(parts.username or ""),
        "folder": unquote(parts.path.strip("/")),
    }


# --- what came in -------------------------------------------------------------------------------------------------


def parked_deliveries(agency_ids: Iterable[int]) -> QuerySet[RawDelivery]:
    """What waits for a person in these agencies, oldest first, without the bytes."""
    waiting = RawDelivery.objects.filter(agency_id__in=list(agency_ids), state=RawDelivery.State.PARKED)
    return waiting.select_related("account").defer("content").order_by("received_at", "pk")


def delivery_within(agency_ids: Iterable[int], public_id: str) -> RawDelivery | None:
    """One delivery of these agencies; None when it is not there or theirs."""
    return RawDelivery.objects.filter(agency_id__in=list(agency_ids), public_id=public_id).first()


def deliveries_to_handle(*, at: datetime, limit: int = 200) -> list[int]:
    """Stored deliveries that should have been handled by now: no job seems to cover them."""
    late = Q(next_try_at__isnull=True, received_at__lte=at - _LATE) | Q(next_try_at__lte=at)
    waiting = RawDelivery.objects.filter(late, state=RawDelivery.State.STORED)
    return list(waiting.order_by("received_at", "pk").values_list("pk", flat=True)[:limit])


def inbound_key(account: ChannelAccount, inbound: InboundMessage) -> str:
    """The key under which one mail is recorded once, also when it reached us over two doors."""
    same = "\n".join([str(account.pk), inbound.message_id, inbound.sender_address, inbound.subject, inbound.full_text])
    return f"in:{sha256(same.encode()).hexdigest()}"


def already_received(account: ChannelAccount, inbound: InboundMessage) -> Message | None:
    """The message this mail was recorded as before; None when it is new. Mail without an id is always new."""
    if not inbound.message_id:
        return None
    key = inbound_key(account, inbound)
    return Message.objects.filter(agency_id=account.agency_id, dedupe_key=key).first()


# --- where an answer belongs --------------------------------------------------------------------------------------


def conversation_of_reply(
    inbound: InboundMessage, *, account: ChannelAccount, at: datetime, recipients: Iterable[str] = ()
) -> Match:
    """The conversation an answer belongs to, by the strongest proof there is.

    A signed token in the address; the id of a message of ours (keyed, so nobody can guess one); or a reference in the
    subject together with the address the conversation is held with, unless DMARC speaks against the sender.
    """
    by_token = _by_token([*recipients, *inbound.recipients], account, at)
    if by_token is not None:
        return Match(by_token, "token")
    by_message = _by_message_id([inbound.in_reply_to, *reversed(inbound.references)], account)
    if by_message is not None:
        return Match(by_message, "message_id")
    by_reference = _by_reference(inbound, account)
    return Match(by_reference, "reference" if by_reference else "")


def _by_token(recipients: list[str], account: ChannelAccount, at: datetime) -> Conversation | None:
    names = [name for address in recipients if (name := conversation_named_by(address))]
    living = Conversation.objects.filter(agency_id=account.agency_id, last_at__gte=at - TOKEN_LIFETIME)
    return living.filter(public_id__in=names).first() if names else None


def _by_message_id(ids: list[str], account: ChannelAccount) -> Conversation | None:
    known = [one for one in ids if one]
    ours = Message.objects.filter(agency_id=account.agency_id, direction=Message.Direction.OUT, message_id__in=known)
    found = {message.message_id: message.conversation for message in ours.select_related("conversation")}
    return next((found[one] for one in known if one in found), None)


def _by_reference(inbound: InboundMessage, account: ChannelAccount) -> Conversation | None:
    figures = references_in(inbound.subject)
    if not figures or not is_sender_credible(inbound, account):
        return None
    held = Conversation.objects.filter(agency_id=account.agency_id, reference__in=figures)
    return held.filter(address=inbound.sender_address).order_by("-last_at", "-pk").first()


def conversation_of_text(inbound: InboundMessage, *, account: ChannelAccount, at: datetime) -> Match:
    """The conversation a text message belongs to: one held with its very sender, in the matter that the text names,
    else the one in which this number was last written to or wrote."""
    held = Conversation.objects.filter(account=account, address=inbound.sender_address).order_by("-last_at", "-pk")
    figures = references_in(inbound.text)
    if figures:
        named = held.filter(reference__in=figures).first()
        return Match(named, "reference" if named else "")
    latest = held.filter(last_at__gte=at - TEXT_LIFETIME).first()
    return Match(latest, "number" if latest else "")


def references_in(text: str) -> list[str]:
    """The figures of every well-formed reference in a text."""
    found = [references.parse(match[0]) for match in _REFERENCE.finditer(latin_digits(text))]
    return [reference.digits for reference in found if reference]


def is_sender_credible(inbound: InboundMessage, account: ChannelAccount) -> bool:
    """May the From address be believed as far as a known sender goes?

    Where the account names the servers whose findings it trusts (`trusts_results_of`), DMARC must have passed there;
    elsewhere it must not have failed.
    """
    if account.settings.get("trusts_results_of"):
        return is_sender_proven(inbound, account)
    return inbound.authentication.dmarc != "fail"


def is_sender_proven(inbound: InboundMessage, account: ChannelAccount) -> bool:
    """Did a server that the account trusts prove the From address (DMARC)? Without such a server nothing is proven."""
    trusted = [str(server).lower() for server in account.settings.get("trusts_results_of") or []]
    return inbound.authentication.server in trusted and inbound.authentication.dmarc == "pass"


# --- what goes out ------------------------------------------------------------------------------------------------


def messages_to_send(*, at: datetime, limit: int = 500) -> list[Message]:
    """Unfinished messages that are due and held by no worker, although a job should have taken them by now."""
    due = Q(next_try_at__isnull=True, created_at__lte=at - _LATE) | Q(next_try_at__lte=at)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    waiting = Message.objects.filter(due, free, direction=Message.Direction.OUT, state__in=rules.OPEN)
    return list(waiting.only("pk", "lane").order_by(F("next_try_at").asc(nulls_first=True), "pk")[:limit])


def message(number: int) -> Message | None:
    """The message of a number with its conversation and account, for jobs."""
    return _BY_ID.one(number)


def messages_of(conversation: Conversation) -> list[Message]:
    """All messages of a conversation, oldest first."""
    return list(conversation.messages.prefetch_related("files__file").order_by("created_at", "pk"))


def automatic_answers_to(agency_id: int, address: str, *, since: datetime, answers_only: bool) -> int:
    """How many automatic messages an address was sent since then."""
    sent = Message.objects.filter(agency_id=agency_id, to_address=address, direction=Message.Direction.OUT)
    kinds = ["auto-replied"] if answers_only else ["auto-replied", "auto-generated"]
    return sent.filter(automatic__in=kinds, created_at__gt=since).exclude(state=Message.State.CANCELLED).count()


# --- how messages fare --------------------------------------------------------------------------------------------

# Of so many messages, the newest, the health of providers is judged: cheap however many there are in all.
_LATELY = 5000


class AccountHealth(NamedTuple):
    """How sending over one account went within the hour; `last_sent_at` is that of the newest messages."""

    key: str
    name: str
    tried: int
    failed: int
    last_sent_at: datetime | None


def outbox(*, at: datetime) -> tuple[int, datetime | None]:
    """How many messages are due and have not gone out, and when the oldest of them was made."""
    found = Message.objects.filter(direction=Message.Direction.OUT, state__in=rules.OPEN, created_at__lte=at)
    counted = found.aggregate(count=Count("pk"), oldest=Min("created_at"))
    return counted["count"], counted["oldest"]


def parked_count() -> tuple[int, datetime | None]:
    """How many deliveries wait for a person, and since when the oldest does."""
    return _deliveries(RawDelivery.State.PARKED)


def unread_count() -> tuple[int, datetime | None]:
    """How many deliveries nobody has read yet, and since when the oldest waits."""
    return _deliveries(RawDelivery.State.STORED)


def account_health(*, at: datetime) -> list[AccountHealth]:
    """How the provider of each active account takes what we send."""
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    lately = Message.objects.filter(pk__gt=newest - _LATELY, direction=Message.Direction.OUT)
    hour = Q(created_at__gt=at - timedelta(hours=1), attempts__gt=0)
    bad = Q(state__in=(*rules.FAILED, Message.State.TEMPORARY_FAILURE))
    counted = lately.values("conversation__account_id").annotate(
        tried=Count("pk", filter=hour),
        failed=Count("pk", filter=hour & bad),
        last=Max("sent_at"),
    )
    by_account = {row["conversation__account_id"]: row for row in counted}
    return [
        AccountHealth(
            f"{account.agency.code}/{account.code}",
            f"{account.name} ({account.channel})",
            *(by_account[account.pk][name] for name in ("tried", "failed", "last"))
            if account.pk in by_account
            else (0, 0, None),
        )
        for account in ChannelAccount.objects.filter(is_active=True).select_related("agency").order_by("pk")
    ]


def _deliveries(state: str) -> tuple[int, datetime | None]:
    counted = RawDelivery.objects.filter(state=state).aggregate(count=Count("pk"), oldest=Min("received_at"))
    return counted["count"], counted["oldest"]
