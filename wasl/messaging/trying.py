"""A real test message over an account, step by step in words: what an administrator needs to see where it stops."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from wasl.accounts.models import User
from wasl.channels import registry
from wasl.channels.contract import AccountFacts, OutboundMessage, Outcome, Result
from wasl.channels.sms import exchange, gateway, segments
from wasl.channels.sms.gateway import Gateway
from wasl.core import events, http, limits
from wasl.core.i18n import counted, say, say_in
from wasl.messaging import queries
from wasl.messaging.events import AccountTried
from wasl.messaging.models import Channel, ChannelAccount

TRIES, TRY_SECONDS = 10, 600
_WORDS = ("رسالة تجربة من «وصل»: القناة تعمل.", "A test message from Wasl: the channel works.")


class TooManyTrials(Exception):
    """This account was tried as often as anybody needs within ten minutes."""


@dataclass(frozen=True)
class Step:
    """One step and how it went: tone is ok, warn or bad."""

    title: str
    tone: str
    words: str


@dataclass(frozen=True)
class Trial:
    """All steps up to the one that failed, or to the end."""

    steps: list[Step]
    provider_id: str = ""

    @property
    def is_good(self) -> bool:
        """Did the other side take the message?"""
        return all(step.tone != "bad" for step in self.steps)


def try_account(account: ChannelAccount, *, to: str, language: str, by: User, at: datetime) -> Trial:
    """Send a real message to whoever tries; call it outside of any transaction. Raises TooManyTrials."""
    if not limits.allow(f"trial:{account.pk}", TRIES, TRY_SECONDS, closed=True):
        raise TooManyTrials
    facts = queries.account_facts(account)
    steps = [_settings(facts)]
    if steps[-1].tone != "bad" and account.channel == Channel.SMS:
        steps.append(_address(facts))
    message = _message(account, to, language, at)
    outcome = Outcome(Result.TECHNICAL)
    if steps[-1].tone != "bad":
        steps.append(_written(account, message))
        outcome = registry.adapter(account.channel).send(facts, message)
        steps.append(_handed_over(outcome))
    _audit(account, outcome, by, at)
    return Trial(steps, outcome.provider_id if outcome.result is Result.SENT else "")


def receipt_words(account: ChannelAccount, provider_id: str) -> Step:
    """What the provider has reported of a test message so far."""
    title = say("تقرير التسليم", "Delivery receipt")
    fates = queries.fates_of(account, provider_id)
    if "delivered" in fates:
        return Step(title, "ok", say("وصلت الرسالة إلى الهاتف.", "The message reached the phone."))
    if "failed" in fates:
        return Step(title, "bad", say("يقول المزود إنها لم تصل.", "The provider says that it was not delivered."))
    waiting = say(
        "لم يصل تقرير بعد. إن لم يصل خلال دقائق فتأكد من عنوان النداء وسره لدى المزود.",
        "No receipt yet. If none comes within minutes, look at the address and secret that the provider calls with.",
    )
    return Step(title, "warn", waiting)


def _message(account: ChannelAccount, to: str, language: str, at: datetime) -> OutboundMessage:
    name = secrets.token_hex(16)
    words = say_in(language, *_WORDS)
    message_id = f"<{name}@{account.address.rpartition('@')[2]}>" if account.channel == Channel.EMAIL else name
    return OutboundMessage(
        to_address=to, subject=words, text=words, language=language, message_id=message_id, automatic="", written_at=at
    )


def _settings(facts: AccountFacts) -> Step:
    title = say("الإعدادات", "Settings")
    if facts.channel == Channel.EMAIL:
        return _mail_settings(title, facts)
    if not facts.settings.get("url"):
        return Step(title, "bad", say("لا عنوان للبوابة.", "No address of a gateway is set."))
    faults = gateway.problems({**facts.settings, "gateway": "http"})
    if faults:
        return Step(title, "bad", " ".join(f"{name}: {words}" for name, words in faults.items()))
    chosen = Gateway.of(facts)
    if chosen.auth != "none" and not chosen.key:
        return Step(title, "warn", say("لا مفتاح محفوظ لهذا الحساب.", "No key is kept for this account."))
    return Step(title, "ok", say("كاملة.", "Complete."))


def _mail_settings(title: str, facts: AccountFacts) -> Step:
    smtp: Any = facts.settings.get("smtp") or {}
    if smtp.get("host"):
        server = f"\u2066{smtp['host']}:{smtp.get('port') or 587}\u2069"
        return Step(title, "ok", say("الخادم: {server}", "Server: {server}", server=server))
    if facts.settings.get("letterbox"):
        return Step(title, "ok", say("صندوق التجربة في هذا الجهاز.", "The demo's letterbox on this machine."))
    return Step(title, "bad", say("لا خادم بريد صادر.", "No outgoing mail server is set."))


def _address(facts: AccountFacts) -> Step:
    title = say("الوصول إلى البوابة", "The way to the gateway")
    parts = urlsplit(str(facts.settings["url"]))
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    try:
        http.permitted_addresses(host, port)
    except http.Refused:
        words = say(
            "{host} عنوان داخلي لا يُسمح بالاتصال به. يضيفه مشغل النظام إلى WASL_INSIDE.",
            "{host} is an address inside your network; the operator must list it in WASL_INSIDE.",
            host=f"\u2066{host}:{port}\u2069",
        )
        return Step(title, "bad", words)
    except http.NotReached as error:
        return Step(title, "bad", say("لا يُعرف هذا الاسم: {why}", "This name is not known: {why}", why=str(error)))
    if parts.scheme == "http":
        return Step(title, "warn", say("بلا تشفير (http).", "Without encryption (http)."))
    return Step(title, "ok", say("الاسم معروف والاتصال مشفر.", "The name is known, the line is encrypted."))


def _written(account: ChannelAccount, message: OutboundMessage) -> Step:
    title = say("الرسالة", "The message")
    if account.channel == Channel.EMAIL:
        return Step(title, "ok", say("إلى {to}", "To {to}", to=f"\u2066{message.to_address}\u2069"))
    count = segments.count(exchange.text_of(message))
    words = say(
        "إلى {to}، {parts}.",
        "To {to}, {parts}.",
        to=f"\u2066{message.to_address}\u2069",
        parts=counted(count.parts, "part"),
    )
    return Step(title, "ok", words)


def _handed_over(outcome: Outcome) -> Step:
    title = say("التسليم إلى المزود", "Handing over")
    if outcome.result is Result.SENT:
        name = outcome.provider_id or "–"
        return Step(title, "ok", say("أخذها المزود: {id}", "The provider took it: {id}", id=f"\u2066{name}\u2069"))
    why = {
        Result.TEMPORARY: say("يطلب المزود المحاولة لاحقاً.", "The provider asks to try later."),
        Result.PERMANENT: say("رفضها المزود لهذا الرقم أو العنوان.", "The provider refuses this number or address."),
        Result.TECHNICAL: say("لم يتم الاتصال كما ينبغي.", "The exchange did not work."),
    }[outcome.result]
    if outcome.uncertain:
        why = say(
            "انقطع الخط بعد الإرسال؛ قد تصل الرسالة.", "The line broke after sending; it may arrive all the same."
        )
    return Step(title, "bad", f"{why} \u2068{outcome.detail}\u2069".strip())


@transaction.atomic
def _audit(account: ChannelAccount, outcome: Outcome, by: User, at: datetime) -> None:
    events.publish(AccountTried(account.pk, outcome.result.value), agency_id=account.agency_id, by=by, at=at)
