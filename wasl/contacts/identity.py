"""National identity numbers of Oman and the other Gulf states: read, checked as far as can be, masked. Pure.

Shapes: the Omani civil number has no public check digit; the Saudi (10 digits from 1 or 2), Emirati (15 from 784) and
Kuwaiti (12 from 1 to 3) ones do; of the Bahraini (9) and Qatari (11 from 2 or 3) the date or century is looked at.
Source: the sample cards and forms of the six civil-status bodies, as seen in 2026-11; check before real use.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wasl.core.i18n import t
from wasl.core.text import clean_line, latin_digits

LONGEST = 40
SHOWN = 3
_WRITTEN = re.compile(r"[\d\s\-‐‑–./]+")


class BadIdentity(ValueError):
    """The text is no identity number; its message says what to write instead."""


@dataclass(frozen=True)
class Identity:
    """A number that can be one: the state that gave it (ISO 3166) and its digits."""

    country: str
    digits: str


def _luhn(digits: str) -> bool:
    doubled = [int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def _kuwaiti(digits: str) -> bool:
    weights = (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    check = 11 - sum(int(one) * weight for one, weight in zip(digits, weights, strict=False)) % 11
    return check == int(digits[-1]) and _is_month(digits[3:5])


def _is_month(digits: str) -> bool:
    return 1 <= int(digits) <= 12


@dataclass(frozen=True)
class _Shape:
    name: str
    pattern: str
    holds: Callable[[str], bool] = lambda digits: True


_SHAPES: Mapping[str, _Shape] = MappingProxyType(
    {
        "OM": _Shape(t("عُمان", "Oman"), r"[1-9]\d{5,8}"),
        "SA": _Shape(t("السعودية", "Saudi Arabia"), r"[12]\d{9}", _luhn),
        "AE": _Shape(t("الإمارات", "United Arab Emirates"), r"784\d{12}", _luhn),
        "KW": _Shape(t("الكويت", "Kuwait"), r"[123]\d{11}", _kuwaiti),
        "BH": _Shape(t("البحرين", "Bahrain"), r"\d{9}", lambda digits: _is_month(digits[2:4])),
        "QA": _Shape(t("قطر", "Qatar"), r"[23]\d{10}"),
    }
)
COUNTRIES: Mapping[str, str] = MappingProxyType({code: shape.name for code, shape in _SHAPES.items()})


def parse_identity(text: str, country: str = "") -> Identity:
    """The number in Latin digits. Takes any digits and separators; the state is told by the number unless named.

    A Bahraini number looks like an Omani one and counts as that unless BH is named. Raises BadIdentity.
    """
    digits = _digits(text)
    wanted = [country] if country else list(_SHAPES)
    for code in wanted:
        shape = _SHAPES.get(code)
        if shape is not None and re.fullmatch(shape.pattern, digits) and shape.holds(digits):
            return Identity(code, digits)
    raise _no_number(country)


def could_be_identity(text: str) -> str:
    """The digits of a text that may be an identity number of any of these states; empty for all others."""
    try:
        return parse_identity(text).digits
    except BadIdentity:
        return ""


def masked(last: str) -> str:
    """How a number is shown: only its last digits. Empty for none."""
    return f"•••••{last}" if last else ""


def _digits(text: str) -> str:
    written = latin_digits(clean_line(text[:LONGEST]))
    if len(text) > LONGEST or not _WRITTEN.fullmatch(written):
        raise _no_number("")
    return re.sub(r"\D", "", written)


def _no_number(country: str) -> BadIdentity:
    if country == "OM":
        return BadIdentity(
            t(
                "اكتب الرقم المدني كما في البطاقة: من 6 إلى 9 أرقام.",
                "Write the civil number as on the card: 6 to 9 digits.",
            )
        )
    return BadIdentity(
        t(
            "هذا الرقم غير صحيح. اكتبه كما في البطاقة بالأرقام فقط، وتحقق من كل خانة.",
            "This number is not right. Write it as on the card, digits only, and check each of them.",
        )
    )
