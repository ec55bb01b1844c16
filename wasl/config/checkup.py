"""`wasl check`: looks at everything that must be right before Wasl can work, and says in sentences what is not."""

import io
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import django
import psycopg

from wasl.config import environment, guard
from wasl.config.environment import Environment
from wasl.config.runner.processes import home_of_package
from wasl.core.refusal import Refusal

OLDEST_POSTGRES = 15
LEAST_FREE_SPACE = 1024**3
MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587, "imap": 143, "imaps": 993, "imap+starttls": 143}


@dataclass(frozen=True)
class Finding:
    """One thing looked at. A warning is worth a thought; a fault must be mended."""

    level: str  # "good", "warning", "fault"
    arabic: str
    english: str


def main() -> int:
    """Print every finding; 1 when one of them is a fault."""
    findings = list(examine(environment.read()))
    signs = {"good": "✓", "warning": "!", "fault": "✗"}
    for finding in findings:
        print(f"{signs[finding.level]} {finding.english}\n  {finding.arabic}")
    return int(any(finding.level == "fault" for finding in findings))


def examine(chosen: Environment) -> Iterator[Finding]:
    """All findings, the ground first: what stands on something broken is not looked at."""
    yield from _names()
    yield from _home(chosen)
    yield from _browser_files()
    yield from _mail_servers(chosen)
    yield from _demo(chosen)
    database = list(_database(chosen))
    yield from database
    if all(finding.level != "fault" for finding in database):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
        django.setup()
        yield from _migrations()
        yield from _django(chosen)


def _names() -> Iterator[Finding]:
    for name, meant in environment.unknown_names(os.environ).items():
        arabic = f"لا يوجد إعداد اسمه {name}" + (f"؛ لعلك تقصد {meant}" if meant else "")
        english = f"There is no setting {name}" + (f"; did you mean {meant}?" if meant else ".")
        yield Finding("warning", arabic, english)
    yield Finding("good", "الإعدادات مقروءة", "The settings can be read")


def _home(chosen: Environment) -> Iterator[Finding]:
    for folder in (chosen.home, chosen.home / "files"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            yield Finding(
                "fault",
                f"لا يمكن الكتابة في {folder} ({error.strerror}). غيّر صلاحياته أو حدّد WASL_HOME.",
                f"{folder} cannot be written to ({error.strerror}). Change its owner or set WASL_HOME.",
            )
            return
    yield Finding("good", f"المجلد {chosen.home} قابل للكتابة", f"The home folder {chosen.home} can be written to")
    free = shutil.disk_usage(chosen.home).free
    if free < LEAST_FREE_SPACE:
        yield Finding(
            "warning",
            f"بقي على القرص {free // 1024**2} ميغابايت فقط. وسّع المساحة.",
            f"Only {free // 1024**2} MB are left on the disk of the home folder. Make room.",
        )


def _demo(chosen: Environment) -> Iterator[Finding]:
    try:
        guard.refuse_demo_in_production(chosen)
    except Refusal as refusal:
        yield Finding("fault", refusal.arabic, refusal.english)


def _browser_files() -> Iterator[Finding]:
    if (home_of_package() / "web" / "static" / "vendor").is_dir():
        yield Finding("good", "ملفات الواجهة مبنية", "The browser's files are built")
    else:
        yield Finding("fault", "ملفات الواجهة غير مبنية: نفّذ make", "The browser's files are not built: run `make`")


def _mail_servers(chosen: Environment) -> Iterator[Finding]:
    if chosen.mode == "production" and chosen.smtp_url is None:
        yield Finding(
            "fault",
            "لا خادم للبريد الصادر: حدّد WASL_SMTP_URL وإلا لم تصل أي رسالة إلى المستفيدين.",
            "There is no server for outgoing mail: set WASL_SMTP_URL, or no message will reach anybody.",
        )
    for name, url in (("WASL_SMTP_URL", chosen.smtp_url), ("WASL_IMAP_URL", chosen.imap_url)):
        if url is not None:
            yield _mail_server(name, url)


def _mail_server(name: str, url: str) -> Finding:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or MAIL_PORTS[parts.scheme]
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        return Finding(
            "fault",
            f"خادم البريد {host}:{port} لا يجيب ({error}). راجع {name} والجدار الناري.",
            f"The mail server {host}:{port} does not answer ({error}). Look at {name} and the firewall.",
        )
    return Finding("good", f"خادم البريد {host}:{port} يجيب", f"The mail server {host}:{port} answers")


def _database(chosen: Environment) -> Iterator[Finding]:
    try:
        with psycopg.connect(chosen.database_url_for("app"), connect_timeout=5) as connection:
            yield from _server(connection)
    except psycopg.OperationalError as error:
        why = str(error).strip().splitlines()[0]
        yield Finding(
            "fault",
            f"لا يمكن الوصول إلى قاعدة البيانات ({why}). شغّل wasl run أو راجع DATABASE_URL.",
            f"The database cannot be reached ({why}). Start `wasl run`, or look at DATABASE_URL.",
        )


def _server(connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Finding]:
    release = connection.info.server_version // 10_000
    if release < OLDEST_POSTGRES:
        yield Finding(
            "fault",
            f"PostgreSQL {release} قديم؛ يلزم {OLDEST_POSTGRES} أو أحدث.",
            f"PostgreSQL {release} is too old; {OLDEST_POSTGRES} or later is needed.",
        )
    else:
        yield Finding(
            "good", f"قاعدة البيانات تعمل (PostgreSQL {release})", f"The database works (PostgreSQL {release})"
        )
    encoding = connection.execute("SHOW server_encoding").fetchone()
    if encoding != ("UTF8",):
        yield Finding(
            "fault",
            "ترميز القاعدة ليس UTF8. أنشئها بالترميز UTF8.",
            "The database's encoding is not UTF8. Make it with ENCODING 'UTF8'.",
        )
    mighty = connection.execute("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
    if mighty == (True,):
        yield Finding(
            "warning",
            "الدور في DATABASE_URL أقوى مما يلزم. استعمل دوراً عادياً، وضع دور المالك في WASL_OWNER_DATABASE_URL.",
            "The role of DATABASE_URL may do more than it needs. Use a plain role there and the owner of the tables in "
            "WASL_OWNER_DATABASE_URL.",
        )


def _migrations() -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(
            "fault",
            f"جداول القاعدة ليست على آخر إصدار ({len(waiting)} تحديثاً): نفّذ wasl manage migrate",
            f"The tables are not up to date ({len(waiting)} migrations wait): run `wasl manage migrate`",
        )
    else:
        yield Finding("good", "جداول القاعدة على آخر إصدار", "The tables are up to date")


def _django(chosen: Environment) -> Iterator[Finding]:
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    told = io.StringIO()
    try:
        call_command("check", deploy=chosen.mode == "production", stdout=told, stderr=told)
    except SystemCheckError as error:
        yield Finding("fault", "فحص Django وجد خللاً (التفاصيل بالإنجليزية)", f"Django's own check: {error}")
        return
    words = told.getvalue().strip()
    if "WARNINGS" in words:
        yield Finding("warning", "فحص Django له ملاحظات (بالإنجليزية)", f"Django's own check: {words}")
    else:
        yield Finding("good", "فحص Django سليم", "Django's own check found nothing")
