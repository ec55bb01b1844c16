"""Configuration through the real engine."""

from datetime import datetime, timedelta
from typing import Any

from wasl.accounts.models import User
from wasl.administration import operations, queries, registry
from wasl.administration.models import ConfigChange
from wasl.administration.registry import Document
from wasl.administration.values import clean, sketch
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM

AT = SUNDAY_9AM + timedelta(days=1)


def row(kind: str, agency: Agency, code: str, at: datetime = AT) -> Document:
    """A row as it is now."""
    return queries.document(registry.kind_of(kind), agency, code, at)


def put(
    kind: str, agency: Agency, /, *, by: User | None = None, at: datetime = AT, **values: Any
) -> list[ConfigChange]:
    """Make or change a row by what differs, as a page does."""
    of = registry.kind_of(kind)
    before = queries.documents(of, agency, at).get(str(sketch(of, values, agency)["code"]))
    document = clean(of, values, agency, before=before)
    return operations.change_row(of, agency, document, seen=queries.digest(before), by=by, at=at)


def end(
    kind: str, agency: Agency, code: str, *, by: User | None = None, at: datetime = AT, **more: Any
) -> list[ConfigChange]:
    """End a row as a page does."""
    of = registry.kind_of(kind)
    seen = queries.digest(row(kind, agency, code, at))
    return operations.end_row(of, agency, code, seen=seen, by=by, at=at, **more)


def undo(
    agency: Agency, changes: list[ConfigChange], *, by: User | None = None, at: datetime = AT
) -> list[ConfigChange]:
    """Take an act back."""
    return operations.undo(agency, changes[0].batch, by=by, at=at)
