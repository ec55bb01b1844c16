"""Random histories: as rows for the bulk writer, and told act by act through the operations; and what is left of them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.bulk import Book, CaseRow, write_cases
from wasl.cases.models import Case, CaseEntry, Clock, ClockPause, Referral
from wasl.cases.tests.makers import make_working_agency
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_category, make_service
from wasl.contacts.models import Beneficiary
from wasl.contacts.tests.makers import make_beneficiary
from wasl.core.events import of_origin
from wasl.core.models import EventRecord
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_unit
from wasl.places.models import Wilayat
from wasl.routing.tests.makers import make_rule, make_wilayat
from wasl.sla import operations as sla

DAY = timedelta(days=1)
START = SUNDAY_9AM
IMPORTED_AT = START + 400 * DAY
WORDS = ["حفرة", "كبيرة", "أمام", "المدرسة", "إنارة", "الشارع", "وِحدة", "١٢", "Street", "light", "تسرّب", "مياه"]
# What differs between two cases that lived the same: numbers, secrets, and who acted (an import names nobody).
OWN = {
    "id",
    "agency",
    "agency_id",
    "reference",
    "digits",
    "public_id",
    "access_code_hash",
    "access_code_sealed",
    "recorded_at",
}
WHO = {"actor_id", "made_by", "answered_by", "assignee", "registered_by"}


@dataclass
class World:
    """An agency whose rules and promises change in the middle of the time told of."""

    agency: Agency
    services: list[Service]
    units: dict[str, Unit]
    people: list[Beneficiary]


def make_world(code: str) -> World:
    """Two of these differ in their numbers alone."""
    agency = make_working_agency(code)
    units = {name: make_unit(name, agency=agency) for name in ("ROADS", "LAMPS", "WATER")}
    more: list[dict[str, Any]] = [
        {"unit": units["ROADS"]},
        {"unit": units["LAMPS"], "priority": "P1", "acknowledge_text": "30m", "clock_mode": "24x7"},
        {"unit": units["WATER"], "kind": "complaint", "confidential": True, "resolve_text": ""},
        {"unit": None, "kind": "inquiry", "acknowledge_text": "", "resolve_text": "5d"},
    ]
    category = make_category(agency=agency)
    services = [
        make_service(f"S-{number}", agency=agency, category=category, **given) for number, given in enumerate(more)
    ]
    make_rule(agency, service=services[0], wilayat=make_wilayat(), unit=units["WATER"], at=START + 30 * DAY)
    make_rule(agency, kind="praise", unit=units["LAMPS"])
    sla.set_policy(agency, clock="resolve", amount=90, unit="minutes", service=services[2], at=START + 20 * DAY)
    sla.set_policy(agency, clock="resolve", amount=2, unit="working_days", service=services[2], at=START + 50 * DAY)
    return World(agency, services, units, [make_beneficiary(agency), make_beneficiary(agency, name="سالم")])


@dataclass(frozen=True)
class Tale:
    """A history without numbers: what differs by agency stands as its place in the world."""

    row: CaseRow
    service: int | None
    person: int | None
    unit: str | None

    def row_in(self, world: World) -> CaseRow:
        """The row as the bulk writer of this world takes it."""
        return replace(
            self.row,
            service_id=None if self.service is None else world.services[self.service].pk,
            beneficiary_id=None if self.person is None else world.people[self.person].pk,
            unit_id=None if self.unit is None else world.units[self.unit].pk,
        )


def make_tales(seed: int, number: int) -> list[Tale]:
    """So many random histories within three months."""
    dice = random.Random(seed)
    wilayats = [None, make_wilayat(), make_wilayat("OM-MA-MTR")]
    return [_tale(dice, wilayats) for _ in range(number)]


def _tale(dice: random.Random, wilayats: list[Wilayat | None]) -> Tale:
    service = dice.choice([None, 0, 0, 1, 1, 2, 3])
    wilayat = dice.choice(wilayats)
    outside = dice.random() < 0.1
    kind = dice.choice(["report", "complaint", "inquiry", "transaction", "praise"])
    waits = outside or (service in (None, 3) and kind != "praise")
    registered_at = START + timedelta(seconds=dice.randrange(90 * 86400), microseconds=dice.randrange(10**6))
    point = dice.random() < 0.5
    row = CaseRow(
        kind=kind,
        channel=dice.choice(["portal", "phone", "email", "api"]),
        title=_words(dice, 4),
        description=dice.choice(["", f" {_words(dice, 9)}\r\n{_words(dice, 3)}\t"]),
        language=dice.choice(["ar", "en"]),
        registered_at=registered_at,
        governorate_id=wilayat.governorate_id if wilayat else None,
        wilayat_id=wilayat.pk if wilayat else None,
        area_text=dice.choice(["", " الموالح  الجنوبية "]),
        lat=Decimal("23.588123") if point else None,
        lon=Decimal("58.382999") if point else None,
        outside_area=outside,
        preferred_channel=dice.choice(["", "sms", "email"]),
        **_way(dice, registered_at, waits=waits),
    )
    referred = row.referred_at is not None
    return Tale(row, service, dice.choice([None, 0, 1]), dice.choice(["ROADS", "LAMPS"]) if referred else None)


def _words(dice: random.Random, most: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(1, most)))


def _way(dice: random.Random, at: datetime, *, waits: bool) -> dict[str, Any]:
    """Random moments that follow each other; `waits`: triage has it first."""
    way: dict[str, Any] = {}

    def step(name: str, chance: float) -> bool:
        nonlocal at
        if dice.random() >= chance:
            return False
        at += timedelta(seconds=dice.choice([0, 600, dice.randrange(5 * 86400)]))
        way[name] = at
        return True

    step("acknowledged_at", 0.3)
    with_unit = not waits or step("referred_at", 0.7)
    if with_unit:
        step("accepted_at", 0.5)
        step("started_at", 0.4)
    if step("asked_at", 0.2):
        way["question"] = "أين المكان بالضبط؟"
        if step("answered_at", 0.7):
            way["answer"] = "قرب الدوار"
    end = dice.choice(["", "", "resolved", "resolved", "resolved", "rejected", "withdrawn", "spam"])
    if end == "resolved":
        step("resolved_at", 1)
        way["words"] = "رُدمت الحفرة."
        if dice.random() < 0.5:
            way |= {"rating": dice.randint(1, 5), "rated_at": at + dice.choice([0, 1, 9]) * DAY}
            way["rating_comment"] = dice.choice(["", " شكراً "])
    elif end == "rejected":
        step("rejected_at", 1)
        way["words"] = "ليس من اختصاصنا."
    elif end:
        step("left_at", 1)
        way["state"] = end
        way["words"] = "إعلان" if end == "spam" else ""
    if end in ("resolved", "rejected"):
        step("closed_at", 0.5)
    return way


def write(world: World, tales: Sequence[Tale], **more: Any) -> list[Case]:
    """The histories through the bulk writer, in their order."""
    rows = [replace(tale.row_in(world), **more) for tale in tales]
    written = write_cases(rows, book=Book(world.agency), at=IMPORTED_AT)
    found = Case.objects.in_bulk(written.ids)
    return [found[number] for number in written.ids]


def live(world: World, tales: Sequence[Tale]) -> list[Case]:
    """The same through the operations, act by act."""
    huda = make_huda()
    with of_origin("import"):
        return [_live(world, tale, huda) for tale in tales]


def _live(world: World, tale: Tale, by: User) -> Case:
    row = tale.row_in(world)
    wilayat = Wilayat.objects.select_related("governorate").filter(pk=row.wilayat_id).first()
    case = cases.register_case(
        cases.NewCase(
            agency=world.agency,
            kind=row.kind,
            channel=row.channel,
            title=row.title,
            description=row.description,
            service=None if tale.service is None else world.services[tale.service],
            place=cases.Place(
                governorate=wilayat.governorate if wilayat else None,
                wilayat=wilayat,
                area_text=row.area_text,
                lat=row.lat,
                lon=row.lon,
                outside_area=row.outside_area,
            ),
            beneficiary=None if tale.person is None else world.people[tale.person],
            preferred_channel=row.preferred_channel,
            language=row.language,
        ),
        by=None,
        at=row.registered_at,
    )
    for act in _acts(case, row, by):
        act()
    case.refresh_from_db()
    return case


def _acts(case: Case, row: CaseRow, by: User) -> list[Callable[[], Any]]:
    """What happened after the registration, as a person at the desk would have done it."""

    def see(at: datetime) -> None:
        if case.state == "new":
            cases.acknowledge(case, by=by, at=at)
        elif case.state == "referred":
            cases.accept_referral(case, by=by, at=at)

    def start(at: datetime) -> None:
        see(at)
        if case.state == "accepted":
            cases.start_work(case, by=by, at=at)

    def resolve(at: datetime) -> None:
        if case.state == "new":
            cases.acknowledge(case, by=by, at=at)
        cases.resolve(case, text=row.words, by=by, at=at)

    def rate(at: datetime) -> None:
        cases.rate(case, rating=row.rating or 0, comment=row.rating_comment, at=at)

    def leave(at: datetime) -> None:
        if row.state == "withdrawn":
            cases.withdraw(case, at=at)
        else:
            cases.exclude(case, reason=row.words, by=by, at=at)

    unit = Unit.objects.filter(pk=row.unit_id).first()
    rated_first = row.rated_at is not None and (row.closed_at is None or row.rated_at <= row.closed_at)
    acts: list[tuple[datetime | None, Callable[[datetime], Any]]] = [
        (row.acknowledged_at, see),
        (row.referred_at, lambda at: cases.refer(case, to_unit=unit or case.unit, reason="", by=by, at=at)),
        (row.accepted_at, see),
        (row.started_at, start),
        (row.asked_at, lambda at: cases.ask_beneficiary(case, question=row.question, by=by, at=at)),
        (
            row.answered_at,
            lambda at: cases.answer_from_beneficiary(case, text=row.answer, channel=row.channel, at=at),
        ),
        (row.resolved_at, resolve),
        (row.rejected_at, lambda at: cases.reject(case, reason=row.words, by=by, at=at)),
        (row.left_at, leave),
        (row.rated_at if rated_first else None, rate),
        (row.closed_at, lambda at: cases.close(case, by=by, at=at)),
        (None if rated_first else row.rated_at, rate),
    ]
    return [lambda act=act, at=at: act(at) for at, act in acts if at is not None]  # type: ignore[misc]


def left_of(found: Sequence[Case]) -> list[dict[str, Any]]:
    """Every column of every row that the cases left, without what no two cases share, numbers as what they name."""
    names = _Names({case.pk: place for place, case in enumerate(found)})
    numbers = list(names.places)
    events = list(EventRecord.objects.filter(case_id__in=numbers).order_by("case_id", "id"))
    names.learn(events)
    parts: dict[str, list[models.Model]] = {
        "events": list(events),
        "clocks": list(Clock.objects.filter(case__in=numbers).order_by("case_id", "kind")),
        "pauses": list(ClockPause.objects.filter(clock__case__in=numbers).order_by("clock__case_id", "id")),
        "referrals": list(Referral.objects.filter(case__in=numbers).order_by("case_id", "id")),
        "entries": list(CaseEntry.objects.filter(case__in=numbers).order_by("case_id", "event_id")),
    }
    stories = {case.pk: {"case": names.told(case)} | {name: [] for name in parts} for case in found}
    for name, rows in parts.items():
        for row in rows:
            case_id = row.clock.case_id if isinstance(row, ClockPause) else row.case_id  # type: ignore[attr-defined]
            stories[case_id][name].append(names.told(row))
    return list(stories.values())


class _Names:
    """What the numbers of two agencies have in common."""

    def __init__(self, places: dict[int, int]) -> None:
        self.places = places
        self.units = dict(Unit.objects.values_list("pk", "code"))
        self.services = dict(Service.objects.values_list("pk", "code"))
        self.people = dict(Beneficiary.objects.values_list("pk", "full_name"))
        self.events: dict[int, int] = {}

    def learn(self, events: list[EventRecord]) -> None:
        """Facts are known by their place in the story of their case."""
        counted: dict[int | None, int] = {}
        for event in events:
            self.events[event.pk] = counted[event.case_id] = counted.get(event.case_id, -1) + 1

    def told(self, row: models.Model) -> dict[str, Any]:
        """The columns of a row."""
        return {
            field.name: self._value(field.name, getattr(row, field.attname))
            for field in row._meta.concrete_fields
            if field.name not in OWN | WHO
        }

    def _value(self, name: str, value: Any) -> Any:
        if name == "data":
            return {key: self._value(key, one) for key, one in value.items()}
        if name.removesuffix("_id").endswith("unit"):
            return self.units.get(value)
        for ending, known in (
            ("service", self.services),
            ("beneficiary", self.people),
            ("case", self.places),
            ("merged_into", self.places),
            ("event", self.events),
            ("caused_by", self.events),
        ):
            if name.removesuffix("_id").endswith(ending):
                return known.get(value)  # type: ignore[call-overload]
        return None if name == "clock" else value
