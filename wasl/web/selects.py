"""How the controls of forms become HTML: a select of sixty options as text at once, where Django would render a
template for each option and another for its attributes. That was a sixth of the time a worklist page took, and a third
of the page on which citizens follow their report.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape as plainly_escaped
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe


class FormRenderer(DjangoTemplates):
    """Django's own renderer for everything but the common controls."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> Any:
        drawn = _DRAWN.get(template_name)
        return drawn(context["widget"]) if drawn else super().render(template_name, context, request)


def options(offered: Iterable[tuple[str, Any]], chosen: str = "") -> SafeString:
    """The options of a select of ours, with what is chosen marked. An empty value is never the chosen one."""
    lines = _lines(tuple([(value, str(words)) for value, words in offered]))
    opening = _opening(chosen)
    marked = lines.replace(opening, f"{opening[:-1]} selected>", 1) if chosen else lines
    # Safe: every word was escaped on its way into its line.
    return mark_safe(marked)  # noqa: S308


@lru_cache(maxsize=256)
def _lines(offered: tuple[tuple[str, str], ...]) -> str:
    # What is offered is all they depend on, and it is the same from page to page.
    return "".join(f"{_opening(value)}{plainly_escaped(words)}</option>" for value, words in offered)


def _opening(value: str) -> str:
    return f'<option value="{plainly_escaped(value)}">'


def _input(widget: Mapping[str, Any]) -> str:
    value = widget["value"]
    told = "" if value is None else f' value="{_plainly(value)}"'
    return f'<input type="{escape(widget["type"])}" name="{escape(widget["name"])}"{told}{_attributes(widget)}>'


def _option(widget: Mapping[str, Any]) -> str:
    if not widget.get("wrap_label"):
        return _input(widget)
    named = widget["attrs"].get("id")
    points = f' for="{escape(named)}"' if named else ""
    return f"<label{points}>{_input(widget)}\n {conditional_escape(widget['label'])}</label>"


def _textarea(widget: Mapping[str, Any]) -> str:
    words = conditional_escape(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{escape(widget["name"])}"{_attributes(widget)}>\n{words}</textarea>'


def _attributes(widget: Mapping[str, Any]) -> str:
    return "".join([
        f" {escape(name)}" if value is True else f' {escape(name)}="{_plainly(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    ])  # fmt: skip


def _plainly(value: Any) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


def _select(widget: Mapping[str, Any]) -> str:
    return "".join(_parts(widget))


def _parts(widget: Mapping[str, Any]) -> Iterator[str]:
    yield f'<select name="{escape(widget["name"])}"{flatatt(widget["attrs"])}>'
    for name, options, _ in widget["optgroups"]:
        if name:
            yield f'<optgroup label="{escape(name)}">'
        for option in options:
            value, label = escape(str(option["value"])), conditional_escape(option["label"])
            yield f'<option value="{value}"{flatatt(option["attrs"])}>{label}</option>'
        if name:
            yield "</optgroup>"
    yield "</select>"


_INPUTS = ("checkbox", "date", "email", "hidden", "number", "password", "search", "tel", "text", "time", "url")
_DRAWN: dict[str, Callable[[Mapping[str, Any]], str]] = {
    f"django/forms/widgets/{name}.html": drawn
    for name, drawn in (
        ("select", _select),
        ("textarea", _textarea),
        ("radio_option", _option),
        ("checkbox_option", _option),
        *((name, _input) for name in _INPUTS),
    )
}
