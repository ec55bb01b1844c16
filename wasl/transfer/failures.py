"""What could not come in: the file of rows to be mended and given again, and a summary by reason."""

import csv
import dataclasses
import io
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import translation

from wasl.core.i18n import t
from wasl.core.refusal import Refusal
from wasl.transfer.rows import Flaw, SourceRow

OWN = ("import_line", "import_field", "import_value", "import_reason")
FIRST_LINES = 5
MOST_REASONS = 200
OTHERS = ("", "")
OTHER_REASONS = t("أسباب أخرى", "Other reasons")


@dataclass
class Reason:
    """One reason for which rows failed: how many, and on which lines first."""

    field: str
    sentence: str
    count: int = 0
    lines: list[int] = dataclasses.field(default_factory=list)
    values: list[str] = dataclasses.field(default_factory=list)


class Summary:
    """Failures counted by field and reason. Memory is bounded: of very many reasons the later ones count together."""

    def __init__(self) -> None:
        self._reasons: dict[tuple[str, str], Reason] = {}

    def add(self, line: int, flaws: Sequence[Flaw]) -> None:
        """Count a row that failed."""
        for flaw in flaws:
            key = (flaw.field, str(flaw.reason))
            if key not in self._reasons and len(self._reasons) >= MOST_REASONS:
                key = OTHERS
            reason = self._reasons.setdefault(key, Reason(key[0], flaw.reason if key != OTHERS else OTHER_REASONS))
            reason.count += 1
            if len(reason.lines) < FIRST_LINES:
                reason.lines.append(line)
                reason.values.append(flaw.value[:60])

    def reasons(self) -> list[Reason]:
        """The commonest first."""
        return sorted(self._reasons.values(), key=lambda one: -one.count)


class ErrorFile:
    """The file of rows that failed, made with its first row, readable by its owner alone: it holds people's data.

    CSV beside CSV and XLSX, JSON lines beside JSON lines. What was written after the last committed batch is cut off
    when an import goes on (`size`).
    """

    def __init__(self, path: Path, columns: Sequence[str] | None, *, language: str) -> None:
        self.path, self._columns, self._language = path, columns, language
        self._stream: BinaryIO | None = None
        self.size = 0

    def go_on(self, size: int) -> None:
        """Keep what belongs to committed batches. Without the file a fresh one begins."""
        if size and self.path.is_file():
            with self.path.open("r+b") as stream:
                stream.truncate(min(size, self.path.stat().st_size))
            self._stream = self.path.open("ab")
            self.size = self._stream.tell()

    def add(self, row: SourceRow, flaws: Sequence[Flaw]) -> None:
        """Write a row with what is wrong with it. Raises Refusal where nothing can be written."""
        stream = self._stream or self._begin()
        text = self._as_table(row, flaws) if self._columns is not None else self._as_line(row, flaws)
        self.size += stream.write(text.encode("utf-8", "replace"))

    def settle(self) -> int:
        """Bring everything to the disk; gives the size."""
        if self._stream is not None:
            self._stream.flush()
            os.fsync(self._stream.fileno())
        return self.size

    def close(self) -> None:
        """No more rows."""
        if self._stream is not None:
            self._stream.close()

    @property
    def is_there(self) -> bool:
        """Was anything written?"""
        return self.size > 0

    def _begin(self) -> BinaryIO:
        try:
            number = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        except OSError as error:
            raise Refusal(
                f"لا يمكن كتابة ملف الأخطاء {self.path}: {error}. سمِّ غيره بالخيار --errors.",
                f"The file of errors {self.path} cannot be written: {error}. Name another by --errors.",
            ) from error
        self._stream = os.fdopen(number, "wb")
        if self._columns is not None:
            # With the mark by which Excel knows UTF-8.
            self.size = self._stream.write(("\ufeff" + _csv_line([*OWN, *self._columns])).encode())
        return self._stream

    def _as_table(self, row: SourceRow, flaws: Sequence[Flaw]) -> str:
        told = self._told(row, flaws)
        if row.raw:
            told["import_value"] = told["import_value"] or json.dumps(list(row.raw), ensure_ascii=False)[:2000]
        return _csv_line([*told.values(), *(_plain(row.values.get(name, "")) for name in self._columns or ())])

    def _as_line(self, row: SourceRow, flaws: Sequence[Flaw]) -> str:
        told: dict[str, Any] = dict(self._told(row, flaws))
        if row.raw:
            told["import_text"] = row.raw[0]
        whole = {**told, **{name: _plain(value) for name, value in row.values.items()}}
        return json.dumps(whole, ensure_ascii=False) + "\n"

    def _told(self, row: SourceRow, flaws: Sequence[Flaw]) -> dict[str, str]:
        columns = (
            [str(row.line)],
            [flaw.field for flaw in flaws],
            [flaw.value for flaw in flaws],
            [in_language(flaw.reason, self._language) for flaw in flaws],
        )
        return dict(zip(OWN, (" | ".join(filter(None, parts)) for parts in columns), strict=True))


def in_language(sentence: str, language: str) -> str:
    """A sentence made by `t` in a named language."""
    with translation.override(language):
        return str(sentence)


def _plain(value: Any) -> str:
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def _csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def default_path(source: Path) -> Path:
    """Beside the file: `history.csv.gz` has its errors in `history.errors.csv`."""
    name = source.name.removesuffix(".gz")
    stem, ending = name.rsplit(".", 1) if "." in name else (name, "csv")
    return source.with_name(f"{stem}.errors.{'jsonl' if ending in ('jsonl', 'ndjson') else 'csv'}")
