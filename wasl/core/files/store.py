"""Where contents lie: a port of five verbs, and the folder behind it. A content is known by its SHA-256 alone.

In the folder a content is `files/ab/cd/<sha256>`; no name that a person chose is ever part of a path. It is written
under a random name, flushed to the disk, then renamed, so whatever has its right name is whole.
"""

import errno
import fcntl
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FULL = (errno.ENOSPC, errno.EDQUOT)
SHARDS = tuple(f"{number:02x}" for number in range(256))


class FileStoreFull(Exception):
    """There is no room left for files; doors answer 503 and keep the input."""


class ContentStore(Protocol):
    """What the house asks of a place for contents."""

    def incoming(self) -> AbstractContextManager[BinaryIO]:
        """A new open local file to write and read, gone at the end unless adopted. Raises FileStoreFull within."""

    def adopt(self, file: BinaryIO, sha256: str) -> None:
        """Make the incoming file the content of that hash, durably."""

    def open(self, sha256: str) -> BinaryIO:
        """The content as a real local open file. Raises FileNotFoundError."""

    def hashes(self, shard: str) -> Iterator[str]:
        """The hashes there are that begin with the two letters of `shard`."""

    def remove_untouched(self, sha256: str, *, since: timedelta) -> bool:
        """Remove the content unless it was handed in within `since`; whether it was removed."""

    def remove_abandoned(self, *, since: timedelta) -> int:
        """Remove incoming files that a crash left lying for longer than `since`; their number."""


def content_store() -> ContentStore:
    """The store of this house."""
    return FolderStore(Path(settings.WASL_HOME) / "files")


class FolderStore:
    """Contents as files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def incoming(self) -> Iterator[BinaryIO]:
        with _refusing_when_full():
            folder = self._folder / "incoming"
            _make(folder)
            descriptor, name = tempfile.mkstemp(dir=folder)  # mode 0600
            os.close(descriptor)
            try:
                with Path(name).open("r+b") as file:
                    yield file
            finally:
                Path(name).unlink(missing_ok=True)

    def adopt(self, file: BinaryIO, sha256: str) -> None:
        target = self._path(sha256)
        file.flush()
        os.fsync(file.fileno())
        _make(target.parent)
        # The same content may lie there already: it is put in its place again, so that its age begins anew and a
        # sweep that found no row for it a moment ago leaves it alone.
        with _locked(target.parent) as folder:
            os.utime(file.name)
            Path(file.name).rename(target)
            os.fsync(folder)

    def open(self, sha256: str) -> BinaryIO:
        return self._path(sha256).open("rb")

    def hashes(self, shard: str) -> Iterator[str]:
        for path in sorted((self._folder / shard).glob("*/*")):
            if _SHA256.fullmatch(path.name):
                yield path.name

    def remove_untouched(self, sha256: str, *, since: timedelta) -> bool:
        path = self._path(sha256)
        if not path.exists():
            return False
        with _locked(path.parent):
            if not _is_older(path, since):
                return False
            path.unlink(missing_ok=True)
        return True

    def remove_abandoned(self, *, since: timedelta) -> int:
        old = [path for path in (self._folder / "incoming").glob("*") if _is_older(path, since)]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise FileNotFoundError(sha256)
        return self._folder / sha256[:2] / sha256[2:4] / sha256


def _is_older(path: Path, age: timedelta) -> bool:
    # The disk's own time, not the clock of the house: that one may be moved.
    try:
        return path.stat().st_mtime < time.time() - age.total_seconds()
    except FileNotFoundError:
        return False


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    with _handle(folder.parent) as parent:
        os.fsync(parent)


@contextmanager
def _handle(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    with _handle(folder) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor


@contextmanager
def _refusing_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise FileStoreFull from error
        raise
