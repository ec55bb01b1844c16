"""The form of a row: the controls of a kind's fields with their values, and what a browser sent read back. No rules."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict

from wasl.administration import queries
from wasl.administration.differences import in_words
from wasl.administration.registry import Choice, Document, Field, Kind, Type
from wasl.administration.values import choices_of, empty
from wasl.core.i18n import LANGUAGES, say, t
from wasl.directory.models import Agency

PREFIX = "f"
TONGUES = {"ar": t("بالعربية", "in Arabic"), "en": t("بالإنجليزية", "in English")}
_INPUTS = {Type.DATE: "date", Type.TIME: "time", Type.MOMENT: "datetime-local", Type.SECRET: "password"}
_LTR = (Type.DURATION, Type.WHOLE, Type.DECIMAL, Type.SECRET)
_SPARE_ROWS = 1


@dataclass
class Part:
    """One language of a localized text."""

    language: str
    label: str
    name: str
    id: str
    value: str

    @property
    def direction(self) -> str:
        return "rtl" if self.language in ("ar", "fa", "ur") else "ltr"


@dataclass
class Option:
    """One choice of a control."""

    code: str
    label: str
    chosen: bool
    id: str = ""


@dataclass
class Control:
    """One field as the form shows it."""

    field: Field
    name: str
    id: str
    label: str
    value: Any
    error: str = ""
    is_fixed: bool = False
    shown: str = ""
    parts: list[Part] = dataclasses.field(default_factory=list)
    options: list[Option] = dataclasses.field(default_factory=list)
    rows: list[list["Control"]] = dataclasses.field(default_factory=list)
    template: list["Control"] = dataclasses.field(default_factory=list)

    @property
    def type(self) -> str:
        return self.field.type.value

    @property
    def input_type(self) -> str:
        return _INPUTS.get(self.field.type, "text")

    @property
    def is_long(self) -> bool:
        return self.field.type in (Type.LONG_TEXT, Type.LONG_LOCALIZED)

    @property
    def is_ltr(self) -> bool:
        return self.field.ltr or self.field.type in _LTR

    @property
    def is_localized(self) -> bool:
        return self.field.type in (Type.LOCALIZED, Type.LONG_LOCALIZED)

    @property
    def has_many(self) -> bool:
        return self.field.type in (Type.CHOICES, Type.REFERENCES)

    @property
    def has_options(self) -> bool:
        return self.field.type in (Type.CHOICE, Type.REFERENCE)

    @property
    def is_group(self) -> bool:
        """Is it several inputs under one name?"""
        return self.is_localized or self.has_many or self.field.type is Type.ROWS

    @property
    def anchor(self) -> str:
        """Where the summary of errors leads to."""
        return self.parts[0].id if self.parts else self.options[0].id if self.has_many and self.options else self.id

    @property
    def described_by(self) -> str:
        return " ".join(
            filter(None, [f"{self.id}-hint" if self.field.hint else "", f"{self.id}-error" if self.error else ""])
        )

    @property
    def mode(self) -> str:
        """The keyboard a telephone should offer."""
        return {Type.WHOLE: "numeric", Type.DECIMAL: "decimal"}.get(self.field.type, "")


@dataclass(frozen=True)
class _Maker:
    """Makes controls for one kind, agency and moment; looks each list of options up once."""

    agency: Agency
    at: datetime
    errors: Mapping[str, str]
    is_new: bool
    known: dict[str, list[Choice]]

    def controls(self, fields: tuple[Field, ...], values: Mapping[str, Any], prefix: str, path: str) -> list[Control]:
        return [
            self._control(one, values.get(one.code, empty(one)), prefix, path)
            for one in fields
            if not one.computed and (self.is_new or not one.only_new)
        ]

    def _control(self, one: Field, value: Any, prefix: str, path: str) -> Control:
        name, where = f"{prefix}.{one.code}", f"{path}{one.code}"
        control = Control(one, name, name.replace(".", "-"), str(one.label), value, str(self.errors.get(where, "")))
        control.is_fixed = one.fixed and not self.is_new
        if control.is_fixed:
            control.shown = self._shown(one, value)
            return control
        if control.is_localized:
            control.parts = _parts(control, value if isinstance(value, Mapping) else {})
        elif one.type is Type.ROWS:
            self._add_rows(control, value or [], where)
        elif one.type in (Type.CHOICE, Type.CHOICES, Type.REFERENCE, Type.REFERENCES):
            control.options = self._options(control, value)
        else:
            control.value = _as_typed(one, value)
        return control

    def _shown(self, one: Field, value: Any) -> str:
        if one.type is Type.REFERENCE:
            return next((label for code, label in self._choices(one) if code == value), str(value))
        return in_words(one, value, self.agency)

    def _add_rows(self, control: Control, rows: list[Document], where: str) -> None:
        inner, maker = control.field.fields, replace(self, is_new=True)
        filled = [*rows, *([{}] * _SPARE_ROWS)]
        for number, row in enumerate(filled):
            values = row or _blank(inner)
            control.rows.append(maker.controls(inner, values, f"{control.name}.{number}", f"{where}.{number}."))
        control.template = maker.controls(inner, _blank(inner), f"{control.name}.__n__", "-")

    def _options(self, control: Control, value: Any) -> list[Option]:
        chosen = value if isinstance(value, list) else [value]
        choices = self._choices(control.field)
        # A row that has ended since stays chosen until somebody chooses another.
        lost = [(code, say("{code} (منتهٍ)", "{code} (ended)", code=code)) for code in chosen if code]
        codes = {code for code, _ in choices}
        found = [*choices, *(one for one in lost if one[0] not in codes)]
        return [
            Option(code, str(label), code in chosen, f"{control.id}-{number}")
            for number, (code, label) in enumerate(found)
        ]

    def _choices(self, one: Field) -> list[Choice]:
        if not one.refers_to:
            return choices_of(one, self.agency)
        if one.refers_to not in self.known:
            found = queries.options(one, self.agency, self.at)
            self.known[one.refers_to] = [(code, name if name == code else f"{name} · {code}") for code, name in found]
        return self.known[one.refers_to]


def controls(
    kind: Kind,
    agency: Agency,
    document: Document,
    at: datetime,
    *,
    is_new: bool,
    errors: Mapping[str, str] | None = None,
) -> list[Control]:
    """The form of a document."""
    maker = _Maker(agency, at, errors or {}, is_new, {})
    return maker.controls(kind.fields, document, PREFIX, "")


def error_items(found: list[Control], errors: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Each error as (anchor, label, sentence), those of the whole row first."""
    items = [("", "", str(sentence)) for name, sentence in errors.items() if not name]
    return items + [(one.anchor, one.label, one.error) for one in _every(found) if one.error]


