"""What people write by e-mail becomes a case, or lands on the case it answers.

`messaging` has stored, read and vouched for the mail before it calls this (automatic mail never gets here). The service
is only proposed: the case waits at the triage unit until a person confirms it.
"""

import re

from wasl.cases import operations as cases
from wasl.cases import queries, workflow
from wasl.cases.models import Case
from wasl.catalogue import queries as catalogue
from wasl.contacts import operations as contacts
from wasl.core.i18n import say_in
from wasl.core.text import clean_line
from wasl.intake import limits
from wasl.messaging import operations as messaging
from wasl.messaging import queries as messages
from wasl.messaging.models import Message
from wasl.messaging.receiving import Received

# What messaging calls mail of a sender who writes too much; the note stays on mail that a person let in all the same.
TOO_MANY = "too_many"
LONGEST_TITLE = 200
LONGEST_TEXT = 20_000
KIND_UNNAMED = "inquiry"
_REPLY_MARKS = re.compile(r"^((re|fw|fwd|رد|إعادة توجيه)\s*[:：]\s*)+", re.IGNORECASE)


def take_mail(received: Received) -> None:
    """Place one mail of a person; runs in the transaction that marks the delivery as handled."""
    if messages.already_received(received.account, received.inbound) is not None:
        return
    if _is_flood(received):
        messaging.park(received.delivery, note=TOO_MANY, at=received.at)
        return
    own = _case_of(received)
    case = _leading(own) if own is not None else None
    if own is None or case is None:
        _new_case(received)
    else:
        _add_to(case, received, own=own)


def _is_flood(received: Received) -> bool:
    """Does one sender write more than a person can? What is read again, or was let in by a person, is not counted."""
    delivery, sender = received.delivery, received.inbound.sender_address
    if delivery.attempts > 1 or delivery.note == TOO_MANY:
        return False
    return not limits.is_mail_taken(agency_id=received.account.agency_id, sender=sender)


def _case_of(received: Received) -> Case | None:
    """The case a mail answers: that of its conversation, which a letter of ours may have begun under its reference."""
    conversation = received.conversation
    if conversation is None:
        return None
    case = queries.by_conversation(conversation.pk)
    if case is None and conversation.reference:
        case = queries.by_reference(conversation.reference, agency=received.account.agency)
    return case


def _leading(case: Case) -> Case | None:
    """The case itself, for a duplicate the one it joined; None when that can take nothing in any more."""
    while case.merged_into_id:
        case = queries.by_id(case.merged_into_id)
    return case if workflow.allows("add", case.state) else None


def _add_to(case: Case, received: Received, *, own: Case) -> None:
    """Add a mail to a case. What came by a duplicate is for staff: its sender is not whom the leading case answers."""
    assert received.conversation is not None
    message = messaging.record_inbound(
        delivery=received.delivery,
        inbound=received.inbound,
        conversation=received.conversation,
        at=received.at,
        kept_files=received.files,
    )
    words, kept = _words(received), list(received.files)
    is_theirs = received.is_known_sender and own.beneficiary_id == case.beneficiary_id
    if own.pk != case.pk:
        words = f"[{_joined_by(own, received.inbound.language)}]\n\n{words}"
    if case.state == "pending_beneficiary" and is_theirs:
        cases.answer_from_beneficiary(case, text=words, channel="email", files=kept, at=received.at)
    else:
        cases.add_information(case, text=words, channel="email", files=kept, public=is_theirs, at=received.at)
    cases.link_message(case, message, held_with=own)


def _joined_by(own: Case, language: str) -> str:
    return say_in(language, "من الطلب المضموم {reference}", "From the joined case {reference}", reference=own.reference)


def _new_case(received: Received) -> None:
    inbound, account = received.inbound, received.account
    agency = account.agency
    hits = catalogue.propose_service(agency, f"{inbound.subject}\n{inbound.text}", at=received.at)
    service = hits[0].service if hits else None
    sender = contacts.find_or_make(
        agency,
        name=inbound.sender_name,
        email=inbound.sender_address,
        language=inbound.language,
        preferred_channel="email",
        proven={"email"} if messages.is_sender_proven(inbound, account) else (),
        at=received.at,
    )
    conversation = messaging.open_conversation(
        account=account, address=inbound.sender_address, beneficiary=sender, subject=inbound.subject, at=received.at
    )
    message = messaging.record_inbound(
        delivery=received.delivery,
        inbound=inbound,
        conversation=conversation,
        at=received.at,
        kept_files=received.files,
    )
    case = cases.register_case(
        cases.NewCase(
            agency=agency,
            kind=service.kind if service is not None else KIND_UNNAMED,
            channel="email",
            title=_title(received, message),
            description=_words(received),
            service=service,
            service_proposed=service is not None,
            beneficiary=sender,
            preferred_channel="email",
            language=inbound.language,
            files=list(received.files),
        ),
        by=None,
        at=received.at,
    )
    messaging.name_conversation(conversation, reference=case.digits)
    cases.link_message(case, message)


def _title(received: Received, message: Message) -> str:
    subject = _REPLY_MARKS.sub("", clean_line(received.inbound.subject)).strip()
    first_line = next((line.strip() for line in received.inbound.text.splitlines() if line.strip()), "")
    unnamed = say_in(message.language, "رسالة بلا عنوان", "Message without a subject")
    return (subject or first_line or unnamed)[:LONGEST_TITLE]


def _words(received: Received) -> str:
    """The person's words, with a line that names what could not be taken along."""
    words = received.inbound.text[:LONGEST_TEXT]
    if received.left_out:
        names = "، ".join(received.left_out)
        note = say_in(
            received.inbound.language, "مرفقات لم تُقبل: {names}", "Attachments not accepted: {names}", names=names
        )
        words = f"{words}\n\n[{note}]"
    return words
