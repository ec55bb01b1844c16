from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("contacts", "0004_corrections")]

    operations = [
        AddIndexConcurrently(
            model_name="beneficiary",
            index=GinIndex(SearchVector("name_key", config="simple"), name="beneficiary_by_words"),
        ),
    ]
