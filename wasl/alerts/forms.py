"""How a person wants to be told, kind by kind."""

from collections.abc import Mapping
from typing import Any

from django import forms

from wasl.alerts import kinds
from wasl.alerts.kinds import AlertKind, Way
from wasl.core.i18n import say


class ChoicesForm(forms.Form):
    """One field for each kind, named by its code."""

    def __init__(self, data: Any = None, *, wished: Mapping[str, Way]) -> None:
        super().__init__(data)
        for kind in kinds.kinds():
            self.fields[kind.code] = forms.ChoiceField(
                label=str(kind.name),
                help_text=_hint(kind),
                choices=[(way.value, str(way.label)) for way in kind.ways],
                initial=kind.way(wished.get(kind.code)).value,
                widget=forms.RadioSelect,
            )

    def wishes(self) -> dict[str, str]:
        """The way for each kind, of a valid form."""
        return dict(self.cleaned_data)


def _hint(kind: AlertKind) -> str:
    needful = say("لا يمكن إيقاف بريد هذا النوع.", "Mail of this kind cannot be switched off.") if kind.needful else ""
    return " ".join(filter(None, [str(kind.hint), needful]))
