from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0005_hardship")]

    operations = [
        migrations.AlterField(
            model_name="importancecriterion",
            name="code",
            field=models.CharField(
                choices=[
                    ("danger", "الخطر على الأرواح"),
                    ("people", "عدد المتأثرين"),
                    ("site", "فئة أو موقع أولى بالرعاية"),
                    ("legal", "موعد قانوني"),
                    ("repeats", "تكرار البلاغ"),
                    ("crisis", "حالة أزمة"),
                    ("hardship", "حالة إنسانية ملحّة"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="importancecriterion",
            constraint=models.CheckConstraint(
                condition=models.Q(code__in=["danger", "people", "site", "legal", "repeats", "crisis", "hardship"]),
                name="criterion_known",
            ),
        ),
    ]
