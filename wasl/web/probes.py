"""Whether open desks hear what changes, and whether everybody who comes is let in."""

from datetime import datetime

from wasl.core import limits
from wasl.core.i18n import t
from wasl.core.probes import Finding, Level, probe
from wasl.web import traffic
from wasl.web.live import door

# Seconds of the last five minutes in which somebody was asked to come again: one burst, and a storm.
BURST, STORM = 5, 60


@probe("live", t("التحديث الفوري", "Live updates"), order=20)
def live(at: datetime) -> Finding:
    """How many desks listen to this process, and does it hear the database?"""
    streams = door.open_streams()
    if door.is_deaf():
        return Finding(
            Level.WARN,
            t(
                "القوائم المفتوحة لا تتحدّث وحدها الآن؛ الصفحات نفسها تعمل.",
                "Open lists do not renew themselves at the moment; the pages themselves work.",
            ),
            t(
                "يعود الاتصال وحده. إن طال فأعد تشغيل web.",
                "The line comes back by itself. Should it take long, restart web.",
            ),
            streams,
            "wasl_live_connections",
        )
    return Finding(
        Level.OK, t("مكاتب متصلة الآن: {n}.", "{n} desks listen now.", n=streams), "", streams, "wasl_live_connections"
    )


@probe("admission", t("الازدحام", "Crowding"), order=21)
def admission(at: datetime) -> Finding:
    """In how many of the last seconds were requests refused, because more came than could be answered?"""
    seconds = limits.used(traffic.REFUSING, traffic.REFUSING_WITHIN)
    level = Level.BAD if seconds >= STORM else Level.WARN if seconds >= BURST else Level.OK
    if level is Level.OK:
        return Finding(
            level,
            t("يُجاب كل من يأتي في حينه.", "Everybody who comes is answered at once."),
            "",
            seconds,
            "wasl_refusing_seconds",
        )
    return Finding(
        level,
        t(
            "طُلب من بعض القادمين المحاولة لاحقاً في {n} من آخر 300 ثانية، لأن الطلبات أكثر مما يُجاب.",
            "In {n} of the last 300 seconds some were asked to come again, as more came than could be answered.",
            n=seconds,
        ),
        t(
            "انظر من يرسل (wasl_requests_total، ومفاتيح البرامج) وأوقف المفتاح المخالف؛ وإن كانت حاجة حقيقية "
            "فشغّل عملية web ثانية أو جهازاً أكبر. ما سُجّل لا يضيع.",
            "See who sends (wasl_requests_total, the keys of programs) and revoke a key that misbehaves; if the need "
            "is real, start a second web process or take a larger machine. Nothing that was taken is lost.",
        ),
        seconds,
        "wasl_refusing_seconds",
    )
