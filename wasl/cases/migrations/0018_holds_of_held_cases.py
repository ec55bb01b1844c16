"""What is held since before holds were kept as rows gets its row, with the reason that was recorded then."""

from typing import Any

from django.db import migrations

BATCH = 5_000
_FILL = """
INSERT INTO cases_hold (agency_id, case_id, unit_id, reason, external, from_at, review_on, number, by_id)
SELECT held.agency_id, held.id, held.unit_id, coalesce(said.data ->> 'reason_code', ''),
       held.state = 'pending_external', held.state_since, held.review_on, 0, said.actor_id
FROM cases_case held
LEFT JOIN LATERAL (
    SELECT data, actor_id FROM core_eventrecord
    WHERE case_id = held.id AND agency_id = held.agency_id AND kind = 'CasePutOnHold'
    ORDER BY id DESC LIMIT 1
) said ON true
WHERE held.id > %s AND held.id <= %s AND held.state IN ('pending_internal', 'pending_external')
  AND held.review_on IS NOT NULL
ON CONFLICT DO NOTHING
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

    dependencies = [("cases", "0017_holds"), ("core", "0006_seals_only_added")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
