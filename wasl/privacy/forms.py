"""The shape of what is typed on the pages about people's data."""

from django import forms

from wasl.contacts.models import CorrectedField
from wasl.core.i18n import t
from wasl.privacy.models import PrivacyRequest


class AskForm(forms.Form):
    """What the person wants, and how it was made sure that it is them."""

    kind = forms.ChoiceField(
        label=t("ماذا يطلب؟", "What do they ask for?"), choices=PrivacyRequest.Kind.choices, widget=forms.RadioSelect
    )
    checked = forms.CharField(
        label=t("كيف تأكدت من هويته؟", "How did you make sure of who they are?"),
        help_text=t("مثل: البطاقة الشخصية في الصالة.", "Such as: civil card at the counter."),
        max_length=300,
    )


class DecideForm(forms.Form):
    """Yes or no, the no with its reason."""

    decision = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")])
    reason = forms.CharField(label=t("السبب", "Reason"), max_length=300, required=False)


class CorrectForm(forms.Form):
    """Which value was wrong, what is right, and who says so."""

    field = forms.ChoiceField(label=t("ما الذي يُصحح؟", "What is corrected?"), choices=CorrectedField.choices)
    wrong = forms.CharField(
        label=t("القيمة الخاطئة", "Wrong value"),
        help_text=t("للهاتف والبريد فقط؛ فارغة للإضافة.", "For phone and e-mail only; empty to add one."),
        max_length=254,
        required=False,
    )
    value = forms.CharField(
        label=t("القيمة الصحيحة", "Right value"),
        help_text=t("فارغة للحذف.", "Empty to take it away."),
        max_length=200,
        required=False,
    )
    reason = forms.CharField(label=t("سبب التصحيح", "Why it is corrected"), max_length=300)


class HoldForm(forms.Form):
    """Why the data must stay."""

    reason = forms.CharField(label=t("سبب الحفظ", "Why the data must stay"), max_length=300)
