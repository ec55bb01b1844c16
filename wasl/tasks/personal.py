"""What this room holds of a person: calls to make, with phone, note and result."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from wasl.core.i18n import t
from wasl.core.personal import Holding, Record, Subject, holding, masked
from wasl.tasks.models import Task


@holding("tasks", t("المكالمات والمهام", "Calls and tasks"), order=40)
class Tasks(Holding):
    """Tasks about the person or one of their cases."""

    def records(self, subject: Subject) -> Iterator[Record]:
        for task in _of(subject).order_by("pk"):
            yield Record(
                task.created_at,
                {
                    t("المهمة", "Task"): str(task.title),
                    t("الهاتف", "Phone"): masked(task.phone, subject),
                    t("ملاحظة", "Note"): masked(task.note, subject),
                    t("النتيجة", "Result"): masked(task.result, subject),
                },
            )

    def erase(self, subject: Subject, *, at: datetime) -> int:
        return _of(subject).update(note="", phone="", result="", beneficiary=None)


def _of(subject: Subject) -> QuerySet[Task]:
    about = Q(beneficiary_id=subject.beneficiary_id) | Q(case_id__in=subject.case_ids)
    found = Task.objects.filter(about, agency_id=subject.agency_id)
    return found.exclude(case_id__in=subject.left_out.case_ids)
