"""Cases and the rest of the house as the bodies show them."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import translation

from wasl.accounts.models import User
from wasl.api.v1 import bodies
from wasl.api.v1.calling import Caller, Sight
from wasl.cases import appeals, seen, timeline, workflow
from wasl.cases import queries as cases
from wasl.cases.links import track_link
from wasl.cases.models import Appeal, Case, CaseFile
from wasl.cases.operations import access_code
from wasl.catalogue.forms import Question
from wasl.catalogue.models import Service
from wasl.contacts import queries as contacts
from wasl.core import files
from wasl.core.i18n import LANGUAGES
from wasl.core.localized import Localized
from wasl.directory.models import Agency, Unit
from wasl.messaging.models import Message
from wasl.notices.models import Notice

# The private link of a beneficiary lets its holder act as the beneficiary: it is cut out of every message shown.
_PRIVATE_LINK = re.compile(r"(/t/)[0-9A-Za-z]{10,}")
# What lists read of a case beside the row that the worklist itself shows.
ALSO = ("language", "service__code", "wilayat__code", "assignee__email")


def text(words: Mapping[str, str]) -> bodies.Text:
    """A text of data in both languages."""
    both = words if isinstance(words, Localized) else Localized(words)
    return bodies.Text(both.in_language("ar"), both.in_language("en"))


def named(row: Service | Unit | object | None) -> bodies.Named | None:
    """The code and name of a row."""
    return None if row is None else bodies.Named(row.code, text(row.name))  # type: ignore[attr-defined]


def colleague(person: User) -> bodies.Colleague:
    """A member of staff."""
    return bodies.Colleague(person.email, bodies.Text(person.full_name, person.latin_name or person.full_name))


def moment(at: datetime | None, agency: Agency) -> datetime | None:
    """A moment as the clocks of the agency show it."""
    return at.astimezone(agency.zone) if at is not None else None


def summary(case: Case, caller: Caller) -> bodies.CaseSummary:
    """A case as lists show it."""
    return bodies.CaseSummary(**_summed(case, caller))


def _summed(case: Case, caller: Caller) -> dict[str, Any]:
    agency, is_staff = caller.agency, caller.person is not None
    state = case.state_words
    return {
        "reference": case.reference,
        "version": case.version,
        "kind": case.kind,
        "title": case.title,
        "state": case.state,
        "state_name": text(state.staff if is_staff else state.public),
        "state_since": moment(case.state_since, agency),
        "is_open": case.is_open,
        "importance": case.importance,
        "channel": case.channel,
        "language": case.language,
        "service": named(case.service),
        "service_proposed": case.service_proposed,
        "unit": named(case.unit),
        "wilayat": named(case.wilayat),
        "outside_area": case.outside_area,
        "assignee": colleague(case.assignee) if is_staff and case.assignee is not None else None,
        "registered_at": moment(case.registered_at, agency),
        "due_at": moment(case.due_at, agency),
        "scheduled_for": moment(case.scheduled_for, agency),
    }


def whole(case: Case, caller: Caller, sight: Sight, acts: Iterable[str]) -> bodies.Case:
    """A case with everything about it that the key may see."""
    agency, is_inside = caller.agency, caller.person is not None or sight.own
    return bodies.Case(
        **_summed(case, caller),
        description=case.description,
        place=_place(case),
        answers=[bodies.GivenAnswer(one["code"], text(one["label"]), text(one["text"])) for one in case.answers],
        clocks=clocks(case, agency),
        confidential=case.confidential,
        merged_into=_joined(case, caller),
        review_on=case.review_on,
        resolved_at=moment(case.resolved_at, agency),
        reopened_times=case.reopened_times,
        rating=_rating(case, agency, with_words=is_inside),
        beneficiary=_contact(case) if sight.contact else None,
        acts=list(acts),
    )


def receipt(case: Case, agency: Agency) -> bodies.Receipt:
    """What whoever registered a case is told."""
    registered_at = moment(case.registered_at, agency)
    unit = named(case.unit)
    assert registered_at is not None
    assert unit is not None
    return bodies.Receipt(
        reference=case.reference,
        version=case.version,
        state=case.state,
        state_name=text(case.state_words.public),
        unit=unit,
        registered_at=registered_at,
        clocks=clocks(case, agency),
        track_url=track_link(case),
    )


def clocks(case: Case, agency: Agency) -> list[bodies.Clock]:
    """The promises of the present round."""
    return [
        bodies.Clock(
            kind=clock.kind,
            name=text(workflow.CLOCKS[clock.kind]),
            started_at=clock.started_at.astimezone(agency.zone),
            due_at=clock.due_at.astimezone(agency.zone),
            stopped_at=moment(clock.stopped_at, agency),
            paused_at=moment(clock.paused_at, agency),
            working_days=clock.working_days,
            minutes=clock.amount_minutes,
        )
        for clock in cases.running_clocks(case)
    ]


def reviews(offer: appeals.Offer, caller: Caller) -> bodies.Reviews:
    """The reviews of a case, and what can be asked now."""
    return bodies.Reviews(
        items=[_review(one, caller) for one in offer.appeals],
        can_be_asked=offer.may_ask,
        ground=offer.ground or None,
        unit=named(offer.office.unit) if offer.office is not None else None,
        outside_body=text(offer.rule.body_name) if offer.is_outside else None,
    )


def _review(one: Appeal, caller: Caller) -> bodies.Review:
    agency, by = caller.agency, one.decided_by
    return bodies.Review(
        level=one.level,
        ground=one.ground,
        ground_name=_label(Appeal.Ground(one.ground)),
        words=one.words,
        unit=bodies.Named(one.unit.code, text(one.unit.name)),
        asked_at=one.asked_at.astimezone(agency.zone),
        due_at=one.due_at.astimezone(agency.zone),
        is_late=one.due_at < (one.decided_at or caller.at),
        outcome=one.outcome or None,
        outcome_name=_label(Appeal.Outcome(one.outcome)) if one.outcome else None,
        reasons=one.reasons,
        decided_at=moment(one.decided_at, agency),
        decided_by=colleague(by) if by is not None and caller.person is not None else None,
        moved_to=named(one.to_unit),
        files=len(one.files.all()),
    )


def _label(choice: Appeal.Ground | Appeal.Outcome) -> bodies.Text:
    with translation.override("ar"):
        arabic = str(choice.label)
    with translation.override("en"):
        return bodies.Text(arabic, str(choice.label))


def _place(case: Case) -> bodies.Place:
    return bodies.Place(
        governorate=named(case.governorate),
        wilayat=named(case.wilayat),
        area=case.area_text,
        address=case.address_text,
        latitude=float(case.lat) if case.lat is not None else None,
        longitude=float(case.lon) if case.lon is not None else None,
        outside_area=case.outside_area,
    )


def _joined(case: Case, caller: Caller) -> str | None:
    """The case it joined, if the key may read that one."""
    if case.merged_into is None:
        return None
    return case.merged_into.reference if caller.visible.filter(pk=case.merged_into.pk).exists() else None


def _rating(case: Case, agency: Agency, *, with_words: bool) -> bodies.Rating | None:
    if case.rating is None:
        return None
    return bodies.Rating(case.rating, case.rating_comment if with_words else "", moment(case.rated_at, agency))


def _contact(case: Case) -> bodies.Contact | None:
    person = case.beneficiary
    if person is None:
        return None
    known = contacts.addresses(person)
    return bodies.Contact(
        name=person.full_name,
        language=person.language,
        preferred_channel=case.preferred_channel,
        phones=[one.value for one in known if one.kind == "phone"],
        emails=[one.value for one in known if one.kind == "email"],
    )


# --- what happened, was said and was sent ----------------------------------------------------------------------------


def story(case: Case, caller: Caller, sight: Sight) -> bodies.Timeline:
    """What happened to a case as the key may know it: staff as on their page, partners as the beneficiary."""
    told: dict[str, list[timeline.Item]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = (
                timeline.public_timeline(case)
                if caller.person is None
                else seen.items_seen(case, caller.person, at=caller.at, notes=sight.notes)
            )
    return bodies.Timeline([_item(case, ar, en, caller) for ar, en in zip(told["ar"], told["en"], strict=True)])


def _item(case: Case, arabic: timeline.Item, english: timeline.Item, caller: Caller) -> bodies.TimelineItem:
    return bodies.TimelineItem(
        id=_opaque(f"{case.public_id}:{arabic.event_id}"),
        at=arabic.at.astimezone(caller.agency.zone),
        kind=arabic.kind,
        title=bodies.Text(str(arabic.title), str(english.title)),
        text=arabic.text,
        public=arabic.public,
        actor=str(english.actor if translation.get_language() == "en" else arabic.actor),
        attachments=[one.file.public_id for one in arabic.files],
    )


def _opaque(inner: str) -> str:
    """A name for something that has only an inner number: the same every time, and telling nothing."""
    return hashlib.sha256(inner.encode()).hexdigest()[:16]


def attachment(one: CaseFile, agency: Agency, *, whole_file: bool) -> bodies.Attachment:
    """A photo or document; of a picture that is not shown whole, its copy without metadata."""
    file, is_copy = one.file, not whole_file and files.is_picture(one.file)
    return bodies.Attachment(
        id=file.public_id,
        name=f"{file.public_id}.jpg" if is_copy else file.name,
        content_type="image/jpeg" if is_copy else file.content_type,
        size=None if is_copy else file.size,
        role=one.role,
        public=one.public,
        added_at=one.added_at.astimezone(agency.zone),
    )


def messages(case: Case, received: Iterable[Message], told: Iterable[Notice], agency: Agency) -> bodies.Messages:
    """What was written both ways, the newest first."""
    every = {message.pk: message for message in [*received, *(one.message for one in told if one.message is not None)]}
    newest_first = sorted(every.values(), key=lambda message: (message.created_at, message.pk), reverse=True)
    return bodies.Messages([_message(one, case, agency) for one in newest_first])


def _message(message: Message, case: Case, agency: Agency) -> bodies.Message:
    is_in = message.direction == Message.Direction.IN
    return bodies.Message(
        id=message.public_id,
        direction="in" if is_in else "out",
        channel=message.conversation.account.channel,
        state=message.state,
        language=message.language,
        subject=_without_links(message.subject, case),
        text=_without_links(message.text, case),
        address=message.from_address if is_in else message.to_address,
        created_at=message.created_at.astimezone(agency.zone),
        sent_at=moment(message.sent_at, agency),
    )


def _without_links(words: str, case: Case) -> str:
    code = access_code(case) if case.access_code_sealed else ""
    return _PRIVATE_LINK.sub(r"\1…", words.replace(code, "…") if code else words)


# --- the catalogue, units, the agency --------------------------------------------------------------------------------


def service(row: Service, questions: Iterable[Question]) -> bodies.Service:
    """A service with what it asks."""
    category = named(row.category)
    assert category is not None
    return bodies.Service(
        code=row.code,
        name=text(row.name),
        description=text(row.description),
        kind=row.kind,
        category=category,
        unit=named(row.unit),
        importance=row.priority,
        keywords=[str(word) for word in row.keywords],
        needs_location=row.needs_location,
        needs_photo=row.needs_photo,
        confidential=row.confidential,
        acknowledge_within=row.acknowledge_text,
        resolve_within=row.resolve_text,
        questions=[_question(one) for one in questions],
    )


def _question(question: Question) -> bodies.Question:
    condition = question.condition
    return bodies.Question(
        code=question.code,
        label=text(question.label),
        hint=text(question.hint),
        datatype=question.datatype.value,
        required=question.required,
        values=[bodies.QuestionValue(value.key, text(value.label)) for value in question.choices],
        condition=bodies.QuestionCondition(condition.question, list(condition.values)) if condition else None,
    )


def unit(row: Unit, codes: Mapping[int, str]) -> bodies.Unit:
    """A unit; `codes` are those of all units by their inner number."""
    return bodies.Unit(
        code=row.code,
        name=text(row.name),
        kind=row.kind,
        parent=codes.get(row.parent_id or 0),
        is_triage=row.is_triage,
        is_centre=row.is_centre,
    )


def agency_told(agency: Agency) -> bodies.Agency:
    """An agency as everybody may know it."""
    return bodies.Agency(
        code=agency.code,
        name=text(agency.name),
        short_name=text(agency.short_name or agency.name),
        time_zone=agency.time_zone,
        languages=[str(one) for one in agency.languages],
        phone=agency.phone,
        email=agency.email,
    )
