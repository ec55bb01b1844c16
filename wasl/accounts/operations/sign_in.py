"""The two steps of signing in, with the brake on guessing.

Three brakes: one per address and account together, one per address, and a loose one per account for browsers that were
never seen with it. A browser that once signed in carries a mark (a signed cookie) and has counts of its own, so whoever
guesses badly on purpose, near or far, does not lock out the owner. The answer depends on what was typed and from where,
never on whether the account exists.
"""

import logging
from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.core import signing
from django.db import transaction

from wasl.accounts.addresses import same_address
from wasl.accounts.backends import StaffBackend
from wasl.accounts.events import HOUSE, SignedIn, SignedOut
from wasl.accounts.models import User
from wasl.accounts.operations.second_factor import WrongCode, check_second_factor
from wasl.core import events, guesses, limits
from wasl.core.i18n import t

STRANGERS_TRIES, STRANGERS_SECONDS = 60, 3600
DEVICE_SALT = "wasl.accounts.device"
DEVICE_SECONDS = 180 * 24 * 3600
log = logging.getLogger(__name__)


class MustWait(Exception):
    """Too many tries; `seconds` until the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = max(seconds, 1)


class NotKnown(ValueError):
    """Address and password do not fit together; which of the two is not told."""

    def __init__(self) -> None:
        super().__init__(
            t("البريد الإلكتروني أو كلمة المرور غير صحيحة.", "The e-mail address or the password is not right.")
        )


def first_step(*, email: str, password: str, address: str, device: str = "") -> User:
    """Who this is, by address and password. Raises MustWait, NotKnown."""
    account = same_address(email)
    is_known = _knows_device(account, device)
    # Its own counts for a browser that was here before: who shares the address of an office cannot shut it out.
    counted_at = f"known|{account}" if is_known else address
    together = f"{account}|{counted_at}"
    _brake("sign-in", address=counted_at, subject=together)
    if not is_known and not _strangers_may_try(account):
        raise MustWait(limits.retry_after(_strangers_key(account), STRANGERS_TRIES, STRANGERS_SECONDS))
    person = StaffBackend().authenticate(None, email=account, password=password)
    if person is None:
        guesses.register_wrong("sign-in", address=counted_at, subject=together)
        log.info("sign-in refused")
        raise NotKnown
    guesses.forgive("sign-in", subject=together)
    return person


def second_step(user: User, *, code: str, address: str, at: datetime) -> None:
    """The code of the app or a recovery code. Raises MustWait, WrongCode. `at` is the true time."""
    subject = f"person-{user.pk}"
    # Counted for this person alone: the password was right, and colleagues behind the same address are no suspects.
    address = f"{subject}|{address}"
    _brake("second-factor", address=address, subject=subject)
    try:
        check_second_factor(user, code=code, at=at)
    except WrongCode:
        guesses.register_wrong("second-factor", address=address, subject=subject)
        log.info("second step refused", extra={"user_id": user.pk})
        raise
    guesses.forgive("second-factor", subject=subject)


def check_password_again(user: User, *, password: str, address: str) -> bool:
    """Is it the person's password? For acts that ask for it once more. Raises MustWait."""
    subject = f"person-{user.pk}"
    _brake("password", address=address, subject=subject)
    if check_password(password, user.password):
        return True
    guesses.register_wrong("password", address=address, subject=subject)
    return False


@transaction.atomic
def note_sign_in(user: User, *, second_factor: bool, at: datetime) -> None:
    """Record that a session began."""
    events.publish(SignedIn(user.pk, second_factor), agency_id=HOUSE, by=user, at=at)


@transaction.atomic
def note_sign_out(user: User, *, at: datetime) -> None:
    """Record that the person ended the session."""
    events.publish(SignedOut(user.pk), agency_id=HOUSE, by=user, at=at)


def note_presence(user: User, *, at: datetime) -> None:
    """Remember when the person was last there."""
    User.objects.filter(pk=user.pk).update(last_seen_at=at)


def device_mark(user: User) -> str:
    """What a browser carries after a full sign-in: it was seen with this account. It opens nothing."""
    return signing.dumps(user.email, salt=DEVICE_SALT)


def _knows_device(account: str, mark: str) -> bool:
    try:
        return bool(mark) and signing.loads(mark, salt=DEVICE_SALT, max_age=DEVICE_SECONDS) == account
    except signing.BadSignature:
        return False


def _strangers_may_try(account: str) -> bool:
    return limits.allow(_strangers_key(account), STRANGERS_TRIES, STRANGERS_SECONDS, closed=True)


def _strangers_key(account: str) -> str:
    return f"sign-in:strangers:{account}"


def _brake(purpose: str, *, address: str, subject: str) -> None:
    seconds = guesses.must_wait(purpose, address=address, subject=subject)
    if seconds:
        raise MustWait(seconds)
