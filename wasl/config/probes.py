"""What only the roof sees: migrations that wait, and the certificate of the site."""

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from wasl.core.i18n import t
from wasl.core.probes import Finding, Level, probe

SOON, NOW = 21, 3  # days before the certificate ends
PATIENCE = 3.0
ASK_AGAIN_AFTER = 3600


@probe("migrations", t("تحديثات الجداول", "Migrations"), order=35)
def migrations(at: datetime) -> Finding:
    """Are the tables as this release wants them?"""
    waiting = len(_known_migrations() - MigrationRecorder(connection).applied_migrations().keys())
    if not waiting:
        return Finding(
            Level.OK, t("الجداول على آخر إصدار.", "The tables are up to date."), "", 0, "wasl_migrations_waiting"
        )
    return Finding(
        Level.BAD,
        t(
            "تحديثات لم تُنفَّذ على الجداول: {n}. بعض الصفحات قد لا تعمل.",
            "{n} migrations wait; some pages may not work.",
            n=waiting,
        ),
        t("نفّذ: wasl prepare", "Give: wasl prepare"),
        waiting,
        "wasl_migrations_waiting",
    )


@probe("certificate", t("شهادة الموقع", "Certificate of the site"), order=36, needs_database=False)
def certificate(at: datetime) -> Iterator[Finding]:
    """How long is the certificate of the public address good for? Looked at once an hour; nothing without https."""
    parts = urlsplit(settings.WASL_BASE_URL)
    if parts.scheme != "https" or settings.WASL_MODE != "production":
        return
    try:
        ends_at = _ends_at(parts.hostname or "", parts.port or 443, int(time.time() // ASK_AGAIN_AFTER))
    except (OSError, ssl.SSLError, ValueError) as error:
        yield _unseen(error)
        return
    days = (ends_at - datetime.now(UTC)).total_seconds() / 86_400
    level = Level.BAD if days < NOW else Level.WARN if days < SOON else Level.OK
    yield Finding(
        level,
        t("شهادة الموقع صالحة {n} يوماً بعد.", "The certificate is good for {n} more days.", n=max(int(days), 0)),
        "" if level is Level.OK else t("جدّدها في الخادم الأمامي.", "Renew it at the web server in front."),
        days * 86_400,
        "wasl_certificate_left_seconds",
    )


def _unseen(error: Exception) -> Finding:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Finding(
            Level.BAD,
            t("شهادة الموقع لا تُقبل: {why}.", "The certificate is not accepted: {why}.", why=error.verify_message),
            t("جدّدها في الخادم الأمامي.", "Renew it at the web server in front."),
        )
    return Finding(
        Level.OK,
        t("لا يُرى الموقع من هذا الجهاز بعنوانه العام.", "The public address cannot be reached from this machine."),
    )


@lru_cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


@lru_cache(maxsize=4)
def _ends_at(host: str, port: int, hour: int) -> datetime:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=PATIENCE) as line,
        context.wrap_socket(line, server_hostname=host) as safe,
    ):
        found = safe.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(found["notAfter"])), UTC)
