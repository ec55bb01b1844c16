from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0015_escalation")]

    operations = [
        AddIndexConcurrently(
            model_name="clock",
            index=models.Index(
                condition=models.Q(
                    ("next_step_at__isnull", False), ("paused_at__isnull", True), ("stopped_at__isnull", True)
                ),
                fields=["next_step_at", "id"],
                name="clock_next_step",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("escalation__gt", 0), ("is_open", True)),
                fields=["agency", "escalation", "importance", "registered_at", "id"],
                name="case_escalated",
            ),
        ),
    ]
