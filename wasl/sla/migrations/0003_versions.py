import django.db.models.deletion
from django.db import migrations, models

import wasl.sla.models


class Migration(migrations.Migration):
    dependencies = [
        ("calendars", "0005_edition_of_uses"),
        ("catalogue", "0005_edition"),
        ("directory", "0005_committee"),
        ("sla", "0002_edition"),
    ]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="on_reopen",
            field=models.CharField(
                choices=[("new", "وعد جديد من إعادة الفتح"), ("goes_on", "يستمر الوعد الأول")],
                db_default="new",
                default="new",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="pauses",
            field=models.JSONField(
                db_default=models.Value(["pending_beneficiary"], models.JSONField()),
                default=wasl.sla.models.usual_pauses,
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="responsible",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.unit",
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="warnings",
            field=models.JSONField(
                db_default=models.Value([50, 80], models.JSONField()), default=wasl.sla.models.usual_warnings
            ),
        ),
        migrations.AlterField(
            model_name="policy",
            name="clock",
            field=models.CharField(
                choices=[
                    ("acknowledge", "تأكيد الاستلام"),
                    ("refer", "الإحالة"),
                    ("accept", "قبول الوحدة"),
                    ("first_answer", "أول رد"),
                    ("update", "إطلاع المستفيد"),
                    ("resolve", "الإنجاز"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_reopen__in", ["new", "goes_on"])), name="policy_reopens_knowingly"
            ),
        ),
    ]
