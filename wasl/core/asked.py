"""Questions that are put into SQL once: for the rows that every page begins with.

The ORM writes its statement anew with every use, and for a case with the eight rows it names that takes longer than the
answer. Here a queryset is written once a process, with holes for its values, and from then on PostgreSQL is asked the
same prepared statement; the rows become the very objects the queryset would have given.

    _files = Asked(lambda case_id: CaseFile.objects.filter(case_id=case_id).select_related("file"), int)
    _files.all(case.pk)

Only for questions whose shape does not depend on their values: one that may be None has another shape. For several
numbers there is `among`.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import BooleanField, F, Func, Model, QuerySet
from django.db.models import Value as Literal
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]

from wasl.core import sets

Row = TypeVar("Row", bound=Model)
Value = int | str | datetime | Collection[int]

# Values that no question ever has, to be found again in the parameters the ORM gives out.
_HOLES: dict[type, Callable[[int], int | str | datetime]] = {
    int: lambda number: 7_130_816_043_217_900_000 + number,
    str: lambda number: f"\x02the value of place {number}\x03",
    list: lambda number: f"{{the numbers of place {number}}}",
    datetime: lambda number: datetime(1907, 3, 5, 4, 3, 2, 10987, tzinfo=UTC) + timedelta(seconds=number),
}


class Asked(Generic[Row]):
    """One question. `make` gives its queryset for values of these kinds (int, str, datetime, or list for the numbers of
    `among`), in this order.
    """

    def __init__(self, make: Callable[..., "QuerySet[Row]"], *kinds: type) -> None:
        self.make, self.kinds = make, kinds
        self._plan: _Plan | None = None
        self._lock = Lock()

    def all(self, *values: Value) -> list[Row]:
        """Every row, in the order of the queryset."""
        plan = self._plan
        if plan is None:
            with self._lock:
                plan = self._plan = self._plan or _Plan(self.make(*map(_hole, self.kinds, range(len(self.kinds)))))
        return cast(list[Row], plan.rows(values))

    def one(self, *values: Value) -> Row | None:
        """The row, or None; for questions that have one at most."""
        found = self.all(*values)
        return found[0] if found else None


class _Among(Func):
    # One array instead of a list: the statement stays the same however many there are.
    template, arg_joiner = "%(expressions)s)", " = ANY("


def among(column: str, numbers: Any) -> Func:
    """The condition that a column is one of these numbers, for the queryset of a question."""
    return _Among(F(column), Literal(numbers), output_field=BooleanField())


def _hole(kind: type, number: int) -> Any:
    return _HOLES[kind](number)


class _Plan:
    """A statement with the place of each value in it, and how its rows become objects."""

    def __init__(self, asked: "QuerySet[Any]") -> None:
        compiler: Any = asked.query.get_compiler(using=asked.db)
        self.statement, given = compiler.as_sql()
        self.places = [_place(value) for value in given]
        select = compiler.select
        info = compiler.klass_info
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        self.model, self.columns = info["model"], slice(first, last)
        self.names = [column[0].target.attname for column in select[first:last]]
        self.beside = get_related_populators(info, select, asked.db)
        self.readers = list(compiler.get_converters([column[0] for column in select]).items())

    def rows(self, values: tuple[Value, ...]) -> list[Any]:
        told = [place if isinstance(place, str) else _text(values[place]) for place in self.places]
        return [self._made(list(row)) for row in sets.run(self.statement, told)]

    def _made(self, row: list[Any]) -> Any:
        for place, (readers, column) in self.readers:
            value = row[place]
            for read in readers:
                value = read(value, column, connection)
            row[place] = value
        made = self.model.from_db("default", self.names, row[self.columns])
        for one in self.beside:
            one.populate(row, made)
        return made


def _place(value: Any) -> int | str:
    """Which of the values belongs here, or the text of what always stands here."""
    # No more than a dozen values ever: to try them is simpler than to take the number out again.
    found = (number for kind in _HOLES for number in range(12) if value == _hole(kind, number))
    return next(found, _text(value))


def _text(value: Any) -> str:
    """A value as PostgreSQL reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int | str):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return f"{{{','.join(map(str, value))}}}"
    raise TypeError(f"{value!r} has no place in a question that is asked again")
