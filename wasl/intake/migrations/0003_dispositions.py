import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import wasl.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_start"),
        ("catalogue", "0001_start"),
        ("contacts", "0001_start"),
        ("directory", "0001_start"),
        ("intake", "0002_notice_read"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Disposition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=wasl.core.fields.new_public_id, editable=False, max_length=16, unique=True
                    ),
                ),
                ("channel", models.CharField(max_length=12)),
                ("kind", models.CharField(max_length=12)),
                ("outcome", models.CharField(max_length=12)),
                ("words", models.TextField(blank=True)),
                ("key", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.agency"
                    ),
                ),
                (
                    "beneficiary",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contacts.beneficiary",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.category",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.service"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.unit"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "at", "channel"], name="disposition_by_time"),
                    models.Index(fields=["by", "at"], name="disposition_of_person"),
                    models.Index(fields=["beneficiary", "at"], name="disposition_of_visitor"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "by", "key"), name="one_disposition_per_key")
                ],
            },
        ),
    ]
