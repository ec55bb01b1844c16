from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_delegation")]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="staff_complaints",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]
