from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0007_case_by_update")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["agency", "importance", "registered_at", "id"],
                include=[
                    "unit", "state", "kind", "channel", "confidential", "assignee", "due_at", "state_since", "service",
                    "wilayat",
                ],
                condition=models.Q(is_open=True),
                name="case_open_list",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["unit", "registered_at", "id"],
                include=["is_open", "state", "confidential", "importance", "kind", "channel"],
                name="case_unit_by_time",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=GinIndex(SearchVector("search_tokens", config="simple"), name="case_by_words"),
        ),
    ]  # fmt: skip
