"""Writing sets of rows by hand, for the few acts that everybody waits for.

A set travels as one JSON value: one parameter, whatever the rows hold, so that PostgreSQL plans the statement once for
a connection and never again. What the columns are is asked of the models; a column that is added is written as well.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast

import msgspec
import psycopg
from django.db import connection, connections, models

from wasl.core import prepared

Values = Sequence[Any]
Row = TypeVar("Row", bound=models.Model)


def run(statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """The rows that a prepared statement gives, within the present transaction.

    Values are texts, lists of texts or None, and cast by the statement itself.
    """
    return _asked(prepared.rows, statement, values)


def read(statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement that is planned for its values (`prepared.read`), within the present transaction."""
    return _asked(prepared.read, statement, values)


def _asked(ask: Callable[..., list[tuple[Any, ...]]], statement: str, values: Values) -> list[tuple[Any, ...]]:
    database = connections["default"]
    database.ensure_connection()
    if database.queries_logged:  # somebody counts statements
        told = psycopg.ClientCursor(database.connection).mogrify(statement, values)
        database.queries_log.append({"sql": told, "time": "0"})
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        return ask(database.connection, statement, values)


def insert(model: type[models.Model], source: str = "%s", *, numbered: bool = False) -> str:
    """The INSERT of a set of rows; `numbered` rows bring their own keys. `source` is the place of the JSON value."""
    table = _quoted(model._meta.db_table)
    names = ", ".join(_quoted(field.column) for field in _fields(model, numbered=numbered))
    rows = f"json_populate_recordset(NULL::{table}, {source}::json)"
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}"  # noqa: S608 (names of our own models)


def as_json(rows: Iterable[models.Model], *, numbered: bool = False) -> str:
    """A set of rows of one model as the JSON value that `insert` takes."""
    return text_of([_row(row, numbered=numbered) for row in rows])


def columns(model: type[models.Model], alias: str) -> str:
    """The columns of a model for a SELECT, in the order in which `made` takes their values."""
    return ", ".join(f"{alias}.{_quoted(field.column)}" for field in model._meta.concrete_fields)


def made(model: type[Row], values: Values) -> Row:
    """The row of a model from the values of its `columns`."""
    fields = model._meta.concrete_fields
    read = [
        field.from_db_value(value, cast(Any, None), connection) if isinstance(field, models.JSONField) else value
        for field, value in zip(fields, values, strict=True)
    ]
    return model.from_db("default", [field.attname for field in fields], read)


def text_of(value: Any) -> str:
    """A value as JSON text; moments, decimals and texts in several languages among it."""
    return msgspec.json.encode(value).decode()


def _row(row: models.Model, *, numbered: bool) -> dict[str, Any]:
    return {field.column: getattr(row, field.attname) for field in _fields(row.__class__, numbered=numbered)}


_known: dict[tuple[type[models.Model], bool], list[Any]] = {}


def _fields(model: type[models.Model], *, numbered: bool) -> list[Any]:
    """The columns that a row in hand has a value for: not those that the database itself fills."""
    known = _known.get((model, numbered))
    if known is None:
        every: Iterable[Any] = model._meta.concrete_fields
        known = _known[model, numbered] = [
            field
            for field in every
            if (numbered or not field.primary_key)
            and not field.generated
            and (field.has_default() or not field.has_db_default())
        ]
    return known


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
