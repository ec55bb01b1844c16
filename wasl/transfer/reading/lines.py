"""JSON lines: one object a line; what lies deeper is named with points (`location.lat`)."""

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from wasl.core.i18n import t
from wasl.transfer.reading import encodings
from wasl.transfer.reading.files import ByteFile, Options, Source, is_whole, text_of
from wasl.transfer.rows import Flaw, SourceRow

SAMPLE = 1024 * 1024
DEEPEST = 4
LONGEST_LINE = 4 * 1024 * 1024


class LinesSource(Source):
    """The objects of a file of JSON lines."""

    columns = None

    def __init__(self, file: ByteFile, options: Options) -> None:
        self._file = file
        self._encoding, remark = encodings.chosen(options.encoding, file.beginning(SAMPLE), file.path.name)
        self.remarks = (remark,) if remark else ()

    def rows(self) -> Iterator[SourceRow]:
        number = 0
        with self._file.open() as stream, text_of(stream, self._encoding) as text:
            for line, written in enumerate(_whole_lines(text), start=1):
                if not written.strip("\ufeff \t\r\n"):
                    continue
                number += 1
                yield _row(line, number, written)

    def share_read(self) -> float:
        return self._file.share_read()


def _whole_lines(text: Any) -> Iterator[str]:
    """Lines, none longer than a bound (the rest of a longer one is a line of its own, which then cannot be read)."""
    while True:
        try:
            line = text.readline(LONGEST_LINE)
        except (EOFError, OSError, zlib.error) as error:  # the packed file ends in its middle
            yield f"… {error}"
            return
        if not line:
            return
        yield line


def _row(line: int, number: int, written: str) -> SourceRow:
    try:
        if not is_whole(written):
            raise ValueError("not UTF-8")
        said = json.loads(written.strip("\ufeff"))
    except (ValueError, RecursionError) as error:
        reason = t("السطر ليس JSON صحيحاً: {why}", "The line is not valid JSON: {why}", why=str(error))
        return _flawed(line, number, written, reason)
    if not isinstance(said, dict):
        return _flawed(line, number, written, t("السطر ليس كائناً.", "The line is no object."))
    return SourceRow(line, str(number), flat(said))


def _flawed(line: int, number: int, written: str, reason: str) -> SourceRow:
    told = written.strip().encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return SourceRow(line, str(number), {}, Flaw("", "", reason), (told,))


def flat(said: Mapping[str, Any], path: str = "", depth: int = 0) -> dict[str, str]:
    """The values of an object by name, deeper ones by `outer.inner`; lists and what is deeper still as JSON."""
    found: dict[str, str] = {}
    for name, value in said.items():
        key = f"{path}{name}"
        if isinstance(value, dict) and depth < DEEPEST:
            found |= flat(value, f"{key}.", depth + 1)
        else:
            found[key] = _as_text(value)
    return found


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value if is_whole(value) else value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return json.dumps(value, ensure_ascii=False)
