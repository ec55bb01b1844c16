"""The shape of what people type; no rules."""

from typing import Any

from django import forms

from wasl.accounts.models import User
from wasl.accounts.strength import LONGEST, SHORTEST
from wasl.core.i18n import t
from wasl.core.text import clean_line

_TYPED_NEW = {"autocomplete": "new-password", "dir": "ltr"}
NEW_PASSWORD_HINT = t(
    "{n} حرفاً على الأقل. جملة من أربع كلمات أسهل حفظاً وأصعب تخميناً.",
    "At least {n} characters. A phrase of four words is easier to remember and harder to guess.",
    n=SHORTEST,
)


class SignInForm(forms.Form):
    email = forms.CharField(
        label=t("البريد الإلكتروني", "E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=t("كلمة المرور", "Password"),
        max_length=LONGEST * 2,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=t("رمز التحقق", "Code"),
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "dir": "ltr", "autofocus": True, "spellcheck": "false"}
        ),
    )


class NewPasswordForm(forms.Form):
    """Two times the new password, so that a slip shows."""

    password = forms.CharField(
        label=t("كلمة المرور الجديدة", "New password"),
        help_text=NEW_PASSWORD_HINT,
        max_length=LONGEST * 2,
        strip=False,
        widget=forms.PasswordInput(attrs=_TYPED_NEW),
    )
    again = forms.CharField(
        label=t("أعد كتابتها", "Write it again"),
        max_length=LONGEST * 2,
        strip=False,
        widget=forms.PasswordInput(attrs=_TYPED_NEW),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("again") is not None and cleaned.get("password") != cleaned.get("again"):
            self.add_error("again", t("الكلمتان مختلفتان.", "The two are not the same."))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    present = forms.CharField(
        label=t("كلمة المرور الحالية", "Present password"),
        max_length=LONGEST * 2,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
    )
    field_order = ["present", "password", "again"]


class InvitationForm(NewPasswordForm):
    full_name = forms.CharField(
        label=t("الاسم الكامل", "Full name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["full_name", "password", "again"]

    def clean_full_name(self) -> str:
        name = clean_line(self.cleaned_data["full_name"])
        if not name:
            raise forms.ValidationError(t("اكتب اسمك.", "Write your name."))
        return name


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=t("البريد الإلكتروني", "E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(
        label=t("اللغة", "Language"),
        choices=[("ar", "العربية"), ("en", "English")],
        widget=forms.RadioSelect,
    )
    digits = forms.ChoiceField(
        label=t("الأرقام في الصفحات العربية", "Digits on Arabic pages"),
        choices=[(User.Digits.LATIN, "0123456789"), (User.Digits.ARABIC, "٠١٢٣٤٥٦٧٨٩")],
        widget=forms.RadioSelect,
    )
