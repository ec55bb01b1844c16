"""How messages fare: what waits to go out, what nobody could read, and how each account's provider behaves."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from wasl.core.i18n import t
from wasl.core.probes import Finding, Level, probe
from wasl.messaging import queries

LATE, VERY_LATE = timedelta(minutes=10), timedelta(hours=1)
PARKED_TOO_LONG = timedelta(hours=4)
# An account with fewer tries in the hour says nothing about its provider.
ENOUGH_TRIES = 5
SOME_FAIL, MOST_FAIL = 0.15, 0.5


@probe("outbox", t("الرسائل الصادرة", "Outgoing messages"), order=14)
def outbox(at: datetime) -> Iterator[Finding]:
    """How many messages have not gone out yet, and how old is the oldest?"""
    waiting, oldest = queries.outbox(at=at)
    age = at - oldest if oldest else timedelta()
    level = Level.BAD if age > VERY_LATE else Level.WARN if age > LATE else Level.OK
    if level is Level.OK:
        sentence = t("رسائل تنتظر الإرسال: {n}.", "{n} messages wait to go out.", n=waiting)
    else:
        sentence = t(
            "رسائل لم تُرسل بعد: {n}، أقدمها منذ {minutes} دقيقة.",
            "{n} messages have not gone out; the oldest has waited {minutes} minutes.",
            n=waiting,
            minutes=int(age.total_seconds() // 60),
        )
    todo = t(
        "انظر حال خادم البريد ومزوّد الرسائل أدناه؛ تُعاد المحاولة وحدها.",
        "Look at the accounts below; it is tried again by itself.",
    )
    yield Finding(level, sentence, "" if level is Level.OK else todo, waiting, "wasl_outbox_waiting")
    yield Finding(
        Level.OK,
        t("عمر أقدمها: {n} ثانية.", "The oldest is {n} seconds old.", n=int(age.total_seconds())),
        "",
        age.total_seconds(),
        "wasl_outbox_age_seconds",
        key="age",
    )


@probe("parked", t("وارد ينتظر شخصاً", "Incoming mail for a person"), order=15)
def parked(at: datetime) -> Finding:
    """What came in and could not be understood: does anybody look at it?"""
    count, oldest = queries.parked_count()
    age = at - oldest if oldest else timedelta()
    if age <= PARKED_TOO_LONG:
        return Finding(
            Level.OK, t("رسائل معلّقة: {n}.", "{n} parked messages.", n=count), "", count, "wasl_parked_deliveries"
        )
    return Finding(
        Level.WARN,
        t(
            "رسائل معلّقة: {n}، أقدمها منذ {hours} ساعة.",
            "{n} parked messages; the oldest has waited {hours} hours.",
            n=count,
            hours=int(age.total_seconds() // 3600),
        ),
        t("افتح «رسائل معلّقة» في المكتب وعالجها.", "Open “Parked mail” at the desk and handle them."),
        count,
        "wasl_parked_deliveries",
    )


@probe("unread", t("الوارد", "Incoming mail"), order=15)
def unread(at: datetime) -> Finding:
    """What was taken in: is it read soon?"""
    count, oldest = queries.unread_count()
    age = at - oldest if oldest else timedelta()
    late = age > LATE
    return Finding(
        Level.BAD if late else Level.OK,
        t(
            "وارد لم يُقرأ بعد: {n}، أقدمه منذ {minutes} دقيقة.",
            "{n} incoming messages were not read yet; the oldest has waited {minutes} minutes.",
            n=count,
            minutes=int(age.total_seconds() // 60),
        )
        if late
        else t("يُقرأ الوارد في حينه.", "Incoming messages are read as they come."),
        t("انظر worker.log: سبب التأخر مكتوب هناك.", "worker.log says what keeps it.") if late else "",
        count,
        "wasl_unread_deliveries",
    )


@probe("account", t("حسابات القنوات", "Channel accounts"), order=16)
def accounts(at: datetime) -> Iterator[Finding]:
    """Does the provider behind each account take what we send?"""
    for health in queries.account_health(at=at):
        yield _account(health, at)


def _account(health: queries.AccountHealth, at: datetime) -> Finding:
    share = health.failed / health.tried if health.tried else 0.0
    enough = health.tried >= ENOUGH_TRIES
    level = Level.BAD if enough and share >= MOST_FAIL else Level.WARN if enough and share >= SOME_FAIL else Level.OK
    if level is Level.OK:
        return Finding(
            level,
            t(
                "{account}: في آخر ساعة {tried} محاولة، فشل منها {failed}.",
                "{account}: {tried} tries within the hour, {failed} failed.",
                account=health.name,
                tried=health.tried,
                failed=health.failed,
            ),
            "",
            share,
            "wasl_account_error_share",
            key=health.key,
        )
    return Finding(
        level,
        t(
            "{account}: فشل {failed} من {tried} محاولة في آخر ساعة؛ آخر نجاح {last}.",
            "{account}: {failed} of {tried} tries within the hour failed; the last success was {last}.",
            account=health.name,
            failed=health.failed,
            tried=health.tried,
            last=t("منذ {n} دقيقة", "{n} minutes ago", n=int((at - health.last_sent_at).total_seconds() // 60))
            if health.last_sent_at
            else t("غير معروف", "unknown"),
        ),
        t(
            "جرّب الحساب من «القنوات» في الإدارة، ثم اسأل المزوّد.",
            "Try the account under “Channels” in the administration, then ask the provider.",
        ),
        share,
        "wasl_account_error_share",
        key=health.key,
    )
