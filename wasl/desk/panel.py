"""The fields of the filter panel. The grammar has read the values before; here they only become selects.

Made by hand: a hundred options through a form of the framework cost as much as all rows of the list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from wasl.cases import workflow
from wasl.core.i18n import t
from wasl.desk import narrowing
from wasl.desk.narrowing import Names, Narrowing
from wasl.web import selects

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
        ("age", t("أي عمر", "Any age"), _worded(narrowing.AGES)),
        ("lasting", t("أي مدة", "Any time"), _worded(narrowing.AGES)),
        ("unit", t("كل الوحدات", "All units"), _worded(names.units)),
        ("service", t("كل الخدمات", "All services"), _worded(names.services)),
        ("place", t("كل الولايات", "All wilayats"), _worded(names.places)),
        ("assigned", t("أي مسؤول", "Anybody"), _worded(narrowing.ASSIGNED)),
        ("waits", t("أي شيء", "Anything"), _worded(narrowing.WAITS)),
        ("lifted", t("أي مستوى تصعيد", "Any escalation"), _worded(narrowing.LIFTED)),
        ("channel", t("كل القنوات", "All channels"), _worded(workflow.CHANNELS)),
        ("order", "", _worded(narrowing.ORDERS)),
    ]


def _worded(table: Mapping[str, Any]) -> Options:
    return table.items()


def _select(name: str, nothing: str, options: Options, chosen: str) -> SafeString:
    offered = [("", nothing), *options] if nothing else options
    lines = selects.options(offered, chosen)
    # Safe: the name is our own.
    return mark_safe(f'<select class="in" name="{name}" id="id_{name}">{lines}</select>')  # noqa: S308


def hidden(query: Mapping[str, str]) -> SafeString:
    """The names and values of an address as hidden fields."""
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', query.items())
