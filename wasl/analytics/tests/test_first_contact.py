"""First-contact resolution equals a naive recount from the rows of cases, facts and answered inquiries."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from wasl.accounts.models import User
from wasl.analytics import operations, queries
from wasl.analytics.measures import MEASURES
from wasl.analytics.tests.makers import DAY, make_cohort
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_service
from wasl.contacts import operations as contacts
from wasl.contacts.models import Beneficiary
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, make_unit
from wasl.intake import operations as intake
from wasl.intake.events import ContactRecorded
from wasl.intake.models import Disposition
from wasl.intake.reports import Who
from wasl.intake.subscribers import notice_who_came_back
from wasl.routing import generalists

pytestmark = pytest.mark.django_db
START = SUNDAY_9AM
WINDOW = 7 * DAY
AS_OF = [START + days * DAY for days in (3.3, 9.1, 17.6, 60)]
PASSED_ON = {"CaseReferred", "BeneficiaryAsked", "InformationAdded"}


@dataclass
class Counter:
    """A counter with a generalist, and people who come with four services, some again and again."""

    agency: Agency
    centre: Unit
    huda: User
    services: list[Service]
    people: list[Beneficiary]
    dice: random.Random
    cases: list[Case] = field(default_factory=list)
    planned: list[tuple[datetime, str, Case]] = field(default_factory=list)

    def step(self, at: datetime) -> None:
        for then, way, case in sorted(self.planned, key=lambda plan: plan[0]):
            if then <= at:
                self.planned.remove((then, way, case))
                self.attempt(lambda then, way=way, case=case: self.come_back(way, case, then), then)
        self.attempt(self.dice.choice((self.take_down, self.take_down, self.finish, self.finish, self.ask)), at)

    def attempt(self, act: Callable[[datetime], None], at: datetime) -> None:
        try:
            act(at)
        except (cases.NotNow, cases.Missing, cases.TooLate):
            return

    def take_down(self, at: datetime) -> None:
        case = make_case(
            agency=self.agency,
            service=self.dice.choice(self.services),
            beneficiary=self.dice.choice(self.people),
            channel=self.dice.choice(("phone", "counter")),
            kept_by=self.centre if self.dice.random() < 0.8 else None,
            by=self.huda,
            at=at,
        )
        cases.came_back_with(case, service_id=case.service_id or 0, at=at)
        self.cases.append(case)

    def any_case(self) -> Case:
        case = self.dice.choice(self.cases[-12:])
        case.refresh_from_db()
        return case

    def finish(self, at: datetime) -> None:
        case = self.any_case()
        if case.state == "new":
            cases.acknowledge(case, by=self.huda, at=at)
        cases.resolve(case, text="سُلّم.", by=self.huda, at=at)
        if self.dice.random() < 0.6:
            way = self.dice.choice(("reopen", "add", "inquire"))
            self.planned.append((at + self.dice.randint(1, 12 * 24) * timedelta(hours=1), way, case))

    def ask(self, at: datetime) -> None:
        cases.ask_beneficiary(self.any_case(), question="أين؟", by=self.huda, at=at)

    def come_back(self, way: str, case: Case, at: datetime) -> None:
        case.refresh_from_db()
        if way == "reopen":
            cases.reopen(case, reason="لم يُحل", at=at)
        elif way == "add":
            cases.add_information(case, text="ما زال", channel="portal", at=at)
        else:
            self.inquire(case, at)

    def inquire(self, case: Case, at: datetime) -> None:
        record = intake.record_disposition(
            agency=self.agency,
            unit=self.centre,
            channel="phone",
            key=f"inquiry-{at.timestamp()}",
            service=case.service,
            who=Who(person=case.beneficiary),
            by=self.huda,
            at=at,
        )
        told = EventRecord.objects.filter(kind="ContactRecorded", data__disposition_id=record.pk).get()
        notice_who_came_back(ContactRecorded(**told.data), told)


@pytest.fixture(scope="module")
def counter(django_db_setup: None, django_db_blocker: Any) -> Iterator[Counter]:
    with django_db_blocker.unblock(), clock.frozen(START + 70 * DAY), transaction.atomic():
        yield _made()
        transaction.set_rollback(True)


def _made() -> Counter:
    agency = make_working_agency()
    centre = directory.triage_unit(agency)
    lands = make_unit("LANDS", agency=agency)
    services = [make_service(f"S-{n}", agency=agency, unit=lands, kind="transaction") for n in range(4)]
    people = [
        contacts.find_or_make(
            agency,
            name=f"سالم {n}",
            phone=f"+968950000{n:02d}",
            email="",
            language="ar",
            preferred_channel="sms",
            at=START,
        )
        for n in range(14)
    ]
    huda = make_person("agent", centre)
    granted = services[:3]
    generalists.set_generalist(agency, generalists.Named(person=huda), services=granted, by=None, at=START - DAY)
    made = Counter(agency, centre, huda, services, people, random.Random(77))
    made.take_down(START)
    for minute in sorted(made.dice.sample(range(60 * 24 * 40), 260)):
        made.step(START + minute * timedelta(minutes=1))
    return made


def naive(counter: Counter, as_of: datetime) -> set[int]:
    """What was settled at the first contact as it was known then, told from rows and facts one by one."""
    return {case.pk for case in counter.cases if _is_settled(counter, case, as_of)}


def _is_settled(counter: Counter, case: Case, as_of: datetime) -> bool:
    facts = list(EventRecord.objects.filter(case_id=case.pk, at__lte=as_of).order_by("at", "id"))
    kinds = [fact.kind for fact in facts]
    if "CaseResolved" not in kinds or "CaseExcluded" in kinds:
        return False
    first = kinds.index("CaseResolved")
    resolved_at = facts[first].at
    if PASSED_ON & set(kinds[:first]) or "CaseReopened" in kinds[:first] or case.line != 1:
        return False
    if _others(counter, case, case.registered_at, resolved_at):
        return False
    until = min(resolved_at + WINDOW, as_of)
    if any(f.kind in ("CaseReopened", "InformationAdded") and f.at <= until for f in facts[first:]):
        return False
    asked = Disposition.objects.filter(beneficiary=case.beneficiary, service=case.service)
    return not (_others(counter, case, resolved_at, until) or asked.filter(at__gte=resolved_at, at__lte=until).exists())


def _others(counter: Counter, case: Case, since: datetime, until: datetime) -> bool:
    return any(
        other.beneficiary_id == case.beneficiary_id
        and other.service_id == case.service_id
        and other.pk != case.pk
        and since < other.registered_at <= until
        for other in counter.cases
    )


@pytest.mark.parametrize("as_of", AS_OF, ids=lambda at: f"{at:%d-%m}")
def test_the_figure_equals_a_naive_recount_and_its_own_list(counter: Counter, as_of: datetime) -> None:
    expected = naive(counter, as_of)
    cohort = make_cohort(counter.agency, start=START, end=START + 70 * DAY, as_of=as_of)

    told = queries.figures(cohort, by=[queries.BY_CHANNEL], speeds=True)

    listed = queries.cases_of(cohort, MEASURES["first_contact"], Case.objects.all())
    assert set(listed.values_list("pk", flat=True)) == expected
    assert told["first_contact"] == len(expected)
    assert told.rate("first_contact_rate").whole == told["received"]
    by_channel = {part.key: part["first_contact"] for part in told.parts["channel"]}
    channels = [case.channel for case in counter.cases if case.pk in expected]
    assert by_channel == {code: channels.count(code) for code in by_channel}


def test_what_is_kept_ready_equals_what_is_counted(counter: Counter) -> None:
    at = START + 60 * DAY
    cohort = make_cohort(counter.agency, start=START, end=START + 70 * DAY, as_of=at)
    counted = queries.figures(cohort, speeds=True)["first_contact"]
    operations.keep_up(at=at)

    kept = queries.figures(replace(cohort, is_kept=True), speeds=True)

    assert kept["first_contact"] == counted == len(naive(counter, at))


def test_the_past_at_the_counter_has_enough_of_everything(counter: Counter) -> None:
    facts = list(EventRecord.objects.filter(agency_id=counter.agency.pk).values_list("kind", "data"))
    means = {data["means"] for kind, data in facts if kind == "ContactedAgain"}
    settled = sum(kind == "FinishedAtFirstContact" for kind, _ in facts)

    assert means == {"reopened", "information", "case", "inquiry"}
    assert settled > len(naive(counter, AS_OF[-1])) >= 5
