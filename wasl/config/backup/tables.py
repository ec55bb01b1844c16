"""The tables of the house as files of COPY lines: taken from one moment of a running database, put into an
empty one.

Works alike with every PostgreSQL from 15 on, whatever release it came from, and needs no program of PostgreSQL.
"""

import gzip
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from psycopg import sql

from wasl.config.backup.manifest import BLOCK, Content, Table, damaged, hash_of
from wasl.core.refusal import Refusal

FOLDER = "tables"
# Signs of life belong to the processes of that day; what was migrated is written in the manifest.
LEFT_OUT = ("core_heartbeat", "django_migrations")

Database = psycopg.Connection[tuple[Any, ...]]

TABLES = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname <> ALL(%s)
GROUP BY 1 ORDER BY 1
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() AND last_value > 0"
CONTENTS = "SELECT sha256, max(size) FROM core_storedfile WHERE state <> 'gone' AND sha256 <> '' GROUP BY 1 ORDER BY 1"
MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"
KEYS = """
SELECT a.relname, b.relname FROM pg_constraint k
JOIN pg_class a ON a.oid = k.conrelid JOIN pg_class b ON b.oid = k.confrelid
WHERE k.contype = 'f' AND NOT k.condeferrable AND a.oid <> b.oid AND k.connamespace = current_schema()::regnamespace
"""
TRIGGERED = """
SELECT DISTINCT c.relname FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
WHERE NOT g.tgisinternal AND c.relnamespace = current_schema()::regnamespace
"""


class Moment:
    """One moment of the database: all that is read within belongs together, and nobody is kept waiting by it."""

    def __init__(self, url: str) -> None:
        self._database: Database = psycopg.connect(url, connect_timeout=10, application_name="wasl backup")
        self._database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._database.read_only = True
        self._database.execute("SELECT set_config('statement_timeout', '0', false)")
        self._database.execute("SELECT set_config('idle_in_transaction_session_timeout', '0', false)")

    def __enter__(self) -> "Moment":
        return self

    def __exit__(self, *error: object) -> None:
        self._database.close()

    @property
    def server(self) -> str:
        return f"PostgreSQL {self._database.info.server_version // 10_000}"

    def migrations(self) -> list[list[str]]:
        return [list(row) for row in self._database.execute(MIGRATIONS)]

    def sequences(self) -> dict[str, int]:
        return {str(name): int(value) for name, value in self._database.execute(SEQUENCES)}

    def newest_seal(self) -> int:
        """The number of the newest seal of the log; 0 where there is none."""
        (there,) = self._database.execute("SELECT to_regclass('core_seal') IS NOT NULL").fetchall()
        found = self._database.execute("SELECT coalesce(max(number), 0) FROM core_seal") if there[0] else None
        return int(found.fetchall()[0][0]) if found else 0

    def contents(self) -> list[Content]:
        """What the rows of this moment name in the file store."""
        return [Content(sha256, size) for sha256, size in self._database.execute(CONTENTS)]

    def write(self, folder: Path) -> list[Table]:
        """Write every table into the folder `tables`."""
        (folder / FOLDER).mkdir(mode=0o700)
        listed = self._database.execute(TABLES, [list(LEFT_OUT)]).fetchall()
        return [self._write(folder, name, columns) for name, columns in listed]

    def _write(self, folder: Path, name: str, columns: list[str]) -> Table:
        rows = 0
        path = file_of(folder, name)
        query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(_columns(columns), sql.Identifier(name))
        with (
            gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as out,
            self._database.cursor() as cursor,
            cursor.copy(query) as lines,
        ):
            for block in lines:
                rows += bytes(block).count(b"\n")  # a new line within a value is written \n
                out.write(block)
        return Table(name, columns, rows, hash_of(path))


def file_of(folder: Path, table: str) -> Path:
    """Where a table lies in a backup."""
    return folder / FOLDER / f"{table}.copy.gz"


def check(folder: Path, tables: Iterable[Table]) -> None:
    """Read every table file again: its hash, its compression, its rows. Raises Damaged."""
    for table in tables:
        path = file_of(folder, table.name)
        if not path.is_file() or hash_of(path) != table.sha256 or _rows_in(path) != table.rows:
            raise damaged(path)


