"""How the lists of forms become HTML: a select of sixty options as text at once, where Django would render a template
for each option. That was a sixth of the time a worklist page took.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape as plainly_escaped
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

SELECT = "django/forms/widgets/select.html"


class FormRenderer(DjangoTemplates):
    """Django's own renderer for everything but selects."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> Any:
        if template_name == SELECT:
            return "".join(_select(context["widget"]))
        return super().render(template_name, context, request)


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


def _select(widget: Mapping[str, Any]) -> Iterator[str]:
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
