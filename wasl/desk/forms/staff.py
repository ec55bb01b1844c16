"""Complaints about staff: who is meant, and that nobody is."""

from typing import Any

from django import forms

from wasl.cases import operations
from wasl.core.i18n import t
from wasl.core.text import clean
from wasl.desk.forms.base import ActForm, Words
from wasl.directory import queries as directory

SEVERAL = t("أكثر من شخص بهذا الاسم: اكتب بريده.", "Several people have this name: write the e-mail.")
UNKNOWN_NAME = t("لا نجد موظفاً بهذا الاسم في الجهة.", "Nobody of the agency has this name.")


class AccusedForm(ActForm):
    """Whom a complaint about staff is about: one person by name, a unit, or both."""

    who = forms.CharField(
        required=False,
        max_length=120,
        label=t("اسم الموظف أو بريده", "Name or e-mail of the person"),
        widget=forms.TextInput(attrs={"class": "in", "dir": "auto", "autocomplete": "off"}),
    )
    unit = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        label=t("أو الوحدة كلها", "Or a whole unit"),
        coerce=int,
        widget=forms.Select(attrs={"class": "in"}),
    )

    def shape(self) -> None:
        known = directory.known_units_of(self.case.agency, self.at)
        self.units = {unit.pk: unit for unit in sorted(known, key=str)}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", t("لا أعرف", "Not known")), *((unit.pk, str(unit)) for unit in self.units.values())]

    def clean_who(self) -> Any:
        words = clean(self.cleaned_data["who"])
        found = directory.people_named(self.case.agency_id, words, self.at) if words else []
        if words and len(found) != 1:
            raise forms.ValidationError(SEVERAL if found else UNKNOWN_NAME)
        return found[0] if found else None

    def about(self) -> operations.AboutStaff:
        """What was said about whom."""
        given = self.cleaned_data
        units = (self.units[given["unit"]],) if given["unit"] else ()
        return operations.AboutStaff(given.get("words", ""), (given["who"],) if given["who"] else (), units)


class StaffForm(AccusedForm):
    """The same when it is said for the first time; words are enough."""

    words = Words(t("على من الشكوى، وأين؟", "Whom is it about, and where?"), rows=2, required=False)
    field_order = ("words", "who", "unit")


class LiftForm(ActForm):
    """Out of the closed compartment: why, and whose it is from now on."""

    unit = forms.TypedChoiceField(
        label=t("إلى الوحدة", "To the unit"), coerce=int, widget=forms.Select(attrs={"class": "in"})
    )
    reason = Words(
        t("السبب", "Why"),
        rows=2,
        help_text=t("ستراها الوحدة ومن له الاطلاع عليها.", "The unit and whoever reads its cases will see it."),
    )

    def shape(self) -> None:
        known = directory.known_units_of(self.case.agency, self.at)
        self.units = {unit.pk: unit for unit in sorted(known, key=str)}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", t("اختر الوحدة", "Choose the unit")),
            *((one.pk, str(one)) for one in self.units.values()),
        ]

    def clean_unit(self) -> Any:
        return self.units[self.cleaned_data["unit"]]
