"""The log files of the processes: each writes its own, and none grows without end."""

import os
import shutil
from pathlib import Path

LARGEST = 10 * 1024 * 1024
KEPT = 4


def open_journal(folder: Path, name: str) -> int:
    """A descriptor that a process may write its output to; whoever receives it closes it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(folder / f"{name}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def turn_over(folder: Path, *, largest: int = LARGEST, kept: int = KEPT) -> None:
    """Move the content of every log that is too large aside: web.log to web.log.1, that to web.log.2, and so on.

    The processes keep their files open, so the file is copied and emptied; a line that is written between the two, a
    matter of microseconds, is lost. Appending writers go on at its new beginning.
    """
    for journal in folder.glob("*.log"):
        if journal.stat().st_size > largest:
            for number in range(kept - 1, 0, -1):
                older = journal.with_name(f"{journal.name}.{number}")
                if older.exists():
                    older.rename(journal.with_name(f"{journal.name}.{number + 1}"))
            shutil.copyfile(journal, journal.with_name(f"{journal.name}.1"))
            journal.with_name(f"{journal.name}.1").chmod(0o600)
            os.truncate(journal, 0)


def last_lines(folder: Path, name: str, *, lines: int = 12) -> str:
    """The end of a log, for a person who must mend something."""
    try:
        content = (folder / f"{name}.log").read_bytes()[-20_000:]
    except FileNotFoundError:
        return ""
    return "\n".join(content.decode(errors="replace").splitlines()[-lines:])
