"""Counting the SQL statements of a request where they arrive: in the log of PostgreSQL.

So everything counts, also what goes over other connections than Django's. Worker and mail door stand still meanwhile.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from bench import processes
from bench.figures import tell
from bench.house import House

# An entry of ours with the lines that continue it.
_ENTRY = re.compile(r"^[^\t\n]*\[\d+\] \S+@\S+ wasl LOG:  (?:statement|execute [^:]*): (.*(?:\n\t.*)*)", re.MULTILINE)
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
_UPKEEP = ("SET ", "SHOW ", "SELECT SET_CONFIG")  # of a connection that was just opened
Made = TypeVar("Made")


@dataclass
class Counted:
    """The statements of one act, in order: `told` ask or change something, `control` begin and end transactions."""

    told: list[str] = field(default_factory=list)
    control: list[str] = field(default_factory=list)


@contextmanager
def logged(house: House) -> Iterator[None]:
    """Let PostgreSQL write every statement to its log."""
    _set(house, "ALTER SYSTEM SET log_statement = 'all'")
    try:
        yield
    finally:
        _set(house, "ALTER SYSTEM RESET log_statement")


def count(house: House, act: Callable[[], Made], *, worker: bool = False) -> tuple[Counted, Made]:
    """The statements that an act causes; of the worker as well if wanted. Call it within `logged`, alone."""
    parts = house.parts()
    others = [parts[name] for name in ("mail", *(() if worker else ("worker",))) if name in parts]
    with processes.held(*others):
        time.sleep(0.1)
        begin = _log(house).stat().st_size
        made = act()
        time.sleep(0.1)
        with _log(house).open("rb") as log:
            log.seek(begin)
            text = log.read().decode(errors="replace")
    return _counted(text), made


def _counted(text: str) -> Counted:
    counted = Counted()
    for statement in (entry.strip() for entry in _ENTRY.findall(text)):
        if not statement or statement.upper().startswith(_UPKEEP):
            continue
        (counted.control if statement.upper().startswith(_CONTROL) else counted.told).append(statement)
    return counted


def _set(house: House, statement: str) -> None:
    with house.database("postgres") as database:
        database.execute(statement)  # type: ignore[arg-type]
        database.execute("SELECT pg_reload_conf()")
    time.sleep(0.5)


def _log(house: House):  # type: ignore[no-untyped-def]
    return house.home / "logs" / "postgres.log"


def show(what: str, counted: Counted) -> None:
    """The statements as progress, one short line each, when BENCH_STATEMENTS is set."""
    if os.environ.get("BENCH_STATEMENTS"):
        for number, statement in enumerate(counted.told, start=1):
            tell(f"  {what} {number:>2}: {' '.join(statement.split())[:230]}")
