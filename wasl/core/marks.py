"""Marked points: places where a drill may hold a process to see what becomes of the house when it dies right there.

A point is armed by a file of its name in the folder that WASL_MARKS names. The first to come by takes the file, writes
its process number beside it, and stands still until somebody kills it or removes that note. Without the variable, and
always in production, a mark does nothing.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

# Longer than any drill needs; should one forget to let go, the process goes on by itself.
LONGEST_HOLD = 30.0
_LOOK_EVERY = 0.01


def _chosen_folder() -> Path | None:
    folder, mode = os.environ.get("WASL_MARKS", ""), os.environ.get("WASL_MODE") or "demo"
    return Path(folder) if folder and mode != "production" else None


_folder = _chosen_folder()


def mark(point: str) -> None:
    """Stand still here if the point is armed; costs nothing otherwise."""
    if _folder is not None:
        _stand_still(_folder, point)


def _stand_still(folder: Path, point: str) -> None:
    note = folder / f"{point}.reached"
    try:
        (folder / point).rename(folder / f"{point}.{os.getpid()}")  # one process alone succeeds
    except FileNotFoundError:
        return
    (folder / f"{point}.{os.getpid()}").write_text(str(os.getpid()))
    (folder / f"{point}.{os.getpid()}").rename(note)
    end = time.monotonic() + LONGEST_HOLD
    while note.exists() and time.monotonic() < end:
        time.sleep(_LOOK_EVERY)
    with suppress(FileNotFoundError):
        note.unlink()
