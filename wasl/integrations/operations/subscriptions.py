"""Subscriptions are made, changed, paused and ended; their secrets are shown once and turned without loss."""

import ipaddress
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from wasl.accounts.models import User
from wasl.core import events, http, keys
from wasl.core.i18n import t
from wasl.core.models import EventRecord
from wasl.core.text import clean_line
from wasl.directory.models import Agency
from wasl.integrations import retries
from wasl.integrations.events import (
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionMade,
    SubscriptionPaused,
    SubscriptionResumed,
    SubscriptionSecretTurned,
)
from wasl.integrations.models import OPEN, Delivery, Subscription
from wasl.integrations.offered import OFFERED

PREFIX = "wasl_hook_"
_BYTES = 24
LONGEST_URL = 500


class BadSubscription(ValueError):
    """It cannot be made so; the message says why, `field` of what it speaks."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class AlreadyMade(Exception):
    """This form has made its subscription before; the secret was shown then."""


class StillTurning(Exception):
    """The secret was turned a short while ago, and the one before still signs; a third would leave somebody out."""


class Ended(Exception):
    """The subscription has ended."""


@dataclass(frozen=True)
class Made:
    """A subscription and its secret, which is shown this once."""

    subscription: Subscription
    secret: str = field(repr=False)


def check_url(url: str) -> str:
    """The address, if Wasl may call it: http(s), nothing inside unless opened, TLS towards the internet.

    It asks the resolver: called outside of any transaction. Raises BadSubscription.
    """
    url = url.strip()
    try:
        parts = http.split(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = http.permitted_addresses(str(parts.hostname), port)
    except http.Refused as refused:
        raise BadSubscription(_why_not(refused.reason), "url") from refused
    except http.NotReached as unknown:
        raise BadSubscription(
            t("لا يُعرف هذا الاسم في الشبكة الآن.", "This name cannot be resolved now."), "url"
        ) from unknown
    if len(url) > LONGEST_URL:
        raise BadSubscription(t("العنوان أطول من اللازم.", "The address is too long."), "url")
    if parts.scheme != "https" and any(
        http.is_public(ipaddress.ip_address(one.partition("%")[0])) for one in addresses
    ):
        raise BadSubscription(
            t("استخدم https للعناوين خارج شبكتكم.", "Use https for addresses outside of your network."), "url"
        )
    return url


@transaction.atomic
def add_subscription(
    agency: Agency,
    *,
    name: str,
    url: str,
    kinds: list[str],
    by: User | None,
    at: datetime,
    confidential: bool = False,
    form: str = "",
) -> Made:
    """Make a subscription that hears of what happens from now on; the address was looked at by `check_url`.

    `form` names the form it was asked with, so that one sent twice makes one. Raises BadSubscription, AlreadyMade.
    """
    if form and Subscription.objects.filter(public_id=form).exists():
        raise AlreadyMade(form)
    secret, now_at = _new_secret(), _last_event()
    subscription = Subscription.objects.create(
        agency=agency,
        name=_checked_name(name),
        url=url,
        kinds=_checked_kinds(kinds),
        confidential=confidential,
        secret_sealed=keys.seal(secret),
        secret_made_at=at,
        made_at=at,
        made_by=by,
        from_event_id=now_at,
        wanted_from_event_id=now_at,
        **({"public_id": form} if form else {}),
    )
    fact = SubscriptionMade(subscription.pk, subscription.kinds)
    events.publish(fact, agency_id=agency.pk, by=by, at=at)
    return Made(subscription, secret)


@transaction.atomic
def change_subscription(
    subscription: Subscription,
    *,
    name: str,
    url: str,
    kinds: list[str],
    confidential: bool,
    by: User | None,
    at: datetime,
) -> None:
    """Change what it hears of and where; what waits goes to the new address. Raises BadSubscription, Ended."""
    row = locked(subscription)
    before = (row.url, row.kinds, row.confidential, row.name)
    wanted = (url, _checked_kinds(kinds), confidential, _checked_name(name))
    if before == wanted:
        return
    row.url, row.kinds, row.confidential, row.name = wanted
    if before[1:3] != wanted[1:3]:
        row.wanted_from_event_id = _last_event()
    row.save(update_fields=["url", "kinds", "confidential", "name", "wanted_from_event_id"])
    fact = SubscriptionChanged(row.pk, row.kinds, address_changed=before[0] != url)
    events.publish(fact, agency_id=row.agency_id, by=by, at=at)


@transaction.atomic
def turn_secret(subscription: Subscription, *, by: User | None, at: datetime) -> str:
    """A new secret; for a day the one before signs beside it. Raises StillTurning within that day, Ended."""
    row = locked(subscription)
    if row.has_two_secrets(at=at):
        raise StillTurning
    secret = _new_secret()
    row.previous_secret_sealed, row.previous_until = row.secret_sealed, at + retries.OVERLAP
    row.secret_sealed, row.secret_made_at = keys.seal(secret), at
    row.save(update_fields=["previous_secret_sealed", "previous_until", "secret_sealed", "secret_made_at"])
    events.publish(SubscriptionSecretTurned(row.pk), agency_id=row.agency_id, by=by, at=at)
    return secret


@transaction.atomic
def forget_previous_secret(subscription: Subscription, *, by: User | None, at: datetime) -> None:
    """The older secret signs no more: the receiver has the new one, or somebody else has the old one."""
    row = locked(subscription)
    row.previous_secret_sealed, row.previous_until = "", None
    row.save(update_fields=["previous_secret_sealed", "previous_until"])


@transaction.atomic
def pause(subscription: Subscription, *, by: User | None, at: datetime, why: str = Subscription.Pause.BY_HAND) -> bool:
    """Send nothing for now; what happens waits as long as we would try. False when it was paused or has ended."""
    open_one = Subscription.objects.filter(pk=subscription.pk, is_active=True, ended_at__isnull=True)
    if not open_one.update(is_active=False, pause=why, paused_at=at, paused_by=by):
        return False
    events.publish(SubscriptionPaused(subscription.pk, str(why)), agency_id=subscription.agency_id, by=by, at=at)
    return True


@transaction.atomic
def resume(subscription: Subscription, *, by: User | None, at: datetime) -> None:
    """Go on, with what waited first. Raises Ended."""
    row = locked(subscription)
    if row.is_active:
        return
    row.is_active, row.pause, row.paused_at, row.paused_by, row.is_slow = True, "", None, None, False
    row.save(update_fields=["is_active", "pause", "paused_at", "paused_by", "is_slow"])
    Delivery.objects.filter(subscription=row, state__in=OPEN).update(next_try_at=at)
    events.publish(SubscriptionResumed(row.pk), agency_id=row.agency_id, by=by, at=at)
    _go()


@transaction.atomic
def end(subscription: Subscription, *, by: User | None, at: datetime) -> None:
    """It hears no more, for good; what waits is not sent. Twice is once."""
    open_one = Subscription.objects.filter(pk=subscription.pk, ended_at__isnull=True)
    if not open_one.update(is_active=False, ended_at=at, ended_by=by, previous_secret_sealed="", previous_until=None):
        return
    waiting = Delivery.objects.filter(subscription=subscription, state__in=OPEN)
    waiting.update(state=Delivery.State.GIVEN_UP, done_at=at, last_error="ended")
    events.publish(SubscriptionEnded(subscription.pk), agency_id=subscription.agency_id, by=by, at=at)


def _go() -> None:
    from wasl.integrations.jobs import go

    go()


def locked(subscription: Subscription) -> Subscription:
    """The row, for whoever changes it or its tellings: always before these. Raises Ended."""
    row = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    if row.ended_at is not None:
        raise Ended
    return row


def _checked_name(name: str) -> str:
    name = clean_line(name)[:120]
    if not name:
        raise BadSubscription(t("اكتب اسم النظام.", "Name the system."), "name")
    return name


def _checked_kinds(kinds: list[str]) -> list[str]:
    chosen = [code for code in OFFERED if code in kinds]
    if not chosen or not set(kinds) <= set(OFFERED):
        raise BadSubscription(t("اختر مما يُرسل واحداً على الأقل.", "Choose at least one kind of the list."), "kinds")
    return chosen


def _why_not(reason: str) -> str:
    if reason == "inside":
        return t(
            "هذا العنوان داخل الشبكة. يفتحه مشغّل النظام في WASL_INSIDE إن لزم.",
            "This address lies inside the network. The operator can open it in WASL_INSIDE.",
        )
    return t("اكتب عنواناً كاملاً يبدأ بـ https://", "Write a whole address that begins with https://")


def _new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(_BYTES)


def _last_event() -> int:
    return EventRecord.objects.aggregate(last=Max("pk"))["last"] or 0
