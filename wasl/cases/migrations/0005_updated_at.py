from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_counts")]

    operations = [migrations.AddField(model_name="case", name="updated_at", field=models.DateTimeField(null=True))]
