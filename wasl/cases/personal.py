"""What this room holds of a person: their cases in their words, answers, places, notes and files."""

import secrets
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from wasl.cases.accused import Accused
from wasl.cases.appeal_rows import Appeal, AppealFile
from wasl.cases.escalation import Escalation
from wasl.cases.models import (
    Case,
    CaseConversation,
    CaseEntry,
    CaseFile,
    CaseMessage,
    ExtensionRequest,
    Jump,
    OwnerDecision,
    Raise,
    Referral,
    Reminder,
)
from wasl.cases.operations.register import code_hash
from wasl.core import files
from wasl.core.i18n import t
from wasl.core.personal import Holding, Kept, Record, Retention, Subject, holding, masked, register_retention
from wasl.messaging import operations as messaging
from wasl.notices import operations as notices
from wasl.tasks import operations as tasks


@holding("cases", t("الطلبات", "Cases"), order=20)
class Cases(Holding):
    """The person's cases with everything written in them."""

    def records(self, subject: Subject) -> Iterator[Record]:
        for case in _of(subject).select_related("service", "wilayat").order_by("registered_at", "pk"):
            yield Record(case.registered_at, _told(case, subject), _files(case))
            for one in Accused.objects.filter(case=case).exclude(words="").order_by("pk"):
                yield Record(one.set_at, {t("على من الشكوى", "Whom it is about"): masked(one.words, subject)})
            for entry in CaseEntry.objects.filter(case=case).select_related("event").order_by("pk"):
                yield Record(entry.event.at, {case.reference: masked(entry.text, subject)})

    def erase(self, subject: Subject, *, at: datetime) -> int:
        return sum(forget(case) for case in _of(subject).select_related("service"))


def forget(case: Case) -> int:
    """Take the words, the exact place, the files and the private link of a case away; what statistics need stays.

    What was written, called and told in its matter goes with it, as does what it told the case that it joined.
    """
    CaseEntry.objects.filter(case=case).update(text="")
    if case.merged_into_id is not None:
        # As `intake.placing` writes the words of whoever joined another case.
        told = CaseEntry.objects.filter(case_id=case.merged_into_id, text__contains=f"{case.reference}]\n\n")
        told.update(text="")
    Referral.objects.filter(case=case).update(reason="", answer_reason="", handed={}, proposed_body="")
    Raise.objects.filter(case=case).update(question="", decision="", handed={})
    OwnerDecision.objects.filter(case=case).update(reason="")
    Escalation.objects.filter(case=case).update(reason="")
    ExtensionRequest.objects.filter(case=case).update(text="", answer_reason="")
    Reminder.objects.filter(case=case).update(words="")
    Accused.objects.filter(case=case).update(words="")
    Jump.objects.filter(case=case).update(words="")
    Appeal.objects.filter(case=case).update(words="", reasons="", move_reason="")
    _forget_talk(case)
    tasks.forget_case(case.pk)
    notices.forget_case(case.pk)
    links = CaseFile.objects.filter(case=case).select_related("file")
    files.forget([link.file for link in links])
    links.delete()
    sent = AppealFile.objects.filter(appeal__case=case).select_related("file")
    files.forget([link.file for link in sent])
    sent.delete()
    case.title = str((case.service.name if case.service else None) or t("طلب حُذفت بياناته", "Case with erased data"))
    case.description = case.search_tokens = case.area_text = case.address_text = case.rating_comment = ""
    case.lat = case.lon = None
    case.answers = []
    case.access_code_sealed, case.access_code_hash = "", code_hash(secrets.token_urlsafe(32))
    case.version += 1
    case.save()
    return 1


def _forget_talk(case: Case) -> None:
    # What came by a duplicate stands in that one's conversation, and goes with it.
    elsewhere = CaseConversation.objects.exclude(case=case).values("conversation_id")
    messages = CaseMessage.objects.filter(case=case).exclude(message__conversation_id__in=elsewhere)
    messaging.forget(
        conversations=CaseConversation.objects.filter(case=case).values_list("conversation_id", flat=True),
        messages=messages.values_list("message_id", flat=True),
    )


def _of(subject: Subject) -> QuerySet[Case]:
    return Case.objects.filter(agency_id=subject.agency_id, pk__in=subject.case_ids)


def _told(case: Case, subject: Subject) -> dict[str, str]:
    answers = {str(label): masked(str(text), subject) for label, text in case.answers_told}
    return {
        t("الرقم", "Reference"): case.reference,
        t("النوع", "Kind"): str(case.get_kind_display()),
        t("الخدمة", "Service"): str(case.service.name) if case.service else "",
        t("العنوان", "Title"): masked(case.title, subject),
        t("الوصف", "Description"): masked(case.description, subject),
        t("الولاية", "Wilayat"): str(case.wilayat.name) if case.wilayat else "",
        t("المكان", "Place"): masked(f"{case.area_text} {case.address_text}".strip(), subject),
        t("الإحداثيات", "Coordinates"): f"{case.lat}, {case.lon}" if case.has_point else "",
        t("الحالة", "State"): str(case.state_words.public),
        t("التقييم", "Rating"): f"{case.rating or ''} {masked(case.rating_comment, subject)}".strip(),
        **answers,
    }


def _files(case: Case) -> tuple[int, ...]:
    sent = AppealFile.objects.filter(appeal__case=case).order_by("pk").values_list("file_id", flat=True)
    return (*CaseFile.objects.filter(case=case).order_by("pk").values_list("file_id", flat=True), *sent)


def _beyond(agency_id: int, before: datetime, kept: Kept) -> QuerySet[Case]:
    closed = Case.objects.filter(agency_id=agency_id, is_open=False, state_since__lt=before).exclude(
        access_code_sealed=""
    )
    # Whoever joined an earlier report follows that one: their link lives, and their words stay, as long as that does.
    goes_on = Q(merged_into__is_open=True) | Q(merged_into__state_since__gte=before)
    joined = goes_on | Q(merged_into_id__in=kept.case_ids)
    return closed.exclude(joined).exclude(pk__in=kept.case_ids).exclude(beneficiary_id__in=kept.beneficiary_ids)


def _count(agency_id: int, before: datetime, kept: Kept) -> int:
    return _beyond(agency_id, before, kept).count()


def _sweep(agency_id: int, before: datetime, kept: Kept, at: datetime, limit: int) -> int:
    swept = 0
    for number in list(_beyond(agency_id, before, kept).order_by("pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).select_related("service").get(pk=number)
            if not case.is_open:
                swept += forget(case)
    return swept


register_retention(
    Retention(
        "closed_cases",
        t("كلمات الطلبات المغلقة وصورها", "Words and photos of closed cases"),
        t(
            "الوصف والملاحظات والصور والمكان الدقيق. يبقى النوع والخدمة والولاية والتواريخ للإحصاء.",
            "Description, notes, photos and the exact place. Kind, service, wilayat and dates stay for statistics.",
        ),
        days=1825,
        least_days=90,
        count=_count,
        sweep=_sweep,
    )
)
