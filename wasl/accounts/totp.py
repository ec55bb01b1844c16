"""Codes of an authenticator app (RFC 6238: six figures, thirty seconds) and recovery codes. Pure."""

import secrets
from datetime import datetime

import pyotp
import segno

from wasl.core.text import clean_line, latin_digits

STEP_SECONDS = 30
ALLOWED_STEPS = (0, -1, 1)
RECOVERY_CODES = 10
# Without 0, 1, l, o and u, which are misread; 10 letters of 31 are 49 random bits.
_LETTERS = "23456789abcdefghijkmnpqrstvwxyz"
_GROUP = 5


def new_secret() -> str:
    """160 random bits, as apps want them."""
    return pyotp.random_base32()


def matching_step(secret: str, typed: str, *, at: datetime, after: int) -> int | None:
    """The step whose code was typed, looking one step to each side; None for a wrong code or one used before.

    `after` is the last step that was accepted: a code counts once.
    """
    code = latin_digits(clean_line(typed)).replace(" ", "").replace("-", "")
    present = int(at.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    fitting = None
    for offset in ALLOWED_STEPS:
        step = present + offset
        if pyotp.utils.strings_equal(app.generate_otp(step), code) and step > after:
            fitting = step
    return fitting


def address_for_app(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth address that apps read."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def picture(address: str) -> str:
    """The QR code of an address as a data address for an <img>."""
    return segno.make(address, error="m").svg_data_uri(scale=4, border=2, dark="#111827", light="#ffffff")


def grouped(secret: str) -> str:
    """The secret in fours, to be typed by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def new_recovery_codes() -> list[str]:
    """Ten codes as they are shown: two groups of five letters."""
    return [f"{_some_letters()}-{_some_letters()}" for _ in range(RECOVERY_CODES)]


def same_recovery_code(typed: str) -> str:
    """One spelling for a recovery code however it was typed."""
    return latin_digits(clean_line(typed)).replace(" ", "").replace("-", "").lower()


def looks_like_recovery_code(typed: str) -> bool:
    """Is it one of the long codes rather than six figures?"""
    return len(same_recovery_code(typed)) > 6


def _some_letters() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_GROUP))
