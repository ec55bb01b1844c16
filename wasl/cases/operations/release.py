"""Taking a case from somebody who turned out to be close to its beneficiary."""

from datetime import datetime

from django.db import transaction

from wasl.alerts import operations as alerts
from wasl.cases import audience, bars
from wasl.cases.events import HandlerReleased
from wasl.cases.models import Case
from wasl.cases.operations.change import Change, lock
from wasl.core.localized import both
from wasl.sla.ladder import Audience


@transaction.atomic
def release_barred(case: Case, *, at: datetime) -> bool:
    """If whoever has the open case in hand must not handle it, it goes back to the list of its unit, and those who
    supervise it are told. False where nothing stands against anybody.
    """
    row = lock(case)
    person = row.assignee
    if person is None or not row.is_open or not bars.barred_among(row, [person], at):
        return False
    row.assignee = None
    row.version += 1
    row.updated_at = at
    row.save(update_fields=["assignee", "version", "updated_at"])
    fact = Change(row, None, at).publish(HandlerReleased(row.pk, person.pk, row.unit_id))
    above = (Audience.SUPERVISOR, Audience.HEAD, Audience.DIRECTOR)
    standing = (bars.unbarred(row, audience.standing_for(row.unit, one, at), at) for one in above)
    alerts.alert(
        agency=row.agency,
        people=next((people for people in standing if people), []),
        kind="conflict",
        title=both(f"أسنِد الطلب {row.reference} إلى غيره", f"Assign {row.reference} to somebody else"),
        body=both(
            "ظهر تعارض مصالح لدى من كان بيده، فعاد إلى قائمة الوحدة.",
            "Whoever had it has a conflict of interest; it is back in the list of the unit.",
        ),
        at=at,
        case_id=row.pk,
        reference=row.reference,
        urgent=row.importance == "P1",
        dedupe_key=f"conflict {fact.pk}",
    )
    return True
