"""Contents of files, from a store into another: each under its SHA-256, whole or not at all, never twice."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from wasl.config.backup.manifest import Content, damaged, hash_of
from wasl.config.backup.tables import copy_hashed

PART = ".part"


def place_of(folder: Path, sha256: str) -> Path:
    """Where a content lies in a store."""
    return folder / sha256[:2] / sha256[2:4] / sha256


def is_there(folder: Path, content: Content) -> bool:
    """Whether the content lies there in its full size (a crash may leave a shorter one, never a longer)."""
    try:
        return place_of(folder, content.sha256).stat().st_size == content.size
    except FileNotFoundError:
        return False


def copy(content: Content, source: Path, target: Path) -> None:
    """Copy one content and check it on the way. Raises FileNotFoundError, Damaged."""
    here, there = place_of(source, content.sha256), place_of(target, content.sha256)
    with here.open("rb") as file:
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = there.with_name(f".{content.sha256}{PART}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            found = copy_hashed(file, out)
    if found != content.sha256:
        aside.unlink()
        raise damaged(here)
    aside.rename(there)


def copy_all(
    contents: Iterable[Content], source: Path, target: Path, *, gone: Callable[[Content], None]
) -> tuple[int, int]:
    """Copy what the target lacks; gives how many contents and bytes were copied. `gone` is told what is not there."""
    number = size = 0
    for content in contents:
        if is_there(target, content):
            continue
        try:
            copy(content, source, target)
        except FileNotFoundError:
            gone(content)
            continue
        number, size = number + 1, size + content.size
    return number, size


def check(contents: Iterable[Content], folder: Path) -> None:
    """Read contents again. Raises Damaged."""
    for content in contents:
        path = place_of(folder, content.sha256)
        if not path.is_file() or hash_of(path) != content.sha256:
            raise damaged(path)


def remove_others(folder: Path, kept: set[str]) -> int:
    """Remove contents that nobody names; gives their number."""
    others = [path for path in folder.glob("??/??/*") if path.name not in kept]
    for path in others:
        path.unlink()
    return len(others)
