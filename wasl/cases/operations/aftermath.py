"""Telling those who handle a complaint about staff what befell other cases of whoever complained."""

from datetime import datetime

from django.db import transaction

from wasl.alerts import operations as alerts
from wasl.alerts.models import Alert
from wasl.cases import aftermath, compartment
from wasl.core.localized import both
from wasl.core.models import EventRecord

# What goes by mail tells neither what the case is about nor what was done to which other one.
_TITLE = both("علامة في طلب مغلق", "A sign in a closed case")
_BODY = both(
    "جرى بعده شيء في طلب آخر للمستفيد نفسه. افتح الطلب المغلق لتقرأه.",
    "Something happened afterwards in another case of the same person. Open the closed case to read it.",
)


@transaction.atomic
def tell_of_aftermath(record: EventRecord, *, at: datetime) -> list[Alert]:
    """If a fact is a sign for a complaint about staff, alert whoever handles that: once for each complaint, case and
    sign. Those complained of and their line hear of nothing.
    """
    told: list[Alert] = []
    for complaint in aftermath.complaints_touched_by(record):
        signs = [one for one in aftermath.signs(complaint, at=at, record=record) if one.is_grave]
        people = compartment.watching(complaint, at) if signs else []
        for sign in signs:
            told += alerts.alert(
                agency=complaint.agency,
                people=people,
                kind="closed_case",
                title=_TITLE,
                body=_BODY,
                at=at,
                case_id=complaint.pk,
                reference=complaint.digits,
                dedupe_key=f"aftermath {complaint.pk} {sign.case.pk} {sign.code}",
            )
    return told
