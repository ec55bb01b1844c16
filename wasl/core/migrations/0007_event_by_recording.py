from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    # Beside running work: an ordinary index would hold up every act while it is built.
    atomic = False

    dependencies = [("core", "0006_seals_only_added")]

    operations = [
        AddIndexConcurrently(
            model_name="eventrecord",
            index=BrinIndex(fields=["recorded_at"], name="event_by_recording", pages_per_range=32, autosummarize=True),
        ),
    ]
