"""CSV: a first line of names, then rows; any of the usual separators."""

import csv
import io
import zlib
from collections.abc import Iterator
from typing import Any

from wasl.core.i18n import t
from wasl.core.refusal import Refusal
from wasl.transfer.reading import encodings
from wasl.transfer.reading.files import ByteFile, Options, Source, is_whole, text_of
from wasl.transfer.rows import Flaw, SourceRow

SAMPLE = 1024 * 1024
LONGEST_FIELD = 1024 * 1024
DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_TRIED = (",", ";", "\t", "|")


class TableSource(Source):
    """The rows of a CSV file."""

    columns: list[str]

    def __init__(self, file: ByteFile, options: Options) -> None:
        self._file = file
        beginning = file.beginning(SAMPLE)
        self._encoding, remark = encodings.chosen(options.encoding, beginning, file.path.name)
        self.remarks = (remark,) if remark else ()
        first = beginning.decode(self._encoding, "replace")
        self._delimiter = _delimiter(options.delimiter, first, file.path.name)
        csv.field_size_limit(LONGEST_FIELD)
        self.columns = self._names(first)

    def rows(self) -> Iterator[SourceRow]:
        with self._file.open() as stream, text_of(stream, self._encoding) as text:
            lines = csv.reader(text, delimiter=self._delimiter)
            next(lines, None)
            yield from self._numbered(lines)

    def share_read(self) -> float:
        return self._file.share_read()

    def _numbered(self, lines: Any) -> Iterator[SourceRow]:
        columns, width = self.columns, len(self.columns)
        number = 0
        while True:
            line = lines.line_num + 1
            try:
                cells = next(lines)
            except StopIteration:
                return
            except (csv.Error, EOFError, OSError, zlib.error) as error:
                number += 1
                yield SourceRow(line, str(number), {}, _unreadable(error))
                if not isinstance(error, csv.Error):  # the packed file ends in its middle
                    return
                continue
            if not cells:
                continue
            number += 1
            if len(cells) == width and is_whole("".join(cells)):
                yield SourceRow(line, str(number), dict(zip(columns, cells, strict=True)))
            else:
                yield self._odd(line, number, cells)

    def _odd(self, line: int, number: int, cells: list[str]) -> SourceRow:
        """A row of another width, or with bytes of another encoding; empty cells too many do not matter."""
        width = len(self.columns)
        flaw: Flaw | None = None
        if not is_whole("".join(cells)):
            reason = t("في السطر حروف ليست من ترميز الملف.", "The row holds bytes that are not of the file's encoding.")
            cells = [cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for cell in cells]
            flaw = Flaw("", "", reason)
        elif len(cells) < width or any(cells[width:]):
            reason = t(
                "عدد خانات السطر {n} وأعمدة الملف {width}.",
                "The row has {n} cells, the file {width} columns.",
                n=len(cells),
                width=width,
            )
            flaw = Flaw("", "", reason)
        padded = (cells + [""] * width)[:width]
        return SourceRow(line, str(number), dict(zip(self.columns, padded, strict=True)), flaw, cells)

    def _names(self, beginning: str) -> list[str]:
        try:
            names = [name.strip() for name in next(csv.reader(io.StringIO(beginning), delimiter=self._delimiter), [])]
        except csv.Error:
            names = []
        return checked_names(names, self._file.path.name)


def checked_names(names: list[str], file: str) -> list[str]:
    """The names of columns, every one once. Raises Refusal."""
    if not any(names):
        raise Refusal(f"الملف {file} بلا سطر أول بأسماء الأعمدة.", f"{file} has no first line with names of columns.")
    double = next((name for name in names if name and names.count(name) > 1), None)
    if double is not None:
        raise Refusal(
            f"اسم العمود «{double}» مكرر في الملف {file}. اجعل لكل عمود اسماً.",
            f"The column “{double}” stands twice in {file}. Give each a name of its own.",
        )
    return [name or f"({number})" for number, name in enumerate(names, start=1)]


def _delimiter(told: str, beginning: str, file: str) -> str:
    if told:
        delimiter = DELIMITERS.get(told.lower(), told)
        if len(delimiter) != 1:
            raise Refusal(
                f"الفاصل حرف واحد، أو tab: «{told}».", f"A delimiter is one character, or `tab`, not “{told}”."
            )
        return delimiter
    first = beginning.split("\n", 1)[0]
    return max(_TRIED, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))


def _unreadable(error: Exception) -> Flaw:
    reason = t("لا يمكن قراءة السطر: {why}", "The row cannot be read: {why}", why=str(error))
    return Flaw("", "", reason)
