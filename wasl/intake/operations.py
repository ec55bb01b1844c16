"""A finished report becomes a case: once, whatever happens to the answer on its way back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from wasl.cases import operations as cases
from wasl.cases import queries as case_queries
from wasl.cases.models import Case, Clock
from wasl.contacts import operations as contacts
from wasl.contacts.models import Beneficiary
from wasl.core import keys
from wasl.core.marks import mark
from wasl.directory.models import Agency
from wasl.intake import limits
from wasl.intake.models import Submission
from wasl.intake.reports import GRAVE_KINDS, Report, Where
from wasl.places import queries as places

DIGEST = "submission"

_TAKE_KEY = """
INSERT INTO intake_submission (agency_id, door, key, body_hash, created_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (agency_id, door, key) DO NOTHING RETURNING id
"""


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


def submit_report(report: Report, *, agency: Agency, door: str, key: str, address: str, at: datetime) -> Receipt:
    """Register a report under the key its door chose; the same key again gives the same case.

    `address` is the network address the limits count by; a door with limits of its own passes "". Raises TooMany, and
    IdempotencyConflict when the key stands for another report. A parallel sending waits for the first to be committed.
    Only a new report counts towards the limits: who sends again what we have is never told to wait.
    """
    with transaction.atomic():
        submission_id = _take_key(agency, door=door, key=key, body=report.body, at=at)
        if submission_id is None:
            return _earlier(agency, door=door, key=key, body=report.body)
        limits.check(agency_id=agency.pk, address=address, contacts=report.who.addresses)
        mark("intake.key_taken")
        case = cases.register_case(_new_case(report, agency=agency, channel=door, at=at), by=None, at=at)
        Submission.objects.filter(pk=submission_id).update(case=case)
        mark("intake.before_commit")
    mark("intake.after_commit")
    return Receipt(case, cases.access_code(case))


def _take_key(agency: Agency, *, door: str, key: str, body: str, at: datetime) -> int | None:
    # A second sending of the key waits here until the first commits, and then finds it taken.
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_KEY, [agency.pk, door, key, keys.digest(body, DIGEST), at])
        row = cursor.fetchone()
    return row[0] if row else None


def _earlier(agency: Agency, *, door: str, key: str, body: str) -> Receipt:
    submissions = Submission.objects.select_related("case__agency", "case__unit", "case__service")
    submission = submissions.get(agency=agency, door=door, key=key)
    case = submission.case
    assert case is not None  # a committed submission always has its case
    if not keys.matches(body, submission.body_hash, DIGEST):
        raise IdempotencyConflict(case)
    return Receipt(case, cases.access_code(case), repeated=True)


def _new_case(report: Report, *, agency: Agency, channel: str, at: datetime) -> cases.NewCase:
    beneficiary = _beneficiary(report, agency=agency, at=at)
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
        facts=facts_of(report, agency=agency, at=at),
        answers=report.answers,
    )


def _beneficiary(report: Report, *, agency: Agency, at: datetime) -> Beneficiary | None:
    who = report.who
    if not who.addresses:
        return None
    return contacts.find_or_make(
        agency,
        name=who.name,
        phone=who.phone,
        email=who.email,
        language=report.language,
        preferred_channel=who.preferred_channel,
        at=at,
    )


def facts_of(report: Report, *, agency: Agency, at: datetime) -> dict[str, Any]:
    """What weighs for the importance: what the person said, and how often the spot was reported lately.

    Only a pin tells a spot; the same service elsewhere in a wilayat is another matter.
    """
    where = report.where
    if report.kind not in GRAVE_KINDS or report.service is None or where.lat is None or where.lon is None:
        return report.facts
    similar = case_queries.similar_open(
        agency=agency, service_id=report.service.pk, at=at, lat=where.lat, lon=where.lon
    )
    return {**report.facts, "repeats": len(similar)}


def place_of(where: Where, agency: Agency) -> cases.Place:
    """The place as a case keeps it: a point names its governorate and wilayat; one beyond the agency's area is marked.

    What the person chose from the list stays when the point lies in the same governorate, as borders between wilayats
    are drawn roughly.
    """
    governorate, wilayat, outside = where.governorate, where.wilayat, False
    if where.lat is not None and where.lon is not None:
        located = places.locate(float(where.lat), float(where.lon))
        outside = located is None
        if located is not None and (wilayat is None or wilayat.governorate_id != located.governorate.pk):
            governorate, wilayat = located.governorate, located.wilayat
    if wilayat is not None:
        governorate = wilayat.governorate
    if governorate is not None and not agency.answers_for(governorate.code):
        outside = True
    return cases.Place(
        governorate=governorate,
        wilayat=wilayat,
        area_text=where.area_text,
        address_text=where.address_text,
        lat=where.lat,
        lon=where.lon,
        outside_area=outside,
    )
