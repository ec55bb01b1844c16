"""Links in letters to staff: each opens one case, for one person, once, for seven days.

They prove that somebody reads the person's mailbox, never who that is: whoever is not signed in signs in first, and a
link alone shows nothing.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from wasl.accounts.models import User
from wasl.alerts import openers
from wasl.alerts.events import LinkOpened
from wasl.alerts.models import Alert, CaseLink, Letter
from wasl.core import events, keys

LIFETIME = timedelta(days=7)
# Ended links still explain themselves for a while; then they are unknown.
KEPT_FOR = timedelta(days=30)
_BYTES = 24
_PURPOSE = "alert-link"


class BadLink(Exception):
    """The link opens nothing."""


class UnknownLink(BadLink):
    """There is none like this, or no longer."""


class UsedLink(BadLink):
    """It was used before."""


class EndedLink(BadLink):
    """Its days are over."""


class LinkOfAnother(BadLink):
    """It was written to somebody else than the one who is signed in."""


@dataclass(frozen=True)
class Wanted:
    """A case that a letter links to, and the alert that says so."""

    case_id: int
    alert: Alert | None = None


def make(letter: Letter, wanted: Sequence[Wanted], *, at: datetime) -> list[str]:
    """The addresses of fresh links, one for each case wanted, in their order."""
    tokens = [secrets.token_urlsafe(_BYTES) for _ in wanted]
    CaseLink.objects.bulk_create(
        CaseLink(
            agency_id=letter.agency_id,
            person_id=letter.person_id,
            letter=letter,
            alert=one.alert,
            case_id=one.case_id,
            token_hash=keys.digest(token, _PURPOSE),
            expires_at=at + LIFETIME,
        )
        for one, token in zip(wanted, tokens, strict=True)
    )
    return [address("alerts:link", token) for token in tokens]


@transaction.atomic
def open_link(token: str, *, by: User, at: datetime) -> str:
    """Use a link up and give the path of its case; empty, and not used, where the case is closed to the person by now.

    The alert it stands for counts as read. Raises UnknownLink, LinkOfAnother, UsedLink, EndedLink; of another person's
    link nothing is told but that, and it stays good.
    """
    link = CaseLink.objects.select_for_update(of=("self",)).filter(token_hash__in=keys.digests(token, _PURPOSE)).first()
    if link is None:
        raise UnknownLink
    if link.person_id != by.pk:
        raise LinkOfAnother
    if link.used_at is not None:
        raise UsedLink
    if link.expires_at <= at:
        raise EndedLink
    path = openers.addresses_of(by, [link.case_id], at=at).get(link.case_id, "")
    if not path:
        openers.refuse(by, link.case_id, at=at)
        return ""
    CaseLink.objects.filter(pk=link.pk).update(used_at=at)
    if link.alert_id is not None:
        Alert.objects.filter(pk=link.alert_id, read_at__isnull=True).update(read_at=at)
    events.publish(LinkOpened(link.pk, link.case_id), agency_id=link.agency_id, by=by, at=at, people=[by.pk])
    return path


@transaction.atomic
def sweep(*, at: datetime) -> int:
    """Forget links that ended long ago (gives how many), and days as long ago on which a digest had nothing to say."""
    Letter.objects.filter(message__isnull=True, made_at__lt=at - KEPT_FOR).delete()
    return CaseLink.objects.filter(expires_at__lt=at - KEPT_FOR).delete()[0]


def address(name: str, *arguments: str) -> str:
    """A whole address of the house, for mails."""
    return whole(reverse(name, args=arguments))


def whole(path: str) -> str:
    """The whole address of a path of the house."""
    return str(settings.WASL_BASE_URL).rstrip("/") + path
