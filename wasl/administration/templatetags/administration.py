"""What only the pages of the administration need."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from wasl.administration.registry import Document, Kind, Panel
from wasl.web.icons import icon

register = template.Library()


@register.simple_tag
def row_name(kind: Kind, document: Document) -> Any:
    """What people call a row."""
    return kind.name_of(document)


@register.filter
def item(mapping: Mapping[str, Any], name: str) -> Any:
    """A value by a name that is itself a value."""
    return mapping.get(name)


@register.simple_tag(takes_context=True)
def panel_body(context: Context, panel: Panel) -> SafeString:
    """The template of a panel with nothing but its own context."""
    request = context.get("request")
    return SafeString(render_to_string(panel.template, dict(panel.context or {}), request=request))


@register.simple_tag(takes_context=True)
def sort_heading(context: Context, name: str) -> dict[str, Any]:
    """The heading of a column: where it leads, and how the list stands now."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    present = query.get("sort", "")
    query["sort"] = f"-{name}" if present == name else name
    direction = {name: "ascending", f"-{name}": "descending"}.get(present, "")
    mark = {"ascending": "chevron-up", "descending": "chevron-down"}.get(direction)
    return {"url": f"?{query.urlencode()}", "direction": direction, "icon": icon(mark) if mark else ""}
