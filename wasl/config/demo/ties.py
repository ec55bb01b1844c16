"""A conflict of interest in the demo: an agent of the centre whose brother has an open case."""

from datetime import datetime, timedelta

from wasl.accounts.models import User
from wasl.cases.models import Case
from wasl.contacts import queries as contacts
from wasl.contacts import relations
from wasl.contacts.models import Relation
from wasl.directory import queries as directory

WHO = "khalid@muscat.example.om"
AGO = timedelta(days=20)


def declare_one(*, at: datetime) -> Relation | None:
    """Declare the brother; None where the demo has no case that fits."""
    agency, khalid = directory.agency_by_code("MUN"), User.objects.get(email=WHO)
    waiting = Case.objects.filter(agency=agency, is_open=True, assignee__isnull=True, beneficiary__kind="citizen")
    for case in waiting.select_related("beneficiary").order_by("-importance", "-registered_at", "pk")[:20]:
        phone = contacts.address_for(case.beneficiary, "phone") if case.beneficiary else None
        if case.beneficiary is not None and phone is not None:
            name = case.beneficiary.full_name
            return relations.declare(
                khalid, agency=agency, kind="sibling", name=name, phone=phone.value, by=khalid, at=at - AGO
            )
    return None
