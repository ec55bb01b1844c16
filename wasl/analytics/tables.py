"""The figures as a table for other programs: one row a figure, each with its definition's code and version."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from wasl.analytics.board import Board, Table
from wasl.analytics.measures import EDITION, MEASURES
from wasl.analytics.measures.arithmetic import Rate
from wasl.analytics.measures.definitions import UNITS
from wasl.analytics.queries import REVIEWS
from wasl.core.i18n import say

_HEAD = ("section", "part", "code", "name", "value", "unit", "of", "version")
# A cell that begins so would be run as a formula by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(board: Board) -> str:
    """The whole dashboard, with the question in front; begins with the mark by which spreadsheets know UTF-8."""
    written = io.StringIO()
    rows = csv.writer(written)
    for row in _about(board):
        rows.writerow([_safe(cell) for cell in row])
    rows.writerow(_HEAD)
    for row in _figures(board):
        rows.writerow([_safe(cell) for cell in row])
    return "\ufeff" + written.getvalue()


def _about(board: Board) -> Iterator[tuple[Any, ...]]:
    question = board.question
    yield (say("الجهة", "Agency"), str(question.reader.agency))
    if question.unit is not None:
        yield (say("الوحدة", "Unit"), str(question.unit))
    yield (say("الفترة", "Period"), question.period.from_on.isoformat(), question.period.to_on.isoformat())
    yield (say("تاريخ القياس", "As of"), question.as_of.astimezone(question.cohort.zone).isoformat(timespec="seconds"))
    yield (
        say("التصفية", "Narrowed to"),
        question.query(period="", on="", from_="", to="", as_of="", against="").lstrip("?"),
    )
    yield (say("إصدار التعاريف", "Edition of the definitions"), EDITION)
    if board.left_out:
        yield (say("الطلبات السرية غير محسوبة", "Confidential cases are left out"),)


def _figures(board: Board) -> Iterator[tuple[Any, ...]]:
    yield from _totals(board)
    for name, table in (
        ("channel", board.channels),
        ("service", board.services),
        ("unit", board.units),
        ("wilayat", board.wilayats),
        ("importance", board.classes),
    ):
        yield from _parts(name, table)
    yield from _reviews(board)
    for name, link, *_ in board.ages:
        yield _row("age", name, "backlog", link.value)
    for step in board.course:
        yield _row("course", step.first.isoformat(), "received", step.received.value)
        yield _row("course", step.first.isoformat(), "finished", step.finished.value)


def _totals(board: Board) -> Iterator[tuple[Any, ...]]:
    total = say("الكل", "All")
    for code, link in board.links.items():
        yield _row("total", total, code, link.value)
    for code, one in board.rates.items():
        yield _row("total", total, code, one)
    answers = board.figures.satisfaction
    computed = {
        "cycle_time": board.cycle["cycle"],
        "acknowledge_time": board.cycle["acknowledge"],
        "first_response_time": board.cycle["response"],
        "csat": answers.mean if answers.is_telling else None,
    }
    for code, value in computed.items():
        yield _row("total", total, code, None if value is None else round(value, 2))
    for code, aim in board.aims.items():
        yield _row("target", total, code, aim.value)
    if board.contacts is not None:
        yield _row("total", total, "contacts", board.contacts_total)
        for channel, number in board.contact_parts:
            yield _row("channel", channel, "contacts", number)


def _reviews(board: Board) -> Iterator[tuple[Any, ...]]:
    for section, row in [("total", board.reviewed), *(("unit", row) for row in board.reviewed_units)]:
        part = row.name
        links = (row.asked, row.decided, row.upheld, row.late)
        for code, link in zip(REVIEWS, links, strict=True):
            yield _row(section, part, code, link.value)
        yield _row(section, part, "review_upheld_rate", row.share)
        yield _row(section, part, "review_late_rate", Rate(row.late.value, row.asked.value))


def _parts(name: str, table: Table) -> Iterable[tuple[Any, ...]]:
    for row in table.rows:
        yield _row(name, row.name, "received", row.received.value)
        if row.part is not None:
            for code in ("completed", "first_contact", "on_time", "late", "open", "overdue"):
                yield _row(name, row.name, code, row.part[code])


def _row(section: str, part: str, code: str, value: Any) -> tuple[Any, ...]:
    one = MEASURES[code]
    of = f"{value.part}/{value.whole}" if isinstance(value, Rate) else ""
    shown = value.percent(2) if isinstance(value, Rate) else value
    return (section, part, code, str(one.name), "" if shown is None else shown, str(UNITS[one.unit]), of, one.version)


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
