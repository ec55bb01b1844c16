"""A finished report becomes a case: once, whatever happens to the answer on its way back.

Beside it stand what a clerk does at a telephone or counter: a contact answered on the spot, and drafts.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from wasl.accounts.models import User
from wasl.cases import bars, workflow
from wasl.cases import operations as cases
from wasl.cases import queries as case_queries
from wasl.cases.models import Case, Clock
from wasl.catalogue.models import Category, Service
from wasl.contacts import operations as contacts
from wasl.contacts import relations
from wasl.contacts.models import Beneficiary
from wasl.core import edition, events, keys, sets
from wasl.core.marks import mark
from wasl.core.text import clean
from wasl.directory.models import Agency, Unit
from wasl.intake import limits, pictures
from wasl.intake.dispositions import ANSWERED, OUTCOMES
from wasl.intake.events import ContactBecameCase, ContactRecorded, ContactWithdrawn
from wasl.intake.models import DeskDraft, Disposition, Submission
from wasl.intake.reports import Attended, Report, Where, Who
from wasl.partners import operations as partners
from wasl.partners.models import ApiKey
from wasl.places import queries as places
from wasl.places.models import Wilayat

DIGEST = "submission"
DRAFT_LIFETIME = timedelta(hours=24)
LONGEST_WORDS = 4_000

# With the key everything is taken along that a case is given by the database.
_TAKE_KEY = f"""
WITH numbers (case_id, running, edition) AS (SELECT {cases.NUMBERS}),
     taken AS (
         INSERT INTO intake_submission (
             agency_id, door, key, body_hash, created_at, notice_code, notice_read_at, case_id
         )
         SELECT %s::bigint, %s, %s, %s, %s::timestamptz, %s, %s::timestamptz, case_id FROM numbers
         ON CONFLICT (agency_id, door, key) DO NOTHING RETURNING id, case_id
     ),
     brought AS ({partners.brought("taken")})
SELECT taken.id, numbers.* FROM taken, numbers
"""  # noqa: S608 (constants)


class IdempotencyConflict(Exception):
    """The key was used before, for another report. `case` is what it made then."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.reference)
        self.case = case


@dataclass(frozen=True)
class Receipt:
    """What the sender is told. `repeated`: the case had been registered by an earlier sending."""

    case: Case
    access_code: str
    repeated: bool = False

    @property
    def promises(self) -> list[Clock]:
        """The clocks of the case, for the promised dates."""
        return case_queries.running_clocks(self.case)


def submit_report(
    report: Report,
    *,
    agency: Agency,
    door: str,
    key: str,
    address: str,
    at: datetime,
    attended: Attended | None = None,
    brought_by: ApiKey | None = None,
) -> Receipt:
    """Register a report under the key its door chose; the same key again gives the same case.

    `address` is the network address the limits count by; a door with limits of its own passes "". `attended`: somebody
    of the staff writes it down, so no limit counts. `brought_by`: the program that sent a new case. Raises
    TooMany, and IdempotencyConflict when the key stands for another report; of an attended one also NotNow and Missing.
    A parallel sending waits for the first to be committed.
    Only a new report counts towards the limits: who sends again what we have is never told to wait.
    """
    with transaction.atomic():
        notice = attended.notice if attended else report.notice
        taken = _take_key(agency, door=door, key=key, body=report.body, notice=notice, brought_by=brought_by, at=at)
        if taken is None:
            return _earlier(agency, door=door, key=key, body=report.body)
        if attended is None:
            limits.check(agency_id=agency.pk, address=address, contacts=report.who.addresses)
        mark("intake.key_taken")
        with edition.known(taken.numbers.edition):
            if attended is None:
                new = _new_case(report, agency=agency, channel=door, at=at)
                case = cases.register_case(new, by=None, at=at, numbers=taken.numbers)
                _join(case, report.same_as, at=at)
            else:
                case = _take_down(report, attended, agency=agency, at=at, numbers=taken.numbers)
        pictures.expect(case, report.pictures, at=at)
        if case.pk != taken.numbers.case_id:
            Submission.objects.filter(pk=taken.submission_id).update(case=case)
        mark("intake.before_commit")
    mark("intake.after_commit")
    return Receipt(case, cases.access_code(case))


