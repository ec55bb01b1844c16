"""Bytes of one mail into an `InboundMessage`. Raises ParseFailed and nothing else.

Run it through `child.parse_apart` for mail of strangers: this module has no limit of memory and time of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import TypeAlias, TypeVar

from wasl.channels.contract import Attachment, InboundMessage, ParseFailed
from wasl.channels.email import automatic, bounces, html_text, quotes
from wasl.channels.email.charsets import decode
from wasl.channels.email.headers import (
    Headers,
    Parameters,
    addresses,
    authentication,
    date_of,
    lenient_base64,
    message_ids,
    parameters,
)
from wasl.core.text import clean, clean_line

Part: TypeAlias = "Message[str, str]"
Value = TypeVar("Value")

MAX_PARTS = 200
MAX_DEPTH = 20
MAX_FILES = 40
MAX_TEXT = 200_000
MAX_SUBJECT = 300
MAX_NAME = 120

_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "application/ms-tnef": ".dat",
}


@dataclass
class _Body:
    """What was found while walking through the parts."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    report: list[Part] = field(default_factory=list)
    parts: int = 0

    def note(self, code: str) -> None:
        if code not in self.notes:
            self.notes.append(code)


def parse(content: bytes, *, envelope_from: str | None = None) -> InboundMessage:
    """Understand one mail. `envelope_from` is the SMTP sender, None when nobody knows it."""
    try:
        return _parse(content, envelope_from)
    except ParseFailed:
        raise
    except RecursionError:
        raise ParseFailed("too_deep") from None
    except MemoryError:
        raise ParseFailed("too_large") from None
    except Exception as error:
        # The last fence: a stranger's bytes must not stop the next mail. The raw delivery is kept and parked.
        raise ParseFailed("not_understood", type(error).__name__) from error


def _parse(content: bytes, envelope_from: str | None) -> InboundMessage:
    if not content.strip(b"\x00 \r\n\t"):
        raise ParseFailed("empty")
    message = BytesParser(policy=compat32).parsebytes(content)
    headers = Headers(message)
    if not len(headers):
        raise ParseFailed("no_headers")
    senders = addresses(headers, "from") or addresses(headers, "sender", "return-path")
    if not senders:
        raise ParseFailed("no_sender")
    body = _Body()
    _walk(message, body, depth=0)
    return _compose(headers, senders[0], body, envelope_from)


def _compose(headers: Headers, sender: tuple[str, str], body: _Body, envelope_from: str | None) -> InboundMessage:
    name, address = sender
    subject = headers.text("subject")[:MAX_SUBJECT]
    html = _safely(lambda: html_text.sanitise("\n".join(body.html)), "", body) if body.html else ""
    full_text = clean("\n\n".join(text for text in body.plain if text.strip()))
    if not full_text and html:
        full_text = _safely(lambda: html_text.text_of(html), "", body)
    if len(full_text) > MAX_TEXT:
        body.note("text_cut")
        full_text = full_text[:MAX_TEXT]
    in_reply_to = next(iter(message_ids(headers.raw("in-reply-to"))), "")
    references = tuple(message_ids(headers.raw("references")))
    content_type = parameters(headers.raw("content-type")).value
    return InboundMessage(
        sender_address=address,
        sender_name=name,
        recipients=tuple(found for _, found in addresses(headers, "to", "cc", "delivered-to", "x-original-to")),
        message_id=next(iter(message_ids(headers.raw("message-id"))), ""),
        in_reply_to=in_reply_to,
        references=references,
        subject=subject,
        text=quotes.newly_written(full_text) if in_reply_to or references or _says_reply(subject) else full_text,
        full_text=full_text,
        html=html,
        language=_language(f"{subject} {full_text[:2000]}"),
        date=date_of(headers.raw("date")),
        attachments=tuple(body.files),
        automatic=automatic.kind_of(headers, sender=address, content_type=content_type, envelope_from=envelope_from),
        authentication=authentication(headers),
        failures=bounces.failures(body.report),
        notes=tuple(body.notes),
    )


