"""Bringing in a file: every row through the same checks as on the pages, all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.administration import registry
from wasl.administration.models import ConfigChange
from wasl.administration.operations.batch import Batch, NotTaken, same
from wasl.administration.operations.changing import StillNeeded, put_end
from wasl.administration.registry import ENDED, Document, Kind, Wrong
from wasl.administration.values import clean, sketch, unknown_key
from wasl.administration.yaml_files import ReadFile, Row
from wasl.core.i18n import t
from wasl.directory import queries
from wasl.directory.models import Agency

_ENOUGH = 50


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a row of a file, and where."""

    line: int
    kind: str
    code: str
    field: str
    sentence: str


class CannotImport(ValueError):
    """Nothing was changed; `mistakes` say what to mend, in the order of the file."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda mistake: mistake.line)
        super().__init__("\n".join(f"{one.line}: {one.sentence}" for one in self.mistakes[:_ENOUGH]))


@dataclass(frozen=True)
class _Wish:
    """A row of the file after its shape was checked; no document means: end it."""

    kind: Kind
    row: Row
    code: str
    document: Document | None


@transaction.atomic
def import_file(
    agency: Agency, read: ReadFile, *, by: User | None, at: datetime, note: str = "", dry_run: bool = False
) -> list[ConfigChange]:
    """Bring the rows of a file in as one act; gives what changed, which a dry run takes back. Raises CannotImport."""
    mistakes = [Mistake(line, "", "", "", str(sentence)) for line, sentence in read.faults]
    batch = Batch(agency, by=by, at=at, note=note, source=ConfigChange.Source.FILE)
    wishes = _shaped(batch, read.rows, mistakes)
    if mistakes:
        raise CannotImport(mistakes)
    _put_all(batch, wishes, mistakes)
    made = _closed(batch, wishes, mistakes)
    if dry_run:
        transaction.set_rollback(True)
    return made


@transaction.atomic
def import_into(
    code: str, read: ReadFile, *, by: User | None, at: datetime, note: str = "", dry_run: bool = False
) -> list[ConfigChange]:
    """The same for an agency named by its code; one that is not there yet is founded by its row in the file.

    Raises CannotImport, and NoAgency where the file holds no such row either.
    """
    founding: Document | None = None
    try:
        agency = queries.agency_by_code(code) if code else queries.default_agency()
    except queries.NoAgency:
        founding = _found(code, read, by=by, at=at)
        agency = queries.agency_by_code(code)
    made = import_file(agency, read, by=by, at=at, note=note)
    if founding is not None:
        # Last, so that what the file says of a kind stands alone.
        registry.kind_of("agencies").settle(agency, founding, by=by, at=at)
    if dry_run:
        transaction.set_rollback(True)
    return made


def _found(code: str, read: ReadFile, *, by: User | None, at: datetime) -> Document:
    kind = registry.kind_of("agencies")
    row = next((row for row in read.rows if row.kind == kind.code and str(row.values.get("code")) == code), None)
    if row is None:
        raise queries.NoAgency(code)
    # There is nothing to be measured against yet; the row itself says its zone.
    zone = str(row.values.get("time_zone") or "Asia/Muscat")
    try:
        document = clean(
            kind, {name: value for name, value in row.values.items() if name != ENDED}, Agency(time_zone=zone)
        )
        document = kind.normalise(Agency(time_zone=zone), None, document, at)
        kind.check(Agency(time_zone=zone), None, document, at)
        kind.apply(Agency(time_zone=zone), None, document, by=by, at=at)
    except Wrong as wrong:
        raise CannotImport(_mistakes(kind, row, code, wrong)) from wrong
    return document


def _shaped(batch: Batch, rows: list[Row], mistakes: list[Mistake]) -> list[_Wish]:
    wishes, seen = [], set()
    for row in rows:
        wish = _shape(batch, row, mistakes)
        if wish is None:
            continue
        if (row.kind, wish.code) in seen:
            mistakes.append(
                _mistake(wish, "code", t("يرد هذا السجل مرتين في الملف.", "This row stands in the file twice."))
            )
        seen.add((row.kind, wish.code))
        wishes.append(wish)
    return wishes


def _shape(batch: Batch, row: Row, mistakes: list[Mistake]) -> _Wish | None:
    kind = registry.kind_of(row.kind)
    values = dict(row.values)
    ends = values.pop(ENDED, False) is True
    known = {field.code for field in kind.fields}
    code = str(sketch(kind, values, batch.agency)["code"])
    for name in values:
        if name not in known and name != "code":
            mistakes.append(Mistake(row.line_of(name), kind.code, code, name, str(unknown_key(name))))
    current = batch.rows(kind).get(code)
    if ends:
        return _Wish(kind, row, code, None) if current is not None and not current.get(ENDED) else None
    try:
        document = clean(kind, values, batch.agency, before=current)
    except Wrong as wrong:
        mistakes += _mistakes(kind, row, code, wrong)
        return None
    return _Wish(kind, row, document["code"], document)


def _put_all(batch: Batch, wishes: list[_Wish], mistakes: list[Mistake]) -> None:
    failed: set[tuple[str, str]] = set()
    for kind in registry.in_import_order():
        own = [wish for wish in wishes if wish.kind is kind and wish.document is not None]
        for wish in _parents_first(kind, own):
            _try(batch, wish, mistakes, failed)
    for kind in reversed(registry.in_import_order()):
        for wish in reversed([wish for wish in wishes if wish.kind is kind and wish.document is None]):
            _try(batch, wish, mistakes, failed)
    if mistakes:
        raise CannotImport(mistakes)


def _parents_first(kind: Kind, wishes: list[_Wish]) -> list[_Wish]:
    """Rows in an order in which each follows those it names."""
    by_code = {wish.code: wish for wish in wishes}
    names = [field.code for field in kind.fields if field.refers_to == kind.code]
    ordered: dict[str, _Wish] = {}

    def take(wish: _Wish, above: frozenset[str]) -> None:
        for name in names:
            parent = by_code.get(str((wish.document or {}).get(name) or ""))
            if parent is not None and parent.code not in above and parent.code not in ordered:
                take(parent, above | {wish.code})
        ordered.setdefault(wish.code, wish)

    for wish in wishes:
        take(wish, frozenset({wish.code}))
    return list(ordered.values())


def _try(batch: Batch, wish: _Wish, mistakes: list[Mistake], failed: set[tuple[str, str]]) -> None:
    current = batch.rows(wish.kind).get(wish.code)
    if wish.document is not None and current is not None and same(wish.kind, current, wish.document):
        return
    if wish.document is not None and failed & _named(wish):
        failed.add((wish.kind.code, wish.code))
        return  # one sentence about the row it needs is enough
    try:
        if wish.document is None:
            put_end(batch, wish.kind, wish.code)
        else:
            batch.put(wish.kind, wish.code, wish.document)
    except Wrong as wrong:
        failed.add((wish.kind.code, wish.code))
        mistakes += _mistakes(wish.kind, wish.row, wish.code, wrong)
    except StillNeeded as needed:
        mistakes.append(_mistake(wish, ENDED, str(needed)))


def _named(wish: _Wish) -> set[tuple[str, str]]:
    document = wish.document or {}
    return {
        (field.refers_to, code)
        for field in wish.kind.fields
        if field.refers_to
        for code in _as_list(document.get(field.code))
    }


def _as_list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value or "")]


def _closed(batch: Batch, wishes: list[_Wish], mistakes: list[Mistake]) -> list[ConfigChange]:
    try:
        return batch.close()
    except NotTaken as wrong:
        wish = next((one for one in wishes if (one.kind.code, one.code) == (wrong.kind, wrong.code)), None)
        kind = registry.kind_of(wrong.kind)
        row = wish.row if wish is not None else Row(wrong.kind, 1, {})
        raise CannotImport([*mistakes, *_mistakes(kind, row, wrong.code, wrong)]) from wrong


def _mistakes(kind: Kind, row: Row, code: str, wrong: Wrong) -> list[Mistake]:
    return [
        Mistake(row.line_of(name), kind.code, code, name, str(sentence)) for name, sentence in wrong.sentences.items()
    ]


def _mistake(wish: _Wish, name: str, sentence: str) -> Mistake:
    return Mistake(wish.row.line_of(name), wish.kind.code, wish.code, name, str(sentence))
