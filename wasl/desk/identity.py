"""The identity number on the page of a case: what may be done with it, and the two forms."""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest

from wasl.cases.models import Case
from wasl.contacts import identity
from wasl.contacts.operations import LONGEST_REASON, SHORTEST_REASON
from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import code_is_due
from wasl.directory.rights import Right


class RevealForm(forms.Form):
    """Why the number is needed."""

    reason = forms.CharField(
        label=t("لماذا تحتاج إلى الرقم؟", "Why do you need the number?"),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        help_text=t("يُحفظ السبب مع اسمك ووقت الاطلاع.", "The reason is kept with your name and the time."),
        error_messages={
            "required": t("اكتب لماذا تحتاج إلى الرقم.", "Say why you need the number."),
            "min_length": t("اكتب سبباً يفهمه غيرك.", "Write a reason that others understand."),
        },
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )


class RecordForm(forms.Form):
    """The number as it stands on the card."""

    number = forms.CharField(
        label=t("رقم الهوية", "Identity number"),
        max_length=identity.LONGEST,
        widget=forms.TextInput(attrs={"class": "in", "inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": t("اكتب رقم الهوية.", "Write the identity number.")},
    )
    country = forms.ChoiceField(
        label=t("الدولة التي أصدرته", "The state that gave it"),
        choices=lambda: [(code, str(name)) for code, name in identity.COUNTRIES.items()],
        widget=forms.Select(attrs={"class": "in"}),
    )

    def clean(self) -> None:
        given = self.cleaned_data
        if "number" in given and "country" in given:
            try:
                identity.parse_identity(given["number"], given["country"])
            except identity.BadIdentity as bad:
                self.add_error("number", str(bad))


@dataclass(frozen=True)
class Panel:
    """What the card of the beneficiary shows: the masked number and which of the two forms."""

    masked: str
    country: str
    may_reveal: bool
    may_record: bool
    code_due: bool
    reveal: RevealForm
    record: RecordForm


def may(request: HttpRequest, right: Right, case: Case) -> bool:
    """Has the person the right on this case, whatever code is due?"""
    return directory.may(
        staff(request),
        right,
        agency_id=case.agency_id,
        unit_id=case.unit_id,
        assignee_id=case.assignee_id,
        at=clock.now(),
    )


def panel(request: HttpRequest, case: Case) -> Panel | None:
    """The panel for this person; None where there is nobody to identify, or nothing that may be seen or done."""
    person = case.beneficiary
    if person is None or person.erased_at is not None:
        return None
    may_reveal = bool(person.identity_last) and may(request, Right.REVEAL_IDENTITY, case)
    may_record = may(request, Right.RECORD_IDENTITY, case)
    if not may_reveal and not may_record:
        return None
    return Panel(
        masked=person.identity_masked,
        country=person.identity_country_name,
        may_reveal=may_reveal,
        may_record=may_record,
        code_due=may_reveal and code_is_due(request, Right.REVEAL_IDENTITY),
        reveal=RevealForm(),
        record=RecordForm(initial={"country": person.identity_country or "OM"}),
    )
