"""Delivery reports (RFC 3464): which of our messages could not be delivered, and whether trying again helps."""

import re
from email.message import Message

from wasl.channels.contract import FailureReport
from wasl.channels.email.charsets import decode
from wasl.channels.email.headers import Headers, message_ids, one_address
from wasl.core.text import clean_line

MAX_REPORTS = 20
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_FIELD = re.compile(r"^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_ID_LINE = re.compile(rb"^Message-ID:\s*(\S.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global")


def failures(parts: list["Message[str, str]"]) -> tuple[FailureReport, ...]:
    """The failed deliveries that a report names; empty when it reports success, delay, or nothing readable."""
    message_id = next((found for part in parts if (found := _returned_id(part))), "")
    groups = [group for part in parts if _type(part) == "message/delivery-status" for group in _groups(part)]
    reports = [report for group in groups if (report := _report(group, message_id))]
    return tuple(reports[:MAX_REPORTS])


def _report(group: dict[str, str], message_id: str) -> FailureReport | None:
    action = group.get("action", "").lower()
    recipient = group.get("final-recipient") or group.get("original-recipient") or ""
    if not recipient or action not in ("failed", "delayed"):
        return None
    match = _STATUS.search(group.get("status", ""))
    status = match[0] if match else ""
    is_final = action == "failed" and not status.startswith("4")
    detail = clean_line(group.get("diagnostic-code", ""))[:200]
    return FailureReport(message_id, one_address(recipient.split(";")[-1]), status, is_final, detail)


def _groups(part: "Message[str, str]") -> list[dict[str, str]]:
    text = decode(content_of(part)).replace("\r\n", "\n")
    blocks = [dict(_fields(block)) for block in re.split(r"\n\s*\n", text)]
    return [block for block in blocks if block]


def _fields(block: str) -> list[tuple[str, str]]:
    return [(name.lower(), clean_line(value)) for name, value in _FIELD.findall(block)]


def _returned_id(part: "Message[str, str]") -> str:
    if _type(part) not in _RETURNED:
        return ""
    match = _ID_LINE.search(content_of(part)[:100_000])
    return next(iter(message_ids(match[1])), "") if match else ""


def _type(part: "Message[str, str]") -> str:
    return part.get_content_type()


def content_of(part: "Message[str, str]") -> bytes:
    """The content of a part, also where the parser made messages of it."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"\n\n".join(_lines_of(inner) for inner in payload if isinstance(inner, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _lines_of(part: "Message[str, str]") -> bytes:
    headers = Headers(part)
    lines = [f"{name}: ".encode() + value for name, _ in part.raw_items() for value in headers.raws(name.lower())[:1]]
    return b"\n".join(lines)
