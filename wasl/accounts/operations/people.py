"""Accounts come and go: invited, accepted, deactivated, back again."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from wasl.accounts.addresses import same_address
from wasl.accounts.events import (
    HOUSE,
    AccountCreated,
    InvitationAccepted,
    PersonChanged,
    PersonDeactivated,
    PersonReactivated,
    RightsOfPersonChanged,
)
from wasl.accounts.models import User
from wasl.accounts.operations.passwords import set_password
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.text import clean_line


class AddressTaken(ValueError):
    """Somebody else signs in with this address."""


def invite_person(
    *,
    email: str,
    full_name: str,
    by: User | None,
    at: datetime,
    latin_name: str = "",
    language: str = "ar",
    phone: str = "",
    is_demo: bool = False,
) -> User:
    """Make an account that nobody can sign in to yet: it has no password until the invitation is accepted.

    Raises AddressTaken when an account with the address exists, in whatever capitals it was typed.
    """
    person = User(
        email=same_address(email),
        full_name=clean_line(full_name),
        latin_name=clean_line(latin_name),
        language=language,
        phone=phone,
        is_demo=is_demo,
        created_at=at,
    )
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
            events.publish(AccountCreated(person.pk), agency_id=HOUSE, by=by, at=at)
    except IntegrityError as error:
        taken = t("يوجد حساب بهذا البريد الإلكتروني.", "There is an account with this e-mail address.")
        raise AddressTaken(taken) from error
    return person


@transaction.atomic
def accept_invitation(user: User, *, password: str, full_name: str, at: datetime) -> User:
    """The invited person chooses a password and may mend the name. Raises WeakPassword; ValueError if deactivated."""
    person = User.objects.select_for_update().get(pk=user.pk)
    if not person.is_active:
        raise ValueError(t("أُوقف هذا الحساب.", "This account was deactivated."))
    person.full_name = clean_line(full_name) or person.full_name
    set_password(person, password, at=at)
    person.save(update_fields=["full_name"])
    events.publish(InvitationAccepted(person.pk), agency_id=HOUSE, by=person, at=at)
    return person


@transaction.atomic
def change_person(
    user: User, *, full_name: str, latin_name: str, phone: str, language: str, by: User | None, at: datetime
) -> User:
    """Mend what is written of a person; the address of sign-in stands for good. Nothing different changes nothing."""
    person = User.objects.select_for_update().get(pk=user.pk)
    given = {
        "full_name": clean_line(full_name),
        "latin_name": clean_line(latin_name),
        "phone": phone,
        "language": language,
    }
    different = [name for name, value in given.items() if getattr(person, name) != value]
    if different:
        for name in different:
            setattr(person, name, given[name])
        person.save(update_fields=different)
        events.publish(PersonChanged(person.pk, different), agency_id=HOUSE, by=by, at=at)
    return person


@transaction.atomic
def deactivate(user: User, *, by: User | None, at: datetime) -> User:
    """Shut the person out: every session ends with its next request. Doing it twice changes nothing."""
    person = User.objects.select_for_update().get(pk=user.pk)
    if not person.is_active:
        return person
    person.is_active, person.deactivated_at = False, at
    person.session_epoch += 1
    person.save(update_fields=["is_active", "deactivated_at", "session_epoch"])
    events.publish(PersonDeactivated(person.pk), agency_id=HOUSE, by=by, at=at)
    return person


@transaction.atomic
def reactivate(user: User, *, by: User | None, at: datetime) -> User:
    """Let the person sign in again, with the password and second factor of before."""
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.is_active:
        return person
    person.is_active, person.deactivated_at = True, None
    person.save(update_fields=["is_active", "deactivated_at"])
    events.publish(PersonReactivated(person.pk), agency_id=HOUSE, by=by, at=at)
    return person


@transaction.atomic
def rights_changed(user: User, *, second_factor_needed: bool, by: User | None, at: datetime) -> None:
    """Take note that the person may do more or less from now on: all sessions end, so no page keeps old rights."""
    User.objects.filter(pk=user.pk).update(
        second_factor_needed=second_factor_needed, session_epoch=F("session_epoch") + 1
    )
    user.refresh_from_db(fields=["second_factor_needed", "session_epoch"])
    fact = RightsOfPersonChanged(user.pk, second_factor_needed)
    events.publish(fact, agency_id=HOUSE, by=by, at=at)


def change_preferences(user: User, *, language: str, digits: str) -> User:
    """The person's own language and digits."""
    user.language, user.digits = language, User.Digits(digits)
    user.save(update_fields=["language", "digits"])
    return user