def _join(case: Case, same_as: str, *, at: datetime) -> None:
    """Let a report follow the open one of which its sender said that it is the same problem, where that can be.

    It must be of the same service and near, and no slighter than the new one: a graver report is looked at by itself.
    """
    if not same_as or case.service is None or case.compartment_id is not None:
        return
    near = case_queries.similar_open(
        agency=case.agency, service_id=case.service_id, at=at, lat=case.lat, lon=case.lon, wilayat=case.wilayat
    )
    target = next((one for one in near if one.digits == same_as and one.pk != case.pk), None)
    if target is None or target.importance > case.importance:
        return
    with suppress(cases.Missing, cases.NotNow):
        cases.merge(case, into=target, by=None, at=at)


def _take_down(report: Report, attended: Attended, *, agency: Agency, at: datetime, numbers: cases.Numbers) -> Case:
    """Register what a clerk wrote down; words that belong to an earlier case of the same person are added to that."""
    by, joins = attended.by, attended.joins
    if sentence := bars.why_not_register(by, _values_of(report.who), at):
        raise cases.Barred(sentence)
    new = _new_case(report, agency=agency, channel=attended.channel, by=by, at=at)
    if report.about_staff is not None:
        # Closed to the clerk from its first moment: they join, finish and weigh nothing.
        return cases.register_case(new, by=by, at=at, numbers=numbers)
    if report.finished:
        new = replace(new, kept_by=attended.unit)
    if joins is not None and new.beneficiary is not None and joins.beneficiary_id == new.beneficiary.pk:
        cases.add_information(
            joins, text=report.description, channel=attended.channel, files=report.files, by=by, at=at
        )
        case = joins
    else:
        case = _register_and_judge(new, report, joins, by=by, at=at, numbers=numbers)
    if attended.record_id:
        _became_case(attended, case, at=at)
    return case


def _register_and_judge(
    new: cases.NewCase, report: Report, joins: Case | None, *, by: User, at: datetime, numbers: cases.Numbers
) -> Case:
    """Register a case with what the clerk decides about it at once: its class, its end, the case it joins."""
    case = cases.register_case(new, by=by, at=at, numbers=numbers)
    if report.importance and report.importance != case.importance:
        cases.change_importance(case, importance=report.importance, reason=report.importance_reason, by=by, at=at)
    if report.finished:
        cases.acknowledge(case, by=by, at=at)
        cases.resolve(case, text=report.finished, by=by, at=at)
    if joins is not None:
        cases.merge(case, into=joins, by=by, at=at)
    return case


def _values_of(who: Who) -> frozenset[str]:
    """By what the person of a report can be told, with what is known of the one who was chosen."""
    known = relations.values_of([who.person.pk]) if who.person is not None else frozenset()
    return known | relations.values_given(phone=who.phone, email=who.email, number=who.identity)


def _became_case(attended: Attended, case: Case, *, at: datetime) -> None:
    own = Disposition.objects.filter(agency_id=case.agency_id, by=attended.by, case__isnull=True)
    record = own.filter(public_id=attended.record_id).first()
    if record is None:
        return
    record.case = case
    record.save(update_fields=["case"])
    events.publish(
        ContactBecameCase(record.pk, case.pk), agency_id=case.agency_id, case_id=case.pk, by=attended.by, at=at
    )


@dataclass(frozen=True)
class _Taken:
    """A key that nobody had taken, and the numbers of the case it will stand for."""

    submission_id: int
    numbers: cases.Numbers


def _take_key(
    agency: Agency, *, door: str, key: str, body: str, notice: str, brought_by: ApiKey | None, at: datetime
) -> _Taken | None:
    # A second sending of the key waits here until the first commits, and then finds it taken.
    moment = at.isoformat()
    read_at, program = moment if notice else None, str(brought_by.pk) if brought_by is not None else None
    told = [str(agency.pk), door, key, keys.digest(body, DIGEST), moment, notice, read_at]
    told += [str(agency.pk), moment, program]
    for submission_id, *numbers in sets.run(_TAKE_KEY, told):
        return _Taken(submission_id, cases.numbers_of(numbers))
    return None


