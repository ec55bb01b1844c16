"""What the processes write: JSON lines on standard output, with ids and without personal values.

Two libraries would leak some: Django names the path of a failed request, which may hold a private tracking link, and
PostgreSQL's errors quote the row in their DETAIL. Both are taken out here.
"""

import json
import logging
import re
from types import TracebackType
from typing import Any

from django.urls import Resolver404, resolve
from django.urls.exceptions import NoReverseMatch

from wasl.web.logs import JsonFormatter

_QUOTED_ROWS = re.compile(r"^(DETAIL|CONTEXT|QUERY|Failing row):? .*$", re.MULTILINE)
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Line(JsonFormatter):
    """A JSON line whose exception text quotes no row of the database."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 (logging's name)
        return _QUOTED_ROWS.sub(r"\1: left out", super().formatException(ei))


class Plain(Line):
    """The same for whoever reads with their own eyes: time, level, words, ids; an exception below."""

    def format(self, record: logging.LogRecord) -> str:
        line = json.loads(super().format(record))
        exception = line.pop("exception", "")
        head = f"{line.pop('ts')} {line.pop('level').upper():<7} {line.pop('logger')}: {line.pop('message')}"
        ids = " ".join(f"{name}={value}" for name, value in line.items())
        return "\n".join(part for part in (f"{head}  {ids}".rstrip(), exception) if part)


class RouteForPath(logging.Filter):
    """Write the route of a request ("follow/<token>/") where Django would write its path with the token in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            record.args = tuple(_route(path) if argument == path else argument for argument in record.args)
        return True


def _route(path: str) -> str:
    try:
        return f"/{resolve(path).route}"
    except (Resolver404, NoReverseMatch):
        return "/(no such page)"


_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "wasl.config.journal.Line"}},
    "filters": {"route": {"()": "wasl.config.journal.RouteForPath"}},
    "handlers": {
        "output": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
            "filters": ["route"],
        }
    },
    "root": {"handlers": ["output"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # One line for each job begun and done, with its arguments, is too much; failures are told.
        "procrastinate": {"level": "WARNING"},
        # aiosmtpd writes addresses of mail at lower levels.
        "mail": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
    },
}


def logging_for(form: str) -> dict[str, Any]:
    """Django's LOGGING for the form that the operator chose: "json" or "text"."""
    formatters = {"line": {"()": f"wasl.config.journal.{'Line' if form == 'json' else 'Plain'}"}}
    return {**_LOGGING, "formatters": formatters}
