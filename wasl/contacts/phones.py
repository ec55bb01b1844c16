"""Phone numbers as people write them: read into E.164, shown in groups, masked."""

import re

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from wasl.core.i18n import t
from wasl.core.text import clean_line, latin_digits

LONGEST = 40
# Kept left to right inside Arabic plain text; pages isolate numbers themselves.
LRM = "\u200e"
_WRITTEN_LIKE_A_NUMBER = re.compile(r"\(?\+?[\d\s().\-‐‑–/]+")
_NOBODYS = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


class BadPhone(ValueError):
    """The text is no number at which a person can be reached; its message says what to write instead."""


def parse_phone(text: str, region: str = "OM") -> str:
    """The number in E.164 ("+96892127705"). Takes any digits and separators, with or without +968 or 00968.

    A number of another country needs its + or 00. Raises BadPhone.
    """
    digits = _as_dialled(text)
    number = _read(digits, region)
    kind = phonenumbers.number_type(number)
    if kind in _NOBODYS:
        raise _service_number()
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_mobile(phone: str) -> bool:
    """Whether an E.164 number can take text messages."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(phone)) in _MOBILE
    except phonenumbers.NumberParseException:
        return False


def show(phone: str) -> str:
    """An E.164 number in groups: "+968 9212 7705"; anything else as it stands."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(phone), PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return phone


def mask_phone(phone: str) -> str:
    """A number that its owner knows again and others cannot dial: "+968 9••• 7705", behind a left-to-right mark."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return "•••"
    national = phonenumbers.national_significant_number(number)
    if len(national) < 7:
        return f"{LRM}+{number.country_code} •••"
    return f"{LRM}+{number.country_code} {national[0]}••• {national[-4:]}"


def _as_dialled(text: str) -> str:
    written = latin_digits(clean_line(text[:LONGEST])).replace("＋", "+")
    # Arabic lines put the plus behind the digits now and then.
    if written.endswith("+"):
        written = "+" + written[:-1]
    if len(text) > LONGEST or not _WRITTEN_LIKE_A_NUMBER.fullmatch(written):
        raise BadPhone(
            t(
                "اكتب رقم هاتف واحداً بالأرقام فقط، مثل 92123456 أو ‎+971501234567.",
                "Write one phone number in digits only, like 92123456 or +971501234567.",
            )
        )
    digits = re.sub(r"[^\d+]", "", written)
    return "+" + digits[2:] if digits.startswith("00") else digits


def _read(digits: str, region: str) -> PhoneNumber:
    if not digits.startswith("+") and 3 <= len(digits) <= 6:
        raise _service_number()
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException as problem:
        raise _no_number() from problem
    if not phonenumbers.is_valid_number(number):
        raise _no_number()
    return number


def _service_number() -> BadPhone:
    return BadPhone(
        t(
            "هذا رقم خدمة لا يمكننا الاتصال بك عليه. اكتب رقمك الشخصي المكوّن من 8 أرقام.",
            "This is a service number; we cannot reach you there. Write your own number of 8 digits.",
        )
    )


def _no_number() -> BadPhone:
    return BadPhone(
        t(
            "هذا الرقم غير صحيح. الأرقام العُمانية من 8 خانات وتبدأ بـ 2 أو 7 أو 9، ولغيرها ابدأ بـ + ورمز الدولة.",
            "This number is not right. Omani numbers have 8 digits and start with 2, 7 or 9; others start with + and"
            " the country code.",
        )
    )
