"""Marked points: places where a drill may hold a process to see what becomes of the house when it dies right there.

A point is armed by a file of its name in the folder that WASL_MARKS names; it holds the number of the process meant, or
nothing for whoever comes first. That one takes the file, leaves a note with its number, and stands still until somebody
kills it or removes the note. Without the variable, and always in production, a mark does nothing.
"""

import os
import time
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
    armed, me = folder / point, str(os.getpid())
    taken, note = folder / f"{point}.{me}", folder / f"{point}.reached"
    try:
        if armed.read_text() not in ("", me):
            return
        armed.rename(taken)  # one process alone succeeds
    except FileNotFoundError:
        return
    taken.write_text(me)
    taken.rename(note)
    end = time.monotonic() + LONGEST_HOLD
    while note.exists() and time.monotonic() < end:
        time.sleep(_LOOK_EVERY)
    note.unlink(missing_ok=True)
