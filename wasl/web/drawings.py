"""Small drawings made on the server, as pages may carry no inline style: bars of clocks and strips of days."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Stretch:
    """A part of a day strip: where it starts and how wide it is (0-100), and what it is.

    `kind` is counted, open (still to come) or paused; what is not drawn does not count.
    """

    start: float
    width: float
    kind: str


def bar(value: float, tone: str = "", label: str = "", ticks: Iterable[float] = ()) -> SafeString:
    """How much of something is used up, 0-100, from the reading side; white ticks mark its steps."""
    filled = max(0.0, min(100.0, float(value)))
    marks = format_html_join(
        "", '<rect class="tick" x="{}" width="0.6" height="8"/>', ((f"{tick:g}",) for tick in ticks)
    )
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 8" preserveAspectRatio="none" {}>'
        '<rect width="{}" height="8"/>{}</svg>',
        tone, voice, f"{filled:g}", marks,
    )  # fmt: skip


def day_bar(stretches: Iterable[Stretch]) -> SafeString:
    """One day of the strip that explains a promise."""
    parts = format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" height="9"/>',
        ((part.kind, f"{part.start:g}", f"{part.width:g}") for part in stretches),
    )
    return format_html(
        '<svg class="daybar" viewBox="0 0 100 9" preserveAspectRatio="none" aria-hidden="true">{}</svg>', parts
    )
