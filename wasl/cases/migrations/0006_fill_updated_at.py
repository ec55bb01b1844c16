"""Cases of before were last changed when their state was, as far as one column tells."""

from typing import Any

from django.db import migrations

BATCH = 5_000
_FILL = """
UPDATE cases_case SET updated_at = greatest(registered_at, state_since)
WHERE id IN (SELECT id FROM cases_case WHERE id > %s AND id <= %s AND updated_at IS NULL)
"""


def fill(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM cases_case")
        (last,) = cursor.fetchone()
        for start in range(0, last, BATCH):
            cursor.execute(_FILL, [start, start + BATCH])


class Migration(migrations.Migration):
    # Batch by batch: no row is locked for longer than its batch takes.
    atomic = False

    dependencies = [("cases", "0005_updated_at")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