def _earlier(agency: Agency, *, door: str, key: str, body: str) -> Receipt:
    submissions = Submission.objects.select_related("case__agency", "case__unit", "case__service")
    submission = submissions.get(agency=agency, door=door, key=key)
    case = submission.case
    assert case is not None  # a committed submission always has its case
    if not keys.matches(body, submission.body_hash, DIGEST):
        raise IdempotencyConflict(case)
    return Receipt(case, cases.access_code(case), repeated=True)


def _new_case(report: Report, *, agency: Agency, channel: str, at: datetime, by: User | None = None) -> cases.NewCase:
    beneficiary = _beneficiary(report.who, agency=agency, language=report.language, by=by, at=at)
    return cases.NewCase(
        agency=agency,
        kind=report.kind,
        channel=channel,
        title=report.title,
        description=report.description,
        service=report.service,
        place=place_of(report.where, agency),
        beneficiary=beneficiary,
        preferred_channel=report.who.preferred_channel if beneficiary else "",
        language=report.language,
        files=report.files,
        facts=facts_of(report, agency=agency, at=at, person=beneficiary),
        answers=report.answers,
        about_staff=report.about_staff,
    )


def _beneficiary(who: Who, *, agency: Agency, language: str, by: User | None, at: datetime) -> Beneficiary | None:
    if who.person is not None:
        _learn(who.person, who, by=by, at=at)
        _identify(who.person, who, by=by, at=at)
        return who.person
    # Who stands at a counter without a telephone is a person all the same.
    if not who.addresses and not (by is not None and who.name):
        return None
    person = contacts.find_or_make(
        agency,
        name=who.name,
        phone=who.phone,
        email=who.email,
        language=language,
        preferred_channel=who.preferred_channel,
        kind=who.kind,
        at=at,
    )
    _identify(person, who, by=by, at=at)
    return person


def _identify(person: Beneficiary, who: Who, *, by: User | None, at: datetime) -> None:
    """A clerk has seen the card: its number is kept where none is known yet."""
    if by is not None and who.identity and not person.identity_masked:
        contacts.set_identity(person, number=who.identity, by=by, at=at)


def _learn(person: Beneficiary, who: Who, *, by: User | None, at: datetime) -> None:
    """A clerk knows whom they speak with: a number or mail they were given is added, proven by nobody yet."""
    for kind, value in (("phone", who.phone), ("email", who.email)):
        if value and not any(one.value == value for one in person.addresses.all()):
            contacts.add_address(person, kind=kind, value=value, verified=False, by=by, at=at)


def facts_of(report: Report, *, agency: Agency, at: datetime, person: Beneficiary | None = None) -> dict[str, Any]:
    """What weighs for the importance: what was said, and how often it was reported lately at this spot or by `person`.

    Without `person` that whom a clerk has chosen counts: before a report is sent nobody else is looked up, so that a
    page tells no stranger what somebody has reported.
    """
    where = report.where
    counted = case_queries.repeats(
        agency=agency,
        kind=report.kind,
        service_id=report.service.pk if report.service is not None else None,
        at=at,
        lat=where.lat,
        lon=where.lon,
        person=person or report.who.person,
    )
    return {**report.facts, **counted}


def place_of(where: Where, agency: Agency) -> cases.Place:
    """The place as a case keeps it: a point names its governorate and wilayat; one beyond the agency's area is marked.

    What the person chose from the list stays when the point lies in the same governorate, as borders between wilayats
    are drawn roughly; lines that the agency itself drew are believed.
    """
    governorate, wilayat, area_text, outside = where.governorate, where.wilayat, where.area_text, False
    if where.lat is not None and where.lon is not None:
        located = places.locate(float(where.lat), float(where.lon), agency_id=agency.pk)
        outside = located is None
        if located is not None and _point_decides(located, wilayat):
            governorate, wilayat = located.governorate, located.wilayat
        if located is not None and located.area is not None and not area_text:
            area_text = str(located.area.name)
    if wilayat is not None:
        governorate = wilayat.governorate
    if governorate is not None and not agency.answers_for(governorate.code):
        outside = True
    return cases.Place(
        governorate=governorate,
        wilayat=wilayat,
        area_text=area_text,
        address_text=where.address_text,
        lat=where.lat,
        lon=where.lon,
        outside_area=outside,
    )


