"""Adding a row that may be there already, in one statement: no savepoint is needed, and none is read first."""

from functools import cache

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from wasl.core import sets


def add(row: Model) -> bool:
    """Insert the row, unless one that it must be different from is there; gives whether it was, and sets its number.

    Waits for whoever is about to insert the same. What the database itself would fill must be given.
    """
    _plain(row)
    written = sets.run(_statement(type(row)), [sets.as_json([row])])
    for (number,) in written:
        row.pk = number
        row._state.adding, row._state.db = False, "default"
    return bool(written)


def _plain(row: Model) -> None:
    """Texts that are marked as safe, or wait for a language, become texts."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, SafeString | Promise):
            setattr(row, field.attname, str.__str__(str(value)))


@cache
def _statement(model: type[Model]) -> str:
    return f"{sets.insert(model)} ON CONFLICT DO NOTHING RETURNING id"