def _walk(part: Part, body: _Body, *, depth: int) -> None:
    body.parts += 1
    if body.parts > MAX_PARTS or depth > MAX_DEPTH:
        body.note("parts_left_out")
        return
    kind = part.get_content_type()
    if kind in ("message/delivery-status", "text/rfc822-headers", "message/rfc822-headers", "message/rfc822"):
        body.report.append(part)
    if kind.startswith("message/"):
        _keep_message(part, kind, body)
    elif part.is_multipart():
        for inner in _parts_of(part):
            _walk(inner, body, depth=depth + 1)
    else:
        _safely(lambda: _take(part, kind, body), None, body)


def _parts_of(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _take(part: Part, kind: str, body: _Body) -> None:
    headers = Headers(part)
    disposition = parameters(headers.raw("content-disposition"))
    claimed = parameters(headers.raw("content-type"))
    name = disposition.named.get("filename") or claimed.named.get("name") or ""
    content = _content(part, headers)
    if kind in ("text/plain", "text/html") and disposition.value != "attachment" and not name:
        _take_text(kind, content, claimed, body)
        return
    inline = disposition.value == "inline" or (headers.has("content-id") and disposition.value != "attachment")
    _keep(body, name, claimed.value or kind, content, inline=inline, content_id=headers.text("content-id").strip("<>"))


def _take_text(kind: str, content: bytes, claimed: Parameters, body: _Body) -> None:
    text = decode(content, claimed.named.get("charset", ""))
    if kind == "text/html":
        body.html.append(text)
    else:
        body.plain.append(text)


def _content(part: Part, headers: Headers) -> bytes:
    if headers.token("content-transfer-encoding") == "base64":
        payload = part.get_payload()
        return lenient_base64(payload.encode("latin-1", "ignore")) if isinstance(payload, str) else b""
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _keep_message(part: Part, kind: str, body: _Body) -> None:
    """A forwarded mail or report is kept whole, as a file."""
    name = parameters(Headers(part).raw("content-disposition")).named.get("filename", "")
    inner = _parts_of(part)
    content = _safely(lambda: b"\n".join(each.as_bytes(policy=compat32) for each in inner), b"", body)
    if not content:
        content = bounces.content_of(part)
    _keep(body, name, kind, content, inline=False, content_id="")


def _keep(body: _Body, name: str, kind: str, content: bytes, *, inline: bool, content_id: str) -> None:
    if len(body.files) >= MAX_FILES:
        body.note("files_left_out")
        return
    kind = clean_line(kind)[:100] or "application/octet-stream"
    body.files.append(Attachment(_file_name(name, kind, len(body.files) + 1), kind, content, inline, content_id[:200]))


def _file_name(name: str, kind: str, number: int) -> str:
    """A name that is safe to show and to download: no folder, no control or bidi character, its ending kept."""
    last = clean_line(name).replace("\\", "/").split("/")[-1].strip(". ")
    if not last:
        return f"file-{number}{_EXTENSIONS.get(kind, '.bin')}"
    stem, dot, ending = last.rpartition(".")
    if len(last) > MAX_NAME and dot and len(ending) <= 10:
        return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"
    return last[:MAX_NAME]


def _says_reply(subject: str) -> bool:
    return subject.lower().lstrip().startswith(("re:", "re :", "رد:", "رد :", "الرد:", "aw:"))


def _language(text: str) -> str:
    arabic = sum("\u0600" <= letter <= "\u06ff" for letter in text)
    latin = sum(letter.isascii() and letter.isalpha() for letter in text)
    return "en" if latin > 2 * arabic else "ar"


def _safely(read: Callable[[], Value], otherwise: Value, body: _Body) -> Value:
    """One odd part must not cost the rest of the mail."""
    try:
        return read()
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, OSError):
        body.note("part_unreadable")
        return otherwise
