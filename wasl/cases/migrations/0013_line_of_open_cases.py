"""Open cases of before stand at the second line where a unit in charge has them; others take theirs when reopened."""

from typing import Any

from django.db import migrations

BATCH = 5_000
_FILL = """
UPDATE cases_case SET line = 2
WHERE id > %s AND id <= %s AND is_open AND line = 1 AND unit_id NOT IN (
    SELECT id FROM directory_unit WHERE is_triage OR is_centre OR kind IN ('centre', 'outlet')
)
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

    dependencies = [("cases", "0012_lines")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
