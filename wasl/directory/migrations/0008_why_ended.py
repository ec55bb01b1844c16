from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0007_staff_complaints")]

    operations = [
        migrations.AddField(
            model_name="delegation",
            name="end_reason",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
    ]
