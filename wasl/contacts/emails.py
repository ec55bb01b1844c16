"""E-mail addresses: checked, written one way, shown, masked."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from wasl.core.i18n import t
from wasl.core.text import clean_line, latin_digits

LONGEST = 254  # RFC 5321 4.5.3.1.3, without the brackets
LONGEST_MAILBOX = 64
_check = EmailValidator(allowlist=[])
_DOTS = str.maketrans("。．｡", "...")


class BadEmail(ValueError):
    """The text is no e-mail address we can write to; its message says what to write instead."""


def parse_email(text: str) -> str:
    """The address in lower case, its domain in the ASCII form that mail servers know. Raises BadEmail."""
    written = latin_digits(clean_line(text[: LONGEST * 2])).removeprefix("mailto:").strip("<> ").replace("＠", "@")
    mailbox, at, domain = written.rpartition("@")
    if not at or not mailbox.isascii():
        raise _no_address()
    address = f"{mailbox}@{_ascii_domain(domain)}".lower()
    if len(address) > LONGEST or len(mailbox) > LONGEST_MAILBOX or len(text) > LONGEST * 2:
        raise _no_address()
    try:
        _check(address)
    except ValidationError as problem:
        raise _no_address() from problem
    return address


def show(address: str) -> str:
    """The address with its domain in its own letters: "info@مثال.عمان"."""
    mailbox, at, domain = address.rpartition("@")
    try:
        return f"{mailbox}{at}{domain.encode('ascii').decode('idna')}"
    except UnicodeError:
        return address


def mask_email(address: str) -> str:
    """An address that its owner knows again and others cannot write to: "m•••@example.om"."""
    mailbox, at, domain = show(address).rpartition("@")
    return f"{mailbox[:1]}•••{at}{domain}"


def _ascii_domain(domain: str) -> str:
    try:
        ascii_domain = domain.translate(_DOTS).encode("idna").decode("ascii")
    except UnicodeError as problem:
        raise _no_address() from problem
    if not re.search(r"\.[a-z0-9-]{2,}$", ascii_domain, re.IGNORECASE):
        raise _no_address()
    return ascii_domain


def _no_address() -> BadEmail:
    return BadEmail(
        t(
            "اكتب بريداً إلكترونياً كاملاً بحروف لاتينية قبل @، مثل name@example.om.",
            "Write a whole e-mail address, like name@example.om.",
        )
    )
