"""Opening a file by what its name says, and what a reader offers."""

import gzip
import hashlib
import io
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wasl.core.refusal import Refusal
from wasl.transfer.rows import SourceRow

ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".xlsx": "sheet",
}


@dataclass(frozen=True)
class Options:
    """What is told about a file; empty means: find out."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


class Source(ABC):
    """An open file. `columns` are the names of its first line; None where rows name their own values."""

    columns: list[str] | None = None
    # Sentences about how the file was read, for whoever looks on.
    remarks: tuple[str, ...] = ()

    @abstractmethod
    def rows(self) -> Iterator[SourceRow]:
        """Every row in the order of the file; asked a second time it begins anew."""

    def rows_after(self, position: str) -> Iterator[SourceRow]:
        """The rows behind the one with this mark; all of them for an empty one."""
        done = int(position or 0)
        return (row for row in self.rows() if int(row.mark) > done) if done else self.rows()

    @abstractmethod
    def share_read(self) -> float | None:
        """How much of the file has been read, 0 to 1; None where it cannot be told."""


class ByteFile:
    """A file, unpacked where its name ends in .gz, that knows how far it has been read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_packed = path.suffix.lower() == ".gz"
        self._size = max(path.stat().st_size, 1)
        self._plain: BinaryIO | None = None

    def open(self) -> BinaryIO:
        """The bytes from their beginning."""
        self._plain = self.path.open("rb")
        return gzip.open(self._plain) if self.is_packed else self._plain  # type: ignore[return-value]

    def share_read(self) -> float:
        """How much of the bytes on the disk were taken."""
        if self._plain is None or self._plain.closed:
            return 0.0
        return min(self._plain.tell() / self._size, 1.0)

    def beginning(self, size: int) -> bytes:
        """The first bytes. Raises Refusal for what is not packed as its name says."""
        found = b""
        try:
            with self.open() as stream:
                while len(found) < size and (part := stream.read1(size - len(found))):  # type: ignore[attr-defined]
                    found += part
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            if not found:  # else it breaks off later on, which the rows will tell
                raise Refusal(
                    f"الملف {self.path.name} ليس ملف gzip سليماً.", f"{self.path.name} is not a sound gzip file."
                ) from error
        return found


def open_source(path: Path, options: Options) -> Source:
    """The reader of a file, chosen by its name. Raises Refusal."""
    from wasl.transfer.reading.lines import LinesSource
    from wasl.transfer.reading.sheets import SheetSource
    from wasl.transfer.reading.tables import TableSource

    if not path.is_file():
        raise Refusal(f"لا يوجد ملف بهذا الاسم: {path}", f"There is no such file: {path}")
    suffixes = [one.lower() for one in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    kind = ENDINGS.get((suffixes[-2:-1] if packed else suffixes[-1:] or [""])[0] if suffixes else "")
    if kind is None or (kind == "sheet" and packed):
        raise Refusal(
            f"لا أعرف هذا النوع من الملفات: {path.name}. المقبول: .csv و.tsv و.txt و.jsonl (ومعها .gz) و.xlsx.",
            f"This kind of file is not known: {path.name}. Taken are .csv, .tsv, .txt, .jsonl (also .gz) and .xlsx.",
        )
    try:
        if kind == "sheet":
            return SheetSource(path, options)
        file = ByteFile(path)
        return TableSource(file, options) if kind == "csv" else LinesSource(file, options)
    except OSError as error:
        raise Refusal(f"تعذّرت قراءة {path.name}: {error}", f"{path.name} cannot be read: {error}") from error


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file: by it a broken-off import knows its file again."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def text_of(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The text of bytes; what does not belong to the encoding becomes lone surrogates, which `is_whole` finds."""
    return io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline="")


def is_whole(text: str) -> bool:
    """Did every byte of the text belong to its encoding?"""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
