"""Short codes that prove a telephone: sent by text message, good for minutes and few tries, kept as a keyed digest."""

import json
import secrets
from datetime import UTC, datetime, timedelta

from django.db import transaction

from wasl.channels.contract import OutboundMessage
from wasl.channels.sms.gateway import may_write_to
from wasl.contacts.phones import is_mobile
from wasl.core import keys, limits
from wasl.core.i18n import say_in
from wasl.core.text import latin_digits
from wasl.directory.models import Agency
from wasl.messaging import queries as messages
from wasl.messaging.models import ChannelAccount
from wasl.verification.models import OneTimeToken
from wasl.verification.operations import BadToken, void

LIFETIME = timedelta(minutes=10)
DIGITS = 6
# Of one subject; a code has a million values, so five guesses in ten minutes find none.
GUESSES, GUESS_SECONDS = 5, 600
# To one number, whoever asks: a form must not become a way to send messages at our cost.
SENDINGS, SENDING_SECONDS = 3, 3600
_WORDS = (
    "رمز التحقق: {code}\nلا تعطه أحداً. صالح 10 دقائق.",
    "Your code: {code}\nGive it to nobody. Good for 10 minutes.",
)


class CannotText(Exception):
    """The agency has no account for text messages, or may not write to this number."""


class TooManyCodes(Exception):
    """This number was sent as many codes as an hour allows."""


def send_code(*, agency: Agency, phone: str, purpose: str, subject: str, language: str) -> None:
    """Queue a code to an E.164 number. The job makes it, so that none waits in the queue or stands in a table.

    Raises CannotText, TooManyCodes.
    """
    if account_for(agency, phone) is None:
        raise CannotText
    if not limits.allow(f"code:sent:{phone}", SENDINGS, SENDING_SECONDS, closed=True):
        raise TooManyCodes
    from wasl.verification.jobs import send_text_code

    # Sealed: what stands in the queue is written into the log when the job is given up.
    to = keys.seal(json.dumps({"phone": phone, "subject": subject}))
    send_text_code.defer(agency_id=agency.pk, to=to, purpose=purpose, language=language)


def account_for(agency: Agency, phone: str) -> ChannelAccount | None:
    """The account that a code to this number goes over; None when it cannot."""
    account = messages.account_of(agency, "sms")
    if account is None or not is_mobile(phone) or not may_write_to(account.settings, phone):
        return None
    return account


@transaction.atomic
def issue_code(*, purpose: str, subject: str, at: datetime) -> str:
    """A fresh code for one purpose and subject; earlier ones are void."""
    void(purpose=purpose, subject=subject, at=at)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    OneTimeToken.objects.create(
        purpose=purpose,
        subject=subject,
        # With the moment in it, so that the same code twice is two different secrets.
        token_hash=keys.digest(_sealed(subject, code, at), purpose),
        created_at=at,
        expires_at=at + LIFETIME,
    )
    return code


@transaction.atomic
def redeem_code(*, purpose: str, subject: str, code: str, at: datetime) -> None:
    """Use a code up. Any digits and blanks are taken. Raises BadToken: wrong, over, used, or too many guesses."""
    if not limits.allow(f"code:guess:{purpose}:{subject}", GUESSES, GUESS_SECONDS, closed=True):
        raise BadToken
    typed = "".join(latin_digits(code[:40]).split())
    waiting = OneTimeToken.objects.select_for_update().filter(
        purpose=purpose, subject=subject, used_at__isnull=True, created_at__lte=at, expires_at__gt=at
    )
    for token in waiting:
        if keys.matches(_sealed(subject, typed, token.created_at), token.token_hash, purpose):
            void(purpose=purpose, subject=subject, at=at)
            return
    raise BadToken


def letter(*, phone: str, code: str, language: str, at: datetime) -> OutboundMessage:
    """The text message that carries a code."""
    return OutboundMessage(
        to_address=phone,
        subject="",
        text=say_in(language, *_WORDS, code=code),
        language=language,
        message_id=secrets.token_hex(16),
        written_at=at,
    )


def _sealed(subject: str, code: str, at: datetime) -> str:
    return f"{subject}:{code}:{at.astimezone(UTC).isoformat()}"
