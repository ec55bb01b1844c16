"""What people write by e-mail becomes a case, or lands on the case it answers.

`messaging` has stored, read and vouched for the mail before it calls this (automatic mail never gets here). The service
is only proposed: the case waits at the triage unit until a person confirms it.
"""

import re

from wasl.alerts import queries as alerts
from wasl.cases import operations as cases
from wasl.cases import queries
from wasl.catalogue import queries as catalogue
from wasl.contacts import operations as contacts
from wasl.core.i18n import say_in
from wasl.core.text import clean_line
from wasl.intake.placing import LONGEST_TITLE, TOO_MANY, add_to, case_of, first_line, is_flood, leading, words_of
from wasl.messaging import operations as messaging
from wasl.messaging import queries as messages
from wasl.messaging.models import Message
from wasl.messaging.receiving import Received

KIND_UNNAMED = "inquiry"
TO_STAFF = "to_staff"
_REPLY_MARKS = re.compile(r"^((re|fw|fwd|رد|إعادة توجيه)\s*[:：]\s*)+", re.IGNORECASE)


def take_mail(received: Received) -> None:
    """Place one mail of a person; runs in the transaction that marks the delivery as handled."""
    if messages.already_received(received.account, received.inbound) is not None:
        return
    if received.conversation is not None and alerts.is_letter(received.conversation):
        # A colleague answered a digest: no case of a citizen, and nothing to be lost either.
        messaging.park(received.delivery, note=TO_STAFF, at=received.at)
        return
    if is_flood(received):
        messaging.park(received.delivery, note=TOO_MANY, at=received.at)
        return
    own = case_of(received.conversation) if received.conversation is not None else None
    case = leading(own) if own is not None else None
    if received.conversation is None or own is None or case is None:
        _new_case(received)
    else:
        add_to(case, received, own=own, conversation=received.conversation)


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
    kind = service.kind if service is not None else KIND_UNNAMED
    case = cases.register_case(
        cases.NewCase(
            agency=agency,
            kind=kind,
            channel="email",
            title=_title(received, message),
            description=words_of(received),
            service=service,
            service_proposed=service is not None,
            beneficiary=sender,
            facts=queries.repeats(
                agency=agency, kind=kind, service_id=service.pk if service else None, at=received.at, person=sender
            ),
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
    unnamed = say_in(message.language, "رسالة بلا عنوان", "Message without a subject")
    return (subject or first_line(received.inbound.text) or unnamed)[:LONGEST_TITLE]
