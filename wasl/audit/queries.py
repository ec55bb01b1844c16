"""Reading the log: its facts, newest first, and who was shown whose data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from wasl.accounts.models import User
from wasl.alerts.events import AlertGiven
from wasl.alerts.models import Alert
from wasl.audit.asked import Asked
from wasl.audit.reach import Reach
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.contacts.events import IdentityRevealed, PersonalDataRead
from wasl.contacts.models import IdentityReading
from wasl.core.log import numbers_between
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.partners.models import ApiKey
from wasl.privacy.events import AccessFileTaken
from wasl.transfer.events import CasesExported

# Facts that say that somebody saw or took data of people.
READS = (PersonalDataRead.kind, IdentityRevealed.kind, CasesExported.kind, AccessFileTaken.kind)
# So many looks are gathered for one answer; whoever needs more asks for fewer days.
MOST = 20_000


@dataclass(frozen=True)
class CaseNamed:
    """What of a case stands in the log's pages."""

    reference: str
    beneficiary_id: int | None


@dataclass
class Reading:
    """What one person or program was shown of one case, or took out, in the time asked for."""

    actor_id: int | None
    key: str
    case_id: int | None
    what: str
    first_at: datetime
    last_at: datetime
    count: int = 0
    outside: bool = False
    reason: str = ""
    beneficiary_id: int | None = None


@dataclass(frozen=True)
class Names:
    """Names of what facts mention by number; missing ones were never there, or belong to others."""

    people: dict[int, str]
    cases: dict[int, CaseNamed]
    keys: dict[str, str]
    units: dict[int, str]
    reasons: dict[int, str]


def facts(reach: Reach, asked: Asked) -> QuerySet[EventRecord]:
    """The facts that were asked for, newest first."""
    found = _within(reach, asked)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.before:
        found = found.filter(pk__lt=asked.before)
    return found.order_by("-pk")


def readings(reach: Reach, asked: Asked) -> list[Reading]:
    """Who was shown whose data: one row for each reader, case and group of fields, the latest first."""
    rows: dict[tuple[Any, ...], Reading] = {}
    for record in _within(reach, asked).filter(kind__in=READS).order_by("-pk")[:MOST]:
        one = _reading(record)
        known = rows.setdefault((one.actor_id, one.key, one.case_id, one.what, one.reason), one)
        known.first_at, known.count = min(known.first_at, one.first_at), known.count + 1
        known.outside = known.outside or one.outside
    return list(rows.values())


def names_for(reach: Reach, records: Iterable[EventRecord]) -> Names:
    """The names that these facts need: one statement for each sort of thing."""
    records = list(records)
    people = {number for one in records for number in (one.actor_id, *_ids(one, _PEOPLE)) if number}
    in_cases = {one.case_id or one.data.get("case_id") for one in records}
    return Names(
        people=_people(people),
        cases=_cases(reach, {number for number in in_cases if isinstance(number, int)}),
        keys=_keys(reach, {one.data.get("key", "") for one in records} - {""}),
        units={number: str(unit) for number, unit in directory.known_units(reach.agency.pk).items()},
        reasons=_reasons({one.data.get("reading_id", 0) for one in records} - {0}),
    )


def names_of_readings(reach: Reach, rows: Iterable[Reading]) -> Names:
    """The names that rows of readings need."""
    rows = list(rows)
    return Names(
        people=_people({row.actor_id for row in rows if row.actor_id}),
        cases=_cases(reach, {row.case_id for row in rows if row.case_id}),
        keys=_keys(reach, {row.key for row in rows} - {""}),
        units={},
        reasons=_reasons({int(row.reason[1:]) for row in rows if row.reason.startswith("#")}),
    )


_PEOPLE = (
    "assignee_id",
    "acts_for",
    "user_id",
    "person_id",
    "absent_id",
    "substitute_id",
    "by_delegation_of",
    "grantor_id",
    "delegate_id",
)


