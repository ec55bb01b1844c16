from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0022_jumps")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["unit", "importance", "registered_at", "id"],
                include=["service", "assignee"],
                condition=models.Q(("state__in", ("referred", "accepted", "reopened"))),
                name="case_in_turn",
            ),
        ),
    ]
