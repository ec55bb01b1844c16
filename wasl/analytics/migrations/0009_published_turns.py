import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0008_first_contact"), ("directory", "0005_committee")]

    operations = [
        migrations.CreateModel(
            name="PublishedTurns",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_on", models.DateField()),
                ("taken", models.PositiveIntegerField()),
                ("jumped", models.PositiveIntegerField()),
                ("reasons", models.JSONField(default=list)),
                ("counted_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "first_on"), name="turns_of_a_month_once"),
                ],
            },
        ),
    ]