def _ids(record: EventRecord, names: Iterable[str]) -> list[int]:
    return [value for name in names if isinstance(value := record.data.get(name), int)]


def _within(reach: Reach, asked: Asked) -> QuerySet[EventRecord]:
    found = EventRecord.objects.filter(agency_id=reach.agency.pk)
    if reach.people is not None:
        found = found.filter(actor_id__in=reach.people)
    if not reach.confidential:
        closed = Case.objects.filter(pk=OuterRef("case_id"), confidential=True)
        found = found.filter(~Q(data__has_key="closed"), ~Exists(closed))  # only a closed fact says whether it is
    found = found.filter(~Exists(reach.closed.filter(pk=OuterRef("case_id"))))
    # The fact of alerts names them alone, all of one case: the first tells of which.
    first = Cast(KeyTextTransform("0", KeyTransform("alert_ids", "data")), BigIntegerField())
    closed_alerts = Alert.objects.filter(case_id__in=reach.closed.values("pk"))
    found = found.alias(first_alert=first).exclude(kind=AlertGiven.kind, first_alert__in=closed_alerts.values("pk"))
    return _of_time(found, reach, asked).filter(_of_whom(reach, asked))


def _of_time(found: QuerySet[EventRecord], reach: Reach, asked: Asked) -> QuerySet[EventRecord]:
    since, until = asked.begins(reach.agency.zone), asked.ends(reach.agency.zone)
    if not asked.case:  # a case has few facts, and an index of its own
        low, high = numbers_between(since, until)
        found = found.filter(pk__gte=low) if low is not None else found
        found = found.filter(pk__lt=high) if high is not None else found
    found = found.filter(recorded_at__gte=since) if since else found
    return found.filter(recorded_at__lt=until) if until else found


def _of_whom(reach: Reach, asked: Asked) -> Q:
    which = Q()
    if asked.person:
        which &= Q(actor_id=asked.person)
    if asked.key:
        which &= Q(data__key=asked.key)
    if asked.outside:
        which &= Q(kind=PersonalDataRead.kind, data__outside=True)
    if asked.case:
        case = cases.by_reference(asked.case, agency=reach.agency)
        which &= Q(case_id=case.pk) if case is not None else Q(pk=None)
    return which


def _reading(record: EventRecord) -> Reading:
    data = record.data
    what, _, old_key = str(data.get("what") or record.kind).partition(" key:")  # as version 1 wrote it
    reason = f"#{data['reading_id']}" if "reading_id" in data else str(data.get("reason") or data.get("purpose") or "")
    return Reading(
        actor_id=record.actor_id,
        key=str(data.get("key") or old_key),
        case_id=record.case_id or data.get("case_id"),
        what=what,
        first_at=record.at,
        last_at=record.at,
        outside=bool(data.get("outside")),
        reason=reason,
        beneficiary_id=data.get("beneficiary_id"),
    )


def _people(numbers: set[int]) -> dict[int, str]:
    rows = User.objects.filter(pk__in=numbers).only("full_name", "latin_name")
    return {person.pk: person.name for person in rows} if numbers else {}


def _cases(reach: Reach, numbers: set[int]) -> dict[int, CaseNamed]:
    rows = Case.objects.filter(pk__in=numbers, agency=reach.agency).values_list("pk", "reference", "beneficiary_id")
    return {number: CaseNamed(reference, person) for number, reference, person in rows} if numbers else {}


def _keys(reach: Reach, codes: set[str]) -> dict[str, str]:
    rows = ApiKey.objects.filter(public_id__in=codes, agency=reach.agency).values_list("public_id", "name")
    return dict(rows) if codes else {}


def _reasons(numbers: set[int]) -> dict[int, str]:
    rows = IdentityReading.objects.filter(pk__in=numbers).values_list("pk", "reason")
    return dict(rows) if numbers else {}
