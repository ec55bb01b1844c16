"""The columns a worklist can show: one fixed table of names and cells. What a list says in a file: `transfer.export`.

Cells are made here and not in a template: fifty rows of a list are most of what its page costs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from wasl.cases import workflow
from wasl.cases.models import Case
from wasl.core.i18n import say, t
from wasl.sla.ladder import LEVELS
from wasl.web.bidi import escaped, isolate, isolate_ltr, isolate_plain_ltr
from wasl.web.icons import icon
from wasl.web.moments import moment24, when_text

DASH = SafeString('<span class="mut">–</span>')
Cell = Callable[[Case, datetime], SafeString]


@dataclass(frozen=True)
class Column:
    """One column: its cell on the page and on paper; `order` is how its head sorts the list."""

    code: str
    label: str
    cell: Cell
    css: str = ""
    order: str = ""
    # Left out of the first cell when it has a column of its own.
    in_lead: bool = False


def _chip(tone: str, words: Any) -> SafeString:
    return mark_safe(f'<span class="chip {tone}">{escaped(words)}</span>')  # noqa: S308 (tones are our own)


def _time(moment: datetime | None, at: datetime) -> SafeString:
    if moment is None:
        return DASH
    # Nothing in it is a stranger's: a moment in figures, and in our own words.
    stamp = moment.isoformat(timespec="seconds")
    return mark_safe(f'<time class="nowrap" datetime="{stamp}">{moment24(moment, now=at)}</time>')  # noqa: S308


@lru_cache(maxsize=2048)
def _named(name: str) -> SafeString:
    """Names of units, services, places and colleagues come again in every row."""
    return isolate(name)


@lru_cache(maxsize=256)
def _drawn_chip(tone: str, words: str) -> SafeString:
    return _chip(tone, words)


def _importance(case: Case, at: datetime) -> SafeString:
    return _drawn_chip({"P1": "bad", "P2": "warn"}.get(case.importance, "line"), str(case.importance_words))


def _state(case: Case, at: datetime) -> SafeString:
    return _drawn_chip(case.state_tone, str(case.state_words.staff))


def _escalation(case: Case, at: datetime) -> SafeString:
    if not case.escalation:
        return DASH
    return _drawn_chip("bad" if case.escalation > 1 else "warn", str(LEVELS[case.escalation]))


def _place(case: Case, at: datetime) -> SafeString:
    if case.outside_area:
        return _chip("warn", t("خارج النطاق", "Outside the area"))
    return _named(str(case.wilayat.name)) if case.wilayat else DASH


def _due(case: Case, at: datetime) -> SafeString:
    if case.due_at is None or not case.is_overdue(at=at):
        return _time(case.due_at, at)
    stamp, late = case.due_at.isoformat(timespec="seconds"), say("متأخر", "Overdue")
    # Nothing in it is a stranger's either.
    return mark_safe(  # noqa: S308
        f'<time class="nowrap chip bad" datetime="{stamp}">{icon("clock-alert")}'
        f'<span class="sr">{late}</span>{moment24(case.due_at, now=at)}</time>'
    )


def _since(case: Case, at: datetime) -> SafeString:
    stamp = case.state_since.isoformat(timespec="seconds")
    return mark_safe(f'<time class="nowrap" datetime="{stamp}">{when_text(case.state_since)}</time>')  # noqa: S308


def _assignee(case: Case, at: datetime) -> SafeString:
    return _named(case.assignee.name) if case.assignee else DASH


def _service(case: Case, at: datetime) -> SafeString:
    if case.service is None:
        return DASH
    if not case.service_proposed:
        return _named(str(case.service.name))
    proposed = _chip("vio", t("مقترحة", "proposed"))
    return format_html("{} {}", _named(str(case.service.name)), proposed)


def _kind(case: Case, at: datetime) -> SafeString:
    return format_html("{}", workflow.KINDS[case.kind])


def _channel(case: Case, at: datetime) -> SafeString:
    return format_html("{}", workflow.CHANNELS.get(case.channel, case.channel))


COLUMNS: dict[str, Column] = {
    column.code: column
    for column in (
        Column(
            "importance",
            t("الأهمية", "Class"),
            _importance,
            "c-s c-imp",
            "fair",
        ),
        Column("state", t("الحالة", "State"), _state, "c-m c-st"),
        Column(
            "unit",
            t("الوحدة", "Unit"),
            lambda case, at: _named(str(case.unit)),
            "c-m wo",
        ),
        Column("place", t("المكان", "Place"), _place, "c-s"),
        Column(
            "received",
            t("ورد", "Received"),
            lambda case, at: _time(case.registered_at, at),
            "c-t wo",
            "newest",
        ),
        Column(
            "due",
            t("الموعد", "Due"),
            _due,
            "c-t",
            "due",
        ),
        Column(
            "assignee",
            t("المسؤول", "Assigned to"),
            _assignee,
            "c-m",
            in_lead=True,
        ),
        Column(
            "service",
            t("الخدمة", "Service"),
            _service,
            "c-m wo",
            in_lead=True,
        ),
        Column("kind", t("النوع", "Kind"), _kind, "c-s wo"),
        Column(
            "channel",
            t("القناة", "Channel"),
            _channel,
            "c-s wo",
        ),
        Column(
            "since",
            t("دخل حالته", "Entered state"),
            _since,
            "c-t",
        ),
        Column(
            "scheduled",
            t("موعد العمل", "Work planned"),
            lambda case, at: _time(case.scheduled_for, at),
            "c-t wo",
        ),
        Column("escalation", t("التصعيد", "Escalation"), _escalation, "c-m"),
        Column(
            "reopened",
            t("أُعيد فتحه", "Reopened"),
            lambda case, at: isolate_ltr(case.reopened_times) if case.reopened_times else DASH,
            "c-s wo",
        ),
    )
}
USUAL = ("importance", "state", "unit", "place", "received", "due")


def chosen(codes: Iterable[Any]) -> list[Column]:
    """The columns of these codes in this order, unknown and repeated ones left out; the usual ones for none."""
    known = list(dict.fromkeys(code for code in codes if isinstance(code, str) and code in COLUMNS))
    return [COLUMNS[code] for code in known or USUAL]


def lead(case: Case, beside: frozenset[str], address: str) -> SafeString:
    """The first cell: title, reference, and what has no column `beside` it. `address` is that of a case named 0."""
    below = f"<span>{isolate_ltr(case.reference)}</span>"
    if case.service and "service" not in beside:
        below += f"<span>{_service(case, case.registered_at)}</span>"
    if case.assignee and "assignee" not in beside:
        below += f'<span class="inl">{icon("user")}{_named(case.assignee.name)}</span>'
    href = escaped(address.removesuffix("0") + case.reference)
    # Safe: every value was escaped on its way into its part.
    return mark_safe(  # noqa: S308
        f'<a class="b" href="{href}">{isolate(case.title)}</a><div class="xs mut row wrap">{below}</div>'
    )


def lines(cases: Iterable[Case], shown: list[Column], at: datetime, *, selects: bool) -> SafeString:
    """The lines of a list with these columns, each with a box to tick where there is something to do with it."""
    beside = frozenset(column.code for column in shown if column.in_lead)
    openings = [
        (format_html('<td class="{}" data-label="{}">', column.css, column.label), column.cell) for column in shown
    ]
    select, address = str(t("اختر", "Select")), reverse("desk:case", args=["0"])
    written = []
    for case in cases:
        box = f'<td class="pick">{_pick(case, select)}</td>' if selects else ""
        cells = "".join(f"{opening}{cell(case, at)}</td>" for opening, cell in openings)
        written.append(
            f'<tr data-case="{case.pk}">{box}<td class="lead">{lead(case, beside, address)}</td>{cells}</tr>'
        )
    # Safe: every value was escaped on its way into its cell.
    return mark_safe("\n".join(written))  # noqa: S308


def _pick(case: Case, select: str) -> str:
    label = f"{select} {isolate_plain_ltr(case.reference)}"
    return (
        f'<input type="checkbox" form="many" name="case" value="{case.pk}:{case.version}" aria-label="{label}" '
        'autocomplete="off">'
    )
