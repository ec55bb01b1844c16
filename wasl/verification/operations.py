"""One-use secrets, and what they open: an invitation, a new password."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from wasl.accounts import operations as accounts
from wasl.accounts.events import HOUSE
from wasl.accounts.models import User
from wasl.core import events, keys
from wasl.core.i18n import t
from wasl.directory import operations as directory
from wasl.directory.models import Unit
from wasl.verification.events import PersonInvited
from wasl.verification.models import OneTimeToken

INVITATION, RESET = "invitation", "reset"
LIFETIMES = {INVITATION: timedelta(days=7), RESET: timedelta(minutes=60)}
_PAGES = {INVITATION: "verification:invite", RESET: "verification:reset"}
_BYTES = 24
_KEPT_FOR = timedelta(days=30)


class BadToken(ValueError):
    """The secret is unknown, over, used or meant for something else; which of them is not told."""

    def __init__(self) -> None:
        super().__init__(t("انتهت صلاحية هذا الرابط أو استُخدم من قبل.", "This link has expired or was used before."))


@dataclass(frozen=True)
class Invitation:
    """An invited person and the link to hand over; the link is in no table and cannot be shown again."""

    user: User
    link: str


@transaction.atomic
def issue(*, purpose: str, subject: str, lifetime: timedelta, at: datetime, by: User | None = None) -> str:
    """A fresh secret of 192 bits for one purpose and subject. It is given once; the table keeps a keyed digest.

    Earlier ones stay good until one of them is redeemed, so a stranger who asks for resets voids nobody's link.
    """
    token = secrets.token_urlsafe(_BYTES)
    OneTimeToken.objects.create(
        purpose=purpose,
        subject=subject,
        token_hash=keys.digest(token, purpose),
        created_at=at,
        expires_at=at + lifetime,
        created_by=by,
    )
    return token


@transaction.atomic
def redeem(*, purpose: str, token: str, at: datetime) -> str:
    """Use the secret up, with all others for the same end, and give its subject. Raises BadToken.

    Of two at once only one gets through.
    """
    subject = peek(purpose=purpose, token=token, at=at)
    if not _open(purpose, token, at).update(used_at=at):
        raise BadToken
    void(purpose=purpose, subject=subject, at=at)
    return subject


def void(*, purpose: str, subject: str, at: datetime) -> None:
    """Make every secret of this purpose and subject worthless."""
    OneTimeToken.objects.filter(purpose=purpose, subject=subject, used_at__isnull=True).update(used_at=at)


def peek(*, purpose: str, token: str, at: datetime) -> str:
    """The subject of a secret that is still good, without using it up. Raises BadToken.

    Only a keyed digest is looked up, so the time of the answer tells nothing about any stored secret.
    """
    subject: str | None = _open(purpose, token, at).values_list("subject", flat=True).first()
    if subject is None:
        raise BadToken
    return subject


@transaction.atomic
def invite(
    *,
    email: str,
    full_name: str,
    role: str,
    unit: Unit,
    by: User | None,
    at: datetime,
    latin_name: str = "",
    language: str = "ar",
) -> Invitation:
    """Make the account with its first role and give the link to join. Raises AddressTaken, RolesClash."""
    person = accounts.invite_person(
        email=email, full_name=full_name, latin_name=latin_name, language=language, by=by, at=at
    )
    directory.grant_role(person, role=role, unit=unit, by=by, at=at)
    return Invitation(person, invite_again(person, by=by, at=at))


@transaction.atomic
def invite_again(user: User, *, by: User | None, at: datetime) -> str:
    """A new link to join for somebody who has not joined yet; the old one is void. Raises ValueError for others."""
    if user.has_usable_password() or not user.is_active:
        raise ValueError(t("انضم هذا الشخص من قبل أو أُوقف حسابه.", "This person has joined already or is deactivated."))
    void(purpose=INVITATION, subject=str(user.pk), at=at)
    events.publish(PersonInvited(user.pk), agency_id=HOUSE, by=by, at=at)
    return _link(INVITATION, user, by=by, at=at)


def reset_link(user: User, *, at: datetime) -> str:
    """The link to a new password, for whoever sends it to the person's own address; good for an hour, once."""
    return _link(RESET, user, by=None, at=at)


def link_for_letter(user: User, *, kind: str, at: datetime) -> str:
    """The link of a letter of this kind; empty where the kind has none or the person has no use for it any more."""
    if kind == INVITATION and not user.has_usable_password():
        return _link(INVITATION, user, by=None, at=at)
    if kind == RESET and user.has_usable_password():
        return reset_link(user, at=at)
    return ""


@transaction.atomic
def join(*, token: str, password: str, full_name: str, at: datetime) -> User:
    """Accept an invitation. Raises BadToken, WeakPassword; a weak password leaves the link good."""
    person = _person(redeem(purpose=INVITATION, token=token, at=at))
    return accounts.accept_invitation(person, password=password, full_name=full_name, at=at)


@transaction.atomic
def reset(*, token: str, password: str, at: datetime) -> User:
    """Set a new password by the link of a reset. Raises BadToken, WeakPassword; a weak one leaves the link good."""
    person = _person(redeem(purpose=RESET, token=token, at=at))
    return accounts.reset_password(person, password=password, at=at)


def invited_person(token: str, *, at: datetime) -> User:
    """Whom an invitation is for. Raises BadToken."""
    return _person(peek(purpose=INVITATION, token=token, at=at))


def sweep(*, at: datetime) -> int:
    """Remove secrets that ended a month ago; gives their number."""
    return OneTimeToken.objects.filter(expires_at__lt=at - _KEPT_FOR).delete()[0]


def _link(purpose: str, user: User, *, by: User | None, at: datetime) -> str:
    # From the configured site address, never from a request's Host.
    token = issue(purpose=purpose, subject=str(user.pk), lifetime=LIFETIMES[purpose], at=at, by=by)
    return str(settings.WASL_BASE_URL).rstrip("/") + reverse(_PAGES[purpose], args=[token])


def _open(purpose: str, token: str, at: datetime) -> QuerySet[OneTimeToken]:
    hashes = keys.digests(token, purpose)
    return OneTimeToken.objects.filter(
        purpose=purpose, token_hash__in=hashes, used_at__isnull=True, created_at__lte=at, expires_at__gt=at
    )


def _person(subject: str) -> User:
    person = User.objects.filter(pk=int(subject), is_active=True).first()
    if person is None:
        raise BadToken
    return person
