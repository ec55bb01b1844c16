"""What moves a case between units, lines and people."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms

from wasl.cases import lines, operations, queries, workflow
from wasl.cases.models import Case
from wasl.core.i18n import t
from wasl.core.text import clean
from wasl.desk.forms.base import ActForm, TurnForm, Words
from wasl.directory.models import Unit
from wasl.routing import queries as routing
from wasl.routing.lines import FIRST, HAND_OVER, SECOND, SupportLine


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


class AssignForm(TurnForm):
    act = "assign"
    to = forms.TypedChoiceField(
        label=t("إلى", "To"), required=False, coerce=int, empty_value=None, widget=forms.Select(attrs={"class": "in"})
    )

    def shape(self) -> None:
        self.people = {person.pk: person for person in queries.assignable_people(self.case, at=self.at)}
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", t("بلا إسناد", "Nobody")), *((pk, person.name) for pk, person in self.people.items())]
        field.initial = self.case.assignee_id
        super().shape()

    def clean_to(self) -> Any:
        return self.people.get(self.cleaned_data["to"])
