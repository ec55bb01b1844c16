"""The pictures of the figures, made on the server: the same on screen and on paper, no script, no inline style."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wasl.web.figures import number

_WIDTH, _HEIGHT = 830, 206
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 738, 14, 172
_MOST_LABELS = 13


def course(
    labels: Sequence[str], received: Sequence[int], finished: Sequence[int], *, names: tuple[str, str], label: str
) -> SafeString:
    """Two lines over time, from left to right in both languages, from zero; the table beside it is its other form."""
    top = _ceiling(max([*received, *finished, 1]))
    across = (_RIGHT - _LEFT) / max(len(labels) - 1, 1)

    def point(place: int, value: int) -> tuple[str, str]:
        return f"{_LEFT + across * place:.1f}", f"{_BOTTOM - (_BOTTOM - _TOP) * value / top:.1f}"

    parts = [_grid(top), _labels(labels, across)]
    ends = []
    for values, name, css in ((finished, names[1], "done"), (received, names[0], "came")):
        points = [point(place, value) for place, value in enumerate(values)]
        line = " ".join(",".join(one) for one in points)
        parts.append(format_html('<polyline class="line {}" points="{}"/>', css, line))
        if points:
            parts.append(format_html('<circle class="end {}" cx="{}" cy="{}" r="4"/>', css, *points[-1]))
            ends.append((float(points[-1][1]), name, css))
    parts.append(_names(ends))
    return format_html(
        '<svg class="course" viewBox="0 0 {} {}" role="img" aria-label="{}" direction="ltr">{}</svg>',
        _WIDTH, _HEIGHT, label, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _ceiling(value: int) -> int:
    """A round number not below the value that divides into four."""
    step = 1
    while True:
        for factor in (4, 8, 12, 20, 40):
            if factor * step >= value:
                return factor * step
        step *= 10


def _grid(top: int) -> SafeString:
    lines = []
    for quarter in range(5):
        height = _BOTTOM - (_BOTTOM - _TOP) * quarter / 4
        lines.append((_LEFT, f"{height:.1f}", _RIGHT, _LEFT - 8, f"{height + 4:.1f}", number(top * quarter // 4)))
    return format_html_join(
        "", '<path class="rule" d="M{} {}H{}"/><text class="tick" x="{}" y="{}" text-anchor="end">{}</text>', lines
    )


def _labels(labels: Sequence[str], across: float) -> SafeString:
    every = -(-len(labels) // _MOST_LABELS)
    shown = [(f"{_LEFT + across * place:.1f}", text) for place, text in enumerate(labels) if place % every == 0]
    return format_html_join("", '<text class="tick" x="{}" y="192" text-anchor="middle">{}</text>', shown)


def _names(ends: Sequence[tuple[float, str, str]]) -> SafeString:
    """The names of the lines at their ends, kept apart."""
    heights = [height for height, _, _ in ends]
    if len(heights) == 2 and abs(heights[0] - heights[1]) < 18:
        middle, first_below = sum(heights) / 2, heights[0] >= heights[1]
        heights = [middle + 9, middle - 9] if first_below else [middle - 9, middle + 9]
    return format_html_join(
        "",
        '<text class="name {}" x="{}" y="{}" text-anchor="start">{}</text>',
        ((css, _RIGHT + 10, f"{height + 5:.1f}", name) for height, (_, name, css) in zip(heights, ends, strict=True)),
    )


def bar(width: float, tone: str = "") -> SafeString:
    """A bar of a breakdown, 0-100, that grows from the reading side; the number stands beside it as text."""
    return format_html(
        '<svg class="hbar {}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="10"/></svg>',
        tone, f"{max(width, 0.5 if width else 0):.1f}",
    )  # fmt: skip


def mark(percent: Decimal | None, *, lowest: int) -> SafeString:
    """Where a rate lies between `lowest` and 100: a dot on a line, so that rows compare at a glance."""
    if percent is None:
        return SafeString("")
    place = max(0.0, min(100.0, 100 * (float(percent) - lowest) / (100 - lowest)))
    return format_html(
        '<svg class="mark" viewBox="0 0 100 12" aria-hidden="true">'
        '<path d="M6 6H94M6 2V10M94 2V10"/><circle cx="{}" cy="6" r="5"/></svg>',
        f"{6 + 0.88 * place:.1f}",
    )  # fmt: skip
