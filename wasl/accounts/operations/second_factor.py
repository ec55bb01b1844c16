"""The second factor: an authenticator app, and ten codes for the day it is lost."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from wasl.accounts import totp
from wasl.accounts.events import HOUSE, RecoveryCodeUsed, SecondFactorConfirmed, SecondFactorRemoved
from wasl.accounts.models import RecoveryCode, User
from wasl.core import events, keys
from wasl.core.i18n import t

_PURPOSE = "recovery-code"


class WrongCode(ValueError):
    """The code does not fit, or was used before."""

    def __init__(self) -> None:
        super().__init__(
            t(
                "الرمز غير صحيح أو استُخدم من قبل. انتظر الرمز التالي في التطبيق.",
                "The code is not right or was used before. Wait for the next one in the app.",
            )
        )


class SecondFactorNeeded(ValueError):
    """A role of the person asks for the second factor."""


@transaction.atomic
def confirm_totp(user: User, *, secret: str, code: str, at: datetime) -> list[str]:
    """Tie the app to the account after it showed a right code; gives the recovery codes, which are shown only now.

    Every session ends, so the door signs the present one in again. Raises WrongCode. `at` is the true time.
    """
    step = totp.matching_step(secret, code, at=at, after=0)
    if step is None:
        raise WrongCode
    person = User.objects.select_for_update().get(pk=user.pk)
    person.totp_sealed, person.totp_confirmed_at, person.totp_last_step = keys.seal(secret), at, step
    person.session_epoch += 1
    person.save(update_fields=["totp_sealed", "totp_confirmed_at", "totp_last_step", "session_epoch"])
    events.publish(SecondFactorConfirmed(person.pk), agency_id=HOUSE, by=person, at=at)
    user.refresh_from_db()
    return make_recovery_codes(person, at=at)


@transaction.atomic
def make_recovery_codes(user: User, *, at: datetime) -> list[str]:
    """Ten new codes in place of all older ones. They are kept as digests and cannot be shown again."""
    codes = totp.new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_hash=keys.digest(totp.same_recovery_code(code), _PURPOSE), made_at=at)
        for code in codes
    )
    return codes


@transaction.atomic
def check_second_factor(user: User, *, code: str, at: datetime) -> None:
    """Accept a code of the app or a recovery code, each once. Raises WrongCode. `at` is the true time."""
    if totp.looks_like_recovery_code(code):
        _use_recovery_code(user, code, at=at)
        return
    person = User.objects.select_for_update().get(pk=user.pk)
    if not person.has_second_factor:
        raise WrongCode
    step = totp.matching_step(keys.unseal(person.totp_sealed), code, at=at, after=person.totp_last_step)
    if step is None:
        raise WrongCode
    User.objects.filter(pk=person.pk).update(totp_last_step=step)


@transaction.atomic
def disable_totp(user: User, *, by: User | None, at: datetime) -> None:
    """Take the second factor away: by the person, or by an administrator when app and codes are lost.

    Every session ends. Raises SecondFactorNeeded when the person does it although a role asks for it; an
    administrator may, and the person enrols again at the next sign-in.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.second_factor_needed and by is not None and by.pk == person.pk:
        raise SecondFactorNeeded(t("دورك يتطلب التحقق بخطوتين.", "Your role asks for the second step."))
    RecoveryCode.objects.filter(user=person).delete()
    User.objects.filter(pk=person.pk).update(
        totp_sealed="", totp_confirmed_at=None, session_epoch=F("session_epoch") + 1
    )
    events.publish(SecondFactorRemoved(person.pk), agency_id=HOUSE, by=by, at=at)
    user.refresh_from_db()


def recovery_codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


def _use_recovery_code(user: User, code: str, *, at: datetime) -> None:
    hashes = keys.digests(totp.same_recovery_code(code), _PURPOSE)
    unused = RecoveryCode.objects.filter(user=user, code_hash__in=hashes, used_at__isnull=True)
    if not unused.update(used_at=at):
        raise WrongCode
    left = RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()
    events.publish(RecoveryCodeUsed(user.pk, left), agency_id=HOUSE, by=user, at=at)
