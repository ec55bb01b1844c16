"""Random histories: as rows for the bulk writer, told act by act through the operations, and what they leave behind."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
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
from wasl.sla.models import Policy

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


@dataclass
class _Walk:
    """Random moments that follow each other."""

    dice: random.Random
    at: datetime
    way: dict[str, Any] = field(default_factory=dict)

    def step(self, name: str, chance: float) -> bool:
        """Perhaps something happens, at once or within five days."""
        if self.dice.random() >= chance:
            return False
        self.at += timedelta(seconds=self.dice.choice([0, 600, self.dice.randrange(5 * 86400)]))
        self.way[name] = self.at
        return True

    def begin(self, *, waits: bool) -> None:
        """Seen, referred and worked on; `waits`: triage has it first."""
        self.step("acknowledged_at", 0.2)
        if not waits or self.step("referred_at", 0.7):
            self.step("accepted_at", 0.3)
            self.step("started_at", 0.25)
        if self.step("asked_at", 0.12):
            self.way["question"] = "أين المكان بالضبط؟"
            if self.step("answered_at", 0.7):
                self.way["answer"] = "قرب الدوار"

    def end(self) -> None:
        """Solved and rated, rejected, left, or still open."""
        end = self.dice.choice(["", "", "resolved_at", "resolved_at", "rejected_at", "withdrawn", "spam"])
        if end in ("withdrawn", "spam"):
            self.step("left_at", 1)
            self.way |= {"state": end, "words": "إعلان" if end == "spam" else ""}
        elif end:
            self.step(end, 1)
            self.way["words"] = "رُدمت الحفرة." if end == "resolved_at" else "ليس من اختصاصنا."
            if end == "resolved_at" and self.dice.random() < 0.3:
                rated_at = self.at + self.dice.choice([0, 1, 9]) * DAY
                self.way |= {"rating": self.dice.randint(1, 5), "rated_at": rated_at, "rating_comment": " شكراً "}
            self.step("closed_at", 0.3)


def _way(dice: random.Random, at: datetime, *, waits: bool) -> dict[str, Any]:
    walk = _Walk(dice, at)
    walk.begin(waits=waits)
    walk.end()
    return walk.way


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
    desk = _Desk(case, row, by, Unit.objects.filter(pk=row.unit_id).first())
    for at, act in desk.acts():
        act(at)
    case.refresh_from_db()
    return case


Act = Callable[[datetime], Any]


@dataclass
class _Desk:
    """What happened after the registration, as a person at the desk would have done it."""

    case: Case
    row: CaseRow
    by: User
    unit: Unit | None

    def acts(self) -> list[tuple[datetime, Act]]:
        """The acts of the row with their moments, in order."""
        row = self.row
        rated_first = row.rated_at is not None and (row.closed_at is None or row.rated_at <= row.closed_at)
        acts: list[tuple[datetime | None, Act]] = [
            (row.acknowledged_at, self.see),
            (row.referred_at, self.refer),
            (row.accepted_at, self.see),
            (row.started_at, self.start),
            (row.asked_at, self.ask),
            (row.answered_at, self.hear),
            (row.resolved_at, self.resolve),
            (row.rejected_at, lambda at: cases.reject(self.case, reason=row.words, by=self.by, at=at)),
            (row.left_at, self.leave),
            (row.rated_at if rated_first else None, self.rate),
            (row.closed_at, lambda at: cases.close(self.case, by=self.by, at=at)),
            (None if rated_first else row.rated_at, self.rate),
        ]
        return [(at, act) for at, act in acts if at is not None]

    def see(self, at: datetime) -> None:
        if self.case.state == "new":
            cases.acknowledge(self.case, by=self.by, at=at)
        elif self.case.state == "referred":
            cases.accept_referral(self.case, by=self.by, at=at)

    def refer(self, at: datetime) -> None:
        cases.refer(self.case, to_unit=self.unit or self.case.unit, reason="", by=self.by, at=at)

    def start(self, at: datetime) -> None:
        self.see(at)
        if self.case.state == "accepted":
            cases.start_work(self.case, by=self.by, at=at)

    def ask(self, at: datetime) -> None:
        cases.ask_beneficiary(self.case, question=self.row.question, by=self.by, at=at)

    def hear(self, at: datetime) -> None:
        cases.answer_from_beneficiary(self.case, text=self.row.answer, channel=self.row.channel, at=at)

    def resolve(self, at: datetime) -> None:
        if self.case.state == "new":
            cases.acknowledge(self.case, by=self.by, at=at)
        cases.resolve(self.case, text=self.row.words, by=self.by, at=at)

    def rate(self, at: datetime) -> None:
        cases.rate(self.case, rating=self.row.rating or 0, comment=self.row.rating_comment, at=at)

    def leave(self, at: datetime) -> None:
        if self.row.state == "withdrawn":
            cases.withdraw(self.case, at=at)
        else:
            cases.exclude(self.case, reason=self.row.words, by=self.by, at=at)


def left_of(found: Sequence[Case]) -> list[dict[str, Any]]:
    """Every column of every row that the cases left, without what no two cases share, numbers as what they name."""
    names = _Names({case.pk: place for place, case in enumerate(found)})
    numbers = list(names.places)
    events = list(EventRecord.objects.filter(case_id__in=numbers).order_by("case_id", "id"))
    names.learn(events)
    parts: dict[str, list[models.Model]] = {
        "events": list(events),
        "clocks": list(Clock.objects.filter(case__in=numbers).order_by("case_id", "kind", "started_at", "id")),
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
        # A version of a rule by what it says, as each agency has its own.
        says = ("clock", "service__code", "kind", "importance", "amount", "unit")
        self.policies = {row[0]: row[1:] for row in Policy.objects.values_list("pk", *says)}
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
            ("policy", self.policies),
            ("beneficiary", self.people),
            ("case", self.places),
            ("merged_into", self.places),
            ("event", self.events),
            ("caused_by", self.events),
        ):
            if name.removesuffix("_id").endswith(ending):
                return known.get(value)  # type: ignore[call-overload]
        return None if name == "clock" else value
