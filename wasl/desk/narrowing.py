"""The grammar of worklists: which filters there are, which values they take, and how they read in words.

Addresses and saved views hold nothing but these names and codes; what does not fit the grammar is left out. So a view
that was saved years ago, or typed by hand, can never ask for anything else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from wasl.cases import ageing, workflow
from wasl.cases import queries as cases
from wasl.core.i18n import t
from wasl.core.text import clean

LONGEST_WORDS = 120

WHOSE = {
    "mine": t("المسندة إليّ", "Mine"),
    "unit": t("وحدتي", "My unit"),
    "all": t("الكل", "All"),
}
# Several states under one word; beside them every single state can be chosen.
STATE_GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "before_unit": (t("بلا وحدة بعد", "No unit yet"), ("new", "acknowledged", "triage")),
    "held": (t("معلّقة بسبب", "On hold for a reason"), ("pending_external", "pending_internal")),
    "done": (t("المنتهية", "Finished"), ("resolved", "closed", "rejected", "duplicate", "withdrawn")),
    "any": (t("كل الحالات", "Every state"), ()),
}
DUE = {
    "overdue": t("تجاوزت الموعد", "Overdue"),
    "today": t("تستحق اليوم", "Due today"),
    "soon": t("تستحق خلال 3 أيام", "Due within 3 days"),
    "review": t("حان موعد مراجعتها", "Due for review"),
}
CAME = {
    "today": t("وردت اليوم", "Received today"),
    "week": t("وردت خلال 7 أيام", "Received within 7 days"),
    "month": t("وردت خلال 30 يوماً", "Received within 30 days"),
}
ASSIGNED = {"nobody": t("بلا مسؤول", "Unassigned")}
AGES = {band.code: band.label for band in ageing.BANDS}
WAITS = {
    "decision": t("رُفع وينتظر قراراً", "Raised, to be decided"),
    "owner": t("ينتظر حسم المسؤول", "Whose is it, to be decided"),
    "extension": t("تمديد ينتظر المدير", "An extension, to be approved"),
    "back": t("عاد إلينا", "Came back to us"),
}
LIFTED = {
    "any": t("المصعّدة", "Escalated"),
    "breached": t("المشرف ومدير الدائرة فأعلى", "Supervisor and head, or higher"),
    "listed": t("قائمة المدير", "Director's list"),
}
ORDERS = {
    "fair": t("الأهمية ثم الأقدم", "Class, then oldest"),
    "due": t("الأقرب موعداً", "Due first"),
    "newest": t("الأحدث وروداً", "Newest first"),
    "oldest": t("الأقدم وروداً", "Oldest first"),
}
LABELS = {
    "q": t("كلمات أو رقم", "Words or reference"),
    "state": t("الحالة", "State"),
    "importance": t("الأهمية", "Class"),
    "kind": t("النوع", "Kind"),
    "unit": t("الوحدة", "Unit"),
    "service": t("الخدمة", "Service"),
    "place": t("الولاية", "Wilayat"),
    "channel": t("القناة", "Channel"),
    "due": t("الموعد", "Due"),
    "came": t("الورود", "Received"),
    "age": t("العمر", "Age"),
    "lasting": t("في حالته منذ", "In its state for"),
    "assigned": t("المسؤول", "Assigned to"),
    "waits": t("بانتظار", "Waits for"),
    "lifted": t("التصعيد", "Escalation"),
    "order": t("الترتيب", "Order"),
}
# From which level on.
_LEVELS = {"any": 1, "breached": 2, "listed": 4}
_DAYS = {"today": 0, "week": 6, "month": 29}


def _one_of(*tables: Mapping[str, Any]) -> Callable[[str], bool]:
    return lambda value: any(value in table for table in tables)


def _number(value: str) -> bool:
    return re.fullmatch(r"[1-9][0-9]{0,17}", value) is not None


_GRAMMAR: dict[str, Callable[[str], bool]] = {
    "whose": _one_of(WHOSE),
    "q": bool,
    "state": lambda value: value in STATE_GROUPS or value in workflow.states(),
    "importance": _one_of(workflow.IMPORTANCE),
    "kind": _one_of(workflow.KINDS),
    "unit": _number,
    "service": _number,
    "place": _number,
    "channel": _one_of(workflow.CHANNELS),
    "due": _one_of(DUE),
    "came": _one_of(CAME),
    "age": _one_of(AGES),
    "lasting": _one_of(AGES),
    "assigned": _one_of(ASSIGNED),
    "waits": _one_of(WAITS),
    "lifted": _one_of(LIFTED),
    "order": _one_of(ORDERS),
}
NAMES = tuple(_GRAMMAR)


@dataclass(frozen=True)
class Narrowing:
    """What a list is narrowed to, as codes. Empty narrows nothing."""

    whose: str = ""
    q: str = ""
    state: str = ""
    importance: str = ""
    kind: str = ""
    unit: str = ""
    service: str = ""
    place: str = ""
    channel: str = ""
    due: str = ""
    came: str = ""
    age: str = ""
    lasting: str = ""
    assigned: str = ""
    waits: str = ""
    lifted: str = ""
    order: str = ""

    def codes(self) -> dict[str, str]:
        """The filters that are set, by name."""
        return {name: value for name in NAMES if (value := getattr(self, name))}

    @property
    def narrows(self) -> bool:
        """Is anything left out beside what the switch and the order say?"""
        return bool(set(self.codes()) - {"whose", "order"})


def read(given: Mapping[str, Any]) -> dict[str, str]:
    """The filters somebody named, with valid values; an empty value is kept: it takes back what a view says.

    A value that does not fit the grammar counts as not given.
    """
    found = {}
    for name, fits in _GRAMMAR.items():
        if name not in given or not isinstance(given[name], str):
            continue
        value = clean(given[name])[:LONGEST_WORDS].strip()
        if not value or fits(value):
            found[name] = value
    return found


def joined(*layers: Mapping[str, str]) -> Narrowing:
    """The filters of several layers, the last word on each; from any source, valid or not."""
    together: dict[str, str] = {}
    for layer in layers:
        together |= read(layer)
    chosen = Narrowing(**together)
    orders = _orders(chosen.state)
    # An order that says nothing about such cases, and for which they would all have to be sorted, is left out.
    return chosen if chosen.order in orders else replace(chosen, order="" if orders is ORDERS else "newest")


def _orders(state: str) -> Mapping[str, Any]:
    """The orders that fit the states: what is finished is not due, and all states together have no queue."""
    if state == "any":
        return {name: ORDERS[name] for name in ("newest", "oldest")}
    if state == "done" or (state and state not in STATE_GROUPS and state not in workflow.OPEN):
        return {name: ORDERS[name] for name in ("newest", "oldest", "fair")}
    return ORDERS


def filters_of(narrowing: Narrowing, *, user_id: int, at: datetime, midnight: datetime) -> cases.Filters:
    """What the codes mean at this moment for this person. `midnight` is when today began where they work."""
    states = _states(narrowing.state)
    return cases.Filters(
        states=states,
        open_only=not narrowing.state,
        kind=narrowing.kind,
        importance=narrowing.importance,
        unit_id=_id(narrowing.unit),
        service_id=_id(narrowing.service),
        wilayat_id=_id(narrowing.place),
        channel=narrowing.channel,
        assignee_id=user_id if narrowing.whose == "mine" else None,
        unassigned=narrowing.assigned == "nobody",
        waits_for=narrowing.waits,
        escalated_from=_LEVELS.get(narrowing.lifted, 0),
        words=narrowing.q,
        order=narrowing.order or "fair",
        **_registered_bounds(narrowing, midnight),
        **_state_bounds(narrowing.lasting, midnight),
        **_due_bounds(narrowing.due, at, midnight),
    )


def _states(code: str) -> tuple[str, ...]:
    if code in STATE_GROUPS:
        return STATE_GROUPS[code][1]
    return (code,) if code else ()


def _id(value: str) -> int | None:
    return int(value) if value else None


def _registered_bounds(narrowing: Narrowing, midnight: datetime) -> dict[str, Any]:
    came = midnight - timedelta(days=_DAYS[narrowing.came]) if narrowing.came else None
    first, before = ageing.BY_CODE[narrowing.age].bounds(midnight) if narrowing.age else (None, None)
    moments = [moment for moment in (came, first) if moment is not None]
    return {"registered_from": max(moments, default=None), "registered_before": before}


def _state_bounds(lasting: str, midnight: datetime) -> dict[str, Any]:
    if not lasting:
        return {}
    first, before = ageing.BY_CODE[lasting].bounds(midnight)
    return {"state_from": first, "state_before": before}


def _due_bounds(due: str, at: datetime, midnight: datetime) -> dict[str, Any]:
    if due == "overdue":
        return {"overdue_at": at}
    if due == "review":
        return {"review_by": timezone.localtime(midnight).date()}
    days = {"today": 1, "soon": 3}.get(due)
    return {"due_from": midnight, "due_before": midnight + timedelta(days=days)} if days else {}


@dataclass(frozen=True)
class Words:
    """One filter in words: «الحالة: محال»."""

    name: str
    label: Any
    value: Any


@dataclass(frozen=True)
class Names:
    """What the numbers in filters are called; who has no name here is told by a word."""

    units: Mapping[str, Any]
    services: Mapping[str, Any]
    places: Mapping[str, Any]


def in_words(narrowing: Narrowing, names: Names) -> list[Words]:
    """The filters that are set, each with its label, in the order of the form; the switch and the order apart."""
    tables: dict[str, Callable[[str], Any]] = {
        "q": lambda value: value,
        "state": state_words,
        "importance": lambda value: workflow.IMPORTANCE[value],
        "kind": lambda value: workflow.KINDS[value],
        "channel": lambda value: workflow.CHANNELS[value],
        "due": lambda value: DUE[value],
        "came": lambda value: CAME[value],
        "age": lambda value: AGES[value],
        "lasting": lambda value: AGES[value],
        "assigned": lambda value: ASSIGNED[value],
        "waits": lambda value: WAITS[value],
        "lifted": lambda value: LIFTED[value],
        "unit": lambda value: names.units.get(value, t("وحدة أخرى", "another unit")),
        "service": lambda value: names.services.get(value, t("خدمة أخرى", "another service")),
        "place": lambda value: names.places.get(value, t("ولاية أخرى", "another wilayat")),
    }
    codes = narrowing.codes()
    return [Words(name, LABELS[name], tables[name](codes[name])) for name in LABELS if name in codes and name in tables]


def state_words(code: str) -> Any:
    """A state or a group of states in words."""
    return STATE_GROUPS[code][0] if code in STATE_GROUPS else workflow.states()[code].staff
