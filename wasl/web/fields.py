"""One form field as the kit shows it: label, hint, error and control, tied together for eyes and screen readers."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from wasl.core.i18n import say

_PLAIN_CONTROLS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)
# What a person types from left to right in either language, and the keyboard a phone should offer for it.
_LTR_TYPES = {"email": "email", "tel": "tel", "url": "url", "number": "numeric"}


def field_html(bound: BoundField, **options: Any) -> SafeString:
    """The whole field. Options: `look` (seg, faces, switch), `icon`, `hint`, `label`, `hide_label`, `rows`, `css`, and
    `needed`: when a field that may stay empty may not, in place of the word "optional".
    """
    widget = bound.field.widget
    if widget.is_hidden:
        return bound.as_widget()
    grouped = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    look = options.get("look", "") or widget.attrs.get("data-look", "")
    context = {
        "bound": bound,
        "id": bound.id_for_label or bound.auto_id,
        "group_id": bound.auto_id,
        "label": options.get("label") or bound.label,
        "hint": options.get("hint") or bound.help_text,
        "errors": bound.errors,
        "optional": not bound.field.required and not isinstance(widget, forms.CheckboxInput),
        "needed": options.get("needed", ""),
        "look": look,
        "icon": options.get("icon", ""),
        "hide_label": options.get("hide_label", False),
        "css": options.get("css", ""),
        "choices": _choices(bound, options.get("icons") or {}) if grouped else (),
        "single": isinstance(widget, forms.CheckboxInput),
        "control": "" if grouped else bound.as_widget(attrs=_attributes(bound, options)),
    }
    return render_to_string("web/parts/group.html" if grouped else "web/parts/field.html", context)


def _choices(bound: BoundField, icons: dict[str, str]) -> list[tuple[Any, str]]:
    return [(choice, icons.get(str(choice.data["value"]), "")) for choice in bound.subwidgets]


def error_items(form: Any) -> Iterator[tuple[str, str, str]]:
    """Each error of a form as (anchor, label, sentence), those of the whole form first without anchor.

    What is no form of Django (the questions of a service) tells its own by `error_items()`.
    """
    if not isinstance(form, BaseForm):
        yield from form.error_items()
        return
    for sentence in form.non_field_errors():
        yield "", "", str(sentence)
    for bound in form:
        for sentence in bound.errors:
            yield bound.id_for_label or bound.auto_id or "", str(bound.label).rstrip("؟?:"), str(sentence)


def _attributes(bound: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    widget = bound.field.widget
    attributes: dict[str, Any] = {}
    if not isinstance(widget, _PLAIN_CONTROLS):
        attributes["class"] = " ".join(filter(None, ("in", widget.attrs.get("class", ""))))
    input_type = getattr(widget, "input_type", "text")
    if input_type in _LTR_TYPES:
        attributes |= {"dir": "ltr", "inputmode": _LTR_TYPES[input_type]}
    elif isinstance(widget, forms.TextInput | forms.Textarea) and input_type == "text" and "dir" not in widget.attrs:
        attributes["dir"] = "auto"
    described = _described_by(bound, options)
    if described:
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if "rows" in options:
        attributes["rows"] = options["rows"]
    return attributes


def _described_by(bound: BoundField, options: dict[str, Any]) -> str:
    parts = []
    if options.get("hint") or bound.help_text:
        parts.append(f"{bound.auto_id}-hint")
    if bound.errors:
        parts.append(f"{bound.auto_id}-error")
    return " ".join(parts)


def summary_title(count: int) -> str:
    """The heading of the error summary."""
    if count == 1:
        return say("بقي أمر واحد قبل المتابعة", "One thing to fix before you go on")
    return say("بقيت أمور قبل المتابعة", "Some things to fix before you go on")
