import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_edition_of_hold_reasons"), ("directory", "0006_delegation")]

    operations = [
        migrations.AddField(model_name="case", name="first_contact_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="case", name="contacted_again_at", field=models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="FirstContactRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.PositiveSmallIntegerField(default=7)),
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.agency"
                    ),
                ),
            ],
        ),
    ]
