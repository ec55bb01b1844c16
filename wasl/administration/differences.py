"""What differs between two documents, in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from wasl.administration.registry import ENDED, Document, Field, Kind, Type, changed
from wasl.administration.values import choices_of, is_empty
from wasl.core.i18n import say
from wasl.directory.models import Agency

_TONGUES = {"ar": ("العربية", "Arabic"), "en": ("الإنجليزية", "English")}


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: same, gone or new."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Line:
    """One difference: the label of the field, and its value on both sides, marked where they differ."""

    label: str
    before: list[Piece] = field(default_factory=list)
    after: list[Piece] = field(default_factory=list)
    ltr: bool = False


def act_of(before: Document | None, after: Document | None) -> str:
    """made, changed, ended, or resumed."""
    if before is None:
        return "made"
    if after is None or (after.get(ENDED) and not before.get(ENDED)):
        return "ended"
    return "resumed" if before.get(ENDED) and not after.get(ENDED) else "changed"


Names = Mapping[str, Mapping[str, str]]


def lines(
    kind: Kind, agency: Agency, before: Document | None, after: Document | None, names: Names | None = None
) -> list[Line]:
    """Every field that differs, in the order of the form. A new row shows all that is filled in; an end shows none.

    `names`: what the rows that others name are called, by kind and code; without it their codes are shown.
    """
    if after is None:
        return []
    found = []
    for one in kind.fields:
        if one.computed and one.code not in after:  # nobody typed it, so the change says nothing of it
            continue
        if before is not None and one.code not in changed(before, after):
            continue
        if before is None and is_empty(one, after.get(one.code)):
            continue
        old = before.get(one.code) if before is not None else None
        found += _lines_of(one, agency, old, after.get(one.code), names or {})
    return found


def _lines_of(one: Field, agency: Agency, old: Any, new: Any, names: Names) -> list[Line]:
    if one.type in (Type.LOCALIZED, Type.LONG_LOCALIZED):
        return _localized(one, old or {}, new or {})
    before, after = (in_words(one, value, agency, names) for value in (old, new))
    return [_line(str(one.label), before, after, ltr=one.ltr)]


def _localized(one: Field, old: dict[str, str], new: dict[str, str]) -> list[Line]:
    found = []
    for tongue in dict.fromkeys([*old, *new]):
        if old.get(tongue, "") != new.get(tongue, ""):
            name = say(*_TONGUES.get(tongue, (tongue, tongue)))
            label = say("{label} ({tongue})", "{label} ({tongue})", label=one.label, tongue=name)
            found.append(_line(label, old.get(tongue, ""), new.get(tongue, "")))
    return found


def _line(label: str, old: str, new: str, *, ltr: bool = False) -> Line:
    before, after = _compared(old, new)
    return Line(label, before, after, ltr)


def _compared(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts cut at words, so that a long text shows where it changed."""
    if not old or not new:
        return _whole(old, "gone"), _whole(new, "new")
    a, b = _words(old), _words(new)
    matcher = SequenceMatcher(a=a, b=b, autojunk=False) if len(a) + len(b) < 4000 else None
    # Texts with little in common read better whole.
    if matcher is None or matcher.ratio() < 0.35:
        return _whole(old, "gone"), _whole(new, "new")
    before, after = [], []
    for same, a1, a2, b1, b2 in matcher.get_opcodes():
        if a2 > a1:
            before.append(Piece("".join(a[a1:a2]), "" if same == "equal" else "gone"))
        if b2 > b1:
            after.append(Piece("".join(b[b1:b2]), "" if same == "equal" else "new"))
    return before, after


def _whole(text: str, mark: str) -> list[Piece]:
    return [Piece(text, mark)] if text else []


def _words(text: str) -> list[str]:
    """Words and the spaces between them."""
    parts: list[str] = []
    for letter in text:
        if parts and parts[-1][-1].isspace() == letter.isspace() and letter != "\n":
            parts[-1] += letter
        else:
            parts.append(letter)
    return parts


def in_words(one: Field, value: Any, agency: Agency, names: Names | None = None) -> str:
    """A value as people read it; rows of other kinds by their name where `names` knows it."""
    if one.type is Type.YES_NO:
        return "" if value is None else say("نعم", "Yes") if value else say("لا", "No")
    if value is None or is_empty(one, value):
        return ""
    if one.type in (Type.LOCALIZED, Type.LONG_LOCALIZED):
        return " / ".join(text for text in value.values() if text)
    if one.type in (Type.CHOICE, Type.CHOICES):
        labels = {code: str(label) for code, label in choices_of(one, agency)}
        chosen = [str(code) for code in value] if isinstance(value, list) else [str(value)]
        return say("، ", ", ").join(labels.get(code, code) for code in chosen)
    if one.type is Type.ROWS:
        return "\n".join(_row(one, row, agency, names) for row in value)
    if one.refers_to:
        known: Mapping[str, str] = names.get(one.refers_to, {}) if names else {}
        named = [str(code) for code in value] if isinstance(value, list) else [str(value)]
        return say("، ", ", ").join(known.get(code, code) for code in named)
    if isinstance(value, list):
        return say("، ", ", ").join(str(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else _moment(str(value)) if one.type is Type.MOMENT else str(value)


def _moment(value: str) -> str:
    return value.replace("T", " ")[:16]


def _row(one: Field, row: Document, agency: Agency, names: Names | None) -> str:
    shown = (
        (str(inner.label), in_words(inner, row.get(inner.code), agency, names))
        for inner in one.fields
        if inner.type is not Type.YES_NO or row.get(inner.code)
    )
    return say(" · ", " · ").join(f"{label}: {words}" for label, words in shown if words)
