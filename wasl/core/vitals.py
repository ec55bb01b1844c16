"""The probes of the ground floor: database, clock, disk, processes, queue, jobs that were given up."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from wasl.core import heartbeat, parked_jobs
from wasl.core.i18n import t
from wasl.core.probes import DATABASE, Finding, Level, probe

MEGABYTE = 1024 * 1024
# A home with less than this cannot take the files of a busy day; with less than the second not those of an hour.
LITTLE_ROOM, NO_ROOM = 2048 * MEGABYTE, 512 * MEGABYTE
LATE, VERY_LATE = 60.0, 300.0  # seconds that a job which is due may wait
SKEW, BIG_SKEW = 5.0, 60.0  # seconds between our clock and the database's
FULL_SHARE = 0.85  # of the connections that the server allows

QUEUE = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(since)), 0)::float8 FROM (
    SELECT coalesce(scheduled_at, (
        SELECT at FROM procrastinate_events event WHERE event.job_id = job.id AND type = 'deferred' LIMIT 1
    )) AS since
    FROM procrastinate_jobs job
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
    ORDER BY id LIMIT 1000
) AS due
"""
CONNECTIONS = """
SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int,
       current_setting('max_connections')::int
"""


@probe(DATABASE, t("قاعدة البيانات", "Database"), order=1, needs_database=False)
def database(at: datetime) -> Finding:
    """Does it answer, and has it connections left?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute(CONNECTIONS)
            used, most = cursor.fetchone()
    except (DatabaseError, InterfaceError):
        connection.close()
        return Finding(
            Level.BAD,
            t("قاعدة البيانات لا تجيب؛ لا يُستقبل شيء الآن.", "The database does not answer: nothing can be taken in."),
            t(
                "تأكد من أن PostgreSQL يعمل ومن مساحة القرص، وراجع logs/postgres.log. يعود كل شيء وحده حين تعود.",
                "See that PostgreSQL runs and its disk has room; logs/postgres.log says why. All goes on by itself "
                "when it is back.",
            ),
            0,
            "wasl_database_up",
        )
    if used >= most * FULL_SHARE:
        return Finding(
            Level.WARN,
            t(
                "الاتصالات بقاعدة البيانات تكاد تنفد: {used} من {most}.",
                "The connections to the database are nearly used up: {used} of {most}.",
                used=used,
                most=most,
            ),
            t(
                "ارفع max_connections، أو قلّل WASL_WEB_THREADS وWASL_JOBS_AT_ONCE.",
                "Raise max_connections, or lower WASL_WEB_THREADS and WASL_JOBS_AT_ONCE.",
            ),
            1,
            "wasl_database_up",
        )
    return Finding(Level.OK, t("تجيب.", "It answers."), figure=1, metric="wasl_database_up")


@probe("clock", t("الساعة", "Clock"), order=40)
def clocks(at: datetime) -> Finding:
    """Do this machine and the database agree what time it is? (The true time; the demo's clock may be moved.)"""
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((cursor.fetchone()[0] - before).total_seconds())
    figure: dict[str, Any] = {"figure": round(apart, 3), "metric": "wasl_clock_skew_seconds"}
    if apart < SKEW:
        return Finding(
            Level.OK, t("ساعة هذا الجهاز وساعة القاعدة متفقتان.", "This machine and the database agree."), **figure
        )
    return Finding(
        Level.BAD if apart >= BIG_SKEW else Level.WARN,
        t(
            "ساعة هذا الجهاز وساعة القاعدة مختلفتان بمقدار {n} ثانية؛ المواعيد قد لا تصح.",
            "This machine and the database are {n} seconds apart: due times may be wrong.",
            n=round(apart),
        ),
        t(
            "شغّل مزامنة الوقت (chrony أو systemd-timesyncd) على الجهازين.",
            "Start time synchronisation (chrony or systemd-timesyncd) on both machines.",
        ),
        **figure,
    )


@probe("disk", t("مساحة القرص", "Disk space"), order=5, needs_database=False)
def disk(at: datetime) -> Finding:
    """Is there room for files in the home folder?"""
    free = shutil.disk_usage(Path(settings.WASL_HOME)).free
    level = Level.BAD if free < NO_ROOM else Level.WARN if free < LITTLE_ROOM else Level.OK
    megabytes = free // MEGABYTE
    shown = f"{megabytes / 1024:.1f} GB" if megabytes >= 1024 else f"{megabytes} MB"
    return Finding(
        level,
        t("بقي على قرص الملفات {free}.", "{free} are left on the disk of the files.", free=shown),
        ""
        if level is Level.OK
        else t(
            "وسّع القرص أو انقل السجلات والنسخ القديمة عنه. حين يمتلئ يُطلب من المستفيد المحاولة لاحقاً ولا يضيع ما سُجّل.",
            "Enlarge the disk, or move logs and old backups off it. When it is full citizens are asked to come back; "
            "nothing that was taken is lost.",
        ),
        free,
        "wasl_disk_free_bytes",
    )


@probe("worker", t("العامل", "Worker"), order=10)
def worker(at: datetime) -> Finding:
    """Has a worker given a sign of life?"""
    return _sign_of_life(
        "worker",
        t("العامل يعمل.", "The worker works."),
        t(
            "العامل متوقف: لا تُرسل رسائل ولا تُحال الطلبات الجديدة.",
            "The worker stands still: no messages are sent and new cases are told to nobody.",
        ),
        t(
            "شغّله: systemctl restart wasl-worker. السجل: worker.log",
            "Start it: systemctl restart wasl-worker. Its log is worker.log",
        ),
    )


@probe("mail_door", t("باب البريد", "Mail door"), order=11)
def mail_door(at: datetime) -> Iterator[Finding]:
    """Has the mail door given a sign of life, where one is wanted?"""
    if getattr(settings, "WASL_MAIL_PORT", None) is not None:
        yield _sign_of_life(
            "mail",
            t("باب البريد مفتوح.", "The mail door is open."),
            t(
                "باب البريد مغلق: بريد المستفيدين ينتظر في خادمه.",
                "The mail door is closed: citizens' mail waits at its server.",
            ),
            t(
                "شغّله: systemctl restart wasl-mail. السجل: mail.log",
                "Start it: systemctl restart wasl-mail. Its log is mail.log",
            ),
        )


@probe("queue", t("قائمة الأعمال", "Queue"), order=12)
def queue(at: datetime) -> Iterator[Finding]:
    """How long has the oldest due job waited, and how many wait?"""
    with connection.cursor() as cursor:
        cursor.execute(QUEUE)
        waiting, oldest = cursor.fetchone()
    oldest = max(oldest, 0.0)
    level = Level.BAD if oldest > VERY_LATE else Level.WARN if oldest > LATE else Level.OK
    if level is Level.OK:
        yield Finding(
            level, t("تُنجز الأعمال في حينها.", "Jobs are done as they come."), "", oldest, "wasl_queue_age_seconds"
        )
    else:
        yield Finding(
            level,
            t(
                "أقدم عمل ينتظر منذ {minutes} دقيقة، والمنتظر {waiting}.",
                "The oldest job has waited {minutes} minutes; {waiting} wait.",
                minutes=max(round(oldest / 60), 1),
                waiting=waiting if waiting < 1000 else "1000+",
            ),
            t(
                "انظر هل العامل يعمل؛ إن كان يعمل فارفع WASL_JOBS_AT_ONCE أو شغّل عاملاً ثانياً.",
                "See whether the worker runs; if it does, raise WASL_JOBS_AT_ONCE or start a second worker.",
            ),
            oldest,
            "wasl_queue_age_seconds",
        )


@probe("jobs", t("أعمال لم تنجح", "Jobs that failed"), order=13)
def failed_jobs(at: datetime) -> Iterator[Finding]:
    """Which jobs were given up, and which rounds of housekeeping failed lately?"""
    parked = parked_jobs.parked()
    yield _parked(sum(count for _, count in parked), ", ".join(name for name, _ in parked[:3]))
    rounds = parked_jobs.failed_rounds()
    if rounds:
        yield Finding(
            Level.WARN,
            t(
                "تعثّر في الساعة الماضية: {names}. يُعاد في الجولة التالية.",
                "These regular rounds failed within the last hour: {names}. The next round tries again.",
                names=", ".join(f"{name} ({count})" for name, count in rounds[:3]),
            ),
            t(
                "إن تكرر فالسبب في worker.log تحت اسم العمل.",
                "Should it go on, worker.log says why under the name of the job.",
            ),
            sum(count for _, count in rounds),
            "wasl_failed_rounds",
            key="rounds",
        )


def _parked(count: int, names: str) -> Finding:
    if not count:
        return Finding(Level.OK, t("لا شيء متروك.", "Nothing was given up."), "", 0, "wasl_parked_jobs")
    return Finding(
        Level.WARN,
        t(
            "أعمال تُركت بعد محاولات كثيرة: {n} ({names}).",
            "{n} jobs were given up after many tries ({names}).",
            n=count,
            names=names,
        ),
        t(
            "أصلح السبب (worker.log) ثم نفّذ: wasl manage jobs retry. القائمة: wasl manage jobs list",
            "Mend the cause (worker.log), then: wasl manage jobs retry. The list: wasl manage jobs list",
        ),
        count,
        "wasl_parked_jobs",
    )


def _sign_of_life(kind: str, well: str, missing: str, todo: str) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(heartbeat.AGES)
        age = dict(cursor.fetchall()).get(kind)
    figure = None if age is None else max(round(age, 1), 0.0)
    if age is not None and age <= heartbeat.STALE.total_seconds():
        return Finding(Level.OK, well, "", figure, f"wasl_{kind}_sign_age_seconds")
    return Finding(Level.BAD, missing, todo, figure, f"wasl_{kind}_sign_age_seconds")
