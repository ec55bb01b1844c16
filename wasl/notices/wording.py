"""Putting values into a wording: plain text with isolated values, and the same as HTML. Pure functions.

Only `{name}` is a place. There are no attributes, no indexes and no formats, so a wording written in the admin can
reach nothing but the values it is given.
"""

import re
from collections.abc import Mapping

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from wasl.core.text import clean
from wasl.web import bidi

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_BUTTON = re.compile(r"^(?P<label>[^{}:：]{2,60})[:：]\s*\{(?P<link>[a-z0-9_]*link)\}$")
# What always reads from left to right.
_LEFT_TO_RIGHT = ("reference", "main_reference", "phone", "email")

Values = Mapping[str, str]


def places(text: str) -> set[str]:
    """The names of the places in a wording."""
    return set(_PLACE.findall(text))


def plain(text: str, values: Values) -> str:
    """The wording as plain text. A link stands bare, as readers make it clickable together with what touches it."""
    lines = [_PLACE.sub(lambda match: _plain_value(match[1], values), line) for line in _told_lines(text, values)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def as_html(text: str, values: Values) -> SafeString:
    """The wording as paragraphs, each value in an element of its own; lines that offer a link become buttons."""
    blocks = re.split(r"\n\s*\n", "\n".join(_told_lines(text, values)))
    return format_html_join("\n", "{}", ((_block(block, values),) for block in blocks if block.strip()))


def _told_lines(text: str, values: Values) -> list[str]:
    """The lines to tell: without those whose places are all empty."""
    return [line for line in text.split("\n") if not places(line) or any(values.get(name) for name in places(line))]


def _block(block: str, values: Values) -> SafeString:
    pieces: list[SafeString] = []
    sentences: list[SafeString] = []
    for line in block.split("\n"):
        button = _BUTTON.match(line.strip())
        if button is None:
            sentences.append(_sentence(line, values))
        else:
            pieces += _paragraph(sentences)
            sentences = []
            pieces.append(_button(button["label"].strip(), values.get(button["link"], "")))
    pieces += _paragraph(sentences)
    return format_html_join("\n", "{}", ((piece,) for piece in pieces))


def _paragraph(sentences: list[SafeString]) -> list[SafeString]:
    if not sentences:
        return []
    joined = format_html_join(SafeString("<br>"), "{}", ((sentence,) for sentence in sentences))
    return [format_html('<p style="margin:0 0 16px">{}</p>', joined)]


def _button(label: str, link: str) -> SafeString:
    return format_html(
        '<p style="margin:0 0 12px"><a href="{}" style="display:inline-block;padding:12px 22px;border-radius:8px;'
        'background:#0b5c52;color:#ffffff;text-decoration:none;font-weight:600">{}</a></p>',
        link if link.startswith(("https://", "http://")) else "",
        label,
    )


def _sentence(line: str, values: Values) -> SafeString:
    pieces: list[SafeString] = []
    end = 0
    for match in _PLACE.finditer(line):
        pieces += [SafeString(conditional_escape(line[end : match.start()])), _html_value(match[1], values)]
        end = match.end()
    pieces.append(SafeString(conditional_escape(line[end:])))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _html_value(name: str, values: Values) -> SafeString:
    value = clean(values.get(name, ""))
    if name.endswith("link"):
        return (
            format_html('<a href="{0}" style="color:#0b5c52">{0}</a>', value)
            if value.startswith("http")
            else SafeString("")
        )
    if name in _LEFT_TO_RIGHT:
        return format_html('<bdi dir="ltr" style="white-space:nowrap;font-weight:600">{}</bdi>', value)
    lines = format_html_join(SafeString("<br>"), "{}", ((line,) for line in value.split("\n")))
    return format_html("<bdi>{}</bdi>", lines)


def _plain_value(name: str, values: Values) -> str:
    value = clean(values.get(name, ""))
    if name.endswith("link"):
        return value
    if name in _LEFT_TO_RIGHT:
        return bidi.isolate_plain_ltr(value)
    # A value of several lines (an answer, a reason) stands for itself: marks do not reach over a line's end.
    return value if "\n" in value else bidi.isolate_plain(value)
