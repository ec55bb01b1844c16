"""What people write by text message: an answer in a case, a wish for fewer messages, or a new case.

A sender's number can be forged, so it opens nothing: words land on a case only together with a number that stands with
that case's beneficiary, nothing of the case is ever told in an answer, and staff see by which way the words came.
"""

import re

from wasl.cases import operations as cases
from wasl.cases import queries
from wasl.cases.models import Case
from wasl.catalogue import queries as catalogue
from wasl.contacts import operations as contacts
from wasl.contacts import queries as people
from wasl.contacts.phones import BadPhone, parse_phone
from wasl.core.i18n import say_in
from wasl.core.text import fold
from wasl.intake.mail import KIND_UNNAMED
from wasl.intake.placing import TOO_MANY, add_to, case_of, first_line, is_flood, leading, words_of
from wasl.messaging import operations as messaging
from wasl.messaging import queries as messages
from wasl.messaging.models import Conversation
from wasl.messaging.receiving import Received

UNKNOWN_NUMBER = "no_sender"
# Said alone, so that a report which merely begins with such a word stays a report.
_STOP = frozenset(fold(word) for word in ("stop", "stopall", "unsubscribe", "قف", "توقف", "إيقاف", "ايقاف", "إلغاء"))
_START = frozenset(fold(word) for word in ("start", "unstop", "ابدأ", "تشغيل", "اشترك"))
_OVER = frozenset({"closed", "rejected"})
_STOPPED = (
    "لن نرسل إليك إلا الضروري عن طلباتك. للعودة أرسل: ابدأ",
    "We will text you only what is needful about your cases. To get all again, send START",
)
_STARTED = (
    "سنرسل إليك كل مستجدات طلباتك. للإيقاف أرسل: قف",
    "We will text you all news of your cases. To stop, send STOP",
)


def take_text(received: Received) -> None:
    """Place one text message of a person; runs in the transaction that marks the delivery as handled."""
    if messages.already_received(received.account, received.inbound) is not None:
        return
    if is_flood(received):
        messaging.park(received.delivery, note=TOO_MANY, at=received.at)
        return
    if _is_wish(received):
        return
    place = _place(received)
    if place is None:
        _new_case(received)
    else:
        own, case, conversation = place
        add_to(case, received, own=own, conversation=conversation)


def _is_wish(received: Received) -> bool:
    """STOP and START are done and answered once; they are no words of a case."""
    word = re.sub(r"[^\w]", "", fold(received.inbound.text))
    if word not in _STOP | _START:
        return False
    agency, sender = received.account.agency, received.inbound.sender_address
    change = messaging.opt_out if word in _STOP else messaging.opt_in
    is_change = change(agency=agency, channel="sms", address=sender, at=received.at)
    conversation = received.conversation or messaging.open_conversation(
        account=received.account, address=sender, at=received.at
    )
    message = messaging.record_inbound(
        delivery=received.delivery, inbound=received.inbound, conversation=conversation, at=received.at
    )
    if is_change:
        _answer(conversation, _STOPPED if word in _STOP else _STARTED, message.pk, received)
    return True


def _answer(conversation: Conversation, words: tuple[str, str], message_id: int, received: Received) -> None:
    language = received.inbound.language
    try:
        messaging.queue_message(
            conversation=conversation,
            dedupe_key=f"wish:{message_id}",
            subject="",
            text=say_in(language, *words),
            language=language,
            automatic="auto-replied",
            at=received.at,
        )
    except messaging.TooManyAnswers:
        return


def _place(received: Received) -> tuple[Case, Case, Conversation] | None:
    """The case it answers, the one that takes it in, and the conversation; None when it begins a new one."""
    named = _named_case(received)
    conversation = received.conversation
    own = named or (_still_going(conversation) if conversation is not None else None)
    case = leading(own) if own is not None else None
    if own is None or case is None:
        return None
    if conversation is None or (named is not None and conversation.reference != named.digits):
        conversation = messaging.open_conversation(
            account=received.account,
            address=received.inbound.sender_address,
            beneficiary=own.beneficiary,
            reference=own.digits,
            at=received.at,
        )
    return own, case, conversation


def _still_going(conversation: Conversation) -> Case | None:
    """The case a number was last written to about, unless it is over: what comes then is about something else."""
    case = case_of(conversation)
    return case if case is not None and case.state not in _OVER else None


def _named_case(received: Received) -> Case | None:
    """The case whose number stands in the text, if it is one of the sender's own."""
    agency, sender = received.account.agency, received.inbound.sender_address
    for figures in messages.references_in(received.inbound.text):
        case = queries.by_reference(figures, agency=agency)
        if case is not None and case.beneficiary is not None and people.is_phone_of(case.beneficiary, sender):
            return case
    return None


def _new_case(received: Received) -> None:
    inbound, agency = received.inbound, received.account.agency
    try:
        phone = parse_phone(inbound.sender_address)
    except BadPhone:
        messaging.park(received.delivery, note=UNKNOWN_NUMBER, at=received.at)
        return
    hits = catalogue.propose_service(agency, inbound.text, at=received.at)
    service = hits[0].service if hits else None
    sender = contacts.find_or_make(
        agency, name="", phone=phone, language=inbound.language, preferred_channel="sms", at=received.at
    )
    conversation = messaging.open_conversation(
        account=received.account, address=phone, beneficiary=sender, at=received.at
    )
    message = messaging.record_inbound(
        delivery=received.delivery, inbound=inbound, conversation=conversation, at=received.at
    )
    unnamed = say_in(inbound.language, "رسالة نصية", "Text message")
    kind = service.kind if service is not None else KIND_UNNAMED
    case = cases.register_case(
        cases.NewCase(
            agency=agency,
            kind=kind,
            channel="sms",
            title=first_line(inbound.text) or unnamed,
            description=words_of(received),
            service=service,
            service_proposed=service is not None,
            beneficiary=sender,
            facts=queries.repeats(
                agency=agency, kind=kind, service_id=service.pk if service else None, at=received.at, person=sender
            ),
            preferred_channel="sms",
            language=inbound.language,
        ),
        by=None,
        at=received.at,
    )
    messaging.name_conversation(conversation, reference=case.digits)
    cases.link_message(case, message)
