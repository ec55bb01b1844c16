"""Figures as people read them: digits of the wished set, grouped numbers, shares, sizes of files, phone numbers.

Digits are 0-9 in both languages; a person may wish to read ٠-٩ on Arabic pages. That choice is made here and nowhere
else: every other function shows its result through `digits`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any

from wasl.core.i18n import language, say
from wasl.core.text import arabic_indic_digits

DIGIT_SETS = ("latn", "arab")
_digit_set: ContextVar[str] = ContextVar("wasl_digit_set", default="latn")
_ARABIC_SIGNS = str.maketrans({".": "٫", ",": "٬", "%": "٪"})
_SIZES = (("بايت", "B"), ("ك.بايت", "KB"), ("م.بايت", "MB"), ("ج.بايت", "GB"), ("ت.بايت", "TB"))


def set_digits(wished: str) -> None:
    """Choose the digits of this request; anything unknown means 0-9."""
    _digit_set.set(wished if wished in DIGIT_SETS else "latn")


@contextmanager
def digits_shown(wished: str) -> Iterator[None]:
    """Show figures in a digit set for a while."""
    token = _digit_set.set(wished)
    try:
        yield
    finally:
        _digit_set.reset(token)


def digits(text: str) -> str:
    """The text with its digits in the wished set (on Arabic pages only)."""
    return arabic_indic_digits(text) if uses_arabic_digits() else text


def uses_arabic_digits() -> bool:
    return _digit_set.get() == "arab" and language() == "ar"


def number(value: Any, places: int | None = None) -> str:
    """A grouped number with a decimal point: 81,234 or 4.6. Whatever is no number comes back as text."""
    if value is None or value == "":
        return ""
    try:
        shown = f"{_decimal(value):,.{places}f}" if places is not None else _plain_number(value)
    except (ValueError, ArithmeticError):
        return str(value)
    return digits(shown.translate(_ARABIC_SIGNS) if uses_arabic_digits() else shown)


def capped(count: int, most: int = 99) -> str:
    """A count for a small mark: 7, 99+."""
    return f"{number(most)}+" if count > most else number(count)


def percent(value: Any, places: int = 0) -> str:
    """A share already counted in hundredths: 98%, 4.7%."""
    shown = number(value, places)
    return shown and shown + ("٪" if uses_arabic_digits() else "%")


def file_size(size: int | None) -> str:
    """A size in bytes, in the unit a person would say."""
    if size is None:
        return ""
    amount, step = float(size), 0
    while amount >= 1024 and step < len(_SIZES) - 1:
        amount, step = amount / 1024, step + 1
    return f"{number(amount, 1 if step and amount < 10 else 0)} {say(*_SIZES[step])}"


def grouped_phone(value: str) -> str:
    """An E.164 number in groups as it is read aloud: +968 9214 7705. Anything else comes back unchanged."""
    from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

    try:
        parsed = parse(value, None)
    except NumberParseException:
        return value
    if not is_possible_number(parsed):
        return value
    if parsed.country_code == 968 and len(str(parsed.national_number)) == 8:
        local = str(parsed.national_number)
        return f"+968 {local[:4]} {local[4:]}"
    return format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def masked_phone(value: str) -> str:
    """A phone number with its middle hidden: +968 9••• ••05."""
    kept = value if value.startswith("+") else f"+{value}"
    if len(kept) < 8:
        return "••••"
    hidden = kept[:5] + "•" * (len(kept) - 7) + kept[-2:]
    return f"{hidden[:4]} {hidden[4:8]} {hidden[8:]}".strip()


def _plain_number(value: Any) -> str:
    exact = _decimal(value)
    return f"{int(exact):,}" if exact == exact.to_integral_value() else f"{exact.normalize():,f}"


def _decimal(value: Any) -> Decimal:
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError("not a finite number")
    return exact
