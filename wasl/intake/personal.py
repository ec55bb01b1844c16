"""What this room holds of a person: what was said in contacts that were answered on the spot, addresses of pictures.

What a clerk is still typing names nobody that could be looked up, is sealed, and is gone within a day.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from wasl.cases import workflow
from wasl.core.i18n import t
from wasl.core.personal import Holding, Record, Subject, holding, masked
from wasl.intake.dispositions import OUTCOMES
from wasl.intake.models import Disposition, RemotePicture


@holding("contacts_answered", t("استفسارات أُجيب عنها", "Inquiries answered on the spot"), order=45)
class Answered(Holding):
    """Contacts of the person that needed no case; the bare record stays for the figures."""

    def records(self, subject: Subject) -> Iterator[Record]:
        for one in _of(subject).select_related("category", "service").order_by("at", "pk"):
            yield Record(
                one.at,
                {
                    t("القناة", "Channel"): str(workflow.CHANNELS.get(one.channel, one.channel)),
                    t("الموضوع", "Topic"): str(one.service or one.category or ""),
                    t("النتيجة", "Outcome"): str(OUTCOMES[one.outcome]),
                    t("ما قيل", "What was said"): masked(one.words, subject),
                },
            )

    def erase(self, subject: Subject, *, at: datetime) -> int:
        return _of(subject).update(words="", beneficiary=None)


@holding("pictures_expected", t("صور تنتظر جلبها", "Pictures still to be fetched"), order=46)
class Expected(Holding):
    """Addresses of pictures that the person's reports named and that nobody has fetched yet."""

    def records(self, subject: Subject) -> Iterator[Record]:
        for one in _expected(subject).order_by("created_at", "pk"):
            yield Record(one.created_at, {t("العنوان", "Address"): masked(one.url, subject)})

    def erase(self, subject: Subject, *, at: datetime) -> int:
        return _expected(subject).delete()[0]


def _expected(subject: Subject) -> QuerySet[RemotePicture]:
    waiting = RemotePicture.objects.filter(agency_id=subject.agency_id, state=RemotePicture.State.WAITING)
    return waiting.filter(case_id__in=subject.case_ids)


def _of(subject: Subject) -> QuerySet[Disposition]:
    return Disposition.objects.filter(agency_id=subject.agency_id, beneficiary_id=subject.beneficiary_id)
