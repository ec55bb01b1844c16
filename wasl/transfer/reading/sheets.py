"""XLSX: the first sheet or a named one, its first row of names, then rows. Dates in cells stay dates."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from wasl.core.refusal import Refusal
from wasl.transfer.reading.files import Options, Source
from wasl.transfer.reading.tables import checked_names
from wasl.transfer.rows import SourceRow


class SheetSource(Source):
    """The rows of a sheet."""

    columns: list[str]

    def __init__(self, path: Path, options: Options) -> None:
        self._path, self._sheet = path, options.sheet
        self._done, self._total = 0, 0
        first = next(self._cells(), ())
        names = [as_text(cell).strip() for cell in first]
        while names and not names[-1]:
            names.pop()
        self.columns = checked_names(names, path.name)

    def rows(self) -> Iterator[SourceRow]:
        columns, width, number = self.columns, len(self.columns), 0
        cells = self._cells()
        next(cells, None)
        for line, row in enumerate(cells, start=2):
            self._done = line
            if all(cell is None for cell in row[:width]):
                continue
            number += 1
            values = [as_value(cell) for cell in row[:width]]
            values += [""] * (width - len(values))
            yield SourceRow(line, str(number), dict(zip(columns, values, strict=True)))

    def share_read(self) -> float | None:
        return min(self._done / self._total, 1.0) if self._total else None

    def _cells(self) -> Iterator[Sequence[Any]]:
        try:
            book = openpyxl.load_workbook(self._path, read_only=True, data_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            raise Refusal(
                f"الملف {self._path.name} ليس ملف XLSX سليماً. احفظه من جديد بصيغة xlsx.",
                f"{self._path.name} is not a sound XLSX file. Save it anew as xlsx.",
            ) from error
        try:
            sheet = self._chosen(book)
            self._total = sheet.max_row or 0
            # Some programs write a wrong size, and rows beyond it would be left out.
            sheet.reset_dimensions()
            yield from sheet.iter_rows(values_only=True)
        finally:
            book.close()

    def _chosen(self, book: Any) -> Any:
        if not self._sheet:
            return book.worksheets[0]
        if self._sheet not in book.sheetnames:
            known = "، ".join(book.sheetnames)
            raise Refusal(
                f"لا توجد ورقة باسم «{self._sheet}». الأوراق: {known}",
                f"There is no sheet “{self._sheet}”. Sheets: {', '.join(book.sheetnames)}",
            )
        return book[self._sheet]


def as_value(cell: Any) -> Any:
    """What a cell says: moments stay moments, everything else becomes text."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    return as_text(cell)


def as_text(cell: Any) -> str:
    """A cell as a person reads it: 12345.0 is a whole number that Excel keeps with a point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
