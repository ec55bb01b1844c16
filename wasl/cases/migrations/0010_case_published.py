from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0009_states_of_lists")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["agency", "registered_at", "id"],
                include=["service", "is_open", "confidential", "state"],
                name="case_published",
            ),
        ),
    ]
