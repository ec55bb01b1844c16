"""Whether open desks hear what changes."""

from datetime import datetime

from wasl.core.i18n import t
from wasl.core.probes import Finding, Level, probe
from wasl.web.live import door


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
