from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Beside running work: an ordinary index would hold up every claim while it is built.
    atomic = False

    dependencies = [("contacts", "0002_identity")]

    operations = [
        AddIndexConcurrently(
            model_name="beneficiary",
            index=models.Index(
                fields=["agency", "identity_digest"],
                condition=models.Q(("identity_digest", ""), _negated=True),
                name="beneficiary_by_identity",
            ),
        ),
    ]
