from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Beside running work: an ordinary index would hold up every change of a case while it is built.
    atomic = False

    dependencies = [("cases", "0003_counts_of_unit")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["agency", "is_open", "state"],
                include=["unit", "confidential", "assignee", "due_at", "state_since", "registered_at"],
                name="case_counts",
            ),
        ),
    ]
