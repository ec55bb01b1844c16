"""Texts of data (names of services, units, templates) in n languages, kept in one column."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from wasl.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, language, t


class Localized(dict[str, str]):
    """A text in several languages; as a string it is the text of the present language, or the nearest there is."""

    def __str__(self) -> str:
        return self.in_language(language())

    def __html__(self) -> str:
        from django.utils.html import escape

        return escape(str(self))

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))

    def in_language(self, chosen: str) -> str:
        """The text in `chosen`, else in Arabic, else in whatever there is; empty when there is nothing."""
        return self.get(chosen) or self.get(self.language_shown(chosen), "")

    def language_shown(self, chosen: str) -> str:
        """Which language `in_language(chosen)` really gives, for the `lang` attribute."""
        return next((code for code in (chosen, DEFAULT_LANGUAGE, *self) if self.get(code)), chosen)


class LocalizedField(models.JSONField):
    """A column of a Localized text: `{"ar": "…", "en": "…"}`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Localized)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("default") is Localized:
            del kwargs["default"]
        if kwargs.get("blank") is True:
            del kwargs["blank"]
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        loaded = super().from_db_value(value, expression, connection)
        return Localized(loaded) if isinstance(loaded, dict) else loaded

    def to_python(self, value: Any) -> Any:
        loaded = super().to_python(value)
        return Localized(loaded) if isinstance(loaded, dict) else loaded

    def get_prep_value(self, value: Any) -> Any:
        return dict(value) if isinstance(value, Localized) else super().get_prep_value(value)

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, dict) or any(not isinstance(text, str) for text in value.values()):
            raise ValidationError(t("اكتب النص لكل لغة.", "Give a text for each language."))


def both(ar: str, en: str) -> Localized:
    """A text in the two house languages."""
    return Localized(zip(LANGUAGES, (ar, en), strict=True))