def _point_decides(located: places.Located, chosen: Wilayat | None) -> bool:
    return chosen is None or not located.approximate or chosen.governorate_id != located.governorate.pk


# --- answered on the spot -------------------------------------------------------------------------------------------


class BadOutcome(ValueError):
    """No such outcome, kind or channel of a contact."""


@transaction.atomic
def record_disposition(
    *,
    agency: Agency,
    unit: Unit,
    channel: str,
    key: str,
    by: User,
    at: datetime,
    kind: str = "inquiry",
    category: Category | None = None,
    service: Service | None = None,
    outcome: str = ANSWERED,
    who: Who | None = None,
    language: str = "ar",
    words: str = "",
) -> Disposition:
    """Record a contact that needs no case; the same key of the same person again gives the same record.

    Raises BadOutcome, and BadPhone or BadEmail for addresses of `who` that are none.
    """
    if outcome not in OUTCOMES or kind not in workflow.KINDS or channel not in workflow.CHANNELS:
        raise BadOutcome(f"{kind} by {channel}: {outcome}")
    record, is_new = Disposition.objects.get_or_create(
        agency=agency,
        by=by,
        key=key,
        defaults={
            "unit": unit,
            "channel": channel,
            "kind": kind,
            "category": category or (service.category if service else None),
            "service": service,
            "outcome": outcome,
            "beneficiary": _beneficiary(who, agency=agency, language=language, by=by, at=at) if who else None,
            "words": clean(words)[:LONGEST_WORDS],
            "at": at,
        },
    )
    if is_new:
        fact = ContactRecorded(
            record.pk, channel, kind, outcome, unit.pk, record.category_id, service.pk if service else None
        )
        events.publish(fact, agency_id=agency.pk, by=by, at=at, units=[unit.pk])
    return record


@transaction.atomic
def withdraw_disposition(record: Disposition, *, by: User, at: datetime) -> None:
    """Take back a record made by a slip of the finger; it stays, and no figure counts it. Twice is once."""
    if Disposition.objects.filter(pk=record.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        events.publish(ContactWithdrawn(record.pk), agency_id=record.agency_id, by=by, at=at)


# --- not sent yet ---------------------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(agency: Agency, *, owner: User, key: str, values: dict[str, Any], at: datetime) -> DeskDraft:
    """Keep what somebody has typed so far, sealed; a draft that became a case is left alone."""
    draft, _ = DeskDraft.objects.select_for_update().get_or_create(
        owner=owner, key=key, defaults={"agency": agency, "saved_at": at, "expires_at": at + DRAFT_LIFETIME}
    )
    if draft.case_id is None:
        draft.sealed = keys.seal(json.dumps(values, ensure_ascii=False))
        draft.saved_at, draft.expires_at = at, at + DRAFT_LIFETIME
        draft.save(update_fields=["sealed", "saved_at", "expires_at"])
    return draft


def finish_draft(agency: Agency, *, owner: User, key: str, case: Case, at: datetime) -> None:
    """The draft became a case: forget what was typed, keep the way to its receipt until the day is over."""
    DeskDraft.objects.update_or_create(
        owner=owner,
        key=key,
        defaults={"agency": agency, "case": case, "sealed": "", "saved_at": at, "expires_at": at + DRAFT_LIFETIME},
    )


def discard_draft(*, owner: User, key: str) -> None:
    """The person begins anew."""
    DeskDraft.objects.filter(owner=owner, key=key, case__isnull=True).delete()


def sweep_drafts(*, at: datetime) -> int:
    """Remove drafts whose day is over, with all that was typed; gives their number."""
    return DeskDraft.objects.filter(expires_at__lte=at).delete()[0]
