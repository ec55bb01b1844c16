"""The reference of a case: short, speakable, keyable on a phone: `MR-2611-04173-2`.

Letters of the agency, two-digit year and month, a running number from one house-wide sequence that never resets, and a
check digit over the figures alone (Damm, from python-stdnum: it catches every wrong digit and every swap of
neighbours). As the running number is unique in the house, the figures alone name the case.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from stdnum import damm

from wasl.core.text import latin_digits

_SHAPE = re.compile(r"([A-Z]{0,4})([0-9]{4})([0-9]{5,12})([0-9])")
_LEAVE_OUT = re.compile(r"[\s\-‐‑–—−_/.,#:()\u0640\u061c\u200b-\u200f\u2066-\u2069\u202a-\u202e\ufeff]+")
_LONGEST = 80  # what somebody pastes may be longer than any reference; no need to look at all of it


@dataclass(frozen=True)
class Reference:
    """A well-formed reference, its check digit proven. `letters` is empty when only the figures were keyed."""

    letters: str
    year_month: str
    running: str
    check: str

    @property
    def digits(self) -> str:
        """The figures alone, as keyed on a telephone; unique in the house."""
        return f"{self.year_month}{self.running}{self.check}"

    def __str__(self) -> str:
        return f"{self.letters}-{self.year_month}-{self.running}-{self.check}".lstrip("-")


def allocate(*, letters: str, on: date) -> Reference:
    """The next reference. `on` is the day of registration in the agency's own time zone. Gaps are allowed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('core_reference_seq')")
        (number,) = cursor.fetchone()
    return compose(letters=letters, on=on, number=number)


def compose(*, letters: str, on: date, number: int) -> Reference:
    """The reference of a known running number."""
    year_month, running = f"{on:%y%m}", f"{number:05d}"
    return Reference(letters, year_month, running, damm.calc_check_digit(year_month + running))


def parse(text: str) -> Reference | None:
    """The reference somebody typed, said or pasted: any digits, any separators, with or without letters.

    None when it is not one or its check digit disagrees.
    """
    match = _SHAPE.fullmatch(_LEAVE_OUT.sub("", latin_digits(text[: _LONGEST + 1])).upper())
    if match is None or len(text) > _LONGEST:
        return None
    letters, year_month, running, check = match.groups()
    if not damm.is_valid(year_month + running + check):
        return None
    return Reference(letters, year_month, running, check)


def in_full(figures: str, *, letters: str) -> str:
    """The whole reference of the figures alone; a text that is none stays as it is, as do letters that stand there."""
    found = parse(figures)
    return str(replace(found, letters=found.letters or letters)) if found else figures
