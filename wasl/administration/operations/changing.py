"""Changing one row, or ending it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from wasl.accounts.models import User
from wasl.administration import queries, registry
from wasl.administration.models import ConfigChange
from wasl.administration.operations.batch import Batch, same
from wasl.administration.registry import ENDED, Document, Field, Kind, Type, Use, Wrong
from wasl.core.i18n import t
from wasl.directory.models import Agency


class ChangedMeanwhile(Exception):
    """Somebody else changed the row; `current` is how it is now (None: it is gone)."""

    def __init__(self, current: Document | None) -> None:
        super().__init__("changed meanwhile")
        self.current = current


class StillNeeded(ValueError):
    """The row cannot end while these things need it; `by_successor`: another row can take over."""

    def __init__(self, uses: list[Use], *, by_successor: bool = False) -> None:
        self.uses, self.by_successor = uses, by_successor
        listed = "، ".join(f"{use.text} ({use.count})" for use in uses)
        super().__init__(
            t("لا يمكن الإنهاء ما دام مستخدماً: {listed}.", "It cannot end while it is in use: {listed}.", listed=listed)
        )


@transaction.atomic
def change_row(
    kind: Kind,
    agency: Agency,
    document: Document,
    *,
    seen: str,
    by: User | None,
    at: datetime,
    note: str = "",
) -> list[ConfigChange]:
    """Make the row of a new code, or change (or resume) the one that was `seen` (`queries.digest`).

    `document` has gone through `values.clean`. Nothing changed gives an empty list.
    Raises ChangedMeanwhile, Wrong.
    """
    batch = Batch(agency, by=by, at=at, note=note)
    code = document["code"]
    current = batch.rows(kind).get(code)
    if not seen and current is not None:
        raise Wrong({_code_field(kind): code_taken(current)})
    if queries.digest(current) != seen:
        raise ChangedMeanwhile(current)
    if current is not None and same(kind, current, document):
        return []
    batch.put(kind, code, document)
    return batch.close()


def code_taken(current: Document) -> str:
    """What to say when a new row has the code of another."""
    if current.get(ENDED):
        return t(
            "انتهى سجل بهذا الرمز. افتحه وأعده بدل إنشاء غيره.",
            "A row with this code has ended. Open that and resume it instead of making another.",
        )
    return t("هذا الرمز مستخدم. اختر غيره.", "This code is taken. Choose another.")


def _code_field(kind: Kind) -> str:
    return "code" if kind.has_code else ""


def rehearse(kind: Kind, agency: Agency, document: Document, *, by: User | None, at: datetime) -> None:
    """Do the change and take it back at once, so that the review shows only what can be done. Raises Wrong."""
    with transaction.atomic():
        batch = Batch(agency, by=by, at=at)
        current = batch.rows(kind).get(document["code"])
        if current is None or not same(kind, current, document):
            batch.put(kind, document["code"], document)
            batch.close()
        transaction.set_rollback(True)


@transaction.atomic
def end_row(
    kind: Kind,
    agency: Agency,
    code: str,
    *,
    seen: str,
    by: User | None,
    at: datetime,
    note: str = "",
    successor: str = "",
) -> list[ConfigChange]:
    """End a row. What names it goes over to the successor, what lives by it alone ends with it.

    Raises ChangedMeanwhile, StillNeeded, Wrong.
    """
    batch = Batch(agency, by=by, at=at, note=note)
    current = batch.rows(kind).get(code)
    if current is None or queries.digest(current) != seen:
        raise ChangedMeanwhile(current)
    if current.get(ENDED):
        return []
    put_end(batch, kind, code, successor=successor)
    return batch.close()


@transaction.atomic
def do_act(kind: Kind, agency: Agency, document: Document, name: str, *, by: User | None, at: datetime) -> str:
    """Press a button of a row; what it changed in rows of the kind is recorded. Gives the sentence. Raises Wrong."""
    batch = Batch(agency, by=by, at=at)
    batch.rows(kind)
    try:
        sentence = kind.act(agency, document, name, by=by, at=at)
    except kind.refusals as refusal:
        raise Wrong.of(str(refusal)) from refusal
    batch.close()
    return str(sentence)


def put_end(batch: Batch, kind: Kind, code: str, *, successor: str = "") -> None:
    """The same inside a larger act. Raises StillNeeded, Wrong."""
    if not kind.can_end:
        raise Wrong.of(t("لا يُنهى هذا السجل.", "This row does not end."))
    if successor:
        _check_successor(batch, kind, code, successor)
    open_work = [use for use in kind.used_by(batch.agency, code, batch.at) if use.count and use.blocks]
    if open_work:
        raise StillNeeded(open_work)
    for other in registry.kinds():
        for row in queries.naming_rows(other, kind, batch.agency, code, batch.at):
            _part(batch, other, row, kind, code, successor)
    batch.put(kind, code, None)


def _check_successor(batch: Batch, kind: Kind, code: str, successor: str) -> None:
    heir = batch.rows(kind).get(successor)
    if not kind.takes_successor or successor == code or heir is None or heir.get(ENDED):
        raise Wrong({"successor": t("اختر سجلاً سارياً آخر.", "Choose another row that holds.")})


def _part(batch: Batch, other: Kind, row: Document, kind: Kind, code: str, successor: str) -> None:
    """Loosen one row from the one that ends."""
    lives_by_it = any(
        field.ends_along and queries.names(field, row.get(field.code), kind, code) for field in other.fields
    )
    if lives_by_it:
        put_end(batch, other, row["code"])
        return
    if not successor:
        raise StillNeeded(queries.uses(kind, batch.agency, code, batch.at), by_successor=kind.takes_successor)
    changed = {field.code: replaced(field, row.get(field.code), kind, code, successor) for field in other.fields}
    wanted = {**row, **changed}
    # A row that would stand under itself, as the successor was a part of what ends, goes to the top.
    if other is kind and row["code"] == successor:
        wanted = {**row, **{field.code: _without(field, row, kind, code) for field in other.fields}}
    _put_changed(batch, other, row, wanted)


def _put_changed(batch: Batch, other: Kind, row: Document, wanted: Document) -> None:
    """Change a row; one whose code is made of what changed ends, and another takes its place from now on."""
    code = row["code"] if other.has_code else other.code_for({**wanted, "code": row["code"]})
    if code == row["code"]:
        batch.put(other, code, wanted)
        return
    there = batch.rows(other).get(code)
    batch.put(other, row["code"], None)
    if there is None or there.get(ENDED):
        batch.put(other, code, {**wanted, "code": code})


def _without(field: Field, row: Document, kind: Kind, code: str) -> Any:
    value = row.get(field.code)
    return "" if field.refers_to == kind.code and value == code else value


def replaced(field: Field, value: Any, kind: Kind, code: str, successor: str) -> Any:
    """The value with one row's place taken by another."""
    if field.type is Type.ROWS:
        return [
            {
                **row,
                **{inner.code: replaced(inner, row.get(inner.code), kind, code, successor) for inner in field.fields},
            }
            for row in value or []
        ]
    if field.refers_to != kind.code:
        return value
    if isinstance(value, list):
        return list(dict.fromkeys(successor if one == code else one for one in value))
    return successor if value == code else value
