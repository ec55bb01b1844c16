"""Reading the configuration and its history."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from wasl.administration import registry
from wasl.administration.models import ConfigChange
from wasl.administration.registry import ENDED, Document, Field, Kind, Type, Use
from wasl.administration.values import tidy
from wasl.core.text import fold
from wasl.directory.models import Agency

RECENT = 12


class NoSuchRow(LookupError):
    """The kind has no row of this code here."""


def documents(kind: Kind, agency: Agency, at: datetime) -> dict[str, Document]:
    """All rows of a kind by their code, in the kind's order, ended ones too."""
    tidied = [tidy(kind, row) for row in kind.rows(agency, at)]
    return {row["code"]: row for row in sorted(tidied, key=kind.sort_key)}


def document(kind: Kind, agency: Agency, code: str, at: datetime) -> Document:
    """One row. Raises NoSuchRow."""
    found = documents(kind, agency, at).get(code)
    if found is None:
        raise NoSuchRow(code)
    return found


def is_active(row: Document) -> bool:
    """Does the row still hold?"""
    return not row.get(ENDED)


def digest(row: Document | None) -> str:
    """A short mark of what somebody saw when they began to change a row; "" for a row that was not there."""
    if row is None:
        return ""
    text = json.dumps(row, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def options(field: Field, agency: Agency, at: datetime) -> list[tuple[str, str]]:
    """The rows that a reference may name: (code, name), ended ones left out."""
    if field.refers_to not in {kind.code for kind in registry.kinds()}:
        return []
    kind = registry.kind_of(field.refers_to)
    rows = documents(kind, agency, at).values()
    return [(row["code"], str(kind.name_of(row))) for row in rows if is_active(row)]


def uses(kind: Kind, agency: Agency, code: str, at: datetime) -> list[Use]:
    """Everything that needs a row: rows of the configuration that name it, then what its kind knows; none of zero."""
    found = []
    for other in registry.kinds():
        naming = naming_rows(other, kind, agency, code, at)
        if naming:
            url = reverse("administration:list", args=[agency.code, other.code])
            found.append(Use(str(other.title), len(naming), f"{url}?names={kind.code}:{code}"))
    return found + [use for use in kind.used_by(agency, code, at) if use.count]


def naming_rows(other: Kind, kind: Kind, agency: Agency, code: str, at: datetime) -> list[Document]:
    """The rows of `other` that hold and name the row of `kind` with this code."""
    fields = [field for field in other.fields if refers_to(field, kind)]
    if not fields:
        return []
    rows = documents(other, agency, at).values()
    return [
        row for row in rows if is_active(row) and any(names(field, row.get(field.code), kind, code) for field in fields)
    ]


def refers_to(field: Field, kind: Kind) -> bool:
    """Can the field, or one inside its rows, name rows of the kind?"""
    return field.refers_to == kind.code or any(refers_to(inner, kind) for inner in field.fields)


def names(field: Field, value: Any, kind: Kind, code: str) -> bool:
    """Does the value name this row?"""
    if field.type is Type.ROWS:
        return any(names(inner, row.get(inner.code), kind, code) for row in value or [] for inner in field.fields)
    if field.refers_to != kind.code:
        return False
    return code in value if isinstance(value, list) else value == code


def changes_of_row(kind: Kind, agency: Agency, code: str) -> list[ConfigChange]:
    """The history of one row, newest first."""
    rows = ConfigChange.objects.filter(agency=agency, kind=kind.code, code=code)
    return list(rows.select_related("by", "undone_by__by").order_by("-id"))


def last_change(kind: Kind, agency: Agency, code: str) -> ConfigChange | None:
    """The newest change of a row."""
    rows = ConfigChange.objects.filter(agency=agency, kind=kind.code, code=code)
    return rows.select_related("by").order_by("-id").first()


def changes_of_batch(agency: Agency, batch: str) -> list[ConfigChange]:
    """What one act changed, in its order; empty for an unknown one."""
    return list(ConfigChange.objects.filter(agency=agency, batch=batch).select_related("by").order_by("id"))


@dataclass(frozen=True)
class Act:
    """What somebody did at once: the changes of one batch."""

    batch: str
    changes: list[ConfigChange]

    @property
    def first(self) -> ConfigChange:
        """The change that stands for all."""
        return next((change for change in self.changes if not change.is_side), self.changes[0])

    @property
    def others(self) -> int:
        """How many more rows changed with it."""
        return len(self.changes) - 1

    @property
    def is_undone(self) -> bool:
        """Was it taken back?"""
        return any(change.undone_by_id for change in self.changes)


def recent_acts(agency: Agency, *, limit: int = RECENT, before: int | None = None) -> list[Act]:
    """What was done last, newest first; `before` is the id of a change to go on from."""
    rows = ConfigChange.objects.filter(agency=agency)
    if before is not None:
        rows = rows.filter(id__lt=before)
    batches: list[str] = []
    for batch in rows.order_by("-id").values_list("batch", flat=True)[: limit * 40]:
        if batch not in batches:
            batches.append(batch)
        if len(batches) == limit:
            break
    found = ConfigChange.objects.filter(agency=agency, batch__in=batches).select_related("by").order_by("id")
    by_batch: dict[str, list[ConfigChange]] = {batch: [] for batch in batches}
    for change in found:
        by_batch[change.batch].append(change)
    return [Act(batch, changes) for batch, changes in by_batch.items()]


@dataclass(frozen=True)
class Hit:
    """A row found by words."""

    kind: Kind
    document: Document


def search(
    agency: Agency, words: str, at: datetime, *, kinds: Iterable[Kind] | None = None, limit: int = 60
) -> list[Hit]:
    """Rows in which all words stand, in code, name or any text, however spelt; those that hold come first."""
    wanted = fold(words).split()
    if not wanted:
        return []
    hits = [
        Hit(kind, row)
        for kind in kinds or registry.kinds()
        for row in documents(kind, agency, at).values()
        if matches(kind, row, wanted)
    ]
    return sorted(hits, key=lambda hit: not is_active(hit.document))[:limit]


def matches(kind: Kind, row: Document, wanted: list[str]) -> bool:
    """Do all folded words stand in the row?"""
    text = fold(
        " ".join([row["code"], str(kind.name_of(row)), *_texts([row.get(field.code) for field in kind.fields])])
    )
    return all(word in text for word in wanted)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
