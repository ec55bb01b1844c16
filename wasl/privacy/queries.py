"""Questions about people's data: what they were told, what is held, what must stay."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.contacts.models import Beneficiary
from wasl.contacts.queries import addresses
from wasl.core import personal
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.core.personal import Kept, LeftOut, Retention, Subject
from wasl.directory.models import Agency
from wasl.notices import queries as notices
from wasl.privacy import texts
from wasl.privacy.models import LegalHold, NoticeText, PrivacyRequest, RetentionRule, RetentionRun


@dataclass(frozen=True)
class Told:
    """The text about personal data of a channel, with the code a submission notes of it."""

    code: str
    text: Localized


@dataclass(frozen=True)
class Rule:
    """A class of records with what the agency decided about it, and how many rows are past their time now."""

    retention: Retention
    days: int
    enabled: bool
    due: int


@dataclass(frozen=True)
class Decided:
    """A class of records with the time the agency chose, or the house's, and whether it is swept."""

    retention: Retention
    days: int
    enabled: bool


def notice_text(agency: Agency, channel: str, *, at: datetime) -> Told | None:
    """What people on a channel are told: the agency's present version, else the house's; None where there is none."""
    own = NoticeText.objects.filter(agency=agency, channel=channel, valid_from__lte=at)
    present = own.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at)).order_by("-version").first()
    if present is not None:
        return Told(present.code, present.text)
    house = texts.HOUSE.get(channel)
    return Told(f"{channel}-0", house) if house is not None else None


def notice_texts(agency: Agency) -> list[NoticeText]:
    """All versions an agency wrote, the newest of each channel first."""
    return list(NoticeText.objects.filter(agency=agency).order_by("channel", "-version"))


def subject_of(person: Beneficiary) -> Subject:
    """The person as all rooms know them."""
    return _subject(person, cases.all_of_person(person.pk, agency_id=person.agency_id), LeftOut())


def told_of(person: Beneficiary) -> Subject:
    """The same for a copy of their data, which passes through hands that may know of no complaint about staff."""
    own = cases.all_of_person(person.pk, agency_id=person.agency_id)
    closed = [case for case in own if case.compartment_id is not None]
    numbers = [case.pk for case in closed]
    left_out = LeftOut(
        frozenset(numbers),
        frozenset(case.digits for case in closed),
        frozenset([*cases.messages_of(numbers), *notices.messages_of(numbers)]),
    )
    return _subject(person, [case for case in own if case.compartment_id is None], left_out)


def _subject(person: Beneficiary, own: Iterable[Case], left_out: LeftOut) -> Subject:
    known = list(own)
    return Subject(
        agency_id=person.agency_id,
        beneficiary_id=person.pk,
        case_ids=frozenset(case.pk for case in known),
        addresses=frozenset(address.value for address in addresses(person)),
        names=frozenset(filter(None, [person.full_name])),
        references=frozenset(case.digits for case in known),
        left_out=left_out,
    )


def what_hinders_erasure(person: Beneficiary, *, closed: bool = True) -> list[str]:
    """Why the data of a person cannot go yet, in sentences; empty when they can. Without `closed` nothing stands for an
    open complaint about staff, which is told of in no word.
    """
    hindrances = []
    if hold_on(person) is not None:
        hindrances.append(t("بياناته محفوظة لسبب قانوني.", "Their data are under a legal hold."))
    present = [case for case in cases.all_of_person(person.pk, agency_id=person.agency_id) if case.is_open]
    still = sum(case.compartment_id is None for case in present)
    if closed and present and not still:
        hindrances.append(t("لا يمكن الحذف بعد. أعد المحاولة لاحقاً.", "It cannot be done yet. Try again later."))
    if still:
        hindrances.append(
            t(
                "له {n} من الطلبات المفتوحة. تُغلق أو تُسحب أولاً.",
                "They have {n} open cases. Those are closed or withdrawn first.",
                n=still,
            )
        )
    return [str(one) for one in hindrances]


def hold_on(person: Beneficiary) -> LegalHold | None:
    """The legal hold on a person, if there is one now."""
    return LegalHold.objects.filter(beneficiary=person, ended_at__isnull=True).first()


def holds(agency_ids: Iterable[int]) -> list[LegalHold]:
    """The holds of now, oldest first."""
    rows = LegalHold.objects.filter(agency_id__in=list(agency_ids), ended_at__isnull=True)
    return list(rows.select_related("beneficiary", "set_by").order_by("set_at", "pk"))


def kept(agency_id: int) -> Kept:
    """What legal holds forbid to sweep."""
    people = LegalHold.objects.filter(agency_id=agency_id, ended_at__isnull=True).values_list(
        "beneficiary_id", flat=True
    )
    numbers = frozenset(people)
    return Kept(frozenset(cases.numbers_of_people(numbers)), numbers)


def requests(agency_ids: Iterable[int]) -> QuerySet[PrivacyRequest]:
    """The requests of these agencies, newest first."""
    rows = PrivacyRequest.objects.filter(agency_id__in=list(agency_ids))
    return rows.select_related("agency", "beneficiary", "asked_by", "decided_by", "done_by").order_by(
        "-asked_at", "-pk"
    )


def open_requests(agency_ids: Iterable[int]) -> list[PrivacyRequest]:
    """Those for which somebody is still to do something, the first due first; all of them, as the law counts days."""
    return list(requests(agency_ids).filter(state__in=PrivacyRequest.OPEN).order_by("due_on", "pk"))


def ended_requests(agency_ids: Iterable[int], *, limit: int) -> list[PrivacyRequest]:
    """Those that were done or refused, newest first."""
    return list(requests(agency_ids).exclude(state__in=PrivacyRequest.OPEN)[:limit])


def request_within(agency_ids: Iterable[int], public_id: str) -> PrivacyRequest | None:
    """A request of one of these agencies."""
    return requests(agency_ids).filter(public_id=public_id).first()


def requests_of(person: Beneficiary) -> list[PrivacyRequest]:
    """What was asked for a person, newest first."""
    return list(requests([person.agency_id]).filter(beneficiary=person))


def decided(agency: Agency) -> list[Decided]:
    """What holds for every class of records in an agency."""
    own = {row.code: row for row in RetentionRule.objects.filter(agency=agency)}
    return [
        Decided(one, own[one.code].days, own[one.code].enabled) if one.code in own else Decided(one, one.days, False)
        for one in personal.retentions()
    ]


def due(agency: Agency, code: str, *, days: int, at: datetime) -> int:
    """How many rows of a class are older than so many days and under no hold."""
    retention = next(one for one in personal.retentions() if one.code == code)
    return retention.count(agency.pk, at - timedelta(days=days), kept(agency.pk))


def rules(agency: Agency, *, at: datetime) -> list[Rule]:
    """Every class of records with the agency's time for it, and the report of what a sweep would do now."""
    held = kept(agency.pk)
    return [
        Rule(one.retention, one.days, one.enabled, one.retention.count(agency.pk, at - timedelta(days=one.days), held))
        for one in decided(agency)
    ]


def runs(agency: Agency, *, limit: int = 10) -> list[RetentionRun]:
    """The last sweeps, newest first."""
    return list(RetentionRun.objects.filter(agency=agency).order_by("-at", "-pk")[:limit])


def enabled_rules() -> list[RetentionRule]:
    """The rules that sweep by themselves, of all agencies."""
    return list(RetentionRule.objects.filter(enabled=True).select_related("agency").order_by("agency_id", "code"))