def _every(found: list[Control]) -> Iterator[Control]:
    for one in found:
        yield one
        for row in one.rows:
            yield from _every(row)


def _parts(control: Control, value: Mapping[str, str]) -> list[Part]:
    return [
        Part(
            language,
            str(TONGUES.get(language, language)),
            f"{control.name}.{language}",
            f"{control.id}-{language}",
            value.get(language, ""),
        )
        for language in dict.fromkeys([*LANGUAGES, *value])
    ]


def _as_typed(one: Field, value: Any) -> Any:
    if one.type is Type.MOMENT:
        return str(value or "")[:16]
    if one.type is Type.WORDS:
        # What was typed and could not be kept comes back as it was typed.
        return value if isinstance(value, str) else "\n".join(value or [])
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else value


def _blank(fields: tuple[Field, ...]) -> Document:
    return {one.code: one.default if one.default is not None else empty(one) for one in fields}


def read(kind: Kind, data: QueryDict, *, is_new: bool) -> Document:
    """What a browser sent, as raw values for `values.clean`; fixed fields of a row that exists are not asked."""
    asked = tuple(one for one in kind.fields if not one.computed and (is_new or not (one.fixed or one.only_new)))
    return _read(asked, data, PREFIX)


def _read(fields: tuple[Field, ...], data: QueryDict, prefix: str) -> Document:
    return {one.code: _read_one(one, data, f"{prefix}.{one.code}") for one in fields if not one.computed}


def _read_one(one: Field, data: QueryDict, name: str) -> Any:
    if one.type in (Type.LOCALIZED, Type.LONG_LOCALIZED):
        pattern = re.compile(rf"{re.escape(name)}\.([a-z]{{2,3}})")
        return {found[1]: data[key] for key in data if (found := pattern.fullmatch(key))}
    if one.type is Type.ROWS:
        return _read_rows(one, data, name)
    if one.type in (Type.CHOICES, Type.REFERENCES):
        return data.getlist(name)
    if one.type is Type.YES_NO:
        return name in data
    return data.get(name, "")


def _read_rows(one: Field, data: QueryDict, name: str) -> list[Document]:
    """Rows in the order in which the browser sent them; blank and removed ones are left out."""
    pattern = re.compile(rf"{re.escape(name)}\.(\d+)\.")
    numbers = dict.fromkeys(found[1] for key in data if (found := pattern.match(key)))
    blank = _comparable(_blank(one.fields))
    rows = []
    for number in numbers:
        if f"{name}.{number}.remove" in data:
            continue
        row = _read(one.fields, data, f"{name}.{number}")
        if _comparable(row) != blank:
            rows.append(row)
    return rows


def _comparable(row: Any) -> Any:
    """A row without the difference between nothing and nothing."""
    if isinstance(row, Mapping):
        return {
            name: _comparable(value) for name, value in row.items() if value not in ("", None, [], {}, False)
        } or None
    return str(row) if isinstance(row, (int, float)) and not isinstance(row, bool) else row
