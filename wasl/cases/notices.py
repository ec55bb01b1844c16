"""Which fact of a case is told to its beneficiary, in which wording: one message for each public change of state.

A first referral that needs no person is told with the registration. Whoever joined with a duplicate is told with the
case it joined, under the number they know.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from wasl.cases import events, links, queries
from wasl.cases.models import Case, CaseConversation, CaseEntry
from wasl.cases.operations.work import REOPEN_DAYS
from wasl.contacts import queries as contacts
from wasl.core.asked import Asked
from wasl.core.models import EventRecord
from wasl.directory.models import Unit
from wasl.messaging.models import Conversation
from wasl.notices.callers import caller
from wasl.notices.means import Addresses
from wasl.notices.telling import Told, tells

_FIRST_CONVERSATION = Asked(
    lambda case_id: (
        CaseConversation.objects.filter(case_id=case_id).select_related("conversation__account").order_by("id")[:1]
    ),
    int,
)


@caller
def unit_that_calls(case_id: int) -> Unit | None:
    """Of a complaint about staff the contact centre hears nothing: who has it calls."""
    return queries.compartment_of(case_id)


@tells(events.CaseRegistered, template="case_registered")
def registered(fact: events.CaseRegistered, record: EventRecord) -> Iterable[Told]:
    if queries.by_id(fact.case_id).was_finished_at_once:
        return []  # the word of the resolution, of the same moment, bears number and answer
    return _told(fact, answers_mail=fact.channel in ("email", "sms"), lane="urgent")


@tells(events.CaseAcknowledged, template="case_acknowledged")
def acknowledged(fact: events.CaseAcknowledged, record: EventRecord) -> Iterable[Told]:
    if queries.by_id(fact.case_id).was_finished_at_once:
        return []
    return _told(fact, coalesce=True)


@tells(events.CaseReferred, template="case_referred", only=lambda fact: not fact.automatic)
def referred(fact: events.CaseReferred, record: EventRecord) -> Iterable[Told]:
    return _told(fact, coalesce=True)


@tells(events.ReferralAccepted, template="case_accepted")
def accepted(fact: events.ReferralAccepted, record: EventRecord) -> Iterable[Told]:
    return _told(fact, coalesce=True)


@tells(events.CaseRaised, template="case_raised")
def raised(fact: events.CaseRaised, record: EventRecord) -> Iterable[Told]:
    return _told(fact, coalesce=True)


@tells(events.WorkStarted, template="case_in_work")
def in_work(fact: events.WorkStarted, record: EventRecord) -> Iterable[Told]:
    return _told(fact, coalesce=True)


@tells(events.WorkScheduled, template="case_scheduled")
def scheduled(fact: events.WorkScheduled, record: EventRecord) -> Iterable[Told]:
    return _told(fact, scheduled_for=datetime.fromisoformat(fact.scheduled_for))


@tells(events.BeneficiaryAsked, template="question")
def asked(fact: events.BeneficiaryAsked, record: EventRecord) -> Iterable[Told]:
    return _told(fact, to_all=False, by_person=True, question=_words(record))


@tells(events.CasePutOnHold, template="case_on_hold")
def on_hold(fact: events.CasePutOnHold, record: EventRecord) -> Iterable[Told]:
    return _told(fact, explanation=_words(record), review_on=date.fromisoformat(fact.review_on))


@tells(events.ReplyWritten, template="reply")
def replied(fact: events.ReplyWritten, record: EventRecord) -> Iterable[Told]:
    return _told(fact, to_all=False, by_person=True, reply=_words(record))


@tells(events.CaseResolved, template="case_resolved")
def resolved(fact: events.CaseResolved, record: EventRecord) -> Iterable[Told]:
    return _told(fact, resolution=_words(record), reopen_days=REOPEN_DAYS, at=record.at)


@tells(events.CaseRejected, template="case_rejected")
def rejected(fact: events.CaseRejected, record: EventRecord) -> Iterable[Told]:
    return _told(fact, reason=_words(record))


@tells(events.CaseReopened, template="case_reopened")
def reopened(fact: events.CaseReopened, record: EventRecord) -> Iterable[Told]:
    return _told(fact)


@tells(events.AppealAsked, template="appeal_asked")
def appeal_asked(fact: events.AppealAsked, record: EventRecord) -> Iterable[Told]:
    due = datetime.fromisoformat(fact.due).astimezone(queries.by_id(fact.case_id).agency.zone)
    return _told(fact, to_all=False, answer_by=due.date())


@tells(events.AppealDecided, template="appeal_decided")
def appeal_decided(fact: events.AppealDecided, record: EventRecord) -> Iterable[Told]:
    template = {"changed": "appeal_changed", "partly": "appeal_partly"}.get(fact.outcome, "appeal_decided")
    return _told(fact, to_all=False, by_person=True, template=template, decision=_words(record))


@tells(events.CaseClosed, template="case_closed")
def closed(fact: events.CaseClosed, record: EventRecord) -> Iterable[Told]:
    return _told(fact) if fact.automatic else _told(fact, template="case_closed_early", reopen_days=REOPEN_DAYS)


@tells(events.CaseMerged, template="case_merged")
def merged(fact: events.CaseMerged, record: EventRecord) -> Iterable[Told]:
    return _told(fact, main_reference=queries.by_id(fact.into_case_id).reference)


@tells(events.CaseUnmerged, template="case_parted")
def parted(fact: events.CaseUnmerged, record: EventRecord) -> Iterable[Told]:
    return _told(fact)


@tells(events.CaseWithdrawn, template="case_withdrawn")
def withdrawn(fact: events.CaseWithdrawn, record: EventRecord) -> Iterable[Told]:
    return _told(fact)


def _told(fact: events.CaseFact, *, to_all: bool = True, **values: Any) -> Iterator[Told]:
    """Whom a fact concerns: the beneficiary of the case and, unless words were meant for that one, its followers."""
    case = queries.by_id(fact.case_id)
    for each in [case, *(queries.followers(case) if to_all else [])]:
        if each.beneficiary is not None:
            yield _letter(each, leading=case, **values)


def _letter(
    case: Case,
    *,
    leading: Case,
    coalesce: bool = False,
    by_person: bool = False,
    answers_mail: bool = False,
    lane: str = "normal",
    template: str = "",
    **values: Any,
) -> Told:
    assert case.beneficiary is not None
    return Told(
        agency=case.agency,
        addresses=_addresses(case),
        language=case.language,
        wished_channel=case.preferred_channel,
        beneficiary=case.beneficiary,
        reference=case.digits,
        unit=leading.unit,
        conversation=_conversation(case),
        recipient=str(case.pk),
        lane=lane,
        coalesce_key=f"case {case.pk}" if coalesce else "",
        by_person=by_person,
        answers_mail=answers_mail,
        template=template,
        values=_values(case, leading, **values),
    )


def _values(case: Case, leading: Case, **more: Any) -> dict[str, Any]:
    link = links.track_link(case)
    if "reopen_days" in more:
        ended_at = more.pop("at", None) or leading.resolved_at or leading.state_since
        until = ended_at + timedelta(days=more.pop("reopen_days"))
        more["reopen_until"] = until.astimezone(case.agency.zone).date()
        # Who joined with a duplicate can say "not solved" of the own matter; the rating is of the case that was worked.
        more |= {"rate_link": f"{link}#rate" if case == leading else "", "not_solved_link": f"{link}#not-solved"}
    return {
        "reference": case.reference,
        "service": leading.service.name if leading.service and not leading.service_proposed else "",
        "unit": leading.unit.name,
        "due": leading.due_at.astimezone(case.agency.zone).date() if leading.due_at else "",
        "link": link,
        **more,
    }


def _addresses(case: Case) -> Addresses:
    assert case.beneficiary is not None
    known = contacts.addresses(case.beneficiary)
    email, phone = contacts.best_of(known, "email"), contacts.best_of(known, "phone")
    return Addresses(email=email.value if email else "", phone=phone.value if phone else "")


def _conversation(case: Case) -> Conversation | None:
    """The conversation the case came by, so that the answer lands in the thread the person knows."""
    link = _FIRST_CONVERSATION.one(case.pk)
    return link.conversation if link else None


def _words(record: EventRecord) -> str:
    entry = CaseEntry.objects.filter(event=record, public=True).first()
    return entry.text if entry else ""
