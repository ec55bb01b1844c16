"""Forgetting a person: words, addresses and files go, the fact that there was a message stays."""

from django.db import transaction

from wasl.contacts.models import Beneficiary
from wasl.core import files
from wasl.messaging.models import Conversation, Message, MessageFile, RawDelivery


@transaction.atomic
def erase(beneficiary: Beneficiary) -> int:
    """Empty everything this room holds of the person; gives the number of messages emptied."""
    conversations = Conversation.objects.filter(beneficiary=beneficiary)
    messages = Message.objects.filter(conversation__in=conversations)
    RawDelivery.objects.filter(messages__in=messages).update(content=b"", envelope={})
    links = MessageFile.objects.filter(message__in=messages).select_related("file")
    files.forget([link.file for link in links])
    emptied = messages.update(
        subject="", text="", full_text="", html="", from_name="", from_address="", to_address="", error=""
    )
    conversations.update(address="", subject="", reference="", beneficiary=None)
    return emptied
