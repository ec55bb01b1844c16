"""The probe of the seals: is the log sealed up to now, kept outside, and whole?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection

from wasl.core.i18n import t
from wasl.core.models import SealState
from wasl.core.probes import Finding, Level, probe
from wasl.core.seals import checking, making

LATE, VERY_LATE = 60.0, 3600.0  # seconds that a recorded fact may stay unsealed
STILL = timedelta(minutes=10)  # without a new seal, while some are due

# Facts lie in the order of their numbers: one row is read.
_OLDEST = "SELECT recorded_at FROM core_eventrecord WHERE id > %s ORDER BY id LIMIT 1"


@probe("seals", t("ختم سجل التدقيق", "Seals of the audit log"), order=31)
def seals(at: datetime) -> Iterator[Finding]:
    """How long has the oldest unsealed fact waited, and was a break found?"""
    now = datetime.now(UTC)  # seals are made by the true clock
    state, newest = SealState.objects.first() or SealState(), making.head()
    broken = checking.fault_of(state)
    if broken is not None:
        yield Finding(
            Level.BAD,
            t("سجل التدقيق غير سليم: {what}", "The audit log is not what it was: {what}", what=broken.sentence),
            t(
                "لا تُعد كتابة شيء. شغّل «wasl audit verify»، واحفظ نسخة من القاعدة، وأبلغ المدقق.",
                "Change nothing. Give `wasl audit verify`, keep a copy of the database, tell the auditor.",
            ),
            key="broken",
        )
    age = waiting_seconds(newest.last_event if newest else 0, now)
    stands_still = newest is None or now - newest.sealed_at > STILL
    yield _sealing(age, stands_still=stands_still, held=bool(state.waits_for))
    if newest is not None and state.published < newest.number and (now - newest.sealed_at).total_seconds() > LATE:
        yield Finding(
            Level.WARN,
            t("لم يُكتب الختم الأخير خارج القاعدة.", "The newest seal was not written outside of the database."),
            t(
                "انظر سجل worker، وهل يُكتب في WASL_HOME/audit.",
                "See the log of worker; can WASL_HOME/audit be written?",
            ),
            key="published",
        )


def waiting_seconds(last_event: int, now: datetime) -> float:
    """For how long the oldest record after that number has waited for its seal."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, [last_event])
        row = cursor.fetchone()
    return max(0.0, (now - row[0]).total_seconds()) if row else 0.0


def _sealing(age: float, *, stands_still: bool, held: bool) -> Finding:
    figure = {"figure": age, "metric": "wasl_audit_unsealed_seconds"}
    if age <= LATE:
        return Finding(Level.OK, t("السجل مختوم حتى الآن.", "The log is sealed up to now."), "", **figure)  # type: ignore[arg-type]
    minutes = int(age // 60)
    if held:
        sentence = t(
            "أقدم ما لم يُختم عمره {n} دقيقة: عملية طويلة تكتب في السجل ولم تنته بعد.",
            "The oldest unsealed fact is {n} min old: a long transaction that writes to the log is not over.",
            n=minutes,
        )
    else:
        sentence = t(
            "أقدم ما لم يُختم عمره {n} دقيقة؛ يُختم على دفعات.",
            "The oldest unsealed fact is {n} min old; sealing catches up.",
            n=minutes,
        )
    todo = t(
        "انظر pg_stat_activity لعملية مفتوحة منذ مدة، وهل يعمل worker.",
        "Look into pg_stat_activity for a transaction that was left open, and whether worker runs.",
    )
    # The first sealing of a log of years takes long as well, but one seal follows the other.
    level = Level.BAD if age > VERY_LATE and stands_still else Level.WARN
    return Finding(level, sentence, todo, **figure)  # type: ignore[arg-type]
