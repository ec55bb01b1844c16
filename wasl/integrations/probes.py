"""How subscribers fare: is anybody not reached for long?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from wasl.core.i18n import counted, t
from wasl.core.probes import Finding, Level, probe
from wasl.integrations import queries
from wasl.integrations.models import Subscription
from wasl.integrations.queries import Fares

LONG, VERY_LONG = timedelta(hours=1), timedelta(hours=24)


@probe("webhooks", t("اشتراكات الأنظمة", "Webhooks"), order=17)
def webhooks(at: datetime) -> Iterator[Finding]:
    """Do the systems that subscribe take what they are told?"""
    found = queries.fares(at=at)
    troubled = [one for one in found if _is_troubled(one, at)]
    if not troubled:
        sentence = t("اشتراكات تعمل: {n}.", "{n} subscriptions are well.", n=len(found))
        yield Finding(Level.OK, sentence, "", 0, "wasl_webhooks_failing")
    for one in troubled:
        yield _finding(one, at)


def _is_troubled(one: Fares, at: datetime) -> bool:
    failing_long = one.since is not None and at - one.since > LONG
    return failing_long or bool(one.given_up) or one.subscription.pause == Subscription.Pause.GONE


def _finding(one: Fares, at: datetime) -> Finding:
    place = {"name": one.subscription.name, "agency": one.subscription.agency.code}
    todo = t(
        "افتح الاشتراك من «الإدارة» ثم «اشتراكات الأنظمة»: جواب النظام الآخر مكتوب هناك.",
        "Open the subscription in the set-up, under webhooks: what the other side answered is written there.",
    )
    if one.subscription.pause == Subscription.Pause.GONE:
        sentence = t(
            "{agency}: أُوقف الاشتراك «{name}» لأن عنوانه أُلغي.",
            "{agency}: “{name}” is paused, its address is gone.",
            **place,
        )
        return Finding(Level.WARN, sentence, todo, one.failing, "wasl_webhooks_failing", key=one.subscription.public_id)
    age = at - one.since if one.since else timedelta()
    level = Level.BAD if age > VERY_LONG or one.given_up else Level.WARN
    sentence = t(
        "{agency}: لا يستلم «{name}»: تنتظر الإعادة {failing} منذ {long}، وتُركت في آخر يوم {given_up}.",
        "{agency}: “{name}” takes nothing: {failing} wait to be tried again since {long}; {given_up} given up today.",
        failing=one.failing,
        given_up=one.given_up,
        long=_long(age),
        **place,
    )
    return Finding(level, sentence, todo, one.failing, "wasl_webhooks_failing", key=one.subscription.public_id)


def _long(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return t(counted(hours, "hour", in_language="ar"), counted(hours, "hour", in_language="en"))
