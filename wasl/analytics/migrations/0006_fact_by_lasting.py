from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built beside the work on the table

    dependencies = [
        ("analytics", "0005_how_long_facts_last"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="casefact",
            index=models.Index(fields=["agency_id", "lasting", "registered_on"], name="fact_by_lasting"),
        ),
    ]
