from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0004_earlier_moments"),
    ]

    operations = [
        migrations.AddField(
            model_name="casefact",
            name="lasting",
            field=models.SmallIntegerField(null=True),
        ),
    ]
