"""The forms of one's own absence, of substitutes and of roles in a unit. Days are those of the agency."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from wasl.accounts.models import User
from wasl.core.i18n import say, t
from wasl.directory.delegations import CLASS_LIMITS
from wasl.directory.models import Agency, Membership, Unit
from wasl.directory.rights import Right, Role

_SELECT = {"class": "in"}


class Day(forms.DateField):
    """A day, picked or typed."""

    def __init__(self, label: str, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "in"})
        wrong = {"required": t("اختر يوماً.", "Choose a day."), "invalid": t("اختر يوماً صحيحاً.", "Choose a day.")}
        super().__init__(label=label, widget=widget, error_messages=wrong, **options)


class PeriodForm(forms.Form):
    """From the beginning of a day (today: from now) to the end of a day."""

    def __init__(self, *args: Any, zone: ZoneInfo, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.at = zone, at
        self.fields["begins"].initial = at.astimezone(zone).date()

    def starts(self) -> datetime:
        """The moment it begins; now for today and for days that are over."""
        return max(self._midnight(self.cleaned_data["begins"] or self.at.astimezone(self.zone).date()), self.at)

    def stops(self) -> datetime | None:
        """The moment it ends, the last day counted; None for no end."""
        last = self.cleaned_data.get("ends")
        return self._midnight(last + timedelta(days=1)) if last else None

    def clean(self) -> None:
        begins, ends = self.cleaned_data.get("begins"), self.cleaned_data.get("ends")
        today = self.at.astimezone(self.zone).date()
        if ends is not None and (ends < today or (begins is not None and ends < begins)):
            self.add_error("ends", say("اختر يوماً بعد البداية.", "Choose a day after the beginning."))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.zone)


class AbsenceForm(PeriodForm):
    """Who stands in for me, in which of my units, from when until when."""

    unit = forms.TypedChoiceField(
        label=t("في أي وحدة؟", "In which unit?"), coerce=int, widget=forms.Select(attrs=_SELECT)
    )
    substitute = forms.TypedChoiceField(
        label=t("من ينوب عنك؟", "Who stands in for you?"),
        coerce=int,
        widget=forms.Select(attrs=_SELECT),
        help_text=t(
            "يعمل بصلاحياتك في الوحدة خلال هذه المدة فقط، ويظهر اسمكما معاً في السجل.",
            "They work with your rights in the unit for that time only; the timeline names you both.",
        ),
        error_messages={"required": t("اختر زميلاً.", "Choose a colleague.")},
    )
    begins = Day(t("من يوم", "From"), help_text=t("اليوم يعني من الآن.", "Today means from now."))
    ends = Day(t("إلى نهاية يوم", "To the end of"))

    def __init__(self, *args: Any, units: Iterable[Unit], colleagues: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(units)
        offer(self, "unit", [(unit.pk, str(unit)) for unit in units])
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = units[0].pk
        offer_people(self, "substitute", colleagues, first={unit.pk for unit in units})


class DelegationForm(PeriodForm):
    """Which of my powers a colleague has, where, up to which class, how long and why."""

    delegate = forms.TypedChoiceField(
        label=t("إلى من؟", "To whom?"),
        coerce=int,
        widget=forms.Select(attrs=_SELECT),
        error_messages={"required": t("اختر زميلاً.", "Choose a colleague.")},
    )
    powers = forms.MultipleChoiceField(
        label=t("أي صلاحيات؟", "Which powers?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": t("اختر صلاحية واحدة على الأقل.", "Choose at least one power.")},
    )
    where = forms.ChoiceField(label=t("أين؟", "Where?"), required=False, widget=forms.Select(attrs=_SELECT))
    gravest = forms.ChoiceField(
        label=t("حتى أي درجة أهمية؟", "Up to which class?"), widget=forms.Select(attrs=_SELECT), initial="P1"
    )
    reason = forms.CharField(
        label=t("السبب", "Reason"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "in", "dir": "auto", "autocomplete": "off"}),
        error_messages={"required": t("اكتب سبب التفويض.", "Say why you delegate.")},
    )
    begins = Day(t("من يوم", "From"), help_text=t("اليوم يعني من الآن.", "Today means from now."))
    ends = Day(
        t("إلى نهاية يوم", "To the end of"),
        help_text=t("سنة على الأكثر، ولك أن تنهيه متى شئت.", "A year at most; you may end it at any time."),
    )

    def __init__(
        self,
        *args: Any,
        powers: Iterable[Right],
        units: Iterable[Unit],
        colleagues: Iterable[Membership],
        agency: Agency,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units, self.colleagues, self.agency = {str(one.pk): one for one in units}, list(colleagues), agency
        offer_people(self, "delegate", self.colleagues, first=set())
        offer(self, "powers", [(power.value, str(power.label)) for power in powers])
        everywhere = ("", say("حيث تصل صلاحيتي", "Wherever I have them"))
        offer(self, "where", [everywhere, *((number, str(unit)) for number, unit in self.units.items())])
        offer(self, "gravest", [(code, say(*words)) for code, words in CLASS_LIMITS.items()])

    def unit(self) -> Unit | None:
        """The unit it is limited to; None for no limit."""
        return self.units.get(self.cleaned_data["where"])


class SubstituteForm(PeriodForm):
    """Who stands in for whom, for those who manage the unit."""

    absent = forms.ChoiceField(
        label=t("الغائب", "Who is away"),
        widget=forms.Select(attrs=_SELECT),
        error_messages={"required": t("اختر الغائب.", "Choose who is away.")},
    )
    substitute = forms.TypedChoiceField(
        label=t("من ينوب عنه", "Who stands in"),
        coerce=int,
        widget=forms.Select(attrs=_SELECT),
        error_messages={"required": t("اختر زميلاً.", "Choose a colleague.")},
    )
    begins = Day(t("من يوم", "From"), help_text=t("اليوم يعني من الآن.", "Today means from now."))
    ends = Day(t("إلى نهاية يوم", "To the end of"))

    def __init__(
        self, *args: Any, members: Iterable[Membership], colleagues: Iterable[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = {(one.user_id, one.unit_id): f"{one.user.name}، {one.unit}" for one in members}
        offer(self, "absent", [(f"{person}-{unit}", label) for (person, unit), label in people.items()], empty=True)
        offer_people(self, "substitute", colleagues, first=set())

    def absent_in(self) -> tuple[int, int]:
        """The absent person and the unit, by number."""
        person, _, unit = self.cleaned_data["absent"].partition("-")
        return int(person), int(unit)


class RoleForm(PeriodForm):
    """A desk role for a colleague in one of the units the person manages."""

    person = forms.TypedChoiceField(
        label=t("الموظف", "Person"),
        coerce=int,
        widget=forms.Select(attrs=_SELECT),
        error_messages={"required": t("اختر موظفاً.", "Choose a person.")},
    )
    role = forms.ChoiceField(label=t("الدور", "Role"), widget=forms.Select(attrs=_SELECT))
    unit = forms.TypedChoiceField(label=t("الوحدة", "Unit"), coerce=int, widget=forms.Select(attrs=_SELECT))
    begins = Day(t("من يوم", "From"), help_text=t("اليوم يعني من الآن.", "Today means from now."))
    ends = Day(t("إلى نهاية يوم", "To the end of"), required=False, help_text=t("اختياري.", "Optional."))

    def __init__(
        self,
        *args: Any,
        colleagues: Iterable[Membership],
        roles: Iterable[Role],
        units: Iterable[Unit],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, "person", colleagues, first=set())
        offer(self, "role", [(role.value, str(role.label)) for role in roles])
        offer(self, "unit", [(unit.pk, str(unit)) for unit in units])


def offer(form: forms.Form, name: str, choices: list[tuple[Any, str]], *, empty: bool = False) -> None:
    """Fill the choices of a field, with nothing chosen first if `empty`."""
    chooser = form.fields[name]
    assert isinstance(chooser, forms.ChoiceField)
    chooser.choices = [("", t("اختر", "Choose")), *choices] if empty else choices


def offer_people(form: forms.Form, name: str, colleagues: Iterable[Membership], *, first: set[int]) -> None:
    """Colleagues by name with role and unit, those of the units `first` before the others."""
    ordered = sorted(colleagues, key=lambda one: (one.unit_id not in first, one.user.name, one.pk))
    offer(form, name, [(one.user_id, _described(one)) for one in ordered], empty=True)


def _described(one: Membership) -> str:
    return say(
        "{name}، {role}، {unit}", "{name}, {role}, {unit}", name=one.user.name, role=one.role_name, unit=one.unit
    )


def people_by_id(colleagues: Iterable[Membership]) -> dict[int, User]:
    """The accounts behind the choices."""
    return {one.user_id: one.user for one in colleagues}
