"""Header values of strangers' mail: encoded words broken in every way, raw eight-bit bytes, folded and nested names.

Python's own strict policy raises on some of them, so the raw lines are read here.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from wasl.channels.contract import AuthenticationHint
from wasl.channels.email.charsets import decode
from wasl.core.text import clean_line

MAX_VALUE = 10_000
MAX_RECIPIENTS = 100
MAX_REFERENCES = 50

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)(?:\?=|$)")
_GAP = re.compile(r"(\?=)\s+(?==\?)")
_ADDRESS = re.compile(r"[^\s<>@,;:\"'()\[\]\\]{1,64}@[^\s<>@,;:\"'()\[\]\\]{1,190}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,290}>")
_PARAMETER = re.compile(r";\s*([^\s=;]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL)
_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)


class Headers:
    """The headers of one part, by lower-case name, as raw bytes and as readable text."""

    def __init__(self, part: "Message[str, str]") -> None:
        self._values: dict[str, list[bytes]] = {}
        for name, value in part.raw_items():
            raw = str(value).encode("utf-8", "surrogateescape")
            self._values.setdefault(name.lower(), []).append(raw[:MAX_VALUE])

    def raw(self, name: str) -> bytes:
        """The first value as it came, unfolded; empty when there is none."""
        return next(iter(self.raws(name)), b"")

    def raws(self, name: str) -> list[bytes]:
        """All values as they came, unfolded."""
        return [re.sub(rb"\r?\n[ \t]?|\r", b" ", value) for value in self._values.get(name, [])]

    def text(self, name: str) -> str:
        """The first value as clean text of one line."""
        return clean_line(decode_words(self.raw(name)))

    def token(self, name: str) -> str:
        """The first word of a technical value, lower-case: `auto-replied` of "Auto-Replied (vacation); x=y"."""
        words = re.split(r"[\s;(]", self.text(name).strip().lower(), maxsplit=1)
        return words[0]

    def has(self, name: str) -> bool:
        """Is there such a header?"""
        return name in self._values

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True)
class Parameters:
    """A structured value: `text/plain; charset="x"`."""

    value: str
    named: dict[str, str]


def decode_words(raw: bytes) -> str:
    """Header bytes as text. Neighbouring encoded words are joined before decoding: clients cut inside a letter."""
    line = _GAP.sub(r"\1", raw.decode("latin-1"))
    pieces: list[tuple[str, bytes]] = []
    end = 0
    for match in _WORD.finditer(line):
        if match.start() > end:
            pieces.append(("", line[end : match.start()].encode("latin-1")))
        _join(pieces, match[1].lower(), _word_bytes(match[2], match[3]))
        end = match.end()
    pieces.append(("", line[end:].encode("latin-1")))
    return "".join(decode(content, charset) for charset, content in pieces)


def _join(pieces: list[tuple[str, bytes]], charset: str, content: bytes) -> None:
    if pieces and pieces[-1][0] == charset:
        content = pieces.pop()[1] + content
    pieces.append((charset, content))


def _word_bytes(encoding: str, text: str) -> bytes:
    content = text.encode("latin-1")
    if encoding in "bB":
        return lenient_base64(content)
    return binascii.a2b_qp(content, header=True)


def lenient_base64(content: bytes) -> bytes:
    """What base64 there is: foreign characters dropped, a cut end forgiven."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content.split(b"=", 1)[0] if content.count(b"=") <= 2 else content)
    whole = letters[: len(letters) - (1 if len(letters) % 4 == 1 else 0)]
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def addresses(headers: Headers, *names: str) -> list[tuple[str, str]]:
    """(name, address) of each mailbox in these headers. The structure is read before encoded words are opened, so that
    an encoded comma or bracket cannot make a second sender."""
    found: list[tuple[str, str]] = []
    for name in names:
        for raw in headers.raws(name):
            found += _mailboxes(raw)
    return found[:MAX_RECIPIENTS]


def _mailboxes(raw: bytes) -> list[tuple[str, str]]:
    plain = decode(raw)
    try:
        pairs = getaddresses([plain])
    except (ValueError, IndexError, TypeError, RecursionError):
        pairs = []
    found = [(_display(name), one_address(address)) for name, address in pairs if one_address(address)]
    if found:
        return found
    opened = decode_words(raw)
    match = _ADDRESS.search(opened)
    return [(clean_line(opened.replace(match[0], " ").strip(" <>\"'"))[:200], one_address(match[0]))] if match else []


def _display(name: str) -> str:
    return clean_line(decode_words(name.encode("utf-8", "ignore"))).strip("\"'")[:200]


def one_address(text: str) -> str:
    """A usable address, lower-case; empty when it is none."""
    match = _ADDRESS.fullmatch(clean_line(text).strip("<>").rstrip("."))
    return match[0].lower() if match else ""


def message_ids(raw: bytes) -> list[str]:
    """The ids of a Message-ID, In-Reply-To or References value, with their brackets."""
    text = clean_line(decode(raw))
    found = _MESSAGE_ID.findall(text)
    if not found and text and "@" in text and " " not in text:
        found = [f"<{text.strip('<>')[:290]}>"]
    return found[:MAX_REFERENCES]


def parameters(raw: bytes) -> Parameters:
    """A value with its parameters, RFC 2231 pieces and encoded words opened; never raises."""
    text = raw.decode("latin-1")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for key, value in _PARAMETER.findall(text):
        content = _unquoted(value)
        name, _, rest = key.lower().partition("*")
        if key.count("*") and (rest.strip("*").isdigit() or not rest.strip("*")):
            number = int(rest.strip("*")[:3] or 0)
            pieces.setdefault(name, {})[number] = (key.endswith("*"), content)
        else:
            plain.setdefault(key.lower(), decode_words(content.encode("latin-1")))
    for name, parts in pieces.items():
        plain[name] = _extended(parts)
    return Parameters(text.split(";", 1)[0].strip().lower(), plain)


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        return re.sub(r"\\(.)", r"\1", value.strip('"'))
    return value


def _extended(parts: dict[int, tuple[bool, str]]) -> str:
    charset, content = "", b""
    for number in sorted(parts):
        is_encoded, text = parts[number]
        if is_encoded and number == min(parts) and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        content += unquote_to_bytes(text.encode("latin-1")) if is_encoded else text.encode("latin-1")
    return decode(content, charset)


def date_of(raw: bytes) -> datetime | None:
    """The moment a Date header names, in UTC; None when it is none."""
    try:
        moment = parsedate_to_datetime(clean_line(decode(raw)))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def authentication(headers: Headers) -> AuthenticationHint:
    """What the nearest server wrote in Authentication-Results (the topmost one)."""
    raw = headers.text("authentication-results")
    if not raw:
        return AuthenticationHint()
    results = {name.lower(): result.lower() for name, result in reversed(_RESULT.findall(raw))}
    server = raw.split(";", 1)[0].split(" ")[0].lower()
    return AuthenticationHint(server, results.get("spf", ""), results.get("dkim", ""), results.get("dmarc", ""))
