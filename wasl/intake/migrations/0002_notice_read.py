from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_start")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="notice_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="submission",
            name="notice_read_at",
            field=models.DateTimeField(null=True),
        ),
    ]
