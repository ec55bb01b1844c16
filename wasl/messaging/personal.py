"""What this room holds of a person: what they wrote and what was written to them, with files and raw deliveries."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import BinaryField, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.lookups import GreaterThan

from wasl.contacts import queries as contacts
from wasl.core.i18n import t
from wasl.core.personal import Holding, Kept, Record, Retention, Subject, holding, masked, register_retention
from wasl.messaging import operations
from wasl.messaging.models import Channel, Conversation, Message, OptOut, RawDelivery

# States in which nobody needs the bytes any more: understood, or set aside by a person.
HANDLED = (RawDelivery.State.PARSED, RawDelivery.State.IGNORED)
# However a provider writes a number (+968…, 00968…, 968…), it ends with these.
LOCAL_DIGITS = 8


class Holds(Func):
    """Where in a column of bytes some others begin, from 1; 0 for nowhere."""

    template = "position(%(expressions)s)"
    arg_joiner = " in "
    output_field = IntegerField()


@holding("messages", t("الرسائل", "Messages"), order=30)
class Messages(Holding):
    """Conversations with the person, or in the matter of one of their cases."""

    def records(self, subject: Subject) -> Iterator[Record]:
        closed = Q(conversation__reference__in=subject.left_out.references) | Q(pk__in=subject.left_out.message_ids)
        messages = Message.objects.filter(conversation__in=_conversations(subject)).exclude(closed)
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
        own = _conversations(subject)
        held = {address for address in own.values_list("address", flat=True) if address}
        alone = contacts.held_by_nobody_else(subject.agency_id, subject.beneficiary_id, subject.addresses | held)
        raw = _sent_by(alone) | _naming({address for address in alone if address.startswith("+")})
        deliveries = RawDelivery.objects.filter(raw, agency_id=subject.agency_id).values_list("pk", flat=True)
        RawDelivery.objects.filter(pk__in=list(deliveries)).update(content=b"", envelope={}, note="erased")
        OptOut.objects.filter(agency_id=subject.agency_id, address__in=alone).delete()
        # In a matter of theirs others may have written too: that goes as well.
        matters = Conversation.objects.filter(agency_id=subject.agency_id, reference__in=subject.references)
        return operations.forget(conversations=[talk.pk for talk in [*own, *matters]])


def _conversations(subject: Subject) -> QuerySet[Conversation]:
    theirs = Q(beneficiary_id=subject.beneficiary_id) | Q(
        beneficiary__isnull=True, reference__in=subject.references, address__in=subject.addresses
    )
    # Families share an address, and anybody can claim one: what has no owner and no case is theirs only when the
    # address is nobody else's.
    alone = contacts.held_by_nobody_else(subject.agency_id, subject.beneficiary_id, subject.addresses)
    unowned = Q(beneficiary__isnull=True, reference="", address__in=alone)
    return Conversation.objects.filter(theirs | unowned, agency_id=subject.agency_id)


def _sent_by(addresses: set[str]) -> Q:
    """Deliveries that made no message, but name the person as their sender."""
    return Q(envelope__mail_from__in=addresses, messages__isnull=True)


def _naming(phones: set[str]) -> Q:
    """Calls of a provider that made no message but hold the person's number: receipts, texts that were set aside.

    One that is still to be read is left: what it brings comes after the erasure.
    """
    condition = Q(pk__in=[])
    calls = Q(channel=Channel.SMS, messages__isnull=True) & ~Q(state=RawDelivery.State.STORED)
    for digits in (phone[-LOCAL_DIGITS:] for phone in phones):
        held = Holds(Value(digits.encode(), output_field=BinaryField()), F("content"))
        condition |= calls & (Q(GreaterThan(held, 0)) | Q(envelope__query__icontains=digits))
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
