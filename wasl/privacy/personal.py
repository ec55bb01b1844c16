"""People who have nothing left with us: when their last case is forgotten, name and addresses go too."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from wasl.cases import queries as cases
from wasl.contacts.models import Beneficiary
from wasl.core import personal
from wasl.core.i18n import t
from wasl.core.personal import Kept, Retention, register_retention
from wasl.privacy import queries


def _beyond(agency_id: int, before: datetime, kept: Kept) -> QuerySet[Beneficiary]:
    people = Beneficiary.objects.filter(agency_id=agency_id, created_at__lt=before, erased_at__isnull=True)
    return people.exclude(pk__in=kept.beneficiary_ids).exclude(pk__in=cases.people_with_words(agency_id))


def _count(agency_id: int, before: datetime, kept: Kept) -> int:
    return _beyond(agency_id, before, kept).count()


def _sweep(agency_id: int, before: datetime, kept: Kept, at: datetime, limit: int) -> int:
    people = list(_beyond(agency_id, before, kept).select_related("agency").order_by("pk")[:limit])
    for person in people:
        with transaction.atomic():
            subject = queries.subject_of(person)
            for one in reversed(personal.holdings()):
                one.erase(subject, at=at)
    return len(people)


register_retention(
    Retention(
        "people_without_cases",
        t("أشخاص لم يبق لهم شيء", "People who have nothing left"),
        t(
            "الاسم والهاتف والبريد لمن حُذفت كلمات كل طلباته.",
            "Name, phone and e-mail of those whose cases all lost their words.",
        ),
        days=1825,
        least_days=90,
        count=_count,
        sweep=_sweep,
    )
)
