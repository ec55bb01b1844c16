"""Processes that a test may kill: copies of the test's own one, on the same database, each with its own connection."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import connections

from wasl.core import marks

PATIENCE = 90.0


@dataclass
class Mortal:
    """One such process; its number, and whether it has ended by itself."""

    number: int

    def kill(self) -> None:
        """kill -9, and wait until it is no more."""
        with suppress(ProcessLookupError):
            os.kill(self.number, signal.SIGKILL)
        os.waitpid(self.number, 0)

    def ended_well(self) -> bool:
        """Wait for its end: did it come to it without an error?"""
        return os.waitpid(self.number, 0)[1] == 0


def begun(work: Callable[[], object], *, armed: Path | None = None) -> Mortal:
    """Do the work in a process of its own, which stands still at what is armed in a folder."""
    connections.close_all()  # a connection cannot be shared
    number = os.fork()
    if number:
        return Mortal(number)
    failed = 1
    try:
        marks._folder = armed
        work()
        connections.close_all()
        failed = 0
    finally:
        os._exit(failed)


def arm(folder: Path, point: str) -> None:
    """Whoever comes to the point next stands still there."""
    folder.mkdir(exist_ok=True)
    (folder / point).touch()


def standing(folder: Path, point: str, *, patience: float = PATIENCE) -> int | None:
    """The number of the process that stands there; None if nobody came in time."""
    note, end = folder / f"{point}.reached", time.monotonic() + patience
    while not note.exists():
        if time.monotonic() > end:
            return None
        time.sleep(0.01)
    return int(note.read_text())
