"""Forgetting a person or a matter: words, addresses and files go, the fact that there was a message stays."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from wasl.contacts.models import Beneficiary
from wasl.core import files
from wasl.messaging import delivery as rules
from wasl.messaging.models import Conversation, Message, MessageFile, OptOut, RawDelivery, Receipt


@transaction.atomic
def erase(beneficiary: Beneficiary) -> int:
    """Empty everything this room holds of the person; gives the number of messages emptied."""
    conversations = Conversation.objects.filter(beneficiary=beneficiary)
    _forget_opt_outs(conversations)
    return forget(conversations=conversations.values_list("pk", flat=True))


@transaction.atomic
def forget(*, conversations: Iterable[int], messages: Iterable[int] = ()) -> int:
    """Empty these conversations with all that was said in them, and single messages of others; gives how many messages.

    What has not gone out yet never will: it has no words any more.
    """
    numbers = list(conversations)
    told = Message.objects.filter(Q(conversation_id__in=numbers) | Q(pk__in=list(messages)))
    known = list(told.values_list("pk", flat=True))
    deliveries = RawDelivery.objects.filter(messages__in=known).values_list("pk", flat=True)
    RawDelivery.objects.filter(pk__in=list(deliveries)).update(content=b"", envelope={}, note="erased")
    links = MessageFile.objects.filter(message__in=known).select_related("file")
    files.forget([link.file for link in links])
    Receipt.objects.filter(message__in=known).update(detail="")
    told = Message.objects.filter(pk__in=known)
    told.filter(direction=Message.Direction.OUT, state__in=rules.OPEN).update(state=Message.State.CANCELLED)
    emptied = told.update(
        subject="", text="", full_text="", html="", from_name="", from_address="", to_address="", error=""
    )
    Conversation.objects.filter(pk__in=numbers).update(address="", subject="", reference="", beneficiary=None)
    return emptied


def _forget_opt_outs(conversations: QuerySet[Conversation]) -> None:
    """The wish for fewer messages goes with the number it belongs to: without a case nothing is sent there."""
    for channel, agency_id, address in conversations.values_list("account__channel", "agency_id", "address"):
        OptOut.objects.filter(channel=channel, agency_id=agency_id, address=address).delete()
