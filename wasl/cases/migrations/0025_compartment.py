import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _link(to: str, **more: object) -> models.ForeignKey:
    given = {"db_index": False, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+"} | more
    return models.ForeignKey(to=to, **given)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0024_edition_of_jump_reasons"),
        ("directory", "0007_staff_complaints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(model_name="case", name="compartment", field=_link("directory.unit", null=True)),
        migrations.CreateModel(
            name="Accused",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField(blank=True)),
                ("set_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("agency", _link("directory.agency")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="accused", to="cases.case"
                    ),
                ),
                ("set_by", _link(settings.AUTH_USER_MODEL, null=True)),
                ("unit", _link("directory.unit", null=True)),
                ("user", _link(settings.AUTH_USER_MODEL, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["user"], name="accused_person"
                    ),
                    models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["unit"], name="accused_unit"),
                ]
            },
        ),
    ]
