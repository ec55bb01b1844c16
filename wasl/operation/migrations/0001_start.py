from django.db import migrations, models

import wasl.core.localized


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=130, unique=True)),
                ("title", wasl.core.localized.LocalizedField()),
                ("sentence", wasl.core.localized.LocalizedField()),
                ("todo", wasl.core.localized.LocalizedField()),
                ("level", models.CharField(default="ok", max_length=4)),
                ("since", models.DateTimeField()),
                ("told_level", models.CharField(default="ok", max_length=4)),
                ("told_at", models.DateTimeField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Backup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("succeeded", models.BooleanField()),
                ("figures", models.JSONField(default=dict)),
            ],
            options={"indexes": [models.Index(fields=["at"], name="backup_by_time")]},
        ),
    ]
