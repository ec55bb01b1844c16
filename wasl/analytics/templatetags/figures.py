"""Tags of the figures: a number that opens its list, a definition one click away, and the pictures."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template import loader
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from wasl.analytics import drawings
from wasl.analytics.asked import Question
from wasl.analytics.board import Aim, Board, Link, Row, Step
from wasl.analytics.measures import MEASURES
from wasl.analytics.measures.arithmetic import Growth, GrowthKind, Rate
from wasl.analytics.queries import Spread
from wasl.core.i18n import language, say
from wasl.web import bidi, figures, moments
from wasl.web.addresses import address
from wasl.web.icons import icon

register = template.Library()


@register.simple_tag
def listed(link: Link, css: str = "") -> SafeString:
    """A number; a link to its cases where there is a list to open."""
    shown = figures.number(link.value)
    # Safe: classes are our own, figures hold no markup. Half a dashboard is made of these.
    if not link.address:
        return mark_safe(f'<bdi class="num {css}">{shown}</bdi>')  # noqa: S308
    leads = bidi.escaped(address("analytics:cases") + link.address)
    return mark_safe(f'<a class="num {css}" href="{leads}">{shown}</a>')  # noqa: S308


@register.simple_tag
def part_rows(rows: Iterable[Row], *, explained: bool = False) -> SafeString:
    """The lines of a breakdown: name, bar, number and share. Made here, as a dashboard has forty of them."""
    # Safe: every value was escaped on its way into its part.
    return mark_safe("".join([_part_row(row, explained=explained) for row in rows]))  # noqa: S308


def _part_row(row: Row, *, explained: bool) -> str:
    name: str = bidi.isolate(row.name)
    if row.narrower:
        part = bidi.escaped(bidi.isolate_plain(row.name))
        title = say("ضيّق المؤشرات إلى {part}", "Narrow the figures to {part}", part=part)
        told = f' title="{title}"' if explained else ""
        name = f'<a href="{bidi.escaped(row.narrower)}"{told}>{name}</a>'
    share = bidi.isolate_ltr(figures.percent(row.percent, 1))
    return (
        f'<tr><th scope="row">{name}</th><td><span class="barcell">{drawings.bar(row.width)}'
        f'<b>{listed(row.received)}</b><span class="mut">{share}</span></span></td></tr>'
    )


@register.simple_tag
def course_rows(steps: Iterable[Step]) -> SafeString:
    """The lines of the table under the course."""
    lines = (
        f'<tr><th scope="row">{moments.day_short(step.first)}</th><td class="n">{listed(step.received)}</td>'
        f'<td class="n">{listed(step.finished)}</td></tr>'
        for step in steps
    )
    return mark_safe("".join(lines))  # noqa: S308 (days and figures)


@register.filter
def rate(value: Rate | None, places: int = 1) -> SafeString:
    """A rate as it is printed; a dash where there is nothing to take it of."""
    percent = value.percent(places) if value is not None else None
    return bidi.isolate_ltr(figures.percent(percent, places)) if percent is not None else SafeString("–")


@register.filter
def amount(value: Decimal | None, places: int = 1) -> str:
    """A computed number as it is printed; a dash where there is none."""
    return figures.number(value, places) if value is not None else "–"


@register.filter
def nearly(printed: str, spread: Spread | None) -> SafeString:
    """The mark of a number that was told from steps of lengths."""
    if spread is None or not spread.is_near or printed == "–":
        return format_html("{}", printed)
    return format_html('<abbr class="near" title="{}">≈</abbr>&nbsp;{}', say("بدقة 1%", "to within 1%"), printed)


@register.filter
def known_at(question: Question) -> SafeString:
    """The hour of the as-of moment: to the second where figures are kept ready and are some seconds old."""
    moment = question.as_of.astimezone(question.reader.agency.zone)
    return bidi.isolate_ltr(f"{moment:%H:%M:%S}" if question.is_kept else f"{moment:%H:%M}")


@register.simple_tag
def definition(code: str, words: str = "") -> SafeString:
    """The button that opens the definition of a measure, which stands once on the page (`definitions_shown`)."""
    name = str(MEASURES[code].name)
    label = words or say("التعريف", "Definition")
    return format_html(
        '<button type="button" class="what noprint" popovertarget="what-{}">'
        '{}<span>{}<span class="sr">: {}</span></span></button>',
        code, icon("info"), label, name,
    )  # fmt: skip


@register.simple_tag
def definitions_shown(*codes: str) -> SafeString:
    """The definitions the buttons of this page open."""
    return _definitions(codes, language(), address("analytics:definitions"))


@lru_cache(maxsize=64)
def _definitions(codes: tuple[str, ...], in_language: str, where: str) -> SafeString:
    # They stand in the source, so for one language they are the same as long as the process lives.
    told = {"measures": [MEASURES[code] for code in codes], "address": where}
    return loader.render_to_string("analytics/parts/definitions.html", told)


@register.simple_tag
def grown(growth: object, good: str = "", against: str = "") -> SafeString:
    """How a figure moved, with the kind of growth in words; `good` is "up" or "down", or neither."""
    if not isinstance(growth, Growth):  # nothing to compare with
        return SafeString("")
    printed = growth.printed(1)
    direction = "up" if printed > 0 else "down" if printed < 0 else "same"
    tone = "" if not good or direction == "same" else "ok-t" if direction == good else "bad-t"
    mark = {"up": "trending-up", "down": "trending-down"}.get(direction, "minus")
    return format_html(
        '<span class="grown {}">{}<bdi class="num" dir="ltr">{}</bdi> {} <span class="mut">{}</span></span>',
        tone, icon(mark), _signed(printed, growth.kind), growth.kind.label, against,
    )  # fmt: skip


@register.simple_tag
def aimed(aim: object) -> SafeString:
    """The target of a figure with whether it is reached, in a mark and a word."""
    if not isinstance(aim, Aim):
        return SafeString("")
    shown = figures.percent(aim.value.normalize()) if aim.unit == "percent" else figures.number(aim.value)
    words = {True: say("تحقق", "reached"), False: say("لم يتحقق", "not reached"), None: ""}[aim.met]
    tone = {True: "ok-t", False: "warn-t", None: "mut"}[aim.met]
    return format_html(
        '<span class="grown {}">{}{} <bdi class="num" dir="ltr">{}</bdi> {}</span>',
        tone, icon("flag"), say("الهدف", "target"), shown, words,
    )  # fmt: skip


def _signed(value: Decimal, kind: GrowthKind) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    shown = figures.number(abs(value), 1)
    return sign + (shown if kind is GrowthKind.POINTS else figures.percent(abs(value), 1))


@register.simple_tag
def hbar(width: float, tone: Any = "") -> SafeString:
    """A bar of a breakdown."""
    return drawings.bar(width, f"tone{tone}" if isinstance(tone, int) else tone)


@register.simple_tag
def rate_mark(value: Rate, lowest: int = 0) -> SafeString:
    """A rate as a dot on a line from `lowest` to 100."""
    return drawings.mark(value.percent(1), lowest=lowest)


@register.simple_tag
def course_chart(board: Board) -> SafeString:
    """The course of a board as a picture."""
    steps = board.course
    label = say(
        "الوارد والمنجز في الفترة: ورد {came} وأُنجز {done}. الأرقام في الجدول تحت الرسم.",
        "Received and completed in the period: {came} received, {done} completed. The table below has the numbers.",
        came=sum(step.received.value for step in steps),
        done=sum(step.finished.value for step in steps),
    )
    return drawings.course(
        list(_step_labels(board)),
        [step.received.value for step in steps],
        [step.finished.value for step in steps],
        names=(say("ورد", "received"), say("أُنجز", "completed")),
        label=label,
    )


def _step_labels(board: Board) -> Iterable[str]:
    for step in board.course:
        if board.step == "month":
            yield moments.month_name(step.first.month)
        else:
            yield figures.digits(f"{step.first.day}/{step.first.month}")
