"""Registration: from the first word to a number, a unit, running clocks and the first referral, in one transaction."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import transaction

from wasl.accounts.models import User
from wasl.cases import workflow
from wasl.cases.accused import Accused
from wasl.cases.events import CaseFact, CaseReferred, CaseRegistered
from wasl.cases.importance import reasons_of
from wasl.cases.models import Case, CaseFile, Clock, Referral
from wasl.cases.operations.change import Change
from wasl.cases.operations.clocks import promised_clocks
from wasl.cases.operations.staff import AboutStaff, Destination, close_in, destination, opened, rows_of
from wasl.catalogue.models import Service
from wasl.contacts.models import Beneficiary
from wasl.core import edition, files, keys, references, sets
from wasl.core.localized import both
from wasl.core.models import StoredFile
from wasl.core.text import clean, clean_line, search_tokens
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.places.models import Governorate, Wilayat
from wasl.routing import queries as routing

# 14 letters of 32 without look-alikes: 70 random bits, speakable on the telephone. 256 is a multiple of 32.
CODE_ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
CODE_LENGTH = 14


@dataclass(frozen=True)
class Place:
    """Where it is: any part may be missing. `outside_area` marks a point beyond the agency's area."""

    governorate: Governorate | None = None
    wilayat: Wilayat | None = None
    area_text: str = ""
    address_text: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None
    outside_area: bool = False


@dataclass(frozen=True)
class NewCase:
    """What a door knows about a case before it has a number.

    `answers`: what the questions of the service were answered, as `catalogue.forms.told` gives it.
    `service_proposed`: the service was guessed from the words; the case waits at the triage unit for a person's word.
    """

    agency: Agency
    kind: str
    channel: str
    title: str
    description: str = ""
    service: Service | None = None
    service_proposed: bool = False
    place: Place = Place()
    beneficiary: Beneficiary | None = None
    preferred_channel: str = ""
    language: str = "ar"
    files: list[StoredFile] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)
    # A complaint about staff: it is registered in the closed compartment (`compartment`).
    about_staff: AboutStaff | None = None
    # The unit of the first line that finishes it at once, so that it is referred to nobody.
    kept_by: Unit | None = None


@dataclass(frozen=True)
class Numbers:
    """What a new case is given by the database, with the edition of the configuration in which it is registered."""

    case_id: int
    running: int
    edition: str


# For a statement with which a door begins the transaction anyway; see `numbers_of`.
NUMBERS = f"nextval('cases_case_id_seq'), nextval('core_reference_seq'), {edition.STAMP}"


def numbers_of(row: Sequence[Any]) -> Numbers:
    """The numbers that `NUMBERS` gave. Gaps are allowed."""
    case_id, running, stamp = row
    return Numbers(case_id, running, stamp or "")


@transaction.atomic(savepoint=False)
def register_case(new: NewCase, *, by: User | None, at: datetime, numbers: Numbers | None = None) -> Case:
    """Register a case: number, access code, class, route, clocks, first referral where the route is known.

    A case whose place lies outside the area, or that no rule knows, waits at the triage unit. Three statements, or two
    where the door has taken the numbers along with one of its own.
    """
    if new.kind not in workflow.KINDS:
        raise ValueError(f"No kind of case: {new.kind}")
    numbers = numbers or numbers_of(sets.run(f"SELECT {NUMBERS}")[0])
    with edition.known(numbers.edition):
        case, clocks = _composed(new, numbers, by=by, at=at)
        closed = _closed_in(case, new.about_staff, by=by, at=at) if new.about_staff is not None else None
    stays = case.unit.is_triage or (new.kept_by is not None and closed is None)
    referral = [] if stays else [_first_referral(case, clocks, at=at)]
    sets.run(_written(), [sets.as_json(rows, numbered=rows == [case]) for rows in ([case], clocks, referral)])
    case._state.adding, case._state.db = False, "default"
    change = Change(case, by, at)
    _publish(change, referred=bool(referral))
    if closed is not None:
        opened(change, *closed)
    _keep_files(case, new.files, by=by, at=at)
    return case


