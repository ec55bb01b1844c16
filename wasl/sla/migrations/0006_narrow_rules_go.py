from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sla", "0005_edition_of_ladders")]

    operations = [
        migrations.RemoveConstraint(
            model_name="policy",
            name="one_policy_per_clock",
        ),
        migrations.RemoveConstraint(
            model_name="policy",
            name="policy_clock_known",
        ),
    ]
