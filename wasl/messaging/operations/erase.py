"""Forgetting a person: words, addresses and files go, the fact that there was a message stays."""

from django.db import transaction
from django.db.models import QuerySet

from wasl.contacts.models import Beneficiary
from wasl.core import files
from wasl.messaging.models import Conversation, Message, MessageFile, OptOut, RawDelivery


@transaction.atomic
def erase(beneficiary: Beneficiary) -> int:
    """Empty everything this room holds of the person; gives the number of messages emptied."""
    conversations = Conversation.objects.filter(beneficiary=beneficiary)
    _forget_opt_outs(conversations)
    messages = Message.objects.filter(conversation__in=conversations)
    RawDelivery.objects.filter(messages__in=messages).update(content=b"", envelope={})
    links = MessageFile.objects.filter(message__in=messages).select_related("file")
    files.forget([link.file for link in links])
    emptied = messages.update(
        subject="", text="", full_text="", html="", from_name="", from_address="", to_address="", error=""
    )
    conversations.update(address="", subject="", reference="", beneficiary=None)
    return emptied


def _forget_opt_outs(conversations: QuerySet[Conversation]) -> None:
    """The wish for fewer messages goes with the number it belongs to: without a case nothing is sent there."""
    for channel, agency_id, address in conversations.values_list("account__channel", "agency_id", "address"):
        OptOut.objects.filter(channel=channel, agency_id=agency_id, address=address).delete()
