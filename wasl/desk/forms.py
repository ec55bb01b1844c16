"""The shape of what staff type into the page of a case. Rules belong to the operations."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property

from wasl.accounts.models import User
from wasl.cases import importance, lines, operations, pending, queries, workflow
from wasl.cases.models import Case
from wasl.catalogue import queries as catalogue
from wasl.core import files
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.core.models import StoredFile
from wasl.core.text import clean
from wasl.desk import uploads
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.rights import Right
from wasl.routing import queries as routing
from wasl.routing.lines import FIRST, HAND_OVER, SECOND, SupportLine
from wasl.web import moments

LONGEST_TEXT = 4000
MOST_FILES = 5
ONE_DAY = timedelta(days=1)


def worded(names: Mapping[str, Localized]) -> list[tuple[str, str]]:
    """Choices in the language of the page. As they are, texts of data are mappings and Django takes them for groups."""
    return [(code, str(name)) for code, name in names.items()]


class ActForm(forms.Form):
    """Base of all act forms: knows the case, who acts and when; carries the version the page was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, case: Case, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.user, self.at = case, user, at
        self.fields["version"].initial = case.version
        self.shape()

    def shape(self) -> None:
        """Fill in the choices that depend on the case."""

    @property
    def draft_key(self) -> str:
        """Under which name the browser keeps what is typed until it is sent."""
        return f"{self.prefix}-{self.case.reference}"

    def staged_files(self) -> list[StoredFile]:
        """The files that came with the form; none where it takes none."""
        return []

    def hold_files(self) -> None:
        """Keep the files that came, for the form shown again."""

    def _changed(self, **values: str) -> MultiValueDict[str, Any]:
        data = MultiValueDict(self.data) if isinstance(self.data, MultiValueDict) else MultiValueDict[str, Any]()
        for name, value in values.items():
            data[self.add_prefix(name)] = value
        return data

    def for_version(self, current: Case) -> Self:
        """The same input on the case as it is now."""
        data = self._changed(version=str(current.version))
        return type(self)(data, case=current, user=self.user, at=self.at, prefix=self.prefix)


def typed_words(form: ActForm) -> list[tuple[Any, str]]:
    """What was typed or chosen, in words, with the labels: to be read beside what others did."""
    shown = ((field.label, _in_words(field)) for field in form.visible_fields())
    return [(label, words) for label, words in shown if words]


def _in_words(bound: forms.BoundField) -> str:
    value = bound.value()
    if isinstance(bound.field, forms.FileField):
        return ""
    if not isinstance(bound.field, forms.ChoiceField):
        return str(value or "")
    names: dict[str, Any] = {}
    for key, name in list(bound.field.widget.choices):
        names |= {str(inner): words for inner, words in name} if isinstance(name, list | tuple) else {str(key): name}
    return str(names.get(str(value), "")) if value else ""


