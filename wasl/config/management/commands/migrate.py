"""`wasl manage migrate`: Django's, with manners: one at a time, never waiting long for a lock that others stand behind.

A statement that waits for a lock makes everybody who comes after it wait too. So it gives up after three seconds, lets
the others pass, and the command tries again. An index that is built concurrently stops nobody and may take its time.
"""

import time
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management.commands import migrate
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from wasl.config.migration_rules import LOCK_TIMEOUT
from wasl.config.quick_states import quick_states

ONE_AT_A_TIME = 7_305_002
WAITS = (1, 2, 4, 8, 15, 15, 30, 30)  # seconds before the second, third … try
_NO_LOCK_IN_TIME = "55P03"


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
            self._drop_unfinished_indexes(cursor)
            self._drop_indexes_of_unfinished_migrations(cursor)
        for wait in WAITS:
            try:
                self._migrate(*args, **options)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) != _NO_LOCK_IN_TIME:
                    raise
                self.stderr.write(f"A table is in use for longer than {LOCK_TIMEOUT}; trying again in {wait} s.")
                time.sleep(wait)
            else:
                return
        self._migrate(*args, **options)

    def _migrate(self, *args: Any, **options: Any) -> None:
        with quick_states():
            super().handle(*args, **options)

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_start" and migration is not None:
            self._patiently(LOCK_TIMEOUT if migration.atomic else "0")
        super().migration_progress_callback(action, migration, fake)

    @staticmethod
    def _patiently(limit: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [limit])

    @staticmethod
    def _drop_unfinished_indexes(cursor: Any) -> None:
        # One that was cut off while it was built concurrently lies there unused, and its name is taken.
        cursor.execute(
            "SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND n.nspname = current_schema()",
            [],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")

    @staticmethod
    def _drop_indexes_of_unfinished_migrations(cursor: Any) -> None:
        # A migration that builds indexes concurrently is no transaction: cut off after its first index, or before it
        # was noted as done, it begins again from the start and finds names taken.
        executor = MigrationExecutor(connection)
        for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes()):
            for operation in migration.operations:
                if isinstance(operation, AddIndexConcurrently):
                    name = connection.ops.quote_name(operation.index.name)
                    cursor.execute(f"DROP INDEX IF EXISTS {name}")
