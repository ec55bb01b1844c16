"""The fields of the filter panel. The grammar has read the values before; here they only become selects.

Made by hand: a hundred options through a form of the framework cost as much as all rows of the list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wasl.cases import workflow
from wasl.core.i18n import t
from wasl.desk import narrowing
from wasl.desk.narrowing import Names, Narrowing

Options = Iterable[tuple[str, Any]]


@dataclass(frozen=True)
class Control:
    """One filter: its name, its label, and the select."""

    name: str
    label: str
    select: SafeString


def controls(chosen: Narrowing, names: Names) -> list[Control]:
    """The selects of the panel in their order, each with what is chosen."""
    codes = chosen.codes()
    return [
        Control(name, narrowing.LABELS[name], _select(name, nothing, options, codes.get(name, "")))
        for name, nothing, options in _tables(names)
    ]


def _tables(names: Names) -> list[tuple[str, str, Options]]:
    groups = [(code, name) for code, (name, _) in narrowing.STATE_GROUPS.items()]
    states = [*groups, *((code, state.staff) for code, state in workflow.states().items())]
    return [
        ("state", t("كل الحالات المفتوحة", "All open states"), states),
        ("importance", t("كل الدرجات", "All classes"), _worded(workflow.IMPORTANCE)),
        ("kind", t("كل الأنواع", "All kinds"), _worded(workflow.KINDS)),
        ("due", t("أي موعد", "Any due date"), _worded(narrowing.DUE)),
        ("came", t("في أي وقت", "At any time"), _worded(narrowing.CAME)),
        ("unit", t("كل الوحدات", "All units"), _worded(names.units)),
        ("service", t("كل الخدمات", "All services"), _worded(names.services)),
        ("place", t("كل الولايات", "All wilayats"), _worded(names.places)),
        ("assigned", t("أي مسؤول", "Anybody"), _worded(narrowing.ASSIGNED)),
        ("channel", t("كل القنوات", "All channels"), _worded(workflow.CHANNELS)),
        ("order", "", _worded(narrowing.ORDERS)),
    ]


def _worded(table: Mapping[str, Any]) -> Options:
    return table.items()


def _select(name: str, nothing: str, options: Options, chosen: str) -> SafeString:
    first = format_html('<option value="">{}</option>', nothing) if nothing else ""
    lines = (_option(value, words, chosen) for value, words in options)
    return format_html(
        '<select class="in" name="{0}" id="id_{0}">{1}{2}</select>', name, first, SafeString("".join(lines))
    )


def _option(value: str, words: Any, chosen: str) -> SafeString:
    mark = SafeString(" selected") if value == chosen else ""
    return format_html('<option value="{}"{}>{}</option>', value, mark, str(words))


def hidden(query: Mapping[str, str]) -> SafeString:
    """The names and values of an address as hidden fields."""
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', query.items())
