"""Files are read row by row: every row comes out, in the letters it was written in, or with what is wrong with it."""

import csv
import gzip
import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.core.refusal import Refusal
from wasl.transfer import moments
from wasl.transfer.moments import BadMoment
from wasl.transfer.reading import Options, open_source
from wasl.transfer.rows import SourceRow

ARABIC = "رقم,وصف\n١,حفرة في الطريق أمام المدرسة\n٢,مصباح مكسور\n"


def read(path: Path, **options: str) -> list[SourceRow]:
    return list(open_source(path, Options(**options)).rows())


def written(tmp_path: Path, content: bytes, name: str = "a.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1256", "utf-16"])
def test_arabic_is_read_in_whatever_it_was_saved(tmp_path: Path, encoding: str) -> None:
    text = ARABIC.replace("١", "1").replace("٢", "2")

    rows = read(written(tmp_path, text.encode(encoding)))

    assert [one.values["وصف"] for one in rows] == ["حفرة في الطريق أمام المدرسة", "مصباح مكسور"]


def test_letters_of_no_known_encoding_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = written(tmp_path, "id,words\n1,Stra\xdfe\n".encode("latin-1"))

    with pytest.raises(Refusal, match="--encoding"):
        open_source(path, Options())
    assert read(path, encoding="latin-1")[0].values["words"] == "Straße"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, delimiter: str) -> None:
    content = f'id{delimiter}words\n1{delimiter}"a{delimiter}b, c;"\n'

    assert read(written(tmp_path, content.encode()))[0].values == {"id": "1", "words": f"a{delimiter}b, c;"}


def test_rows_of_another_width_or_with_broken_letters_come_out_with_the_reason(tmp_path: Path) -> None:
    content = b'id,words\n1,"two\nlines"\n2\n\n3,x,y\n4,caf\xe9\n5,fine,\n'

    rows = read(written(tmp_path, content), encoding="utf-8")

    assert [(one.line, one.flaw is None) for one in rows] == [(2, True), (4, False), (6, False), (7, False), (8, True)]
    assert rows[1].raw == ["2"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "first line"),
        ("a.csv", b"id,id\n1,2\n", "twice"),
        ("a.csv.gz", b"id\n1\n", "gzip"),
        ("a.xlsx", b"PK\x03\x04 nothing", "XLSX"),
        ("a.pdf", b"%PDF", "not known"),
        ("a.xlsx.gz", b"", "not known"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        open_source(written(tmp_path, content, name), Options())


def test_a_packed_file_that_ends_in_its_middle_loses_no_row_it_holds(tmp_path: Path) -> None:
    packed = gzip.compress(b"id\n" + b"".join(b"%d\n" % n for n in range(50_000)))
    path = written(tmp_path, packed[: len(packed) // 2], "a.csv.gz")

    rows = read(path)

    assert rows[-1].flaw is not None
    assert [one.values["id"] for one in rows[:-1]] == [str(n) for n in range(len(rows) - 1)]
    assert len(rows) > 1000


def test_lines_of_json_name_what_lies_deeper_and_tell_what_is_none(tmp_path: Path) -> None:
    lines = b'{"id": 7.0, "at": {"lat": 23.5, "tags": ["a"]}, "open": true, "x": null}\n\n[1]\n{"id": \nnot\n'

    rows = read(written(tmp_path, lines, "a.jsonl"))

    assert rows[0].values == {"id": "7", "at.lat": "23.5", "at.tags": '["a"]', "open": "true", "x": ""}
    assert [(one.line, one.flaw is not None) for one in rows[1:]] == [(3, True), (4, True), (5, True)]


def test_cells_of_a_workbook_keep_moments_and_whole_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("history")
    sheet = book["history"]
    for one in (["id", "at", "note"], [101.0, datetime(2020, 5, 1, 10), None], [None, None, None], [102, "text", 1.5]):
        sheet.append(one)
    book.save(tmp_path / "a.xlsx")

    rows = read(tmp_path / "a.xlsx", sheet="history")

    assert [one.values for one in rows] == [
        {"id": "101", "at": datetime(2020, 5, 1, 10), "note": ""},
        {"id": "102", "at": "text", "note": "1.5"},
    ]
    assert rows[1].line == 4
    with pytest.raises(Refusal, match="history"):
        open_source(tmp_path / "a.xlsx", Options(sheet="other"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=3, max_size=3), max_size=12
    )
)
def test_every_row_of_a_table_comes_out_as_it_went_in(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([["a", "b", "c"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), out.getvalue().encode())

        found = read(path, encoding="utf-8", delimiter=",")

    assert [list(one.values.values()) for one in found] == rows


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=30).map(lambda one: one.replace(b"\n", b"").replace(b"\r", b"")), max_size=12))
def test_whatever_bytes_stand_in_lines_each_comes_out_as_a_row(lines: list[bytes]) -> None:
    content = b"".join(line + b"\n" for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        found = read(written(Path(folder), content, "a.jsonl"), encoding="utf-8")

    told = [line.decode("utf-8", "surrogateescape").strip("\ufeff \t\r\n") for line in lines]
    assert len(found) == len([one for one in told if one])


@pytest.mark.parametrize(
    ("formats", "value", "expected"),
    [
        ((), "2015-01-01 00:20:09", "2015-01-01T05:20:09"),
        ((), "2015-01-01T00:20:09Z", "2015-01-01T00:20:09"),
        ((), "٢٠١٥-٠١-٠١ ٠٠:٢٠:٠٩", "2015-01-01T05:20:09"),
        (("%d/%m/%Y %H:%M", "%d/%m/%Y"), "03/02/2015", "2015-02-03T05:00:00"),
        (("epoch",), "1420089609", "2015-01-01T05:20:09"),
        (("epoch_ms",), "1420089609000", "2015-01-01T05:20:09"),
        # The hour that the clocks leap over, and the one they turn back over.
        ((), "2015-03-08 02:30:00", "2015-03-08T07:30:00"),
        ((), "2015-11-01 01:30:00", "2015-11-01T05:30:00"),
        (("%Y-%m-%d %H:%M:%S",), datetime(2015, 7, 1, 12), "2015-07-01T16:00:00"),
    ],
)
def test_moments_are_read_in_the_zone_they_were_written_in(
    formats: tuple[str, ...], value: object, expected: str
) -> None:
    read_moment = moments.reader(formats, ZoneInfo("America/New_York"))

    assert read_moment(value) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "yesterday", "2015-13-01", "0001-01-01", "9999-12-31 23:59:59", "1e99", "nan"])
@pytest.mark.parametrize("form", ["iso", "%Y-%m-%d %H:%M:%S", "epoch"])
def test_what_is_no_moment_is_said_to_be_none(form: str, value: str) -> None:
    with pytest.raises(BadMoment):
        moments.reader((form,), ZoneInfo("Asia/Muscat"))(value)
