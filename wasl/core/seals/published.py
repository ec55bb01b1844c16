"""The newest seals outside of the database: lines in files of the home folder, one file a month, only ever added to.

A line is when, the number of the seal, the last record of its stretch, and its digest. Whoever rewrites the whole
database, its chain included, would have to rewrite this too, and whatever copy of it somebody else holds.
"""

import heapq
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wasl.core.models import Seal, SealState
from wasl.core.seals import making

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

    @classmethod
    def of(cls, seal: Seal) -> "Line":
        return cls(seal.number, seal.last_event, seal.digest, seal.sealed_at)

    def __str__(self) -> str:
        at = self.at.astimezone(UTC).isoformat(timespec="seconds")
        return f"{at} {self.number} {self.last_event} {self.digest}"


def keep_newest(home: Path) -> Line | None:
    """Add the newest seal to the file of the month, if it is not there yet, and let the house know; gives the line.

    None when nothing is new. Raises OSError when it cannot be written.
    """
    newest = making.head()
    state = making.state_of_log()
    if newest is None or newest.number == state.published:
        return None
    line = Line.of(newest)
    _append(home / FOLDER / f"seals-{line.at:%Y-%m}.txt", str(line))
    SealState.objects.filter(pk=state.pk).update(published=line.number, published_at=datetime.now(UTC))
    return line


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


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":  # a line that was cut short stays for itself
            os.ftruncate(descriptor, _end_of_last_line(descriptor, size))
        os.write(descriptor, f"{text}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _end_of_last_line(descriptor: int, size: int) -> int:
    start = max(0, size - 4096)
    tail = os.pread(descriptor, size - start, start)
    return start + tail.rfind(b"\n") + 1
