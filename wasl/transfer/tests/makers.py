"""Imports for tests: an agency of another time zone, and the shortest way from rows to what becomes of them."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wasl.core import clock
from wasl.core.localized import both
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_agency
from wasl.transfer import importing, mapping
from wasl.transfer.failures import ErrorFile, default_path
from wasl.transfer.importing import Outcome, Wish
from wasl.transfer.reading import open_source
from wasl.transfer.reading.files import fingerprint

BOSTON = Path(__file__).parent / "data" / "boston_like.csv"
IN_2026 = datetime(2026, 11, 22, 6, tzinfo=UTC)

PLAIN = """
wasl_mapping: 1
source: crm
fields:
  reference: id
  registered: opened
  closed: closed
  state: {column: state, values: {o: in_progress, c: closed, r: resolved, x: rejected}}
  service: {column: kind, unknown: make}
  unit: {column: unit, unknown: make}
  channel: {value: phone}
  description: words
  lat: {column: lat}
  lon: {column: lon}
  name: name
  phone: phone
  email: email
  rating: rating
  duplicate_of: same_as
"""
# As PLAIN names them.
COLUMNS = (
    "id",
    "opened",
    "closed",
    "state",
    "kind",
    "unit",
    "words",
    "lat",
    "lon",
    "name",
    "phone",
    "email",
    "rating",
    "same_as",
)


def make_boston() -> Agency:
    """The agency the Boston-like sample comes into."""
    return make_agency("BOS", "BOS", "America/New_York", name=both("بوسطن", "Boston"))


def row(number: int | str, **more: Any) -> dict[str, str]:
    """A row as PLAIN reads it: an open request of the first of May 2020."""
    return dict.fromkeys(COLUMNS, "") | {
        "id": str(number),
        "opened": "2020-05-01 10:00:00",
        "state": "o",
        "kind": "Hole",
        "unit": "Roads",
        **more,
    }


def write_csv(path: Path, rows: Sequence[dict[str, str]], columns: Sequence[str] = COLUMNS) -> Path:
    """A CSV file of rows."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_lines(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    return path


def make_wish(agency: Agency, path: Path, text: str = PLAIN, **more: Any) -> Wish:
    """The wish to bring a file in by the text of a mapping, or a shipped one by its name."""
    plan, text = (mapping.parse(text), text) if "\n" in text else mapping.load(text)
    source = open_source(path, plan.options)
    if source.columns is not None:
        plan.check_columns(source.columns)
    errors = more.pop("errors", None) or default_path(path)
    return Wish(
        **{
            "agency": agency,
            "plan": plan,
            "source": source,
            "source_name": plan.source,
            "name": path.name,
            "content": fingerprint(path),
            "mapping": text[:64],
            "errors": ErrorFile(errors, source.columns, language="en"),
            "at": IN_2026,
            **more,
        }
    )


def quiet(share: float | None, counts: object) -> None:
    """Nobody looks on."""


def bring(agency: Agency, path: Path, text: str = PLAIN, **more: Any) -> Outcome:
    """Import a file for good."""
    wish = make_wish(agency, path, text, **more)
    try:
        with clock.frozen(wish.at):
            return importing.bring_in(wish, quiet)
    finally:
        wish.errors.close()


def look(agency: Agency, path: Path, text: str = PLAIN, **more: Any) -> Outcome:
    """Look at what an import would bring."""
    wish = make_wish(agency, path, text, **more)
    try:
        return importing.look(wish, quiet)
    finally:
        wish.errors.close()
