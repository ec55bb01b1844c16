from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_edition"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("form", models.PositiveSmallIntegerField()),
                ("first_event", models.BigIntegerField(unique=True)),
                ("last_event", models.BigIntegerField()),
                ("count", models.IntegerField()),
                ("sealed_at", models.DateTimeField()),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("leaves", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SealState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("settled", models.BigIntegerField(default=0)),
                ("seen", models.BigIntegerField(default=0)),
                ("waits_for", models.JSONField(default=list)),
                ("published", models.BigIntegerField(default=0)),
                ("published_at", models.DateTimeField(null=True)),
                ("told", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("checked", models.BigIntegerField(default=0)),
                ("checked_at", models.DateTimeField(null=True)),
                ("whole_at", models.DateTimeField(null=True)),
                ("fault", models.JSONField(null=True)),
            ],
        ),
    ]
