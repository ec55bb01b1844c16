"""The way from an alert to its case. This room knows no case: a room above says which of them a person may open, where,
of which a person must not even hear by now (their own, a relative's, what is closed to them), and notes who tried.

@opener
def open_cases(person, case_ids, at): return {12: "/desk/cases/…"}

@screen
def without_closed(person, rows, at): return rows.exclude(case_id__in=…)

@refusal
def note_attempt(person, case_id, at): …
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from wasl.alerts.models import Alert

Opener = Callable[[Any, Collection[int], datetime], dict[int, str]]
Screen = Callable[[Any, "QuerySet[Alert]", datetime], "QuerySet[Alert]"]
Refusal = Callable[[Any, int, datetime], None]
_openers: list[Opener] = []
_screens: list[Screen] = []
_refusals: list[Refusal] = []


def opener(function: Opener) -> Opener:
    """Register the room that opens cases."""
    if function not in _openers:
        _openers.append(function)
    return function


def addresses_of(person: Any, case_ids: Collection[int], *, at: datetime) -> dict[int, str]:
    """The paths of those cases that the person may see now, by number."""
    found: dict[int, str] = {}
    for one in _openers if case_ids else ():
        found |= one(person, case_ids, at)
    return found


def screen(function: Screen) -> Screen:
    """Register the room that knows of which cases a person must not hear."""
    if function not in _screens:
        _screens.append(function)
    return function


def refusal(function: Refusal) -> Refusal:
    """Register the room that notes who wanted to open an alert of a case that they must not handle."""
    if function not in _refusals:
        _refusals.append(function)
    return function


def known_to(person: Any, rows: "QuerySet[Alert]", *, at: datetime) -> "QuerySet[Alert]":
    """Those of the alerts of whose cases the person may hear now."""
    for one in _screens:
        rows = one(person, rows, at)
    return rows


def refuse(person: Any, case_id: int, *, at: datetime) -> None:
    """Somebody wanted to open an alert, or a link, of a case that is closed to them."""
    for one in _refusals:
        one(person, case_id, at)
