"""What is kept of a list."""

from collections.abc import Sequence
from typing import Any

from django import forms

from wasl.core.i18n import t
from wasl.core.text import clean


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
