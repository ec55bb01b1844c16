"""The clock of the house: doors ask it for the time, rules are handed the time.

In demo and test mode the clock of all processes of one home can be moved (to show, say, a reopening window of fifteen
days): the shift is one number of seconds in a file of the home folder, looked at with every question.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

_frozen: ContextVar[datetime | None] = ContextVar("wasl_frozen_clock", default=None)


class ClockIsFixed(RuntimeError):
    """The clock may be moved in demo and test mode only."""


def now() -> datetime:
    """The present moment, in UTC."""
    frozen_at = _frozen.get()
    if frozen_at is not None:
        return frozen_at
    return datetime.now(UTC) + _shift()


def true_time(at: datetime) -> datetime:
    """The true time of a moment by the clock of the house: for what runs by a clock of its own, as the queue does."""
    return at - _shift()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock of this thread still at `at` (for tests and for making demo history)."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)


def move(shift: timedelta) -> None:
    """Set how far the clock of the whole house stands from the true time. Raises ClockIsFixed in production."""
    if settings.WASL_MODE not in ("demo", "test"):
        raise ClockIsFixed("The clock can be moved in demo and test mode only.")
    _shift_file().write_text(str(shift.total_seconds()))


def _shift() -> timedelta:
    """The shift as the file tells it now; read again only when the file is another one."""
    global _read
    if settings.WASL_MODE == "production":
        return timedelta()
    path = f"{settings.WASL_HOME}/clock-shift"
    try:
        found = os.stat(path)  # noqa: PTH116 (asked a hundred times for a page; a Path would cost more than the look)
    except FileNotFoundError:
        return timedelta()
    mark = (path, found.st_ino, found.st_mtime_ns, found.st_size)
    if _read[0] != mark:
        _read = (mark, _shift_in(path))
    return _read[1]


_read: tuple[tuple[str, int, int, int] | None, timedelta] = (None, timedelta())


def _shift_in(path: str) -> timedelta:
    try:
        return timedelta(seconds=float(Path(path).read_text()))
    except (FileNotFoundError, ValueError):
        return timedelta()


def _shift_file() -> Path:
    return Path(settings.WASL_HOME) / "clock-shift"
