from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0006_narrow_rules_go")]

    operations = [
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to__isnull", True)),
                fields=("agency", "service", "responsible", "kind", "importance", "clock"),
                name="one_policy_per_clock",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("clock__in", ["acknowledge", "refer", "accept", "first_answer", "update", "resolve"])
                ),
                name="policy_clock_known",
            ),
        ),
    ]
