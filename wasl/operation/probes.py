"""How old the last backup is."""

from datetime import UTC, datetime, timedelta

from django.conf import settings

from wasl.core.i18n import counted, t
from wasl.core.probes import Finding, Level, probe
from wasl.operation import queries

# The timer makes one every night; one night may fail.
LATE, VERY_LATE = timedelta(hours=26), timedelta(hours=50)


@probe("backup", t("النسخ الاحتياطي", "Backup"), order=30)
def backup(at: datetime) -> Finding:
    """Was a backup made and checked since yesterday? Asked in earnest only of a house at real work."""
    now = datetime.now(UTC)  # backups are made by the true clock
    last = queries.last_backup()
    is_real = settings.WASL_MODE == "production"
    if last is None:
        return Finding(
            Level.BAD if is_real else Level.OK,
            t("لم تؤخذ نسخة احتياطية بعد.", "No backup was ever made."),
            _TODO if is_real else "",
        )
    age = now - last.at
    failed = queries.last_failed_backup(since=last.at)
    level = _level(age, failed is not None) if is_real else Level.OK
    hours = int(age.total_seconds() // 3600)
    return Finding(
        level,
        _Sentence(failed is not None, hours),  # type: ignore[arg-type]
        "" if level is Level.OK else _TODO,
        age.total_seconds(),
        "wasl_backup_age_seconds",
    )


_TODO = t(
    "نفّذ «wasl backup» وانظر ما يقول، ثم افحص المؤقّت: systemctl status wasl-backup.timer",
    "Give `wasl backup` and see what it says; then look at the timer: systemctl status wasl-backup.timer",
)


class _Sentence:
    """Counted hours decline with the language of whoever reads, so the sentence is made when it is shown."""

    def __init__(self, failed: bool, hours: int) -> None:
        self.failed, self.hours = failed, hours

    def __str__(self) -> str:
        age = counted(self.hours, "hour")
        if self.failed:
            return str(
                t(
                    "آخر محاولة نسخ فشلت؛ عمر آخر نسخة سليمة: {age}.",
                    "The last try failed; the last good backup is {age} old.",
                    age=age,
                )
            )
        return str(t("عمر آخر نسخة مفحوصة: {age}.", "The last checked backup is {age} old.", age=age))


def _level(age: timedelta, failed: bool) -> Level:
    if age > VERY_LATE:
        return Level.BAD
    return Level.WARN if age > LATE or failed else Level.OK
