"""Cases as CSV, XLSX, JSON lines and GeoJSON: piece by piece, with little memory, however long the list is.

A generator outlives its request, so it carries language and zone itself.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from itertools import islice
from typing import Any

import xlsxwriter
from django.utils import timezone, translation

from wasl.core.i18n import t
from wasl.transfer.export.cells import cell
from wasl.transfer.export.fields import Field, Taken, Value

BYTE_ORDER_MARK = "\ufeff"  # without it some programs take Arabic for something else
PIECE = 64 * 1024
_ROWS_A_PIECE = 250

Rows = Iterable[Taken]
Writer = Callable[[Rows, Sequence[Field]], Iterator[bytes]]


@dataclass(frozen=True)
class Format:
    """One kind of file. `for_people`: words of the reader's language; else codes, for programs."""

    code: str
    label: Any
    content_type: str
    write: Writer
    for_people: bool


def written(format_code: str, rows: Rows, fields: Sequence[Field], *, language: str, zone: tzinfo) -> Iterator[bytes]:
    """The file in pieces worth sending. Raises KeyError for an unknown format, before the first piece."""
    write = FORMATS[format_code].write
    return _held(write(rows, fields), language, zone)


def _held(pieces: Iterator[bytes], language: str, zone: tzinfo) -> Iterator[bytes]:
    while True:
        with translation.override(language), timezone.override(zone):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _csv(rows: Rows, fields: Sequence[Field]) -> Iterator[bytes]:
    yield (BYTE_ORDER_MARK + _line([str(field.label) for field in fields])).encode()
    found = iter(rows)
    while some := list(islice(found, _ROWS_A_PIECE)):
        yield "".join(_line([_sheet_text(field.told(row)) for field in fields]) for row in some).encode()


def _line(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _sheet_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    # A longitude west of Greenwich is a number, no formula.
    return str(value) if isinstance(value, int | float | Decimal) else cell(value)


def _xlsx(rows: Rows, fields: Sequence[Field]) -> Iterator[bytes]:
    """Written to a file first, row by row: a workbook is a ZIP whose parts cannot be sent before the last row."""
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True})
        sheet = book.add_worksheet(str(t("الطلبات", "Cases")))
        if translation.get_language() == "ar":
            sheet.right_to_left()
        sheet.freeze_panes(1, 1)
        head, moment = book.add_format({"bold": True, "align": "center"}), book.add_format({"num_format": _MOMENT})
        for number, field in enumerate(fields):
            sheet.set_column(number, number, _WIDTHS.get(field.code, 16))
            sheet.write_string(0, number, str(field.label), head)
        for line, row in enumerate(rows, start=1):
            for number, field in enumerate(fields):
                _put(sheet, line, number, field.told(row), moment)
        book.close()
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


MOST_IN_A_SHEET = 2**20 - 1  # rows beneath the one that names the columns
_MOMENT = "yyyy-mm-dd hh:mm"
_WIDTHS = {"title": 48, "description": 60, "reference": 20, "service": 28, "unit": 28, "lat": 11, "lon": 11}


def _put(sheet: Any, line: int, number: int, value: Value, moment: Any) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(line, number, timezone.localtime(value).replace(tzinfo=None, microsecond=0), moment)
    elif isinstance(value, str):
        if words := cell(value):
            sheet.write_string(line, number, words)
    elif value is not None:
        sheet.write_number(line, number, float(value))


def _json_lines(rows: Rows, fields: Sequence[Field]) -> Iterator[bytes]:
    found = iter(rows)
    while some := list(islice(found, _ROWS_A_PIECE)):
        yield "".join(f"{_json(_document(row, fields))}\n" for row in some).encode()


def _document(row: Taken, fields: Sequence[Field]) -> dict[str, Any]:
    return {field.code: _plain(field.coded(row)) for field in fields}


def _plain(value: Value) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return float(value) if isinstance(value, Decimal) else value


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _geojson(rows: Rows, fields: Sequence[Field]) -> Iterator[bytes]:
    """A FeatureCollection (RFC 7946); cases without a point are features without a geometry."""
    yield b'{"type":"FeatureCollection","features":[\n'
    beside = [field for field in fields if field.code not in ("lat", "lon")]
    found, separator = iter(rows), ""
    while some := list(islice(found, _ROWS_A_PIECE)):
        yield (separator + ",\n".join(_json(_feature(row, beside)) for row in some)).encode()
        separator = ",\n"
    yield b"\n]}\n"


def _feature(row: Taken, fields: Sequence[Field]) -> dict[str, Any]:
    case = row.case
    point = {"type": "Point", "coordinates": [float(case.lon or 0), float(case.lat or 0)]} if case.has_point else None
    return {"type": "Feature", "id": case.reference, "geometry": point, "properties": _document(row, fields)}


_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[str, Format] = {
    one.code: one
    for one in (
        Format("xlsx", t("جدول Excel", "Excel sheet"), _SHEETS, _xlsx, for_people=True),
        Format("csv", t("جدول نصي (CSV)", "Plain table (CSV)"), "text/csv; charset=utf-8", _csv, for_people=True),
        Format("geojson", t("خريطة (GeoJSON)", "Map (GeoJSON)"), "application/geo+json", _geojson, for_people=False),
        Format(
            "jsonl", t("للبرامج (JSON Lines)", "For programs (JSON Lines)"), "application/jsonl", _json_lines,
            for_people=False,
        ),
    )
}  # fmt: skip
