"""Makes the tables as a backup knew them: `python -m wasl.config.backup.schema`, the migrations as JSON on its input.

Ends with 3 and the names when there are migrations in the backup that this release does not have.
"""

import json
import os
import sys


def main() -> int:
    """Migrate exactly as far as the backup was."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
    import django

    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    wanted = {(app, name) for app, name in json.load(sys.stdin)}
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    strange = sorted(f"{app}.{name}" for app, name in wanted if (app, name) not in graph.nodes)
    if strange:
        print(", ".join(strange))
        return 3
    # Only the last of each room: to name an earlier one would mean to go back to it.
    followed = {parent.key for key in wanted for parent in graph.node_map[key].parents if parent.key[0] == key[0]}
    executor.migrate(sorted(wanted - followed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
