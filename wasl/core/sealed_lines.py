"""The form of seals outside of the database: lines of text in files of the home folder. `core.seals` writes them.

A line is when, the number of the seal, the last record of its stretch, and its digest. Needs neither database nor
Django: backups read it too.
"""

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "audit"
_FORM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00) (\d+) (\d+) ([0-9a-f]{64})")


class Unreadable(Exception):
    """A line of the file that is not one that we wrote."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(f"{path}:{line}")
        self.path, self.line = path, line


@dataclass(frozen=True, order=True)
class Line:
    """One seal as it was published."""

    number: int
    last_event: int
    digest: str
    at: datetime

    def __str__(self) -> str:
        at = self.at.astimezone(UTC).isoformat(timespec="seconds")
        return f"{at} {self.number} {self.last_event} {self.digest}"


def lines_in(place: Path) -> Iterator[Line]:
    """The published seals of a folder, or of one file, by their numbers. Raises Unreadable on the way."""
    paths = [place] if place.is_file() else sorted(place.glob("*.txt"))
    return heapq.merge(*(_lines_of(path) for path in paths))


def _lines_of(path: Path) -> Iterator[Line]:
    with path.open(encoding="ascii", errors="replace") as file:
        for count, text in enumerate(file, start=1):
            if not text.endswith("\n"):
                return  # the house fell while it wrote; it is written again
            if not text.strip():
                continue
            found = _FORM.fullmatch(text.strip())
            if found is None:
                raise Unreadable(path, count)
            yield Line(int(found[2]), int(found[3]), found[4], datetime.fromisoformat(found[1]))
