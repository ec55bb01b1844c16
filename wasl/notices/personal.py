"""What this room holds of a person: that and by what means they were told something."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from wasl.core.i18n import t
from wasl.core.personal import Holding, Record, Subject, holding, masked
from wasl.notices.models import Notice


@holding("notices", t("الإشعارات", "Notices"), order=45)
class Notices(Holding):
    """Notices to the person or in one of their cases."""

    def records(self, subject: Subject) -> Iterator[Record]:
        for notice in _of(subject).order_by("pk"):
            yield Record(
                notice.created_at,
                {
                    t("الإشعار", "Notice"): str(notice.title),
                    t("الوسيلة", "Means"): notice.channel_used,
                    t("الهاتف", "Phone"): masked(notice.phone, subject),
                    t("الحال", "State"): str(notice.state_words),
                },
            )

    def erase(self, subject: Subject, *, at: datetime) -> int:
        return _of(subject).update(phone="", beneficiary=None)


def _of(subject: Subject) -> QuerySet[Notice]:
    about = Q(beneficiary_id=subject.beneficiary_id) | Q(case_id__in=subject.case_ids)
    found = Notice.objects.filter(about, agency_id=subject.agency_id)
    return found.exclude(case_id__in=subject.left_out.case_ids)