def load(url: str, folder: Path, tables: list[Table], sequences: dict[str, int]) -> None:
    """Fill the tables, which must be there in the form they were taken in, all in one transaction.

    Whatever they hold is removed. Raises Refusal when a row count is not what it was.
    """
    with psycopg.connect(url, connect_timeout=10, application_name="wasl restore") as database:
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"):
            database.execute("SELECT set_config(%s, '0', false)", [setting])
        _check_there(database, tables)
        names = [table.name for table in tables]
        triggered = [name for (name,) in database.execute(TRIGGERED).fetchall() if name in names]
        _run_all(database, "ALTER TABLE {} DISABLE TRIGGER USER", triggered)
        listed = sql.SQL(", ").join(map(sql.Identifier, names))
        database.execute(sql.SQL("TRUNCATE {} CASCADE").format(listed))
        database.execute("SET CONSTRAINTS ALL DEFERRED")
        order = _in_order(names, database.execute(KEYS).fetchall())
        for table in sorted(tables, key=lambda one: order.index(one.name)):
            _fill(database, folder, table)
        for name, value in sequences.items():
            database.execute("SELECT setval(format('%%I', %s::text)::regclass, %s)", [name, value])
        database.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every key is looked at here
        _run_all(database, "ALTER TABLE {} ENABLE TRIGGER USER", triggered)
    with psycopg.connect(url, connect_timeout=10, autocommit=True) as database:
        database.execute("ANALYZE")


def count(url: str, tables: Iterable[Table]) -> dict[str, int]:
    """How many rows each of the tables has now."""
    with psycopg.connect(url, connect_timeout=10) as database:
        return {
            table.name: int(
                database.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.name))).fetchall()[0][0]
            )
            for table in tables
        }


def is_empty(url: str) -> bool:
    """Whether there is nothing of ours in the database."""
    with psycopg.connect(url, connect_timeout=10) as database:
        return database.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)


def _check_there(database: Database, tables: list[Table]) -> None:
    there: dict[str, list[str]] = dict(database.execute(TABLES, [list(LEFT_OUT)]).fetchall())
    strange = [table.name for table in tables if set(table.columns) - set(there.get(table.name, []))]
    if strange:
        raise Refusal(
            f"جداول في النسخة لا يعرفها هذا الإصدار: {', '.join(strange)}.",
            f"The backup holds tables or columns that this release does not make: {', '.join(strange)}. Restore with "
            "the release that made it.",
        )


def _fill(database: Database, folder: Path, table: Table) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), _columns(table.columns))
    with gzip.open(file_of(folder, table.name), "rb") as lines, database.cursor() as cursor:
        with cursor.copy(query) as copy:
            while block := lines.read(BLOCK):
                copy.write(block)
        if cursor.rowcount != table.rows:
            raise Refusal(
                f"عدد صفوف {table.name} بعد الاسترجاع {cursor.rowcount} وكان {table.rows}.",
                f"{table.name} has {cursor.rowcount} rows after restoring and had {table.rows}.",
            )


def _in_order(names: list[str], keys: list[tuple[Any, ...]]) -> list[str]:
    """Tables after those they point to by keys that cannot wait for the end of the transaction."""
    above = {name: {there for here, there in keys if here == name} for name in names}
    ordered: list[str] = []
    while above:
        free = sorted(name for name, needed in above.items() if not needed & above.keys()) or sorted(above)[:1]
        ordered += free
        above = {name: needed for name, needed in above.items() if name not in free}
    return ordered


def _run_all(database: Database, statement: str, names: Iterable[str]) -> None:
    for name in names:
        database.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _columns(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _rows_in(path: Path) -> int:
    rows = 0
    try:
        with gzip.open(path, "rb") as lines:
            while block := lines.read(BLOCK):
                rows += block.count(b"\n")
    except (OSError, EOFError):
        return -1
    return rows


def copy_hashed(source: BinaryIO, target: BinaryIO) -> str:
    """Copy what is left of an open file; gives the SHA-256 of what was copied."""
    found = hashlib.sha256()
    while block := source.read(BLOCK):
        found.update(block)
        target.write(block)
    return found.hexdigest()
