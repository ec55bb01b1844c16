"""What stands in the daily digest: each room above puts in sections, in its module `alerts`.

    @section("waiting", order=10)
    def waiting(reader: Reader) -> Section | None: ...

A section maker asks its own room what the reader should know today; it runs in the language of the reader, within the
transaction that writes the letter. Its words hold no name, number or sentence of a beneficiary: a mailbox is no desk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wasl.accounts.models import User
from wasl.directory.models import Agency

# More lines than that nobody reads in a mail; the rest is counted.
MOST_LINES = 12


@dataclass(frozen=True)
class Reader:
    """Who reads the digest: one of an agency, as of this moment."""

    person: User
    agency: Agency
    at: datetime


@dataclass(frozen=True)
class Line:
    """One case in a section: what it is about, its reference, and why it stands here; `tone` is ok, warn, bad or
    nothing.
    """

    title: str
    case_id: int
    reference: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Section:
    """One part of the digest. `total` counts what the lines leave out; `path` is where all of it is seen."""

    title: str
    lines: Sequence[Line]
    total: int
    path: str = ""
    tone: str = ""

    @property
    def shown(self) -> Sequence[Line]:
        """The lines that the letter holds."""
        return self.lines[:MOST_LINES]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(self.total - len(self.shown), 0)


Maker = Callable[[Reader], Section | None]
_makers: dict[str, tuple[int, Maker]] = {}


def section(code: str, *, order: int = 50) -> Callable[[Maker], Maker]:
    """Register a maker; the same code again replaces the one before."""

    def register(maker: Maker) -> Maker:
        _makers[code] = (order, maker)
        return maker

    return register


def sections_for(reader: Reader) -> list[Section]:
    """What the digest of this reader holds, in order; empty sections are left out."""
    made = [maker(reader) for _, maker in sorted(_makers.values(), key=lambda one: one[0])]
    return [one for one in made if one is not None and one.lines]
