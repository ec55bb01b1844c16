"""What somebody asks of the log: read from the address, where everything is a plain word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from wasl.core import references
from wasl.core.text import clean_line, latin_digits

# Without days and without a case: the last week.
DAYS = 7
_CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True)
class Asked:
    """The question. Days are those of the agency, both counted; `None` is not asked."""

    person: int | None = None
    case: str = ""
    kind: str = ""
    key: str = ""
    since: date | None = None
    until: date | None = None
    outside: bool = False
    before: int | None = None

    def begins(self, zone: tzinfo) -> datetime | None:
        return datetime.combine(self.since, time.min, tzinfo=zone) if self.since else None

    def ends(self, zone: tzinfo) -> datetime | None:
        return datetime.combine(self.until + timedelta(days=1), time.min, tzinfo=zone) if self.until else None

    @property
    def words(self) -> str:
        """The question in short, for the fact that it was asked: numbers and codes, nothing that was typed freely."""
        reference = references.parse(self.case)
        parts = {
            "person": self.person,
            "case": reference.digits if reference is not None else None,
            "kind": self.kind,
            "key": self.key,
            "from": self.since,
            "to": self.until,
            "outside": 1 if self.outside else None,
        }
        return "&".join(f"{name}={value}" for name, value in parts.items() if value)[:200]


def read(given: Mapping[str, str], *, today: date) -> Asked:
    """The question of an address. What cannot be read is not asked; without days it is the week before today."""
    case = clean_line(given.get("case", ""))[:40]
    since, until = day(given.get("from", "")), day(given.get("to", ""))
    if since is None and until is None and not case:
        since, until = today - timedelta(days=DAYS - 1), today
    if since and until and until < since:
        since, until = until, since
    return Asked(
        person=number(given.get("person", "")),
        case=case,
        kind=_code(given.get("kind", "")),
        key=_code(given.get("key", "")),
        since=since,
        until=until,
        outside=bool(given.get("outside")),
        before=number(given.get("before", "")),
    )


def _code(text: str) -> str:
    return text if _CODE.fullmatch(text) else ""


def number(text: str) -> int | None:
    """A number as people write it; None for anything else."""
    digits = latin_digits(text).strip()
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 19 else None


def day(text: str) -> date | None:
    """A day as a form sends it; None for anything else."""
    try:
        return date.fromisoformat(latin_digits(text).strip())
    except ValueError:
        return None
