import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_line_of_open_cases"),
        ("core", "0006_seals_only_added"),
        ("directory", "0005_committee"),
        ("sla", "0003_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="policy",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sla.policy",
            ),
        ),
        migrations.AddField(
            model_name="clockpause",
            name="reason",
            field=models.CharField(db_default="pending_beneficiary", default="pending_beneficiary", max_length=20),
        ),
        migrations.CreateModel(
            name="DueMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("before", models.DateTimeField()),
                ("after", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="due_moves", to="cases.case"
                    ),
                ),
                (
                    "change_event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.eventrecord",
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="cases.clock"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["change_event", "id"], name="due_moves_of_change")],
            },
        ),
    ]
