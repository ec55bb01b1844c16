"""Configuration in memory, and how a process knows that it still holds.

Rules, promises, calendars, services and places change a few times a day and are asked for with every request, so each
process keeps them. What it keeps belongs to one edition of the configuration: the stamp in the table `core_edition`.
Triggers on every watched table write a new stamp with each statement that touches it, in the transaction of the change,
whoever makes it (an operation, an import, a person with psql). Whoever asks reads the stamp first, so a change counts
from the very next question after its commit, and before the commit for its own transaction alone.

A stamp is four random marks, not a counter: a counter would come twice after a rollback. Four, as whoever changes
something takes the first that nobody else holds and so waits for nobody.

Rows that are kept are shared by all threads: read them, never change them.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.migrations import RunSQL
from django.db.models import Model

from wasl.core import sets

# As one value, to be read along with another statement.
STAMP = "(SELECT string_agg(mark::text, '.' ORDER BY shard) FROM core_edition)"
# A transaction that changes the configuration has a stamp of its own until it commits, while others ask by the old one.
_MOST_EDITIONS = 3

Kept = TypeVar("Kept")
_watched: list[type[Model]] = []
_editions: OrderedDict[tuple[str, str], dict[Hashable, Any]] = OrderedDict()
_lock = Lock()


def watch(*models: type[Model]) -> None:
    """Tell that rows of these models are kept in memory; their tables need the triggers of `watching`."""
    _watched.extend(models)


def watched() -> list[type[Model]]:
    """All models whose rows may be kept."""
    return list(_watched)


def watching(*tables: str) -> RunSQL:
    """The step of a migration that lets each change of these tables begin a new edition."""
    return RunSQL(" ".join(map(_TRIGGER.format, tables)), " ".join(map(_NO_TRIGGER.format, tables)))


_TRIGGER = """
CREATE TRIGGER new_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {0}
    FOR EACH STATEMENT EXECUTE FUNCTION core_new_edition();
"""
_NO_TRIGGER = "DROP TRIGGER new_edition ON {0};"


@dataclass
class _Act:
    """The edition of one act, once somebody has asked for it, and what is kept of it."""

    stamp: str = ""
    values: dict[Hashable, Any] | None = None


_act: ContextVar[_Act | None] = ContextVar("wasl_edition", default=None)


def stamp() -> str:
    """The edition that holds for the present transaction; one small statement, within an act only the first time."""
    act = _act.get()
    if act is None:
        return _read_stamp()
    if not act.stamp:
        act.stamp = _read_stamp()
    return act.stamp


@contextmanager
def known(stamp: str) -> Iterator[None]:
    """Take this for the edition within one act, which read it with a statement of its own.

    Only around acts that change no configuration themselves.
    """
    token = _act.set(_Act(stamp))
    try:
        yield
    finally:
        _act.reset(token)


@contextmanager
def once() -> Iterator[None]:
    """Ask for the stamp no more than once within one act, which changes no configuration itself."""
    if _act.get() is not None:
        yield
        return
    with known(""):
        yield


def came_along(stamp: str | None) -> None:
    """A statement has read the stamp along: the act need not ask for it."""
    act = _act.get()
    if act is not None and not act.stamp:
        act.stamp = stamp or ""


def kept(key: Hashable, read: Callable[[], Kept]) -> Kept:
    """What `read` gives, from memory while the edition holds. The key names it in the whole house: ("room.what", …)."""
    act = _act.get()
    values = act.values if act is not None else None
    if values is None:
        present = stamp()
        if not present:  # the table was emptied by hand: nothing can be trusted
            return read()
        values = _values_of((str(connection.settings_dict["NAME"]), present))
        if act is not None:
            act.values = values
    if key not in values:
        # Read after its stamp: a change in between only makes the next question read again.
        values[key] = read()
    return cast(Kept, values[key])


def _values_of(edition: tuple[str, str]) -> dict[Hashable, Any]:
    with _lock:
        values = _editions.setdefault(edition, {})
        _editions.move_to_end(edition)
        while len(_editions) > _MOST_EDITIONS:
            _editions.popitem(last=False)
    return values


def _read_stamp() -> str:
    return sets.run(f"SELECT {STAMP}")[0][0] or ""