def _composed(new: NewCase, numbers: Numbers, *, by: User | None, at: datetime) -> tuple[Case, list[Clock]]:
    """The rows of a case and its clocks, not yet written."""
    place = new.place
    importance = routing.classify(agency=new.agency, service=new.service, facts=new.facts, at=at)
    route = _route(new, at=at)
    day = at.astimezone(new.agency.zone).date()
    reference = references.compose(letters=new.agency.letters, on=day, number=numbers.running)
    code = new_access_code()
    case = Case(
        pk=numbers.case_id,
        agency=new.agency,
        reference=str(reference),
        digits=reference.digits,
        access_code_hash=code_hash(code),
        access_code_sealed=keys.seal(code),
        kind=new.kind,
        service=new.service,
        service_proposed=new.service_proposed,
        title=clean_line(new.title)[:200],
        description=clean(new.description),
        search_tokens=" ".join(search_tokens(f"{new.title} {new.description}")),
        language=new.language,
        channel=new.channel,
        governorate=place.governorate,
        wilayat=place.wilayat,
        area_text=clean_line(place.area_text),
        address_text=clean_line(place.address_text),
        lat=place.lat,
        lon=place.lon,
        outside_area=place.outside_area,
        confidential=new.service is not None and new.service.confidential,
        beneficiary=new.beneficiary,
        preferred_channel=new.preferred_channel,
        answers=new.answers,
        importance=importance.code,
        importance_facts=routing.facts_to_keep(new.agency, new.service, new.facts),
        importance_reasons=reasons_of(importance),
        unit=route.unit,
        route_reason=dict(route.why),
        line=routing.line_of(route.unit, at),
        registered_at=at,
        registered_by=by,
        state="new",
        state_since=at,
        updated_at=at,
    )
    case.fresh_code = code
    return case, promised_clocks(case, at=at)


@cache
def _written() -> str:
    return f"""
        WITH written AS ({sets.insert(Case, numbered=True)}),
             clocks AS ({sets.insert(Clock)}),
             referrals AS ({sets.insert(Referral)})
        SELECT 1
    """


def _route(new: NewCase, *, at: datetime) -> routing.Route:
    """Where the case goes: by the rules, or to the triage unit where a person has to look first.

    What is finished at the first contact stays with whoever finishes it.
    """
    if new.kept_by is not None:
        return routing.Route(new.kept_by, None, both("يُنجز عند أول تواصل", "Finished at the first contact"))
    if new.place.outside_area:
        return routing.Route(
            directory.triage_unit(new.agency), None, both("المكان خارج النطاق", "The place lies outside the area")
        )
    if new.service_proposed:
        return routing.Route(
            directory.triage_unit(new.agency),
            None,
            both("الخدمة مقترحة وتنتظر التأكيد", "The service is proposed"),
        )
    return routing.find_unit(
        new.agency,
        service=new.service,
        wilayat=new.place.wilayat,
        governorate=new.place.governorate,
        kind=new.kind,
        at=at,
    )


def _closed_in(case: Case, about: AboutStaff, *, by: User | None, at: datetime) -> tuple[list[Accused], Destination]:
    """Let the new case begin in the compartment, whatever its service, place or clerk."""
    rows = rows_of(case, about, by=by, at=at)
    where = destination(case.agency, rows, at=at)
    close_in(case, where)
    case.line = routing.line_of(where.unit, at)
    return rows, where


def _first_referral(case: Case, clocks: list[Clock], *, at: datetime) -> Referral:
    """Refer a case at once, as its route is known by type and place; three working days are for those to be studied."""
    case.state, case.state_before = "referred", "new"
    for clock in clocks:
        if clock.kind == "refer":
            clock.stopped_at = at
    return Referral(agency_id=case.agency_id, case=case, to_unit_id=case.unit_id, made_at=at, made_by=None)


def _publish(change: Change, *, referred: bool) -> None:
    case = change.case
    facts: list[CaseFact] = [
        CaseRegistered(
            case.pk, case.kind, case.service_id, case.unit_id, case.importance, case.channel, case.outside_area
        )
    ]
    if referred:
        facts.append(CaseReferred(case.pk, None, case.unit_id, automatic=True))
    change.publish_many(facts)


def _keep_files(case: Case, stored: list[StoredFile], *, by: User | None, at: datetime) -> None:
    if not stored:
        return
    files.keep(stored)
    CaseFile.objects.bulk_create(
        CaseFile(
            agency_id=case.agency_id,
            case=case,
            file=file,
            role=CaseFile.Role.PHOTO if file.content_type.startswith("image/") else CaseFile.Role.ATTACHMENT,
            public=file.content_type.startswith("image/"),
            added_at=at,
            added_by=by,
        )
        for file in stored
    )


def new_access_code() -> str:
    """A fresh private code for following a case without signing in."""
    return "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in secrets.token_bytes(CODE_LENGTH))


def code_hash(code: str) -> str:
    """What is stored of an access code for looking it up."""
    return hashlib.sha256(code.encode()).hexdigest()


def access_code(case: Case) -> str:
    """The private code of a case, for putting its link into a message to its own beneficiary."""
    return case.fresh_code or keys.unseal(case.access_code_sealed)
