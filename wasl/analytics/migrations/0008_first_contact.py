from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0007_fairness_rule")]

    operations = [
        migrations.AddField(
            model_name="tally",
            name="first_contact",
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
