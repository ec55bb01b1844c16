"""Taking an act back: itself a change, so it can be taken back too."""

from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.administration import queries, registry
from wasl.administration.models import ConfigChange
from wasl.administration.operations.batch import Batch, same
from wasl.administration.operations.changing import StillNeeded, put_end
from wasl.administration.registry import ENDED, Document, Kind, Wrong
from wasl.administration.values import tidy
from wasl.core.i18n import t
from wasl.directory.models import Agency


class CannotUndo(ValueError):
    """Something stands in the way; the sentence says what."""


@transaction.atomic
def undo(agency: Agency, name: str, *, by: User | None, at: datetime) -> list[ConfigChange]:
    """Bring every row of an act back to how it was before it, the last one first.

    Raises CannotUndo when it was taken back before, when a row changed since, or when something needs what was made.
    """
    changes = queries.changes_of_batch(agency, name)
    batch = Batch(agency, by=by, at=at, source=ConfigChange.Source.UNDO)
    _check(batch, changes)
    for change in reversed(changes):
        kind = registry.kind_of(change.kind)
        if not _is_there(kind, batch.rows(kind).get(change.code), change.before):
            _put_back(batch, kind, change)
    try:
        made = batch.close()
    except Wrong as wrong:
        raise CannotUndo(str(wrong)) from wrong
    if made:
        ConfigChange.objects.filter(pk__in=[change.pk for change in changes]).update(undone_by=made[0])
    return made


def what_hinders(agency: Agency, name: str, at: datetime) -> str:
    """Why an act could not be taken back now, as far as rows tell; "" when nothing is known against it."""
    try:
        with transaction.atomic():
            _check(Batch(agency, by=None, at=at), queries.changes_of_batch(agency, name))
            transaction.set_rollback(True)
    except CannotUndo as why:
        return str(why)
    return ""


def _check(batch: Batch, changes: list[ConfigChange]) -> None:
    if not changes:
        raise CannotUndo(t("لا يوجد تغيير بهذا الرقم.", "There is no such change."))
    if any(change.undone_by_id for change in changes):
        raise CannotUndo(t("جرى التراجع عن هذا التغيير من قبل.", "This change was taken back already."))
    for change in changes:
        if change.kind not in {kind.code for kind in registry.kinds()}:
            raise CannotUndo(t("لم يعد هذا النوع موجوداً.", "This sort of row is no longer there."))
        if change.secrets:
            raise CannotUndo(
                t("لا يمكن إرجاع سر استُبدل. اكتب السر من جديد.", "A secret that was replaced cannot be brought back.")
            )
        kind = registry.kind_of(change.kind)
        if not _is_there(kind, batch.rows(kind).get(change.code), change.after):
            raise CannotUndo(_changed_since(kind, change))


def _changed_since(kind: Kind, change: ConfigChange) -> str:
    later = queries.last_change(kind, change.agency, change.code)
    who = later.by.name if later is not None and later.by is not None else t("النظام", "the system")
    return t(
        "تغيّر «{name}» بعد ذلك (آخر تغيير من {who}). تراجع عن الأحدث أولاً.",
        "“{name}” was changed after that (last by {who}). Take the newer change back first.",
        name=kind.name_of(change.after or change.before or {}),
        who=who,
    )


def _is_there(kind: Kind, current: Document | None, wanted: Document | None) -> bool:
    """Is the row as it should be? One that was not there and one that has ended come to the same."""
    if current is None or wanted is None:
        return _is_gone(current) and _is_gone(wanted)
    # A field that came with a newer version stands in no older change.
    return same(kind, current, tidy(kind, wanted))


def _is_gone(row: Document | None) -> bool:
    return row is None or bool(row.get(ENDED))


def _put_back(batch: Batch, kind: Kind, change: ConfigChange) -> None:
    try:
        if _is_gone(change.before):
            put_end(batch, kind, change.code)
        else:
            batch.put(kind, change.code, tidy(kind, change.before or {}))
    except (StillNeeded, Wrong) as why:
        name = kind.name_of(change.after or change.before or {})
        raise CannotUndo(f"{name}: {why}") from why
