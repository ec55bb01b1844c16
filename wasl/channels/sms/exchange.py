"""One text message as a request to the gateway, and the gateway's answer as an outcome. Pure functions."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from wasl.channels.contract import AccountFacts, OutboundMessage, Outcome, Result
from wasl.channels.sms import segments
from wasl.channels.sms.gateway import Gateway, field_of, filled, lines_of
from wasl.core.http import Answer
from wasl.core.text import clean_line

# More than anybody reads on a phone; a longer text is cut with an ellipsis, the link in front of it stays.
MAX_PARTS = 6
# Statuses of machines between us and the gateway, which may have passed the request on before they gave up.
_IN_BETWEEN = (502, 504)
_WORD = re.compile(r"[^\s:|,;=]+")


@dataclass(frozen=True)
class Request:
    """What goes over the wire."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = b""


def request_for(gateway: Gateway, account: AccountFacts, message: OutboundMessage) -> Request:
    """The request that hands over this message; the same message makes the same request."""
    text = text_of(message)
    values = {
        "to": number_as(message.to_address, gateway.number_format),
        "from": account.address,
        "text": text,
        "reference": message.message_id,
        "unicode": gateway.unicode_no if segments.encoding_of(text) == segments.GSM else gateway.unicode_yes,
        "hook": str(account.settings.get("hook_url") or ""),
    }
    headers = {name: filled(value, values) for name, value in lines_of(gateway.headers)}
    url = _with_query(gateway.url, {gateway.auth_name or "key": gateway.key} if gateway.auth == "query" else {})
    headers |= _authorization(gateway)
    if gateway.format == "json":
        body = json.dumps(_put_in(json.loads(gateway.template), values), ensure_ascii=False).encode()
        return Request(gateway.method, url, headers | {"Content-Type": "application/json; charset=utf-8"}, body)
    pairs = {name: filled(value, values) for name, value in lines_of(gateway.template)}
    if gateway.format == "query" or gateway.method == "GET":
        return Request(gateway.method, _with_query(url, pairs), headers)
    coded = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    return Request(gateway.method, url, headers | coded, urlencode(pairs).encode())


def text_of(message: OutboundMessage) -> str:
    """What a phone is to show: signs that cost room without need made plain, no more parts than allowed."""
    return segments.shorten(segments.plainer(message.text.strip()), parts=MAX_PARTS)


def number_as(number: str, number_format: str) -> str:
    """An E.164 number as the gateway wants it: +968…, 968… or 00968…"""
    digits = number.removeprefix("+")
    return {"plus": f"+{digits}", "digits": digits, "zeros": f"00{digits}"}[number_format]


def outcome_of(gateway: Gateway, answer: Answer) -> Outcome:
    """What an answer means for the message."""
    said = _read(answer.body)
    if 200 <= answer.status < 300:
        return _accepted(gateway, answer, said)
    detail = _detail(answer)
    if verdict := _by_code(gateway, said, detail):
        return verdict
    if answer.status in (400, 422):
        return Outcome(Result.PERMANENT, detail=detail)
    if answer.status in (408, 429) or answer.status >= 500:
        return Outcome(Result.TEMPORARY, detail=detail, uncertain=answer.status in _IN_BETWEEN)
    return Outcome(Result.TECHNICAL, detail=detail)


def _accepted(gateway: Gateway, answer: Answer, said: Any) -> Outcome:
    if gateway.success_field:
        is_success = field_of(said, gateway.success_field) in gateway.success_values
    else:
        is_success = said is not None
    if is_success:
        return Outcome(Result.SENT, provider_id=clean_line(field_of(said, gateway.id_field))[:200])
    if verdict := _by_code(gateway, said, _detail(answer)):
        return verdict
    # "200" with something nobody understands: the gateway may well have taken the message.
    return Outcome(Result.TECHNICAL, detail=_detail(answer), uncertain=not _is_refusal(gateway, said))


def _is_refusal(gateway: Gateway, said: Any) -> bool:
    return bool(gateway.success_field and field_of(said, gateway.success_field))


def _by_code(gateway: Gateway, said: Any, detail: str) -> Outcome | None:
    code = field_of(said, gateway.code_field) if gateway.code_field else ""
    if code and code in gateway.permanent_codes:
        return Outcome(Result.PERMANENT, detail=detail)
    if code and code in gateway.temporary_codes:
        return Outcome(Result.TEMPORARY, detail=detail)
    return None


def _read(body: bytes) -> Any:
    """JSON, or the words of a plain answer ("OK: 12345" is ["OK", "12345"]); None for nothing or a page of HTML."""
    text = body.decode("utf-8", "replace").strip()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _WORD.findall(text)[:50] if text and not text.startswith("<") and len(text) < 2000 else None


def _detail(answer: Answer) -> str:
    words = clean_line(answer.body[:400].decode("utf-8", "replace"))
    return f"{answer.status} {words}"[:300]


def _authorization(gateway: Gateway) -> dict[str, str]:
    if gateway.auth == "bearer":
        return {gateway.auth_name or "Authorization": f"Bearer {gateway.key}"}
    if gateway.auth == "header":
        return {gateway.auth_name or "X-Api-Key": gateway.key}
    if gateway.auth == "basic":
        pair = base64.b64encode(f"{gateway.username}:{gateway.key}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}
    return {}


def _put_in(data: Any, values: Mapping[str, str]) -> Any:
    if isinstance(data, dict):
        return {name: _put_in(value, values) for name, value in data.items()}
    if isinstance(data, list):
        return [_put_in(value, values) for value in data]
    return filled(data, values) if isinstance(data, str) else data


def _with_query(url: str, pairs: Mapping[str, str]) -> str:
    if not pairs:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(pairs)}"
