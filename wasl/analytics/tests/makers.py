"""Cases with a random past, made by the real operations, and cohorts to count them in."""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from wasl.accounts.models import User
from wasl.analytics.measures import Cohort
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_service
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, make_unit

DAY = timedelta(days=1)
_numbers = itertools.count(1)


def make_cohort(
    agency: Agency, *, start: datetime, end: datetime, as_of: datetime | None = None, **more: Any
) -> Cohort:
    """The cases of an agency between two moments, as known at a third (else at the end)."""
    return Cohort(agency_id=agency.pk, zone=agency.zone, start=start, end=end, as_of=as_of or end, **more)


@dataclass
class Past:
    """An agency with some units, services and staff, whose cases go through random acts."""

    agency: Agency
    units: list[Unit]
    services: list[Service]
    staff: list[User]
    dice: random.Random
    committee: Unit
    cases: list[Case] = field(default_factory=list)

    def act(self, case: Case, at: datetime) -> None:
        """Do something to a case that its state allows; nothing when the dice choose what it does not."""
        case.refresh_from_db()
        act = self.dice.choice(_ACTS)
        try:
            act(self, case, self.staff[0], at)
        except (cases.NotNow, cases.Missing, cases.TooLate):
            return


def make_past(seed: int, *, cases_wanted: int, acts: int, start: datetime = SUNDAY_9AM) -> Past:
    """So many cases over a month, and so many acts on them over two."""
    dice = random.Random(seed)
    agency = make_working_agency()
    units = [make_unit(code, agency=agency) for code in ("ROADS", "LAMPS")]
    services = [make_service(f"S-{unit.code}", agency=agency, unit=unit) for unit in units]
    services.append(make_service("S-SECRET", agency=agency, unit=units[0], kind="complaint", confidential=True))
    committee = make_unit("SAFETY", agency=agency, kind="committee")
    team = make_unit("FOLLOW", agency=agency, kind="team")
    people = [make_person("supervisor", units[0]), make_person("head", committee), make_person("follow_up", team)]
    past = Past(agency, units, services, people, dice, committee)
    moments = sorted(dice.sample(range(60 * 24 * 60), cases_wanted + acts))
    births = set(range(0, cases_wanted, 1))
    for number, minute in enumerate(moments):
        at = start + timedelta(minutes=minute)
        if number in births or dice.random() < 0.05:
            past.cases.append(register(past, at))
        else:
            past.act(dice.choice(past.cases), at)
    return past


def register(past: Past, at: datetime) -> Case:
    """A new case of any of the services, by any of the channels."""
    return make_case(
        agency=past.agency,
        at=at,
        service=past.dice.choice(past.services),
        channel=past.dice.choice(("portal", "phone", "email")),
    )


def _raise(past: Past, case: Case, by: User, at: datetime) -> None:
    if case.state in ("referred", "reopened"):
        cases.accept_referral(case, by=by, at=at)
    cases.raise_case(case, to_unit=past.committee, question="؟", handed={"tried": "عاينّا"}, by=by, at=at)


def _decide(past: Past, case: Case, by: User, at: datetime) -> None:
    cases.decide(case, decision="نعم", stays=past.dice.random() < 0.3, by=past.staff[1], at=at)


def _return_twice(past: Past, case: Case, by: User, at: datetime) -> None:
    for unit in past.units:
        cases.refer(case, to_unit=unit, reason="لكم", by=by, at=at)
        cases.return_referral(case, reason="ليس لنا", whose=cases.NOBODY_KNOWS, by=by, at=at)


def _decide_owner(past: Past, case: Case, by: User, at: datetime) -> None:
    cases.decide_owner(case, unit=past.dice.choice(past.units), reason="لهم", by=past.staff[2], at=at)


Act = Callable[[Past, Case, User, datetime], object]
_ACTS: list[Act] = [
    lambda past, case, by, at: cases.acknowledge(case, by=by, at=at),
    lambda past, case, by, at: cases.classify(
        case, kind=past.dice.choice(("report", "complaint")), service=past.dice.choice(past.services), by=by, at=at
    ),
    lambda past, case, by, at: cases.change_importance(
        case, importance=past.dice.choice(("P1", "P2", "P3")), reason="سبب", by=by, at=at
    ),
    lambda past, case, by, at: cases.refer(case, to_unit=past.dice.choice(past.units), reason="سبب", by=by, at=at),
    lambda past, case, by, at: cases.accept_referral(case, by=by, at=at),
    lambda past, case, by, at: cases.return_referral(case, reason="ليس لنا", whose=cases.NOBODY_KNOWS, by=by, at=at),
    _raise,
    _decide,
    _decide,
    _return_twice,
    _decide_owner,
    _decide_owner,
    lambda past, case, by, at: cases.start_work(case, by=by, at=at, ahead=cases.Ahead("route")),
    lambda past, case, by, at: cases.ask_beneficiary(case, question="أين؟", by=by, at=at),
    lambda past, case, by, at: cases.answer_from_beneficiary(case, text="هنا", channel="portal", at=at),
    lambda past, case, by, at: cases.reply(case, text="نعمل عليه", by=by, at=at),
    *[lambda past, case, by, at: cases.resolve(case, text="أُنجز", by=by, at=at, ahead=cases.Ahead("route"))] * 4,
    lambda past, case, by, at: cases.reject(case, reason="خارج الاختصاص", by=by, at=at),
    lambda past, case, by, at: cases.close(case, by=by, at=at),
    *[lambda past, case, by, at: cases.reopen(case, reason="لم يُحل", at=at, by=past.dice.choice((None, by)))] * 2,
    *[lambda past, case, by, at: cases.rate(case, rating=past.dice.randint(1, 5), comment="", at=at)] * 3,
    lambda past, case, by, at: cases.merge(case, into=past.dice.choice(past.cases), by=by, at=at),
    *[lambda past, case, by, at: cases.unmerge(case, by=by, at=at)] * 2,
    lambda past, case, by, at: cases.withdraw(case, at=at),
    lambda past, case, by, at: cases.exclude(case, reason="إعلان", by=by, at=at),
]


def make_many(case: Case, number: int, **changed: Any) -> None:
    """Copies of a case as they would stand, one a minute after another; for sizes that no test can register."""
    rows = []
    for place in range(number):
        copy = Case.objects.get(pk=case.pk)
        copy.pk, copy.reference = None, f"X-{next(_numbers):08d}"
        copy.digits = copy.reference[2:]
        copy.public_id, copy.access_code_hash = copy.reference, copy.reference
        for name, value in changed.items():
            setattr(copy, name, value)
        copy.registered_at += timedelta(minutes=place)
        rows.append(copy)
    Case.objects.bulk_create(rows)
