from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_letters")]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="path",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
    ]
