"""Logs as JSON lines with the ids of request, job and case. No personal values: whoever logs passes ids only."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

FIELDS = ("request_id", "job_id", "case_id")
# What the line about an answered request tells besides.
REQUEST_FIELDS = ("route", "method", "status", "duration_ms", "agency_id", "user_id")
_context: ContextVar[dict[str, Any]] = ContextVar("wasl_log_context", default={})  # noqa: B039 (never changed in place)


@contextmanager
def context(**ids: Any) -> Iterator[None]:
    """Name what the lines of a block belong to: `with logs.context(request_id=…)`."""
    unknown = set(ids) - set(FIELDS)
    if unknown:
        raise ValueError(f"not a log field: {', '.join(sorted(unknown))}")
    token = _context.set({**_context.get(), **ids})
    try:
        yield
    finally:
        _context.reset(token)


def current(name: str) -> Any:
    """The id that is named now, or None."""
    return _context.get().get(name)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ts, level, logger, message, ids; an exception as its text."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        ids = _context.get()
        for name in FIELDS:
            value = getattr(record, name, None) or ids.get(name)
            if value is not None:
                line[name] = value
        for name in REQUEST_FIELDS:
            if (value := getattr(record, name, None)) is not None:
                line[name] = value
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
