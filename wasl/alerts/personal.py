"""What this room holds of people: that staff was told something about a case, and what a person of the staff was told.

Of a beneficiary it holds no more than the references of their cases. Of the staff it holds who was told what and when
they read it; that goes as a whole after a time.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from wasl.alerts.models import Alert, Letter
from wasl.core.i18n import t
from wasl.core.personal import Holding, Kept, Record, Retention, Subject, holding, register_retention
from wasl.messaging import operations as messaging


@holding("alerts", t("تنبيهات الموظفين", "Alerts to staff"), order=48)
class Alerts(Holding):
    """That somebody of the staff was told something about a case of the person."""

    def records(self, subject: Subject) -> Iterator[Record]:
        for alert in _about(subject).select_related("agency").order_by("pk"):
            yield Record(
                alert.created_at,
                {
                    t("التنبيه", "Alert"): str(alert.title),
                    t("الرقم", "Reference"): alert.full_reference,
                },
            )

    def erase(self, subject: Subject, *, at: datetime) -> int:
        """Titles and times stay: they say what the staff was told, and nothing of the person."""
        return _about(subject).exclude(body={}).update(body={})


def _about(subject: Subject) -> QuerySet[Alert]:
    return Alert.objects.filter(agency_id=subject.agency_id, case_id__in=subject.case_ids)


def _old(agency_id: int, before: datetime, kept: Kept) -> QuerySet[Alert]:
    old = Alert.objects.filter(agency_id=agency_id, created_at__lt=before)
    return old.exclude(case_id__in=kept.case_ids)


def _count(agency_id: int, before: datetime, kept: Kept) -> int:
    return _old(agency_id, before, kept).count()


def _sweep(agency_id: int, before: datetime, kept: Kept, at: datetime, limit: int) -> int:
    numbers = list(_old(agency_id, before, kept).order_by("pk").values_list("pk", flat=True)[:limit])
    letters = Letter.objects.filter(agency_id=agency_id, made_at__lt=before).order_by("pk")
    letters = letters.exclude(links__case_id__in=kept.case_ids)
    with transaction.atomic():
        gone = list(letters.values_list("pk", "message__conversation_id")[:limit])
        messaging.forget(conversations=[talk for _, talk in gone if talk is not None])
        Letter.objects.filter(pk__in=[number for number, _ in gone]).delete()
        Alert.objects.filter(pk__in=numbers).delete()
    return len(numbers)


register_retention(
    Retention(
        "alerts",
        t("تنبيهات الموظفين ورسائلها", "Alerts to staff and their mails"),
        t(
            "من نُبّه ومتى قرأ. ما حدث للطلب يبقى في سجله.",
            "Who was told what, and when they read it. What happened to the case stays in its course.",
        ),
        days=730,
        least_days=30,
        count=_count,
        sweep=_sweep,
    )
)
