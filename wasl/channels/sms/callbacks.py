"""What a gateway calls us with: receipts and people's messages. Is it the gateway, and what does it say?"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import phonenumbers

from wasl.channels.contract import (
    AutomaticKind,
    Call,
    DeliveryReport,
    InboundMessage,
    ParseFailed,
    Reading,
)
from wasl.channels.sms.gateway import Gateway, field_of
from wasl.core.text import clean, clean_line, latin_digits

# How old a signed call may be.
FRESH = timedelta(minutes=5)
# More than a call of the size that the door takes can hold in earnest; none is left out in silence.
MAX_ITEMS = 5000
MAX_TEXT = 5000


def is_genuine(gateway: Gateway, call: Call, at: datetime) -> bool:
    """Does the call carry the secret that only the gateway knows? Never without a secret; compared in constant time."""
    if not gateway.hook_secret:
        return False
    if gateway.hook_auth == "hmac":
        return _is_signed(gateway, call, at)
    if gateway.hook_auth == "basic":
        return _same(_basic(call), f"{gateway.hook_username}:{gateway.hook_secret}")
    if gateway.hook_auth == "query":
        return _same(dict(parse_qsl(call.query)).get(gateway.hook_name, ""), gateway.hook_secret)
    return _same(call.headers.get(gateway.hook_name.lower(), ""), gateway.hook_secret)


def without_secret(gateway: Gateway, call: Call) -> Call:
    """The call without the secret in its address; headers are not kept at all."""
    pairs = parse_qsl(call.query, keep_blank_values=True)
    if gateway.hook_auth == "query":
        pairs = [pair for pair in pairs if pair[0] != gateway.hook_name]
    return Call(call.method, urlencode(pairs), call.content)


def read(gateway: Gateway, content: bytes, envelope: Mapping[str, Any]) -> Reading:
    """Receipts and messages of one call. Raises ParseFailed."""
    items = _items(gateway, content, str(envelope.get("query") or ""))
    reports: list[DeliveryReport] = []
    messages: list[InboundMessage] = []
    for number, item in enumerate(items):
        if field_of(item, gateway.inbound_text) and field_of(item, gateway.inbound_from):
            messages.append(_message(gateway, item, f"{envelope.get('key') or ''}:{number}"))
        elif field_of(item, gateway.receipt_status):
            reports.append(_report(gateway, item))
    if not reports and not messages:
        raise ParseFailed("not_understood")
    return Reading(tuple(reports), tuple(messages))


def sender_of(written: str) -> str:
    """Who sent a message: E.164 for a number, the bare text for a name or a short code."""
    digits = latin_digits(clean_line(written)).replace(" ", "").replace("-", "")
    bare = digits.removeprefix("+").removeprefix("00")
    if not bare.isdecimal() or len(bare) < 7:
        return digits.lower()
    try:
        number = phonenumbers.parse(f"+{bare}" if len(bare) > 8 else bare, "OM")
    except phonenumbers.NumberParseException:
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _items(gateway: Gateway, content: bytes, query: str) -> list[Any]:
    """The single reports of a call: a JSON object or list, the list at a path in it, or a form."""
    text = content.decode("utf-8", "replace").strip()
    if not text:
        return [dict(parse_qsl(query))] if query else _nothing()
    if text[0] not in "{[":
        return [dict(parse_qsl(text))]
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ParseFailed("not_understood") from None
    for step in gateway.hook_list.split(".") if gateway.hook_list else []:
        data = data.get(step) if isinstance(data, dict) else None
    found = data if isinstance(data, list) else [data]
    items = [item for item in found if isinstance(item, dict)]
    if len(items) > MAX_ITEMS:
        raise ParseFailed("too_many_items")
    return items


def _nothing() -> list[Any]:
    raise ParseFailed("empty")


def _report(gateway: Gateway, item: Any) -> DeliveryReport:
    status = clean_line(field_of(item, gateway.receipt_status))[:60]
    return DeliveryReport(
        provider_id=clean_line(field_of(item, gateway.receipt_id))[:200],
        client_reference=clean_line(field_of(item, gateway.receipt_reference))[:200],
        fate=gateway.fate_of(status),
        detail=status,
    )


def _message(gateway: Gateway, item: Any, own_id: str) -> InboundMessage:
    text = clean(field_of(item, gateway.inbound_text))[:MAX_TEXT]
    sender = sender_of(field_of(item, gateway.inbound_from))[:254]
    known = clean_line(field_of(item, gateway.inbound_id)) if gateway.inbound_id else ""
    return InboundMessage(
        sender_address=sender,
        message_id=f"sms:{known or own_id}"[:300],
        text=text,
        full_text=text,
        language="ar" if any("\u0600" <= letter <= "\u06ff" for letter in text) or not text.isascii() else "en",
        # Names and short codes are shops and machines: nobody there reads an answer.
        automatic=None if sender.startswith("+") else AutomaticKind.NO_REPLY,
    )


def _is_signed(gateway: Gateway, call: Call, at: datetime) -> bool:
    """HMAC-SHA256 in hex over the raw body, with the time before it (`time.body`) where the gateway sends one."""
    signed, given = call.content or call.query.encode(), call.headers.get(gateway.hook_name.lower(), "")
    if gateway.hook_time_name:
        sent_at = call.headers.get(gateway.hook_time_name.lower(), "")
        if not _is_fresh(sent_at, at):
            return False
        signed = sent_at.encode() + b"." + signed
    wanted = hmac.new(gateway.hook_secret.encode(), signed, hashlib.sha256).hexdigest()
    return _same(given.removeprefix("sha256=").lower(), wanted)


def _is_fresh(written: str, at: datetime) -> bool:
    if not written.isdecimal() or len(written) > 13:
        return False
    seconds = int(written) / (1000 if len(written) > 11 else 1)
    return abs(at - datetime.fromtimestamp(seconds, UTC)) <= FRESH


def _basic(call: Call) -> str:
    kind, _, coded = call.headers.get("authorization", "").partition(" ")
    try:
        return base64.b64decode(coded, validate=True).decode() if kind.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
