"""The published seals of the audit log in a backup: those of the moment of its rows, so that a restored house can be
held against them at once. The file of the house itself may know newer ones, of facts that the backup does not have.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from wasl.core.sealed_lines import FOLDER, Unreadable, lines_in

NAME = "seals.txt"

__all__ = ["FOLDER", "NAME", "keep", "put_back"]


def keep(home: Path, folder: Path, *, up_to: int) -> None:
    """Write the published seals up to that number into a backup."""
    try:
        text = "".join(f"{line}\n" for line in lines_in(home / FOLDER) if line.number <= up_to)
    except Unreadable:  # somebody wrote into it: that must not stop the backup, and is told by `wasl audit verify`
        text = "".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(_files(home)))
    if text:
        _write(folder / NAME, text)


def put_back(folder: Path, home: Path) -> None:
    """Lay the seals of a backup into a home; the house goes on in files of its own beside."""
    if (folder / NAME).is_file():
        (home / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(home / FOLDER / NAME, (folder / NAME).read_text(encoding="utf-8"))


def _files(home: Path) -> Iterator[Path]:
    return (home / FOLDER).glob("*.txt")


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
