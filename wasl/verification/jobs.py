"""The letters that carry secrets, and the broom for secrets that ended."""

import json
import logging

from wasl.accounts.models import User
from wasl.channels import registry
from wasl.channels.contract import OutboundMessage, Result
from wasl.core import keys
from wasl.core.clock import now
from wasl.core.jobs import Doubling, job, periodic
from wasl.directory import queries as directory
from wasl.messaging import queries as messaging
from wasl.messaging.models import Channel, ChannelAccount
from wasl.verification import codes, letters, operations

log = logging.getLogger(__name__)
# Who waits for a code waits for seconds: 2, 4, 8 … within its ten minutes.
QUICK = Doubling(first_seconds=1, most_attempts=6)


class NotSent(Exception):
    """The other side did not take it; the job tries again later.

    It says nothing of the answer, as that goes into the log: servers like to repeat what they were given, with address
    and secret.
    """


@job(name="verification.send_letter", queue="mail")
def send_letter(user_id: int, kind: str, event_id: int) -> None:
    """Write to a person about the own account. A letter with a link gets a fresh secret with each try.

    The letter goes straight to the mail server and into no table, as a message of a conversation would: it holds a
    secret. One for an account that cannot use it any more is not sent.
    """
    person = User.objects.filter(pk=user_id, is_active=True).first()
    account = _account_for(person) if person is not None else None
    if person is None or account is None:
        log.warning("letter not sent: no active person or no mail account", extra={"user_id": user_id})
        return
    link = operations.link_for_letter(person, kind=kind, at=now())
    if letters.LETTERS[kind].link and not link:
        return
    subject, text = letters.written(kind, language=person.language, link=link)
    message = OutboundMessage(
        to_address=person.email,
        subject=subject,
        text=text,
        language=person.language,
        message_id=f"<{keys.digest(f'{kind}:{event_id}', 'letter')[:40]}@{account.address.rpartition('@')[2]}>",
        written_at=now(),
    )
    outcome = registry.adapter(account.channel).send(messaging.account_facts(account), message)
    if outcome.result in (Result.TEMPORARY, Result.TECHNICAL):
        raise NotSent(outcome.result.value)
    log.info("letter %s: %s", kind, outcome.result, extra={"user_id": user_id})


@job(name="verification.send_text_code", queue="send", retry=QUICK)
def send_text_code(agency_id: int, to: str, purpose: str, language: str) -> None:
    """Make a code and hand it to the gateway at once; a further try makes a new one. It stands in no table.

    `to` is the sealed phone and subject.
    """
    known = json.loads(keys.unseal(to))
    phone, subject = known["phone"], known["subject"]
    account = codes.account_for(directory.agency_by_id(agency_id), phone)
    if account is None:
        log.warning("code not sent: no account for text messages", extra={"agency_id": agency_id})
        return
    at = now()
    code = codes.issue_code(purpose=purpose, subject=subject, at=at)
    message = codes.letter(phone=phone, code=code, language=language, at=at)
    outcome = registry.adapter(account.channel).send(messaging.account_facts(account), message)
    if outcome.result in (Result.TEMPORARY, Result.TECHNICAL):
        raise NotSent(outcome.result.value)
    log.info("code: %s", outcome.result, extra={"agency_id": agency_id})


@periodic("17 3 * * *", name="verification.sweep_tokens")
def sweep_tokens(timestamp: int) -> None:
    """Every night."""
    operations.sweep(at=now())


def _account_for(person: User) -> ChannelAccount | None:
    try:
        agency = directory.own_agency(person, now()) or directory.default_agency()
    except directory.NoAgency:
        return None
    return messaging.account_of(agency, Channel.EMAIL)
