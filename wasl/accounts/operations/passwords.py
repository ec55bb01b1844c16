"""Passwords: how strong, how changed, how given anew."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from wasl.accounts import strength
from wasl.accounts.addresses import same_address
from wasl.accounts.events import HOUSE, PasswordChanged, PasswordReset, PasswordResetAsked
from wasl.accounts.models import User
from wasl.core import events
from wasl.core.i18n import t


class WeakPassword(ValueError):
    """The password would be guessed; `reasons` say why, one sentence each."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(str(reason) for reason in reasons))
        self.reasons = reasons


class WrongPassword(ValueError):
    """The present password was not given right."""


def check_password_strength(password: str, user: User) -> None:
    """Raises WeakPassword with all reasons at once."""
    try:
        strength.check(password, [user.email, user.full_name, user.latin_name])
    except ValidationError as error:
        raise WeakPassword([str(message) for message in error.messages]) from error


@transaction.atomic
def change_password(user: User, *, present: str, new: str, at: datetime) -> User:
    """The person's own change; all other sessions end. Raises WrongPassword, WeakPassword."""
    if not user.check_password(present):
        raise WrongPassword(t("كلمة المرور الحالية غير صحيحة.", "The present password is not right."))
    person = User.objects.select_for_update().get(pk=user.pk)
    set_password(person, new, at=at)
    events.publish(PasswordChanged(person.pk), agency_id=HOUSE, by=person, at=at)
    return person


@transaction.atomic
def request_reset(email: str, *, at: datetime) -> User | None:
    """Find who may get a reset link for this address; None for strangers, the invited and the deactivated.

    What the asker is told must not depend on the outcome.
    """
    person = User.objects.filter(email=same_address(email), is_active=True).first()
    if person is None or not person.has_usable_password():
        return None
    events.publish(PasswordResetAsked(person.pk), agency_id=HOUSE, at=at)
    return person


@transaction.atomic
def reset_password(user: User, *, password: str, at: datetime) -> User:
    """Give the account a new password after the link was redeemed; all sessions end, the second factor stays.

    Raises WeakPassword, or ValueError for a deactivated account.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    if not person.is_active:
        raise ValueError(t("أُوقف هذا الحساب.", "This account was deactivated."))
    set_password(person, password, at=at)
    events.publish(PasswordReset(person.pk), agency_id=HOUSE, by=person, at=at)
    return person


def set_password(person: User, password: str, *, at: datetime) -> None:
    """Write a checked password to a locked row; every session ends. Raises WeakPassword."""
    check_password_strength(password, person)
    person.password, person.password_changed_at = make_password(password), at
    person.session_epoch += 1
    person.save(update_fields=["password", "password_changed_at", "session_epoch"])
