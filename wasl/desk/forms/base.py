"""What all act forms share: the case, who acts, words, files and the turn."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Self

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property

from wasl.accounts.models import User
from wasl.cases import operations, order
from wasl.cases.models import Case
from wasl.core import files
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.core.models import StoredFile
from wasl.core.text import clean
from wasl.desk import uploads
from wasl.desk.turns import turn_seen

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


class TurnForm(ActForm):
    """An act with which a case is taken: where others come before it, the form asks why it goes ahead."""

    act = "start"
    # How many the act would pass.
    overtakes = 0

    def shape(self) -> None:
        turn = turn_seen(self.case, self.user, self.at) if order.begins(self.act, self.case) else None
        if turn is not None and (total := turn.passed_by(self.act)):
            self.ask_why_ahead(total)

    def ask_why_ahead(self, total: int) -> None:
        """Add the fields of the reason; which of them wants words the operation says."""
        if self.overtakes:
            return
        self.overtakes = total
        self.fields["ahead_code"] = forms.ChoiceField(
            label=t("سبب التقديم", "Why it goes ahead"),
            choices=ahead_choices(self.case.agency_id),
            error_messages={"required": operations.sentence_of(total)},
            widget=forms.Select(attrs={"class": "in"}),
        )
        self.fields["ahead_words"] = Words(
            t("تفصيل السبب", "The reason in words"), rows=1, required=False, help_text=ahead_help(self.case.agency_id)
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "to" in self.fields and given.get("to") is None:  # given to nobody, it passes nobody
            self.errors.pop("ahead_code", None)
        return given

    @property
    def ahead(self) -> operations.Ahead | None:
        """The reason that was given."""
        code = self.cleaned_data.get("ahead_code") or ""
        return operations.Ahead(code, self.cleaned_data.get("ahead_words") or "") if code else None


def ahead_choices(agency_id: int) -> list[tuple[str, str]]:
    """The reasons for going ahead as choices, with an empty one first."""
    reasons = order.reasons(agency_id)
    return [("", t("اختر السبب", "Choose the reason")), *((code, str(row.name)) for code, row in reasons.items())]


def ahead_help(agency_id: int) -> str:
    """Which of the reasons want words."""
    named = [str(row.name) for row in order.reasons(agency_id).values() if row.needs_words]
    return t("يلزم مع: {reasons}", "Needed with: {reasons}", reasons=t("، ", ", ").join(named)) if named else ""


class ReasonForm(ActForm):
    reason = Words(t("السبب", "Reason"))
