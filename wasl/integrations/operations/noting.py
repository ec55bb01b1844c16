"""A fact becomes a telling for every subscription that wants it: once, numbered within its case."""

from datetime import datetime

from django.db.models import Max, Q

from wasl.cases import queries as cases
from wasl.cases.events import StaffComplaintLifted
from wasl.cases.models import Case
from wasl.core.fields import new_public_id
from wasl.core.models import EventRecord
from wasl.integrations import payload, queries, retries
from wasl.integrations.models import CaseOrder, Delivery, Subscription
from wasl.integrations.offered import BY_FACT, OFFERED


def note(record: EventRecord, *, at: datetime) -> int:
    """Write the tellings of a fact, in the transaction of whoever heard of it; gives how many were written."""
    offered = BY_FACT[record.kind]
    wanting = [
        one
        for one in queries.listening(record.agency_id)
        if offered.code in one.kinds and record.pk > one.from_event_id
    ]
    if not wanting or record.case_id is None:
        return 0
    case = cases.by_id(record.case_id)
    # Complaints about staff go to no other system, also not to one that hears of confidential cases.
    if case.agency_id != record.agency_id or case.compartment_id is not None:
        return 0
    lifted = _lifted(case)
    if record.pk < lifted:
        return 0
    return sum(_note_for(one, case, record, lifted, at) for one in wanting if one.confidential or not case.confidential)


def withdraw(case_id: int) -> int:
    """Forget what other systems were told, or were to be told, of a case that is closed now, and of what has joined it
    and is closed with it; gives how much it was.
    """
    closed = Case.objects.filter(Q(pk=case_id) | Q(merged_into_id=case_id)).values("pk")
    return Delivery.objects.filter(case_id__in=closed).delete()[0]


def _lifted(case: Case) -> int:
    """The number of the fact by which the case, or what it has joined, left the closed compartment; 0 where it never
    was in it. What happened before stays among those who saw it then.
    """
    numbers = [number for number in (case.pk, case.merged_into_id) if number is not None]
    facts = EventRecord.objects.filter(case_id__in=numbers, kind=StaffComplaintLifted.kind)
    return facts.aggregate(newest=Max("pk"))["newest"] or 0


def _note_for(subscription: Subscription, case: Case, record: EventRecord, lifted: int, at: datetime) -> int:
    CaseOrder.objects.bulk_create([CaseOrder(subscription=subscription, case_id=case.pk)], ignore_conflicts=True)
    # Facts of one case are handed over side by side: this lock lets one after the other number its telling.
    order = CaseOrder.objects.select_for_update().get(subscription=subscription, case_id=case.pk)
    records = [*_overtaken(subscription, order, record, lifted), record]
    known = Delivery.objects.filter(subscription=subscription, event_id__in=[one.pk for one in records])
    told = set(known.values_list("event_id", flat=True))
    new = [one for one in records if one.pk not in told]
    for one in new:
        order.last_sequence += 1
        _write(subscription, case, one, order.last_sequence, at)
    order.last_event_id = max(order.last_event_id, record.pk)
    order.save(update_fields=["last_sequence", "last_event_id"])
    return len(new)


def _overtaken(subscription: Subscription, order: CaseOrder, record: EventRecord, lifted: int) -> list[EventRecord]:
    """Facts of the same case that happened before this one and whose jobs it has overtaken: they are told first."""
    kinds = [OFFERED[code].fact.kind for code in subscription.kinds if code in OFFERED]
    since = max(order.last_event_id, subscription.wanted_from_event_id, lifted)
    earlier = EventRecord.objects.filter(case_id=record.case_id, pk__gt=since, pk__lt=record.pk)
    return list(earlier.filter(kind__in=kinds, origin="live", agency_id=record.agency_id).order_by("pk"))


def _write(subscription: Subscription, case: Case, record: EventRecord, sequence: int, at: datetime) -> None:
    offered, public_id = BY_FACT[record.kind], new_public_id()
    Delivery.objects.create(
        subscription=subscription,
        agency_id=subscription.agency_id,
        public_id=public_id,
        event_id=record.pk,
        case_id=case.pk,
        reference=case.reference,
        sequence=sequence,
        kind=offered.code,
        body=payload.body_of(case, record, offered, delivery=public_id, sequence=sequence),
        next_try_at=at,
        holds_until=at + retries.HOLD,
        queued_at=at,
        created_at=at,
    )
