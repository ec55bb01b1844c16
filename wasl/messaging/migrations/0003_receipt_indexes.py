from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Messages are found by the id a provider gave them, and those whose receipt is due."""

    # An index on a large table is built while the house works.
    atomic = False

    dependencies = [("messaging", "0002_text_messages")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["provider_id"], condition=~models.Q(provider_id=""), name="message_by_provider_id"
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["receipt_due_at"],
                condition=models.Q(receipt_due_at__isnull=False),
                name="message_awaiting_receipt",
            ),
        ),
    ]
