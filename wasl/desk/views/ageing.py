"""How old what is open is, unit by unit; why what is held waits; and what has been held for more than sixty days."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wasl.accounts.models import User
from wasl.cases import ageing, pending
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.core import clock
from wasl.core.i18n import say, t
from wasl.core.localized import Localized
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.transfer.export import fields, records, taking
from wasl.transfer.export.cells import cell

SHOWN = 50
MOST_IN_FILE = 20_000
BYTE_ORDER_MARK = "\ufeff"
# The darker, the more of what the unit has is of this age; the older, the warmer (in the style sheet).
_SHADES = ((0.5, 4), (0.25, 3), (0.1, 2), (0.0, 1))


@dataclass(frozen=True)
class Cell:
    """How many of one band, how dark, and the list of exactly those."""

    count: int
    shade: int
    address: str
    label: str


@dataclass(frozen=True)
class Line:
    """One unit, or all together."""

    name: Any
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True)
class Long:
    """One case that has been held for more than sixty days."""

    case: Case
    days: int
    reason: Any
    review: Any
    extensions: int
    is_missed: bool


@requires(Right.READ_AGEING)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board of the units a person answers for, with the causes of what is held."""
    person, at = staff(request), clock.now()
    visible, midnight = _visible(person, at), _midnight(at)
    rows = ageing.board(visible, midnight=midnight)
    names = _names(person, at)
    long_held = ageing.long_held(visible, midnight=midnight)
    shown = _long(list(long_held[: SHOWN + 1]), at)
    context = {
        "bands": ageing.BANDS,
        "opened": _lines(rows, names, "opened"),
        "held": _lines([row for row in rows if any(row.held.values())], names, "held"),
        "causes": _causes(visible, person, at),
        "long": shown[:SHOWN],
        "is_cut": len(shown) > SHOWN,
        "may_take": directory.has_right(person, Right.EXPORT_CASES, at),
    }
    return render(request, "desk/ageing.html", context)


@requires(Right.EXPORT_CASES)
@require_safe
def bulletin(request: HttpRequest) -> HttpResponse:
    """What has been held for more than sixty days, with its cause, as a table for the bulletin: no names of people."""
    person, at = staff(request), clock.now()
    visible = _visible(person, at) & taking.exportable(person, at=at)
    found = list(ageing.long_held(visible, midnight=_midnight(at))[:MOST_IN_FILE])
    for agency in directory.agencies_of(person, at):
        records.record(
            agency,
            filters={"state": "held", "lasting": ageing.BANDS[-1].code},
            by_words=False,
            fields=fields.chosen(["reference", "unit", "service", "state"], personal=False),
            count=sum(1 for case in found if case.agency_id == agency.pk),
            form="csv",
            by=person,
            at=at,
        )
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow([str(title) for title in _HEAD])
    for line in _told(_long(found, at)):
        table.writerow([cell(value) for value in line])
    response = HttpResponse(BYTE_ORDER_MARK + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="pending-over-60-days-{timezone.localtime(at):%Y-%m-%d}.csv"'
    )
    return response


_HEAD = (
    t("رقم الطلب", "Reference"),
    t("الوحدة", "Unit"),
    t("الخدمة", "Service"),
    t("الولاية", "Wilayat"),
    t("معلّق منذ", "On hold since"),
    t("الأيام", "Days"),
    t("السبب", "Cause"),
    t("موعد المراجعة", "Review on"),
    t("التمديدات", "Extensions"),
)


def _told(rows: Iterable[Long]) -> Iterable[list[str]]:
    for row in rows:
        case = row.case
        yield [
            case.reference,
            str(case.unit),
            str(case.service.name) if case.service else "",
            str(case.wilayat.name) if case.wilayat else "",
            f"{timezone.localtime(case.state_since):%Y-%m-%d}",
            str(row.days),
            str(row.reason),
            row.review.isoformat() if row.review else "",
            str(row.extensions),
        ]


def _visible(person: User, at: datetime) -> QuerySet[Case]:
    return cases.visible_to(person, at=at, right=Right.READ_AGEING) & cases.visible_to(person, at=at)


def _midnight(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _names(person: User, at: datetime) -> dict[int, Any]:
    return {unit.pk: unit for agency in directory.agencies_of(person, at) for unit in directory.all_units(agency)}


def _lines(rows: Sequence[ageing.Row], names: dict[int, Any], what: str) -> list[Line]:
    """The units, the one with the most first, and before them all together where there are several."""
    counted = [(names.get(row.unit_id), row.unit_id, getattr(row, what)) for row in rows]
    counted.sort(key=lambda one: (-sum(one[2].values()), one[1]))
    lines = [_line(name, unit_id, counts, what) for name, unit_id, counts in counted]
    if len(lines) < 2:
        return lines
    together = {band.code: sum(counts[band.code] for _, _, counts in counted) for band in ageing.BANDS}
    return [_line(t("كل الوحدات", "All units"), None, together, what), *lines]


def _line(name: Any, unit_id: int | None, counts: dict[str, int], what: str) -> Line:
    total = sum(counts.values())
    cells = [
        Cell(
            counts[band.code],
            _shade(counts[band.code], total),
            _address(unit_id, what, band.code),
            say("{unit}، {band}: {n}", "{unit}, {band}: {n}", unit=name, band=band.label, n=counts[band.code]),
        )
        for band in ageing.BANDS
    ]
    whole = Cell(total, 0, _address(unit_id, what, ""), say("{unit}: {n}", "{unit}: {n}", unit=name, n=total))
    return Line(name, cells, whole)


def _shade(count: int, total: int) -> int:
    return next(shade for share, shade in _SHADES if count >= share * total) if count else 0


def _address(unit_id: int | None, what: str, band: str) -> str:
    given = {"view": "open", "whose": "all", "order": "oldest"}
    if unit_id is not None:
        given["unit"] = str(unit_id)
    if what == "held":
        given |= {"state": "held"} | ({"lasting": band} if band else {})
    elif band:
        given["age"] = band
    return f"{reverse('desk:home')}?{urlencode(given)}"


def _causes(visible: QuerySet[Case], person: User, at: datetime) -> list[dict[str, Any]]:
    agency = directory.own_agency(person, at)
    names = pending.reason_words
    found = [
        (names(agency.pk, code) if agency and code else Localized(ar="لم يُذكر", en="Not recorded"), n, missed)
        for code, n, missed in ageing.causes(visible)
    ]
    if unknown := ageing.without_reason(visible):
        found.append((Localized(ar="وردت من نظام سابق دون سبب", en="Brought in without a reason"), unknown, 0))
    total = sum(n for _, n, _ in found) or 1
    return [{"name": name, "n": n, "missed": missed, "share": round(100 * n / total)} for name, n, missed in found]


def _long(found: Sequence[Case], at: datetime) -> list[Long]:
    holds, today = ageing.present_holds(found), timezone.localtime(at).date()
    rows = []
    for case in found:
        held = holds.get(case.pk)
        rows.append(
            Long(
                case,
                (today - timezone.localtime(case.state_since).date()).days,
                pending.reason_words(case.agency_id, held.reason) if held and held.reason else "—",
                held.review_on if held else case.review_on,
                held.number if held else 0,
                bool(held and held.review_on < today),
            )
        )
    return rows
