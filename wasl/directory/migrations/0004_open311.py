from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_edition")]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="open311_anonymous",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="agency",
            name="open311_words",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
