from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0006_fill_updated_at")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(fields=["agency", "updated_at", "id"], name="case_by_update"),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(fields=["service", "registered_at", "id"], name="case_of_service_by_time"),
        ),
    ]
