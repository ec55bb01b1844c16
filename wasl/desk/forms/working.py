"""The work on a case: words, class, dates, waiting, answers."""

from functools import partial
from typing import Any

from django import forms

from wasl.cases import importance, pending, queries, workflow
from wasl.cases.models import Case
from wasl.catalogue import queries as catalogue
from wasl.core.i18n import t
from wasl.desk.forms.base import ONE_DAY, ActForm, Files, TurnForm, WithFiles, Words, worded
from wasl.directory import queries as directory
from wasl.directory.rights import Right
from wasl.web import moments


class StartForm(TurnForm):
    """Nothing to write where it is the case's turn."""


class NoteForm(WithFiles):
    text = Words(t("ملاحظة للفريق", "Note for the team"), rows=2)
    attachments = Files(t("إرفاق", "Attach"))

    def shape(self) -> None:
        case = self.case
        may_attach = directory.may(
            self.user,
            Right.ADD_FILE,
            agency_id=case.agency_id,
            unit_id=case.unit_id,
            assignee_id=case.assignee_id,
            at=self.at,
        )
        if not may_attach:
            del self.fields["attachments"]


class ReplyForm(ActForm):
    text = Words(t("الرد على المستفيد", "Reply to the beneficiary"), rows=3)


class ClassifyForm(ActForm):
    kind = forms.ChoiceField(
        label=t("النوع", "Kind"),
        choices=partial(worded, workflow.KINDS),
        widget=forms.Select(attrs={"class": "in"}),
    )
    service = forms.TypedChoiceField(
        label=t("الخدمة", "Service"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "in"}),
    )

    def shape(self) -> None:
        self.services = {service.pk: service for service in catalogue.services(self.case.agency)}
        groups: dict[str, list[tuple[int, str]]] = {}
        for service in self.services.values():
            groups.setdefault(str(service.category.name), []).append((service.pk, str(service.name)))
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", t("غير محددة", "Not named")), *groups.items()]
        field.initial = self.case.service_id
        self.fields["kind"].initial = self.case.kind

    def clean_service(self) -> Any:
        return self.services.get(self.cleaned_data["service"])


class ImportanceForm(ActForm):
    importance = forms.ChoiceField(
        label=t("درجة الأهمية", "Class"),
        choices=partial(worded, workflow.IMPORTANCE),
        widget=forms.Select(attrs={"class": "in"}),
    )
    reason = Words(t("السبب", "Reason"), rows=2)

    def shape(self) -> None:
        field = self.fields["importance"]
        field.initial = self.case.importance
        field.help_text = t(
            "الدرجة المحسوبة «{computed}». لك درجة واحدة فوقها أو تحتها، وما زاد فللمشرف.",
            "The computed class is “{computed}”. One class above or below is yours; more is for a supervisor.",
            computed=workflow.IMPORTANCE[importance.computed(self.case)],
        )

    def clean_importance(self) -> str:
        chosen: str = self.cleaned_data["importance"]
        if sentence := importance.why_not(self.case, chosen, by=self.user, at=self.at):
            raise forms.ValidationError(sentence)
        return chosen


class AskForm(ActForm):
    question = Words(
        t("السؤال", "Question"),
        rows=3,
        help_text=t("تتوقف ساعة الإنجاز حتى يصل الجواب.", "The clock of the resolution stands until the answer."),
    )


class ScheduleForm(TurnForm):
    act = "schedule"
    scheduled_for = forms.DateTimeField(
        label=t("الموعد", "When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "in"})
    )
    text = Words(t("ما سيقرؤه المستفيد", "What the citizen will read"), rows=2, required=False)


class HoldForm(ActForm):
    reason_code = forms.ChoiceField(
        label=t("سبب التعليق", "Reason"),
        widget=forms.Select(attrs={"class": "in"}),
    )
    review_on = forms.DateField(
        label=t("موعد المراجعة", "Review on"), widget=forms.DateInput(attrs={"type": "date", "class": "in"})
    )
    external = forms.BooleanField(label=t("لدى جهة خارجية", "With an outside body"), required=False)
    text = Words(
        t("ما سيقرؤه المستفيد", "What the citizen will read"),
        rows=2,
        help_text=t("الساعة تستمر أثناء التعليق.", "The clock runs on during a hold."),
    )

    def shape(self) -> None:
        field, day = self.fields["reason_code"], self.fields["review_on"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = worded(pending.reasons(self.case.agency_id))
        last = pending.last_review_day(self.case, self.at)
        day.widget.attrs |= {"min": self.at.astimezone(self.case.agency.zone).date() + ONE_DAY, "max": last}
        day.help_text = t("حتى {day} على الأكثر.", "{day} at the latest.", day=moments.day_text(last))
        if pending.needs_director(self.case, self.at):
            day.help_text += " " + t(
                "هذا تمديد ثالث أو بعده: يُطلب من المدير ويبقى الطلب كما هو حتى يجيب.",
                "This is a third extension or a later one: the director is asked, and nothing changes until then.",
            )


class ManyHoldForm(HoldForm):
    """For many: days and extensions are those of each case, and are said there."""

    def shape(self) -> None:
        field = self.fields["reason_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = worded(pending.reasons(self.case.agency_id))


class ExtensionForm(ActForm):
    """What the director says to another extension."""

    approve = forms.ChoiceField(
        label=t("القرار", "Decision"),
        choices=[("yes", t("أوافق على التمديد", "Extend the hold")), ("no", t("لا أوافق", "Do not extend it"))],
        widget=forms.RadioSelect,
    )
    review_on = forms.DateField(
        label=t("موعد المراجعة", "Review on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "in"}),
    )
    reason = Words(t("السبب، ويلزم عند عدم الموافقة", "The reason; needed for a no"), rows=2, required=False)

    def shape(self) -> None:
        asked = queries.asked_extension(self.case)
        if asked is None:
            return
        day = self.fields["review_on"]
        day.initial = asked.review_on
        day.help_text = t(
            "طلبت {unit} التمديد حتى {day}، والسبب: {reason}.",
            "{unit} asks until {day}, because of: {reason}.",
            unit=asked.unit,
            day=moments.day_text(asked.review_on),
            reason=pending.reason_words(asked.agency_id, asked.reason),
        )


class ResolveForm(TurnForm, WithFiles):
    act = "resolve"
    text = Words(t("ما أُنجز، وسيقرؤه المستفيد", "What was done; the citizen will read it"), rows=3)
    attachments = Files(t("صور بعد الإنجاز", "Photos of the result"))


class MergeForm(ActForm):
    into = forms.CharField(
        label=t("رقم الطلب الأصلي", "Reference of the case to join"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "in", "dir": "ltr"}),
    )

    def clean_into(self) -> Case:
        visible = queries.visible_to(self.user, at=self.at).filter(agency_id=self.case.agency_id)
        found = queries.by_number(visible, self.cleaned_data["into"])
        if found is None:
            raise forms.ValidationError(
                t("لم نجد طلباً بهذا الرقم. تأكد من الأرقام كلها.", "No case has this reference. Check all digits.")
            )
        return found


class AnswerForm(ActForm):
    text = Words(t("جواب المستفيد كما قاله", "The beneficiary's answer as given"), rows=3)


class ReopenForm(ActForm):
    reason = Words(t("سبب إعادة الفتح", "Why it is reopened"), rows=2)
