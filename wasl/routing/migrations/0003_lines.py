import django.db.models.deletion
from django.db import migrations, models

import wasl.core.localized


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0005_committee"),
        ("routing", "0002_edition"),
    ]

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("name", wasl.core.localized.LocalizedField()),
                ("roles", models.JSONField(default=list)),
                ("unit_kinds", models.JSONField(default=list)),
                ("closes", models.JSONField(default=list)),
                ("hand_over", models.JSONField(default=list)),
                ("enters", models.JSONField(default=list)),
                ("leaves", models.JSONField(default=list)),
                ("decide_days", models.PositiveSmallIntegerField(default=0)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="support_lines",
                        to="directory.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "number", "valid_from"), name="one_row_per_line"),
                    models.CheckConstraint(condition=models.Q(("number__in", (1, 2, 3))), name="three_lines"),
                ],
            },
        ),
    ]
