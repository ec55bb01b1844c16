"""Calm pages that tell one thing: a message, or an error with its way on."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wasl.web import logs

_ICONS = {"ok": "circle-check", "warn": "triangle-alert", "bad": "octagon-alert", "info": "info"}


def message(
    request: HttpRequest,
    *,
    title: str,
    paragraphs: Iterable[str] = (),
    tone: str = "info",
    icon: str = "",
    actions: Iterable[tuple[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    """A page of one message; `actions` are (label, address), the first is the main one."""
    context = {
        "title": title,
        "paragraphs": list(paragraphs),
        "tone": tone,
        "icon_name": icon or _ICONS[tone],
        "actions": [{"label": label, "url": url} for label, url in actions],
        "request_id": logs.current("request_id") if status >= 500 else None,
    }
    return render(request, "web/message.html", context, status=status)
