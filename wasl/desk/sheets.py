"""Lists as a sheet (CSV) that every office program opens rightly: Arabic whole, no formulas, nobody's number in it."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from wasl.cases.models import Case
from wasl.core.i18n import t
from wasl.core.text import clean
from wasl.desk.columns import Column
from wasl.web.plain import iso

MOST = 50_000
BYTE_ORDER_MARK = "\ufeff"  # without it some programs take Arabic for something else
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
# Seven figures and more, also in groups and in Arabic digits, and mail addresses: what people put into a title.
_NUMBER = re.compile(r"(?<![\w-])\+?(?:[0-9٠-٩۰-۹][ .-]?){7,}(?![\w-])")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_LATIN, _ARABIC = re.compile(r"[A-Za-z]"), re.compile(r"[\u0600-\u06ff]")


def nameless(title: str) -> str:
    """A title without telephone numbers and addresses that somebody may have written into it."""
    return " ".join(_ADDRESS.sub("•••", _NUMBER.sub("••• ", title)).split())


def cell(text: str) -> str:
    """A value as it goes into a sheet: no control or direction marks of strangers, no formula, mixed text isolated."""
    words = " ".join(clean(text).split())
    if words.startswith(_STARTS_A_FORMULA):
        words = f"'{words}"
    return iso(words) if _LATIN.search(words) and _ARABIC.search(words) else words


def lines(found: Iterable[Case], columns: list[Column], at: datetime) -> Iterator[str]:
    """The sheet, piece by piece: the heads, then a line for each case."""
    yield BYTE_ORDER_MARK + _line([t("الرقم", "Reference"), t("العنوان", "Title"), *(one.label for one in columns)])
    for case in found:
        yield _line([case.reference, nameless(case.title), *(one.sheet(case, at) for one in columns)])


def _line(values: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([cell(str(value)) for value in values])
    return written.getvalue()
