import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_holds_of_held_cases"), ("directory", "0005_committee")]

    operations = [
        migrations.CreateModel(
            name="SilenceRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("working_days", models.PositiveSmallIntegerField(default=3)),
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.agency"
                    ),
                ),
            ],
        ),
    ]
