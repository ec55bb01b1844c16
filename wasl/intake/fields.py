"""Fields that doors share: free words, a phone, an e-mail, degrees from the map and the list of wilayats."""

from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from wasl.contacts import emails, phones
from wasl.core.i18n import counted, t
from wasl.core.text import clean, clean_line, latin_digits
from wasl.places.models import Wilayat


class Words(forms.CharField):
    """Free text, cleaned of what may not be stored; too much of it is refused with both counts, and shown again."""

    def __init__(self, *, letters: int, lines: bool = True, **kwargs: Any) -> None:
        self.letters, self._clean = letters, clean if lines else clean_line
        kwargs.setdefault("widget", forms.Textarea if lines else forms.TextInput)
        super().__init__(**kwargs)
        self.validators = []
        self.widget.attrs.setdefault("data-limit", letters)

    def to_python(self, value: Any) -> str:
        return self._clean(str(value or ""))

    def clean(self, value: Any) -> str:
        words: str = super().clean(value)
        if len(words) > self.letters:
            raise ValidationError(
                t(
                    "كتبت {n}، والحد {limit}. اختصر النص قليلاً.",
                    "You wrote {n}; the limit is {limit}. Please shorten it a little.",
                    n=counted(len(words), "letter"),
                    limit=counted(self.letters, "letter"),
                )
            )
        return words


class PhoneField(forms.CharField):
    """A phone number in any digits and spelling; gives E.164, or nothing. The form says when it is needed."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr", "autocomplete": "tel"})

    def clean(self, value: Any) -> str:
        text = clean_line(str(value or ""))
        if not text:
            return ""
        try:
            return phones.parse_phone(text)
        except phones.BadPhone as problem:
            raise ValidationError(problem.args[0]) from None


class EmailField(forms.CharField):
    """An e-mail address, lower-cased, or nothing. The form says when it is needed."""

    widget = forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"})

    def clean(self, value: Any) -> str:
        text = clean_line(str(value or ""))
        if not text:
            return ""
        try:
            return emails.parse_email(text)
        except emails.BadEmail as problem:
            raise ValidationError(problem.args[0]) from None


class DegreesField(forms.CharField):
    """A degree of latitude or longitude from the map; any digits."""

    widget = forms.HiddenInput

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> Decimal | None:
        text = latin_digits(clean_line(str(value or ""))).replace("٫", ".")
        if not text:
            return None
        try:
            degrees = Decimal(text)
            if not degrees.is_finite() or abs(degrees) > self.most:
                raise InvalidOperation
        except InvalidOperation:
            raise ValidationError(t("موضع الدبوس غير مفهوم. حدده من جديد.", "Set the pin again, please.")) from None
        return degrees.quantize(Decimal("0.000001"))


class PlacedSelect(forms.Select):
    """A list whose options know where their place lies, so that the map can go there."""

    places: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value in self.places:
            option["attrs"]["data-at"] = self.places[value]
        return option


class WilayatField(forms.Field):
    """The list of wilayats under their governorates: one control, no script, no map."""

    widget = PlacedSelect

    def offer(self, tree: list[tuple[str, list[Wilayat]]]) -> None:
        """Show these governorates with their wilayats."""
        self.known = {wilayat.code: wilayat for _, wilayats in tree for wilayat in wilayats}
        chosen = t("اختر الولاية", "Choose the wilayat")
        widget = cast(PlacedSelect, self.widget)
        widget.places = {code: f"{wilayat.lat},{wilayat.lon}" for code, wilayat in self.known.items()}
        widget.choices = [("", chosen)] + [
            (name, [(wilayat.code, str(wilayat.name)) for wilayat in wilayats]) for name, wilayats in tree
        ]

    def validate(self, value: Any) -> None:
        """A pin may stand for the wilayat, so the form decides whether one is missing."""

    def to_python(self, value: Any) -> Wilayat | None:
        if not value:
            return None
        wilayat = self.known.get(str(value))
        if wilayat is None:
            raise ValidationError(t("اختر الولاية من القائمة.", "Choose the wilayat from the list."))
        return wilayat
