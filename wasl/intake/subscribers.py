"""What the room hears of: mail that came in, mail that waits for a person, and contacts that were answered at once."""

from datetime import datetime

from wasl.cases import operations as cases
from wasl.cases import queries as case_queries
from wasl.cases.events import ReturnTakenBack
from wasl.core.events import subscriber
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.intake import queries
from wasl.intake.events import ContactRecorded, ContactWithdrawn
from wasl.intake.mail import take_mail
from wasl.intake.models import Disposition
from wasl.intake.texts import take_text
from wasl.messaging.events import DeliveryParked
from wasl.messaging.receiving import receives
from wasl.tasks import operations as tasks

receives("email")(take_mail)
receives("sms")(take_text)

PARKED = both("رسالة معلّقة تنتظر من يقرؤها", "A parked message waits for somebody to read it")


@subscriber(DeliveryParked)
def call_a_person(fact: DeliveryParked, record: EventRecord) -> None:
    """Parked mail becomes a task of the triage unit, so that nothing waits unseen."""
    agency = directory.agency_by_id(record.agency_id)
    tasks.open_task(
        agency=agency,
        unit=directory.triage_unit(agency),
        kind="parked",
        title=PARKED,
        dedupe_key=f"parked {fact.delivery_id} {record.pk}",
        at=record.at,
    )


@subscriber(ContactRecorded)
def notice_who_came_back(fact: ContactRecorded, record: EventRecord) -> None:
    """Whoever asks about the same service again soon after was not settled at the first contact."""
    contact = queries.contact_by_id(fact.disposition_id)
    if contact is not None:
        _came_back_with(contact, at=record.at)


@subscriber(ContactWithdrawn)
def notice_who_did_not_come_back(fact: ContactWithdrawn, record: EventRecord) -> None:
    """A contact that was recorded by a slip says nothing of the first one."""
    contact = queries.withdrawn_contact(fact.disposition_id)
    if contact is not None and contact.beneficiary_id is not None and contact.service_id is not None:
        cases.was_no_inquiry(
            contact.agency_id,
            beneficiary_id=contact.beneficiary_id,
            service_id=contact.service_id,
            came_at=contact.at,
            at=record.at,
        )


@subscriber(ReturnTakenBack)
def look_for_another_return(fact: ReturnTakenBack, record: EventRecord) -> None:
    """One return was none; the person may have asked about the same service all the same."""
    case = case_queries.by_id(fact.case_id)
    if case.beneficiary_id is None or case.service_id is None or case.first_contact_at is None:
        return
    for contact in queries.contacts_since(case.beneficiary_id, service_id=case.service_id, since=case.first_contact_at):
        _came_back_with(contact, at=contact.at)


def _came_back_with(contact: Disposition, *, at: datetime) -> None:
    if contact.beneficiary_id is not None and contact.service_id is not None:
        cases.came_back(
            contact.agency_id,
            beneficiary_id=contact.beneficiary_id,
            service_id=contact.service_id,
            means=cases.INQUIRY,
            came_at=contact.at,
            at=at,
        )