class Words(forms.CharField):
    """A field of free words, cleaned of what may not be stored."""

    def __init__(self, label: str, *, rows: int = 3, required: bool = True, help_text: str = "") -> None:
        super().__init__(
            label=label,
            required=required,
            max_length=LONGEST_TEXT,
            help_text=help_text,
            widget=forms.Textarea(attrs={"rows": rows, "dir": "auto", "class": "in"}),
        )

    def clean(self, value: Any) -> Any:
        return super().clean(clean(value) if isinstance(value, str) else value)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Up to five photos or documents."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label, required=False, widget=ManyFilesInput(attrs={"accept": "image/*,.pdf", "class": "in"})
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_FILES:
            raise forms.ValidationError(
                t("أضف {n} ملفات على الأكثر.", "Add {n} files at most.", n=MOST_FILES), code="too_many"
            )
        return [file for one in given if (file := super(Files, self).clean(one, initial))]


class WithFiles(ActForm):
    """An act form that takes files. Those of a form that was refused are held, so that nobody chooses them twice."""

    held = forms.CharField(widget=forms.HiddenInput, required=False)

    @cached_property
    def held_files(self) -> list[StoredFile]:
        """The files kept from the sending before."""
        value = str(self.data.get(self.add_prefix("held"), "")) if self.is_bound else ""
        return uploads.unsealed(value, case=self.case, user=self.user) if value else []

    @cached_property
    def _pending(self) -> list[Any]:
        sent = self.files.getlist(self.add_prefix("attachments")) if isinstance(self.files, MultiValueDict) else []
        return list(sent[: max(MOST_FILES - len(self.held_files), 0)])

    def staged_files(self) -> list[StoredFile]:
        """Held and newly sent files, staged. Raises FileRefused, FileStoreFull, DecoderBusy; that file is left out."""
        if "attachments" not in self.fields:
            return []
        while self._pending:
            upload = self._pending.pop(0)
            stored = files.store(upload, agency_id=self.case.agency_id, name=upload.name or "", at=self.at)
            self.held_files.append(stored)
        return self.held_files

    def hold_files(self) -> None:
        """Keep the files that came, for the form shown again."""
        while self._pending:
            with suppress(files.FileRefused, files.FileStoreFull, files.DecoderBusy):
                self.staged_files()
        self.data = self._changed(held=uploads.sealed(self.held_files, case=self.case, user=self.user))


class Nothing(ActForm):
    """An act that needs no words."""


class ReasonForm(ActForm):
    reason = Words(t("السبب", "Reason"))


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


class HandOverForm(ActForm):
    """A case that leaves its line: beside the act's own words, a field for each thing that must go along and is not on
    the case. What may be left out and what not is for the operation to say.
    """

    def ask_for_missing(self, line: SupportLine, *, besides: Collection[str] = ()) -> None:
        """Add the fields of what is missing."""
        for item in lines.missing(self.case, line, dict.fromkeys(besides, "…")):
            self.fields[f"handed_{item}"] = Words(
                str(HAND_OVER[item]),
                rows=1,
                required=False,
                help_text=t(
                    "ليس في الطلب: اكتبه، أو لماذا تعذّر.", "Not on the case: write it, or why it is not to be had."
                ),
            )

    @property
    def handed(self) -> dict[str, str]:
        """What was written for what is missing, by item."""
        told = self.cleaned_data.items()
        return {name.removeprefix("handed_"): words for name, words in told if name.startswith("handed_")}


def propose_named(field: forms.Field, case: Case, units: Collection[int]) -> bool:
    """Choose beforehand whom the unit named that returned the case last, or tell of the outside body it named."""
    named = queries.named_owner(case)
    if named is None:
        return False
    if named.proposed_unit_id in units:
        field.initial = named.proposed_unit_id
        field.help_text = t("سمّتها {unit} حين أعادته.", "Named by {unit} when it returned it.", unit=named.to_unit)
        return True
    field.help_text = t(
        "ترى {unit} أنه لجهة خارجية: {body}.",
        "{unit} names an outside body: {body}.",
        unit=named.to_unit,
        body=named.proposed_body,
    )
    return bool(named.proposed_body)


class ReferForm(HandOverForm):
    """To which unit; the one that routing finds is chosen beforehand where nobody has decided yet."""

    unit = forms.TypedChoiceField(label=t("إلى", "To"), coerce=int, widget=forms.Select(attrs={"class": "in"}))
    reason = Words(t("المطلوب من الوحدة", "What the unit should do"), rows=2, required=False)

    def shape(self) -> None:
        units = queries.referable_units(self.case, at=self.at)
        self.units = {unit.pk: unit for unit in units}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", t("اختر الوحدة", "Choose the unit")), *((unit.pk, str(unit)) for unit in units)]
        if self.case.line == FIRST:
            self.ask_for_missing(routing.lines(self.case.agency_id, self.at)[FIRST], besides={"tried"})
        if self.case.state in workflow.BEFORE_UNIT:
            self._propose(field)

    def _propose(self, field: forms.Field) -> None:
        case = self.case
        if propose_named(field, case, self.units):
            return
        if case.service is None or case.service_proposed:
            field.help_text = t("صنّف الطلب أولاً لنقترح الوحدة.", "Classify the case first; then a unit is proposed.")
            return
        route = routing.find_unit(
            case.agency,
            service=case.service,
            wilayat=case.wilayat,
            governorate=case.governorate,
            kind=case.kind,
            at=self.at,
        )
        if route.unit.pk in self.units:
            field.initial = route.unit.pk
            field.help_text = t("مقترحة: {why}", "Proposed: {why}", why=route.why)

    def clean_unit(self) -> Any:
        return self.units[self.cleaned_data["unit"]]


OUTSIDE, UNKNOWN = "outside", "unknown"


class ReturnForm(ActForm):
    """ "Not ours" names whose it is: a unit, an outside body, or that nobody here knows."""

    reason = Words(t("السبب", "Reason"), rows=2)
    whose = forms.ChoiceField(label=t("لمن هو؟", "Whose is it?"), widget=forms.Select(attrs={"class": "in"}))
    body = forms.CharField(
        label=t("اسم الجهة الخارجية", "Name of the outside body"),
        required=False,
        max_length=120,
        help_text=t("إن اخترت «جهة أخرى».", "If you chose “another body”."),
        widget=forms.TextInput(attrs={"class": "in", "dir": "auto"}),
    )

    def shape(self) -> None:
        self.name_units(queries.referable_units(self.case, at=self.at))

    def name_units(self, units: Sequence[Unit]) -> None:
        """Offer these units, partners apart."""
        self.units = {str(unit.pk): unit for unit in units}
        other = (OUTSIDE, t("جهة أخرى: اكتب اسمها", "Another body: write its name"))
        own = [(number, str(unit)) for number, unit in self.units.items() if unit.kind != Unit.Kind.PARTNER]
        partners = [(number, str(unit)) for number, unit in self.units.items() if unit.kind == Unit.Kind.PARTNER]
        field = self.fields["whose"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", t("اختر", "Choose")),
            (t("وحدات الجهة", "Units of the agency"), own),
            (t("خارج الجهة", "Outside"), [*partners, other]),
            (UNKNOWN, t("لا نعلم لمن هو", "We do not know whose it is")),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["body"] = clean(given.get("body", "")).strip()
        if given.get("whose") == OUTSIDE and not given["body"]:
            self.add_error("body", t("اكتب اسم الجهة.", "Write the name of the body."))
        return given


def whose_of(given: Mapping[str, Any], units: Mapping[str, Unit]) -> operations.Whose:
    """What was chosen in a `ReturnForm`."""
    chosen = given["whose"]
    if chosen == OUTSIDE:
        return operations.Whose(body=given["body"])
    return operations.Whose(unknown=True) if chosen == UNKNOWN else operations.Whose(unit=units.get(chosen))


class OwnerForm(ActForm):
    """Whose it is: the unit that was named last is chosen beforehand."""

    unit = forms.TypedChoiceField(
        label=t("الوحدة المسؤولة", "The unit responsible"), coerce=int, widget=forms.Select(attrs={"class": "in"})
    )
    reason = Words(
        t("سبب الحسم", "Why it is theirs"),
        rows=2,
        help_text=t("القرار ملزم: لا تعيده الوحدة بعده.", "Binding: the unit cannot return it any more."),
    )

    def shape(self) -> None:
        offered = [unit for unit in queries.referable_units(self.case, at=self.at) if not unit.is_triage]
        self.units = {unit.pk: unit for unit in offered}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", t("اختر الوحدة", "Choose the unit")), *((unit.pk, str(unit)) for unit in offered)]
        propose_named(field, self.case, self.units)

    def clean_unit(self) -> Any:
        return self.units[self.cleaned_data["unit"]]


class RaiseForm(HandOverForm):
    """To whom at the third line, the question, and what was tried."""

    unit = forms.TypedChoiceField(label=t("إلى", "To"), coerce=int, widget=forms.Select(attrs={"class": "in"}))
    question = Words(
        t("السؤال المطلوب البت فيه", "The question to decide"),
        rows=2,
        help_text=t("المواعيد مستمرة حتى يصدر القرار.", "The clocks run on until it is decided."),
    )

    def shape(self) -> None:
        self.units = {unit.pk: unit for unit in lines.raisable_units(self.case, self.at)}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", t("اختر", "Choose")), *((pk, str(unit)) for pk, unit in self.units.items())]
        self.ask_for_missing(routing.lines(self.case.agency_id, self.at)[SECOND])
        if "handed_tried" in self.fields:
            tried = self.fields["handed_tried"]
            tried.label, tried.help_text, tried.required = t("ما جُرّب حتى الآن", "What was tried so far"), "", True

    def clean_unit(self) -> Any:
        return self.units[self.cleaned_data["unit"]]


class DecideForm(ActForm):
    """The decision, where the case goes on, and what the beneficiary reads."""

    decision = Words(t("القرار وأسبابه", "The decision and its reasons"), rows=3)
    stays = forms.ChoiceField(
        label=t("بعد القرار", "Afterwards"),
        choices=(
            ("back", t("يعود إلى الوحدة", "Back to the unit")),
            ("stays", t("يبقى لدينا", "Stays with us")),
        ),
        initial="back",
        widget=forms.RadioSelect,
    )
    public = Words(
        t("ما سيقرؤه المستفيد", "What the citizen will read"),
        rows=2,
        required=False,
        help_text=t("اتركه فارغاً إن لم يلزم.", "Leave it empty where nothing needs to be said."),
    )


class AssignForm(ActForm):
    to = forms.TypedChoiceField(
        label=t("إلى", "To"), required=False, coerce=int, empty_value=None, widget=forms.Select(attrs={"class": "in"})
    )

    def shape(self) -> None:
        self.people = {person.pk: person for person in queries.assignable_people(self.case, at=self.at)}
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", t("بلا إسناد", "Nobody")), *((pk, person.name) for pk, person in self.people.items())]
        field.initial = self.case.assignee_id

    def clean_to(self) -> Any:
        return self.people.get(self.cleaned_data["to"])


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


class ScheduleForm(ActForm):
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
        if pending.needs_director(self.case):
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


class ResolveForm(WithFiles):
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


class ViewForm(forms.Form):
    """A name for a list, and who else sees it: `me`, `agency`, or `unit-7`."""

    name = forms.CharField(label=t("اسم القائمة", "Name of the list"), max_length=60)
    shared = forms.ChoiceField(label=t("من يراها؟", "Who sees it?"), widget=forms.Select(attrs={"class": "in"}))

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"class": "in", "dir": "auto", "autocomplete": "off"}
        field = self.fields["shared"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def clean_name(self) -> str:
        name = clean(self.cleaned_data["name"]).strip()
        if not name:
            raise forms.ValidationError(t("اكتب اسماً للقائمة.", "Give the list a name."))
        return name
