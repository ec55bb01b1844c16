"""The inbox of a unit: what waits for its yes or no and until when, what is due, and who stands in for whom today."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from wasl.cases import queries as cases
from wasl.cases import waiting
from wasl.cases.models import Case
from wasl.core import clock, edition
from wasl.core.i18n import t
from wasl.desk import bulk, columns, panel, tabs, worklists
from wasl.desk.people import staff
from wasl.desk.views.worklist import capped
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.models import Unit
from wasl.directory.rights import Right, Role
from wasl.web.bidi import isolate
from wasl.web.icons import icon
from wasl.web.moments import moment24, when_text

SIZE = 100
MOST_UNITS = 4
# What stands above the list, each with the tone it takes when there is something.
_FIGURES = (
    ("accept", ""),
    ("today", "warn"),
    ("overdue", "bad"),
    ("review", "warn"),
    ("back", ""),
)
_ANSWERS = ("accept", "return", "assign")
_QUERY = {"view": "accept", "whose": "unit"}


@dataclass(frozen=True)
class Figure:
    """How many wait behind one tab of the worklist."""

    label: Any
    count: str
    tone: str
    query: str


@dataclass(frozen=True)
class Post:
    """Who answers for a unit today, and who stands in for whom."""

    unit: Unit
    people: list[Any]
    substitutions: list[Any]


@requires(Right.OPEN_INBOX)
@require_safe
@edition.once()
def inbox(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    person = worklists.Person(staff(request), clock.now())
    context = _rows(person) | {
        "figures": _figures(person),
        "posts": _posts(person),
        "at": person.at,
        "may_appoint": directory.has_right(person.user, Right.MANAGE_SUBSTITUTES, person.at),
        "many": [one for one in bulk.offered(person.user, person.at) if one.code in _ANSWERS],
        "hidden_query": panel.hidden({"query": urlencode(_QUERY)}),
    }
    return render(request, "desk/inbox.html", context)


@requires(Right.OPEN_INBOX)
@require_safe
@edition.once()
def rows(request: HttpRequest) -> HttpResponse:
    """The list alone, for the live page."""
    return render(request, "desk/parts/inbox_rows.html", _rows(worklists.Person(staff(request), clock.now())))


def _list(person: worklists.Person, tab: str) -> worklists.List:
    return worklists.asked(person, {"view": tab, "whose": "unit"})


def _rows(person: worklists.Person) -> dict[str, Any]:
    present = _list(person, "accept")
    page = cases.worklist(present.visible, present.filters, size=SIZE)
    known = waiting.asked(page.cases)
    shown = [columns.COLUMNS["importance"], *_columns(known)]
    late = sum(1 for one in known.values() if one.is_late(at=person.at))
    return {
        "lines": columns.lines(page.cases, shown, person.at, selects=True),
        "heads": shown,
        "total": cases.count(present.visible, present.filters),
        "count_limit": cases.COUNT_LIMIT,
        "late": late,
        "is_cut": bool(page.after),
    }


def _columns(known: dict[int, waiting.Asked]) -> list[columns.Column]:
    def since(case: Case, at: datetime) -> SafeString:
        one = known.get(case.pk)
        began = one.since if one else case.state_since
        return format_html('<time class="waits" datetime="{}">{}</time>', began.isoformat(), when_text(began))

    def until(case: Case, at: datetime) -> SafeString:
        one = known.get(case.pk)
        if one is None or one.until is None:
            return columns.DASH
        moment = moment24(one.until, now=at)
        if not one.is_late(at=at):
            return format_html('<time class="waits" datetime="{}">{}</time>', one.until.isoformat(), moment)
        return format_html(
            '<time class="waits chip bad" datetime="{}">{}<span class="sr">{}</span>{}</time>',
            one.until.isoformat(),
            icon("clock-alert"),
            t("فات", "Late"),
            moment,
        )

    def sender(case: Case, at: datetime) -> SafeString:
        one = known.get(case.pk)
        return isolate(str(one.from_unit)) if one and one.from_unit else columns.DASH

    return [
        columns.Column("from", t("من", "From"), sender, "c-m"),
        columns.COLUMNS["place"],
        columns.Column("waits", t("ينتظر", "Waits"), since, "c-t"),
        columns.Column("until", t("القبول حتى", "Accept until"), until, "c-t"),
        replace(columns.COLUMNS["due"], order=""),
    ]


def _figures(person: worklists.Person) -> list[Figure]:
    lists = {code: _list(person, code) for code, _ in _FIGURES}
    found = cases.counts({code: (one.visible, one.filters) for code, one in lists.items()})
    return [
        Figure(tabs.TABS[code].label, capped(found[code]), tone if found[code] else "", lists[code].query())
        for code, tone in _FIGURES
    ]


def _posts(person: worklists.Person) -> list[Post]:
    """The own units with who answers for them today; two statements a unit, for a few units."""
    own = [unit for unit in person.units if unit.pk in _home_units(person)][:MOST_UNITS]
    substitutions = directory.substitutions_in([unit.pk for unit in own], person.at)
    return [
        Post(
            unit,
            directory.standing(unit, (Role.LIAISON, Role.HEAD, Role.DEPUTY), person.at),
            _now([one for one in substitutions if one.unit_id == unit.pk], person.at),
        )
        for unit in own
    ]


def _home_units(person: worklists.Person) -> set[int]:
    return {held.unit_id for held, _ in directory.cells_of(person.user, Right.OPEN_INBOX, person.at)}


def _now(rows: Iterable[Any], at: datetime) -> list[Any]:
    return [one for one in rows if one.valid_from <= at]
