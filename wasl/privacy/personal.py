"""People who have nothing left with us: when their last case is forgotten, name and addresses go too."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from wasl.cases import queries as cases
from wasl.contacts.models import Beneficiary
from wasl.core import personal
from wasl.core.i18n import t
from wasl.core.personal import Kept, Retention, register_retention
from wasl.intake import queries as intake
from wasl.messaging import queries as messaging
from wasl.privacy import queries
from wasl.privacy.models import PrivacyRequest


def _beyond(agency_id: int, before: datetime, kept: Kept) -> QuerySet[Beneficiary]:
    people = Beneficiary.objects.filter(agency_id=agency_id, created_at__lt=before, erased_at__isnull=True)
    people = people.exclude(pk__in=kept.beneficiary_ids).exclude(pk__in=cases.people_with_words(agency_id))
    # Nor those who were in touch since, or wait for an answer to what they asked about their data.
    waiting = PrivacyRequest.objects.filter(agency_id=agency_id, state__in=PrivacyRequest.OPEN)
    lately = (
        messaging.people_in_touch(agency_id, since=before),
        intake.people_answered(agency_id, since=before),
        waiting.values("beneficiary_id"),
    )
    for known in lately:
        people = people.exclude(pk__in=known)
    return people


def _count(agency_id: int, before: datetime, kept: Kept) -> int:
    return _beyond(agency_id, before, kept).count()


def _sweep(agency_id: int, before: datetime, kept: Kept, at: datetime, limit: int) -> int:
    people = list(_beyond(agency_id, before, kept).select_related("agency").order_by("pk")[:limit])
    return sum(_let_go(person, at) for person in people)


@transaction.atomic
def _let_go(person: Beneficiary, at: datetime) -> bool:
    Beneficiary.objects.select_for_update().get(pk=person.pk)
    if queries.what_hinders_erasure(person):
        return False  # a hold was set, or a case registered, since they were chosen
    subject = queries.subject_of(person)
    for one in reversed(personal.holdings()):
        one.erase(subject, at=at)
    return True


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
