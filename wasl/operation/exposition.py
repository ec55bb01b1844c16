"""The figures of this process and of the house in Prometheus' text format, version 0.0.4: `GET /metrics`.

Requests are those of the process that answers; what comes from the database is the same on every machine. Labels hold
rooms, codes of accounts and levels: nothing of a case or of a person.
"""

import hmac
import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

import wasl
from wasl.core import clock, probes
from wasl.core.probes import Answer
from wasl.web import client, traffic

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
# Several collectors, or an eager one, cost the database one look in so many seconds.
ASK_AGAIN_AFTER = 5.0
_PAGE = os.sysconf("SC_PAGE_SIZE")

HELP = {
    "wasl_info": ("gauge", "The release that runs"),
    "wasl_requests_total": ("counter", "Requests answered by this process"),
    "wasl_request_seconds": ("histogram", "How long requests took"),
    "wasl_refused_total": ("counter", "Requests this process asked to come again, as too many came at once"),
    "wasl_refusing_seconds": ("gauge", "Seconds of the last five minutes in which requests were refused"),
    "wasl_process_memory_bytes": ("gauge", "Resident memory of this process"),
    "wasl_process_start_seconds": ("gauge", "When this process began, Unix time"),
    "wasl_health": ("gauge", "Level of each finding: 0 well, 1 warning, 2 bad"),
    "wasl_queue_age_seconds": ("gauge", "How long the oldest due job has waited"),
    "wasl_parked_jobs": ("gauge", "Jobs that were given up and wait for a person"),
    "wasl_failed_rounds": ("gauge", "Regular rounds that failed within the last hour"),
    "wasl_outbox_waiting": ("gauge", "Messages that have not gone out"),
    "wasl_outbox_age_seconds": ("gauge", "Age of the oldest message that has not gone out"),
    "wasl_parked_deliveries": ("gauge", "Incoming messages that wait for a person"),
    "wasl_unread_deliveries": ("gauge", "Incoming messages that were not read yet"),
    "wasl_account_error_share": ("gauge", "Share of tries within the hour that failed, by channel account"),
    "wasl_live_connections": ("gauge", "Desks that listen to this process"),
    "wasl_backup_age_seconds": ("gauge", "Age of the last checked backup"),
    "wasl_disk_free_bytes": ("gauge", "Room on the disk of the files"),
    "wasl_database_up": ("gauge", "Whether the database answers"),
}

_began_at = time.time()
_lock = threading.Lock()
_seen: list[tuple[float, list[Answer]]] = []


def may_read(scope: Any) -> bool:
    """Whether whoever asks may see the figures: by its address, or by the token of the settings.

    An address counts only where nobody forwarded the request, or proxies of ours did: behind a proxy that the settings
    do not name, everybody seems to be this machine.
    """
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    token = settings.WASL_METRICS_TOKEN
    if token and hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {token}".encode()):
        return True
    nearest = (scope.get("client") or ("",))[0]
    trusted = tuple(settings.WASL_TRUSTED_PROXIES)
    is_forwarded = "x-forwarded-for" in headers or "forwarded" in headers
    if is_forwarded and not client.is_trusted(nearest, trusted):
        return False
    visitor = client.forwarded_address(nearest, headers.get("x-forwarded-for", ""), trusted)
    return bool(visitor) and client.is_trusted(visitor, tuple(settings.WASL_METRICS_FROM))


def text() -> str:
    """All figures."""
    lines = [*_own(), *_requests(), *_findings(_answers())]
    return "\n".join(_with_help(lines)) + "\n"


def _answers() -> list[Answer]:
    with _lock:
        if not _seen or time.monotonic() - _seen[0][0] > ASK_AGAIN_AFTER:
            try:
                _seen[:] = [(time.monotonic(), probes.ask_all(clock.now()))]
            finally:
                connection.close()
        return _seen[0][1]


def _own() -> Iterator[str]:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    yield _line("wasl_info", 1, version=wasl.__version__, mode=settings.WASL_MODE)
    yield _line("wasl_process_memory_bytes", pages * _PAGE)
    yield _line("wasl_process_start_seconds", _began_at)


def _requests() -> Iterator[str]:
    tallies = traffic.tallies()
    for (room, status), tally in tallies.items():
        yield _line("wasl_requests_total", tally.count, room=room, status=status)
    for lane in ("people", "programs"):
        yield _line("wasl_refused_total", traffic.refusals().get(lane, 0), lane=lane)
    for (room, status), tally in tallies.items():
        below = 0
        for bound, count in zip((*map(str, traffic.BOUNDS), "+Inf"), tally.buckets, strict=True):
            below += count
            yield _line("wasl_request_seconds_bucket", below, room=room, status=status, le=bound)
        yield _line("wasl_request_seconds_sum", tally.seconds, room=room, status=status)
        yield _line("wasl_request_seconds_count", tally.count, room=room, status=status)


def _findings(answers: Iterable[Answer]) -> Iterator[str]:
    found = list(answers)
    for answer in found:
        yield _line("wasl_health", answer.finding.level.rank, probe=answer.probe.code, key=answer.finding.key)
    for answer in sorted(found, key=lambda one: one.finding.metric):
        finding = answer.finding
        if finding.metric and finding.figure is not None:
            labels = {"key": finding.key} if answer.probe.code == "account" else {}
            yield _line(finding.metric, finding.figure, **labels)


def _with_help(lines: Iterable[str]) -> Iterator[str]:
    told: set[str] = set()
    for line in lines:
        name = line.split("{", 1)[0].split(" ", 1)[0]
        family = next((one for one in (name, name.rpartition("_")[0]) if one in HELP), name)
        if family not in told:
            told.add(family)
            kind, about = HELP.get(family, ("gauge", "See the health page"))
            yield f"# HELP {family} {about}"
            yield f"# TYPE {family} {kind}"
        yield line


def _line(name: str, value: float, **labels: str) -> str:
    shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{shown}}} {_number(value)}" if shown else f"{name} {_number(value)}"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.6f}".rstrip("0")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
