"""What a migration may do to a house that is open: the previous version's code must run on the new tables, and no lock
that stops people may be held for long. A migration adds; a later one fills; a release afterwards removes.

`wasl manage check_migrations` and a test ask for the faults of every migration after the last landing. What landed is
listed, with hashes, in `tests/house/landed_migrations.json`: those files are frozen.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Value
from django.db.models.functions import Now

from wasl.config.floors import ROOMS
from wasl.config.runner.processes import home_of_package

# Tables that grow with the years. On these nothing may be built while others wait.
BIG = (
    "alerts_alert",
    "cases_case",
    "cases_caseentry",
    "cases_casefile",
    "cases_clock",
    "contacts_address",
    "contacts_beneficiary",
    "core_eventdelivery",
    "core_eventrecord",
    "core_seal",
    "core_storedfile",
    "messaging_conversation",
    "messaging_message",
    "messaging_rawdelivery",
    "notices_notice",
    "tasks_task",
)
LOCK_TIMEOUT = "3s"


_NAME = re.compile(r"\d{4}_(?!auto_)[a-z0-9]+(_[a-z0-9]+)*")
_ADDING = (
    ops.CreateModel,
    ops.AddField,
    ops.AddIndex,
    ops.AddConstraint,
    ops.AlterField,
    ops.AlterModelOptions,
    ops.AlterModelManagers,
    ops.AlterIndexTogether,
    ops.AlterUniqueTogether,
    ops.RenameIndex,
    AddConstraintNotValid,
)
_APART: dict[type, str] = {
    AddIndexConcurrently: "index",
    ValidateConstraint: "validate",
    ops.RunPython: "fill",
    ops.RunSQL: "sql",
    ops.RemoveField: "remove",
    ops.DeleteModel: "remove",
    ops.RemoveConstraint: "remove",
    ops.RemoveIndex: "remove",
    ops.RenameField: "rename",
    ops.RenameModel: "rename",
    ops.AlterModelTable: "rename",
}
_LOSING = (ops.RemoveField, ops.DeleteModel, ops.RenameField, ops.RenameModel, ops.AlterModelTable)
_SQL_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"\bDROP\s+(TABLE|COLUMN)\b|\bRENAME\s+(TO|COLUMN)\b", re.I),
        "drops or renames; the version before still uses it",
    ),
    (
        re.compile(r"\bSET\s+NOT\s+NULL\b", re.I),
        "sets NOT NULL, which reads the whole table under a lock; add a check that is NOT VALID and validate it later",
    ),
    (
        re.compile(r"\bALTER\s+(COLUMN\s+)?\S+\s+(SET\s+DATA\s+)?TYPE\b", re.I),
        "changes a type, which rewrites the table; add a column, fill it, switch, remove",
    ),
)
_PLAIN_INDEX = re.compile(r"\bCREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;]*?\bON\s+(ONLY\s+)?\"?(\w+)", re.I)


@dataclass(frozen=True)
class Landed:
    """The migrations of earlier landings: `room.name` -> hash of the file."""

    hashes: dict[str, str]
    landings: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "Landed":
        found = json.loads(path.read_text(encoding="utf-8"))
        hashes: dict[str, str] = {}
        for landing in found["landings"]:
            hashes |= landing["migrations"]
        return cls(hashes, tuple(landing["name"] for landing in found["landings"]))

    def last_of_each_room(self) -> list[tuple[str, str]]:
        """The state of the tables at the last landing, as targets for `migrate`."""
        last: dict[str, str] = {}
        for key in sorted(self.hashes):
            room, name = key.split(".", 1)
            last[room] = name
        return sorted(last.items())


def landed_file() -> Path:
    """Where the list of landed migrations is kept."""
    return home_of_package().parent / "tests" / "house" / "landed_migrations.json"


def file_hashes() -> dict[str, str]:
    """The hash of every migration there is."""
    return {
        f"{path.parent.parent.name}.{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home_of_package().glob("*/migrations/[0-9]*.py"))
    }


def all_faults(landed: Landed) -> list[str]:
    """Every fault of every migration of ours, as sentences that begin with its name."""
    found = file_hashes()
    faults = [
        f"{key}: it has landed and may not be changed or removed; write a new migration"
        for key, known in landed.hashes.items()
        if found.get(key) != known
    ]
    loader = MigrationLoader(None)
    old_tables = tables_of(loader.project_state(landed.last_of_each_room(), at_end=True))
    for (room, name), migration in sorted(loader.disk_migrations.items()):
        if room in ROOMS and f"{room}.{name}" not in landed.hashes:
            before = loader.project_state((room, name), at_end=False)
            faults += faults_of(migration, before, old_tables=old_tables, landings=landed.landings)
    return faults


def tables_of(state: ProjectState) -> frozenset[str]:
    """The names of all tables of a state."""
    return frozenset(_table(state, *key) for key in state.models)


def faults_of(
    migration: Migration, before: ProjectState, *, old_tables: frozenset[str], landings: tuple[str, ...] = ()
) -> list[str]:
    """What is wrong with one migration, given the state before it and the tables of the last landing."""
    look = _Look(migration, before.clone(), old_tables, landings)
    return [f"{migration.app_label}.{migration.name}: {fault}" for fault in look.faults()]


class _Look:
    def __init__(
        self, migration: Migration, state: ProjectState, old_tables: frozenset[str], landings: tuple[str, ...]
    ) -> None:
        self.migration, self.state, self.old_tables, self.landings = migration, state, old_tables, landings

    def faults(self) -> Iterator[str]:
        if not _NAME.fullmatch(self.migration.name):
            yield "its name says nothing; use 000N_what_it_does"
        steps = sorted({self._step(operation) for operation in self.migration.operations})
        if len(steps) > 1:
            yield f"several steps in one file ({', '.join(steps)}); make one migration for each, so that each can stop"
        if "index" in steps and self.migration.atomic:
            yield "an index cannot be built concurrently within a transaction; write atomic = False"
        for operation in self.migration.operations:
            yield from self._faults_of(operation)
            operation.state_forwards(self.migration.app_label, self.state)

    def _step(self, operation: Any) -> str:
        for kind, step in _APART.items():
            if isinstance(operation, kind):
                return step
        return "add"

    def _faults_of(self, operation: Any) -> Iterator[str]:
        if isinstance(operation, _LOSING):
            yield from self._losing(operation)
        elif isinstance(operation, ops.RunSQL):
            yield from self._sql(operation)
        elif isinstance(operation, ops.RunPython):
            return
        elif isinstance(operation, ops.AddField):
            yield from self._new_field(operation)
        elif isinstance(operation, ops.AlterField):
            yield from self._changed_field(operation)
        else:
            yield from self._built(operation)

    def _losing(self, operation: Any) -> Iterator[str]:
        since = getattr(self.migration, "unused_since", "")
        if self._is_old(operation) and since not in self.landings:
            yield (
                f"{operation.describe()}: the version before still uses it. Stop using it in one landing; remove it "
                "in a later one, with unused_since = the name of the landing that stopped"
            )

    def _new_field(self, operation: ops.AddField) -> Iterator[str]:
        field: Any = operation.field
        if not self._is_old(operation) or field.many_to_many:
            return
        if not field.null and not field.has_db_default():
            yield f"{operation.describe()}: old code writes rows without it; make it null or give a db_default"
        if field.has_db_default() and not isinstance(field.db_default, Value | Now | str | int | bool | float):
            yield f"{operation.describe()}: a db_default made for each row rewrites the table; add it null, then fill"
        if field.unique and self._is_big(operation):
            yield f"{operation.describe()}: {_CONCURRENTLY}"

    def _changed_field(self, operation: ops.AlterField) -> Iterator[str]:
        if not self._is_old(operation):
            return
        old = self.state.models[self._key(operation)].fields[operation.name]
        new = operation.field
        if old.null and not new.null:
            yield f"{operation.describe()}: NOT NULL reads the whole table under a lock, and old code may write null"
        if _rewrites(old, new):
            yield f"{operation.describe()}: another type rewrites the table; add a column, fill it, switch, remove"
        if self._is_big(operation) and _gains_index(old, new):
            yield f"{operation.describe()}: {_CONCURRENTLY}"

    def _built(self, operation: Any) -> Iterator[str]:
        plain = isinstance(operation, ops.AddIndex) and not isinstance(operation, AddIndexConcurrently)
        if plain and self._is_big(operation):
            yield f"{operation.describe()}: {_CONCURRENTLY}"
        checks = isinstance(operation, ops.AddConstraint) and not isinstance(operation, AddConstraintNotValid)
        if checks and self._is_big(operation):
            unique = isinstance(operation.constraint, models.UniqueConstraint)
            yield f"{operation.describe()}: {_CONCURRENTLY if unique else _NOT_VALID}"

    def _sql(self, operation: ops.RunSQL) -> Iterator[str]:
        text = _statements(operation.sql)
        if getattr(self.migration, "unused_since", "") not in self.landings:
            yield from (f"its SQL {fault}" for rule, fault in _SQL_RULES if rule.search(text))
        for found in _PLAIN_INDEX.finditer(text):
            if found[3].lower() in BIG:
                yield f"its SQL builds an index on {found[3]} while others wait: CREATE INDEX CONCURRENTLY"

    def _key(self, operation: Any) -> tuple[str, str]:
        name = getattr(operation, "model_name", None) or getattr(operation, "old_name", None) or operation.name
        return self.migration.app_label, str(name).lower()

    def _table_of(self, operation: Any) -> str:
        key = self._key(operation)
        return _table(self.state, *key) if key in self.state.models else ""

    def _is_old(self, operation: Any) -> bool:
        return self._table_of(operation) in self.old_tables

    def _is_big(self, operation: Any) -> bool:
        return self._is_old(operation) and self._table_of(operation) in BIG


_CONCURRENTLY = (
    "the table is big and an index built the plain way stops everybody who writes. Use AddIndexConcurrently "
    "(django.contrib.postgres; to be unique: CREATE UNIQUE INDEX CONCURRENTLY by RunSQL, the constraint in "
    "state_operations) in a migration of its own with atomic = False"
)
_NOT_VALID = (
    "the table is big and a check reads it all under a lock. Use AddConstraintNotValid, and ValidateConstraint in the "
    "next migration (django.contrib.postgres.operations)"
)


def _table(state: ProjectState, room: str, name: str) -> str:
    return str(state.models[room, name].options.get("db_table") or f"{room}_{name}")


def _rewrites(old: Any, new: Any) -> bool:
    before, after = _type(old), _type(new)
    if before == after:
        return False
    longer = re.fullmatch(r"varchar\((\d+)\)", before), re.fullmatch(r"varchar\((\d+)\)", after)
    if longer[0] and longer[1]:
        return int(longer[1][1]) < int(longer[0][1])
    return not (longer[0] and after == "text")


def _type(field: Any) -> str:
    if field.is_relation and field.remote_field is not None and not field.many_to_many:
        return "relation"  # unbound here; the types of our keys are all bigint
    return str(field.db_type(connection))


def _gains_index(old: Any, new: Any) -> bool:
    return (new.unique and not old.unique) or (new.db_index and not old.db_index)


def _statements(sql: Any) -> str:
    if isinstance(sql, str):
        return sql
    return "\n".join(part if isinstance(part, str) else part[0] for part in sql)
