"""What the house holds of a person: each room says it for its own tables, in `personal.py`.

    @holding("tasks", t("المهام", "Tasks"))
    class Tasks(Holding):
        def records(self, subject): ...   # everything about the person, for the file they may ask for
        def erase(self, subject, at): ... # the words and addresses go, what statistics need stays

The room `privacy` alone asks them: for the access file, for an erasure, and for what has been kept long enough
(`Retention`). A holding reads and writes its own room's tables only.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wasl.core.text import latin_digits

# What hides an address or a number of somebody else in words about a person.
MASK = "•••"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\d(?:[\s-]?\d){6,14}")


@dataclass(frozen=True)
class LeftOut:
    """What of a person is not told to whoever asks: cases, their references, messages that belong to them."""

    case_ids: frozenset[int] = frozenset()
    references: frozenset[str] = frozenset()
    message_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Subject:
    """A person as the rooms know them: numbers of rows, phones (E.164) and e-mail addresses, names, references.

    What is `left_out` is in no record; it is in none of the other numbers either, so that nothing of it is erased.
    """

    agency_id: int
    beneficiary_id: int
    case_ids: frozenset[int] = frozenset()
    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    left_out: LeftOut = LeftOut()


@dataclass(frozen=True)
class Record:
    """One thing held: when, what (label to words), and the numbers of stored files that belong to it."""

    at: datetime | None
    values: Mapping[str, str]
    files: tuple[int, ...] = ()


class Holding:
    """What one room holds of a person. Erasing is done in one transaction with all other rooms and may be repeated."""

    code: str
    title: str
    order: int

    def records(self, subject: Subject) -> Iterator[Record]:
        """Everything of the person, oldest first."""
        raise NotImplementedError

    def erase(self, subject: Subject, *, at: datetime) -> int:
        """Take words and addresses away for good; gives how many rows lost some."""
        raise NotImplementedError


@dataclass(frozen=True)
class Kept:
    """What must not go yet: cases and people under a legal hold."""

    case_ids: frozenset[int] = frozenset()
    beneficiary_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Retention:
    """A class of records with a time after which their personal part goes.

    `count(agency_id, before, kept)` says how many would; `sweep(agency_id, before, kept, at, limit)` does it for at
    most `limit` and gives how many it did. `least_days` is the shortest time anybody may choose.
    """

    code: str
    title: str
    sentence: str
    days: int
    least_days: int
    count: Callable[[int, datetime, Kept], int] = field(repr=False)
    sweep: Callable[[int, datetime, Kept, datetime, int], int] = field(repr=False)


_holdings: dict[str, Holding] = {}
_retentions: dict[str, Retention] = {}


def holding(code: str, title: str, *, order: int = 50) -> Callable[[type[Holding]], type[Holding]]:
    """Register a holding. Those of low order are shown first and erased last, so that others still find their way."""

    def register(cls: type[Holding]) -> type[Holding]:
        made = cls()
        made.code, made.title, made.order = code, title, order
        _holdings[code] = made
        return cls

    return register


def register_retention(retention: Retention) -> None:
    """Register a class of records that may be kept too long."""
    _retentions[retention.code] = retention


def holdings() -> list[Holding]:
    """All holdings, in the order in which a person reads them."""
    return sorted(_holdings.values(), key=lambda one: (one.order, one.code))


def retentions() -> list[Retention]:
    """All classes of records, by name."""
    return [_retentions[code] for code in sorted(_retentions)]


def masked(words: str, subject: Subject) -> str:
    """The words with every phone, identity number and e-mail address hidden that is not the person's own."""
    own = {_bare(address) for address in subject.addresses} | {_bare(one) for one in subject.references}

    def hide(match: re.Match[str]) -> str:
        found = _bare(match[0])
        is_own = any(found == one or (len(found) > 6 and one.endswith(found)) for one in own)
        return match[0] if is_own else MASK

    return _NUMBER.sub(hide, _EMAIL.sub(hide, words))


def _bare(address: str) -> str:
    plain = latin_digits(address).lower()
    return plain if "@" in plain else re.sub(r"\D", "", plain)
