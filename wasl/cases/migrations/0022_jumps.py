import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import wasl.core.localized


def _number() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _link(to: str, **more: object) -> models.ForeignKey:
    given = {"db_index": False, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+"} | more
    return models.ForeignKey(to=to, **given)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_first_contact"),
        ("directory", "0005_committee"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JumpReason",
            fields=[
                ("id", _number()),
                ("code", models.CharField(max_length=30)),
                ("name", wasl.core.localized.LocalizedField()),
                ("needs_words", models.BooleanField(default=False)),
                ("order", models.PositiveSmallIntegerField(default=50)),
                ("ended_at", models.DateTimeField(null=True)),
                ("agency", _link("directory.agency")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("agency", "code"), name="one_row_per_jump_reason")]
            },
        ),
        migrations.CreateModel(
            name="Jump",
            fields=[
                ("id", _number()),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=20)),
                ("reason_code", models.CharField(max_length=30)),
                ("words", models.TextField(blank=True)),
                ("importance", models.CharField(max_length=2)),
                ("place", models.PositiveIntegerField()),
                ("waiting", models.PositiveIntegerField()),
                ("overtook", models.PositiveIntegerField()),
                ("without_delay", models.BooleanField(null=True)),
                ("reopened_times", models.PositiveSmallIntegerField(default=0)),
                ("agency", _link("directory.agency")),
                ("by", _link(settings.AUTH_USER_MODEL)),
                (
                    "case",
                    _link(
                        "cases.case",
                        db_index=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="jumps",
                    ),
                ),
                ("to", _link(settings.AUTH_USER_MODEL, null=True)),
                ("unit", _link("directory.unit")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "at"], name="jump_by_time"),
                    models.Index(fields=["by", "at"], name="jump_of_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("overtook__gt", 0), ("place__gt", 0)), name="a_jump_overtakes_somebody"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JumpOvertaken",
            fields=[
                ("id", _number()),
                ("position", models.PositiveIntegerField()),
                (
                    "case",
                    _link(
                        "cases.case",
                        db_index=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passed_by",
                    ),
                ),
                (
                    "jump",
                    _link("cases.jump", on_delete=django.db.models.deletion.CASCADE, related_name="overtaken"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("jump", "case"), name="overtaken_once_by_a_jump")]
            },
        ),
    ]
