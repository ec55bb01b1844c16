import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0006_fact_by_lasting"), ("directory", "0005_committee")]

    operations = [
        migrations.CreateModel(
            name="FairnessRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.PositiveSmallIntegerField(default=90)),
                ("same_person", models.PositiveSmallIntegerField(default=3)),
                ("times_unit", models.PositiveSmallIntegerField(default=2)),
                ("fewest_takes", models.PositiveSmallIntegerField(default=20)),
                ("ordered_share", models.PositiveSmallIntegerField(default=50)),
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.agency"
                    ),
                ),
            ],
        ),
    ]
