"""What people write to us lands on the case it answers, whichever channel it came by."""

from wasl.cases import operations as cases
from wasl.cases import queries, workflow
from wasl.cases.models import Case
from wasl.core.i18n import say_in
from wasl.core.text import clean_line
from wasl.intake import limits
from wasl.messaging import operations as messaging
from wasl.messaging.models import Conversation
from wasl.messaging.receiving import Received

# What messaging calls messages of a sender who writes too much; the note stays on what a person let in all the same.
TOO_MANY = "too_many"
LONGEST_TITLE = 200
LONGEST_TEXT = 20_000


def is_flood(received: Received) -> bool:
    """Does one sender write more than a person can? What is read again, or was let in by a person, is not counted."""
    delivery, sender = received.delivery, received.inbound.sender_address
    if delivery.attempts > 1 or delivery.note == TOO_MANY:
        return False
    return not limits.is_mail_taken(agency_id=received.account.agency_id, sender=sender)


def case_of(conversation: Conversation) -> Case | None:
    """The case a conversation is about: one it belongs to, or the one a letter of ours began it for."""
    case = queries.by_conversation(conversation.pk)
    if case is None and conversation.reference:
        case = queries.by_reference(conversation.reference, agency=conversation.agency)
    return case


def leading(case: Case) -> Case | None:
    """The case itself, for a duplicate the one it joined; None when that can take nothing in any more."""
    while case.merged_into_id:
        case = queries.by_id(case.merged_into_id)
    return case if workflow.allows("add", case.state) else None


def add_to(case: Case, received: Received, *, own: Case, conversation: Conversation) -> None:
    """Add a message to a case. What came by a duplicate is for staff: its sender is not whom the leading case answers.

    It counts as the person's own word only when it comes from the address the conversation is held with.
    """
    message = messaging.record_inbound(
        delivery=received.delivery,
        inbound=received.inbound,
        conversation=conversation,
        at=received.at,
        kept_files=received.files,
    )
    channel = received.account.channel
    words, kept = words_of(received), list(received.files)
    is_theirs = conversation.address == received.inbound.sender_address and own.beneficiary_id == case.beneficiary_id
    if own.pk != case.pk:
        words = f"[{_joined_by(own, received.inbound.language)}]\n\n{words}"
    if case.state == "pending_beneficiary" and is_theirs:
        cases.answer_from_beneficiary(case, text=words, channel=channel, files=kept, at=received.at)
    else:
        cases.add_information(case, text=words, channel=channel, files=kept, public=is_theirs, at=received.at)
    cases.link_message(case, message, held_with=own)


def words_of(received: Received) -> str:
    """The person's words, with a line that names what could not be taken along."""
    words = received.inbound.text[:LONGEST_TEXT]
    if received.left_out:
        names = "، ".join(received.left_out)
        note = say_in(
            received.inbound.language, "مرفقات لم تُقبل: {names}", "Attachments not accepted: {names}", names=names
        )
        words = f"{words}\n\n[{note}]"
    return words


def first_line(text: str) -> str:
    """The first line with words in it, as a title; empty when there is none."""
    return next((clean_line(line) for line in text.splitlines() if line.strip()), "")[:LONGEST_TITLE]


def _joined_by(own: Case, language: str) -> str:
    return say_in(language, "من الطلب المضموم {reference}", "From the joined case {reference}", reference=own.reference)
