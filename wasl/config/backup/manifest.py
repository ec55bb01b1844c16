"""What a backup says of itself: everything that restoring needs to know, and the hashes by which it is checked."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from wasl.core.refusal import Refusal

FORMAT = 1
NAME = "manifest.json"
CONTENTS = "contents.txt.gz"
BLOCK = 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Damaged(Refusal):
    """The backup is not what was written."""


@dataclass(frozen=True)
class Table:
    """One table as a file of COPY lines, compressed."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True)
class Content:
    """One content of the file store."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """One backup. `keys` is "sealed" (inside, under a passphrase) or "apart" (whoever restores brings the ring)."""

    id: str
    made_at: str
    version: str
    mode: str
    base_url: str
    server: str
    migrations: list[list[str]]
    tables: list[Table]
    sequences: dict[str, int]
    contents: int
    content_bytes: int
    contents_sha256: str
    keys: str
    key_ids: list[str]
    # Contents whose rows were in the database at that moment and that were erased before they could be copied.
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def write(self, folder: Path) -> None:
        """Write it with a hash of its own, as the last file of the backup."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / NAME).write_text(text, encoding="utf-8")
        (folder / f"{NAME}.sha256").write_text(hashlib.sha256(text.encode()).hexdigest(), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Raises Damaged, or Refusal when there is no backup or one of a later form."""
        try:
            text = (folder / NAME).read_text(encoding="utf-8")
            known = (folder / f"{NAME}.sha256").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise Refusal(f"لا نسخة احتياطية في {folder}.", f"There is no backup in {folder}.") from None
        if hashlib.sha256(text.encode()).hexdigest() != known:
            raise damaged(folder / NAME)
        return cls._made(json.loads(text))

    @classmethod
    def _made(cls, found: dict[str, Any]) -> "Manifest":
        if found["format"] != FORMAT:
            raise Refusal(
                "هذه النسخة من إصدار أحدث من «وصل». ثبّت ذلك الإصدار ثم استرجعها به.",
                "This backup was made by a later release of Wasl. Install that release and restore with it.",
            )
        return cls(**{**found, "tables": [Table(**table) for table in found["tables"]]})


def damaged(path: Path) -> Damaged:
    """The sentence about a file that was altered or cut."""
    return Damaged(
        f"الملف {path} تالف أو ناقص. استعمل نسخة أخرى، وأعد أخذ النسخة الاحتياطية إن كان المصدر حياً.",
        f"{path} is damaged or incomplete. Use another backup; where the house still lives, make a new one.",
    )


def write_contents(folder: Path, contents: list[Content]) -> str:
    """Write the list of contents; gives the hash of the file."""
    with gzip.GzipFile(folder / CONTENTS, "wb", mtime=0) as out:
        for content in contents:
            out.write(f"{content.sha256} {content.size}\n".encode())
    return hash_of(folder / CONTENTS)


def read_contents(folder: Path) -> Iterator[Content]:
    """The contents of a backup, in the order of their hashes."""
    with gzip.open(folder / CONTENTS, "rt", encoding="ascii") as lines:
        for line in lines:
            sha256, _, size = line.strip().partition(" ")
            if not _SHA256.fullmatch(sha256) or not size.isdecimal():
                raise damaged(folder / CONTENTS)  # it becomes a path: nothing else may stand there
            yield Content(sha256, int(size))


def hash_of(path: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()
