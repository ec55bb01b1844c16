"""The newest seals outside of the database: lines in files of the home folder, one file a month, only ever added to.

Whoever rewrites the whole database, its chain included, would have to rewrite this too, and whatever copy of it
somebody else holds.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from wasl.core.models import Seal, SealState
from wasl.core.sealed_lines import FOLDER, Line
from wasl.core.seals import making


def line_of(seal: Seal) -> Line:
    """A seal as it is published."""
    return Line(seal.number, seal.last_event, seal.digest, seal.sealed_at)


def keep_newest(home: Path) -> Line | None:
    """Add the newest seal to the file of the month, if it is not there yet, and let the house know; gives the line.

    None when nothing is new. Raises OSError when it cannot be written.
    """
    newest = making.head()
    state = making.state_of_log()
    if newest is None or newest.number == state.published:
        return None
    line = line_of(newest)
    _append(home / FOLDER / f"seals-{line.at:%Y-%m}.txt", str(line))
    SealState.objects.filter(pk=state.pk).update(published=line.number, published_at=datetime.now(UTC))
    return line


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":  # the house fell while it wrote this line
            os.ftruncate(descriptor, _end_of_last_line(descriptor, size))
        os.write(descriptor, f"{text}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _end_of_last_line(descriptor: int, size: int) -> int:
    start = max(0, size - 4096)
    tail = os.pread(descriptor, size - start, start)
    return start + tail.rfind(b"\n") + 1
