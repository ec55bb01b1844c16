"""What travels between reading, translating and writing: plain rows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a row cannot come in: the field of ours it is about, the value that stood there, and a sentence."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row as the source has it. `line` is where it begins in the file (the first line is 1).

    `mark` is where to go on after it. `flaw` tells that the row itself could not be read; `raw` is what stood there.
    """

    line: int
    mark: str
    values: Mapping[str, Any]
    flaw: Flaw | None = None
    raw: Sequence[str] = ()


@dataclass
class Counts:
    """How many rows went which way. Read = imported + known + failed, and those that wait for the second pass."""

    imported: int = 0
    known: int = 0
    failed: int = 0
    linked: int = 0
    unlinked: int = 0
    notes: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """All rows that were dealt with."""
        return self.imported + self.known + self.failed

    def note(self, what: str, times: int = 1) -> None:
        """Count something worth telling that is no failure."""
        self.notes[what] = self.notes.get(what, 0) + times
