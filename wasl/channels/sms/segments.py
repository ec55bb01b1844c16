"""How many text messages a text makes: the arithmetic of GSM 03.38 and of UCS-2, and why a text needs the dearer one.

A text of the GSM alphabet has 160 units in one part or 153 in each of several; any other text 70 or 67. A letter of the
extension table takes two units, an emoji two UCS-2 units, and neither is ever cut in half between two parts.
Source: 3GPP TS 23.038 and 23.040.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

GSM, UCS2 = "gsm", "ucs2"
ONE = {GSM: 160, UCS2: 70}
EACH = {GSM: 153, UCS2: 67}
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
# What word processors put in the place of a letter every phone knows.
PLAINER = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "...",
    "\u00a0": " ", "\u202f": " ", "\u2022": "-", "\u00b4": "'", "`": "'", "\t": " ",
}  # fmt: skip
ELLIPSIS = "…"


@dataclass(frozen=True)
class Segments:
    """`units` used, the number of `parts` (0 for no text), and how many units are `left` in the last of them."""

    encoding: str
    units: int
    parts: int
    left: int

    @property
    def per_part(self) -> int:
        """How many units each part holds."""
        return ONE[self.encoding] if self.parts <= 1 else EACH[self.encoding]


def encoding_of(text: str) -> str:
    """ "gsm" when every character is of the GSM alphabet, else "ucs2"."""
    return GSM if all(letter in _BASIC or letter in _EXTENSION for letter in text) else UCS2


def count(text: str) -> Segments:
    """The arithmetic of a text."""
    encoding = encoding_of(text)
    cut = split(text)
    units = units_of(text, encoding)
    if len(cut) <= 1:
        return Segments(encoding, units, len(cut), ONE[encoding] - units)
    return Segments(encoding, units, len(cut), EACH[encoding] - units_of(cut[-1], encoding))


def units_of(text: str, encoding: str) -> int:
    """How many units a text takes in an encoding."""
    return sum(_width(letter, encoding) for letter in text)


def split(text: str) -> list[str]:
    """The parts as a phone puts them together again; no letter is cut. No text, no part."""
    encoding = encoding_of(text)
    if units_of(text, encoding) <= ONE[encoding]:
        return [text] if text else []
    return list(_parts(text, encoding))


def foreign(text: str) -> list[str]:
    """The characters that force a Latin text into UCS-2, each once in the order of the text.

    None for a text in another script, which needs UCS-2 by right.
    """
    if any(letter.isalpha() and letter not in _BASIC and not _is_latin(letter) for letter in text):
        return []
    return list(dict.fromkeys(letter for letter in text if letter not in _BASIC and letter not in _EXTENSION))


def plainer(text: str) -> str:
    """The text with typographic signs as plain ones, where that spares the dearer encoding; else unchanged."""
    plain = "".join(PLAINER.get(letter, letter) for letter in text)
    return plain if encoding_of(plain) == GSM else text


def shorten(text: str, *, parts: int) -> str:
    """The text, cut between letters and marked with an ellipsis if it would make more parts than that."""
    if count(text).parts <= parts:
        return text
    kept = list("".join(split(text)[:parts]))
    while kept and count(_ended(kept)).parts > parts:
        kept.pop()
    return _ended(kept)


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")


def _ended(kept: list[str]) -> str:
    words = "".join(kept).rstrip()
    return words + ("..." if encoding_of(words) == GSM else ELLIPSIS)


def _parts(text: str, encoding: str) -> Iterator[str]:
    part, used = "", 0
    for letter in text:
        width = _width(letter, encoding)
        if used + width > EACH[encoding]:
            yield part
            part, used = "", 0
        part, used = part + letter, used + width
    if part:
        yield part


def _width(letter: str, encoding: str) -> int:
    if encoding == GSM:
        return 2 if letter in _EXTENSION else 1
    return 2 if ord(letter) > 0xFFFF else 1
