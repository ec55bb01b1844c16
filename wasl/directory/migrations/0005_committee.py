from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0004_open311"),
    ]

    operations = [
        migrations.AlterField(
            model_name="unit",
            name="kind",
            field=models.CharField(
                choices=[
                    ("centre", "مركز الاتصال"),
                    ("directorate", "مديرية"),
                    ("department", "دائرة"),
                    ("section", "قسم"),
                    ("outlet", "منفذ خدمة"),
                    ("partner", "جهة شريكة"),
                    ("team", "فريق"),
                    ("committee", "لجنة"),
                ],
                default="department",
                max_length=12,
            ),
        ),
    ]
