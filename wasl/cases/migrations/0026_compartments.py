from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0025_compartment")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("compartment__isnull", False)),
                fields=["compartment", "id"],
                name="case_in_compartment",
            ),
        ),
    ]
