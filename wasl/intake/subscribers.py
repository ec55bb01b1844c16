"""What the room hears of: mail that came in, and mail that waits for a person."""

from wasl.core.events import subscriber
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.intake.mail import take_mail
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
