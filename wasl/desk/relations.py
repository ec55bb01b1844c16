"""The forms in which relations are declared."""

from collections.abc import Iterable
from typing import Any

from django import forms

from wasl.contacts.models import RelationKind
from wasl.contacts.operations import LONGEST_NAME, LONGEST_REASON
from wasl.core.i18n import t
from wasl.directory.forms import offer, offer_people
from wasl.directory.models import Membership


def _line(label: str, *, most: int, hint: str = "", **look: str) -> forms.CharField:
    attributes = {"class": "in", "autocomplete": "off"} | look
    return forms.CharField(
        label=label, required=False, max_length=most, help_text=hint, widget=forms.TextInput(attrs=attributes)
    )


class RelationForm(forms.Form):
    """What somebody is to me, and by what the house can tell them."""

    kind = forms.ChoiceField(
        label=t("ما صلته بك؟", "What are they to you?"),
        widget=forms.Select(attrs={"class": "in"}),
        error_messages={"required": t("اختر الصلة.", "Choose the tie.")},
    )
    name = _line(t("الاسم", "Name"), most=LONGEST_NAME, dir="auto")
    phone = _line(t("الهاتف", "Phone"), most=40, inputmode="tel", dir="ltr")
    email = _line(t("البريد الإلكتروني", "E-mail"), most=254, inputmode="email", dir="ltr")
    number = _line(
        t("رقم الهوية", "Identity number"),
        most=40,
        inputmode="numeric",
        dir="ltr",
        hint=t("يُحفظ مختوماً ولا يُعرض منه إلا آخره.", "Kept sealed; only its last digits are shown."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(code, str(name)) for code, name in RelationKind.choices], empty=True)


class ColleagueForm(RelationForm):
    """The same of a colleague, with the reason."""

    person = forms.TypedChoiceField(
        label=t("الموظف", "Colleague"),
        coerce=int,
        widget=forms.Select(attrs={"class": "in"}),
        error_messages={"required": t("اختر الموظف.", "Choose the colleague.")},
    )
    reason = forms.CharField(
        label=t("السبب", "Reason"),
        max_length=LONGEST_REASON,
        help_text=t("يقرؤه الموظف والمدقق.", "The colleague and the auditor read it."),
        widget=forms.TextInput(attrs={"class": "in", "dir": "auto", "autocomplete": "off"}),
        error_messages={"required": t("اكتب السبب.", "Give the reason.")},
    )
    field_order = ("person", "kind", "name", "phone", "email", "number", "reason")

    def __init__(self, *args: Any, colleagues: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].label = t("ما صلته بالموظف؟", "What are they to the colleague?")
        offer_people(self, "person", colleagues, first=set())
