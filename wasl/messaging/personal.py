"""What this room holds of a person: what they wrote and what was written to them, with files and raw deliveries."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from wasl.core import files
from wasl.core.i18n import t
from wasl.core.personal import Holding, Kept, Record, Retention, Subject, holding, masked, register_retention
from wasl.messaging.models import Conversation, Message, MessageFile, OptOut, RawDelivery, Receipt

# States in which nobody needs the bytes any more: understood, or set aside by a person.
HANDLED = (RawDelivery.State.PARSED, RawDelivery.State.IGNORED)


@holding("messages", t("الرسائل", "Messages"), order=30)
class Messages(Holding):
    """Conversations with the person, or in the matter of one of their cases."""

    def records(self, subject: Subject) -> Iterator[Record]:
        messages = Message.objects.filter(conversation__in=_conversations(subject))
        for message in messages.prefetch_related("files").order_by("created_at", "pk"):
            came = message.direction == Message.Direction.IN
            yield Record(
                message.created_at,
                {
                    t("الاتجاه", "Direction"): t("وردت منه", "From the person")
                    if came
                    else t("أُرسلت إليه", "To the person"),
                    t("العنوان", "Address"): masked(message.from_address if came else message.to_address, subject),
                    t("الموضوع", "Subject"): masked(message.subject, subject),
                    t("النص", "Words"): masked(message.full_text or message.text, subject),
                },
                tuple(link.file_id for link in message.files.all()),
            )

    def erase(self, subject: Subject, *, at: datetime) -> int:
        conversations = _conversations(subject)
        numbers = list(conversations.values_list("pk", flat=True))
        of_account = list(conversations.values_list("account_id", "account__channel", "address"))
        messages = Message.objects.filter(conversation_id__in=numbers)
        raw = Q(messages__in=messages) | _sent_by(subject, {address for _, _, address in of_account})
        deliveries = RawDelivery.objects.filter(raw, agency_id=subject.agency_id).values_list("pk", flat=True)
        RawDelivery.objects.filter(pk__in=list(deliveries)).update(content=b"", envelope={}, note="erased")
        links = MessageFile.objects.filter(message__in=messages).select_related("file")
        files.forget([link.file for link in links])
        Receipt.objects.filter(message__in=messages).update(detail="")
        emptied = messages.update(
            subject="", text="", full_text="", html="", from_name="", from_address="", to_address="", error=""
        )
        OptOut.objects.filter(agency_id=subject.agency_id, address__in=subject.addresses).delete()
        Conversation.objects.filter(pk__in=numbers).update(address="", subject="", reference="", beneficiary=None)
        return emptied


def _conversations(subject: Subject) -> QuerySet[Conversation]:
    theirs = Q(beneficiary_id=subject.beneficiary_id) | Q(
        beneficiary__isnull=True, reference__in=subject.references, address__in=subject.addresses
    )
    # Families share an address: what has no owner and no case goes only when it was written from it alone.
    alone = Q(beneficiary__isnull=True, reference="", address__in=subject.addresses)
    return Conversation.objects.filter(theirs | alone, agency_id=subject.agency_id)


def _sent_by(subject: Subject, addresses: set[str]) -> Q:
    """Deliveries that made no message, but name the person as their sender."""
    condition = Q(pk__in=[])
    for address in addresses | subject.addresses:
        if address:
            condition |= Q(envelope__mail_from=address) & Q(messages__isnull=True)
    return condition


def _old(agency_id: int, before: datetime) -> QuerySet[RawDelivery]:
    handled = RawDelivery.objects.filter(agency_id=agency_id, state__in=HANDLED, received_at__lt=before)
    return handled.exclude(content=b"")


def _count(agency_id: int, before: datetime, kept: Kept) -> int:
    return _beyond(agency_id, before, kept).count()


def _sweep(agency_id: int, before: datetime, kept: Kept, at: datetime, limit: int) -> int:
    numbers = list(_beyond(agency_id, before, kept).order_by("pk").values_list("pk", flat=True)[:limit])
    return RawDelivery.objects.filter(pk__in=numbers).update(content=b"", envelope={})


def _beyond(agency_id: int, before: datetime, kept: Kept) -> QuerySet[RawDelivery]:
    held = Message.objects.filter(conversation__beneficiary_id__in=kept.beneficiary_ids, delivery__isnull=False)
    return _old(agency_id, before).exclude(pk__in=held.values("delivery_id"))


register_retention(
    Retention(
        "raw_deliveries",
        t("الرسائل الواردة كما وصلت", "Incoming messages as they arrived"),
        t(
            "الأصل الخام بعد أن فُهم وصار رسالة. النص المفهوم يبقى مع الطلب.",
            "The raw original after it was understood. What was understood stays with the case.",
        ),
        days=180,
        least_days=14,
        count=_count,
        sweep=_sweep,
    )
)
