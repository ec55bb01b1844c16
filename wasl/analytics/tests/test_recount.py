"""After random histories every figure equals a naive recount over the facts, at any as-of moment, and its own list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from wasl.analytics import queries
from wasl.analytics.measures import BANDS, MEASURES, Cohort, Population, arithmetic
from wasl.analytics.measures.cohorts import Secret
from wasl.analytics.tests.makers import DAY, Past, make_cohort, make_past
from wasl.calendars import queries as calendars
from wasl.cases.models import Case, Clock, ClockPause
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM

# Each test only reads what was made once.
pytestmark = pytest.mark.django_db

START = SUNDAY_9AM
AS_OF = [START + timedelta(days=days) for days in (0.4, 9, 31.5, 60, 200)]
TURNS = {
    "CaseResolved": "resolved",
    "CaseRejected": "rejected",
    "CaseReopened": "open",
    "CaseMerged": "duplicate",
    "CaseUnmerged": "open",
    "CaseWithdrawn": "withdrawn",
    "CaseExcluded": "spam",
}
ENDINGS = {"CaseResolved", "CaseRejected", "CaseMerged", "CaseWithdrawn", "CaseExcluded"}
LOOKS = {"CaseAcknowledged", "CaseClassified", "ReferralAccepted"} | ENDINGS
ANSWERS = {"ReplyWritten", "BeneficiaryAsked", "WorkScheduled", "WorkStarted", "CasePutOnHold"} | ENDINGS


@dataclass
class Story:
    """What is known of one case at a moment, told from its facts one by one."""

    case: Case
    status: str = "open"
    kind: str = ""
    unit_id: int = 0
    service_id: int | None = None
    importance: str = ""
    resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    looked_at: datetime | None = None
    answered_at: datetime | None = None
    referred_at: datetime | None = None
    rating: int | None = None
    settled_at_first: bool = False
    due_at: datetime | None = None
    open_due_at: datetime | None = None
    counted_to: datetime | None = None

    def hear(self, fact: EventRecord) -> None:
        self.status = TURNS.get(fact.kind, self.status)
        self._place(fact)
        if fact.kind == "CaseResolved":
            self.resolved_at = self.resolved_at or fact.at
        elif fact.kind == "CaseReopened" and self.resolved_at:
            self.reopened_at = self.reopened_at or fact.at
        elif fact.kind == "CaseRated":
            self.rating = fact.data["rating"]
        elif fact.kind in ("FinishedAtFirstContact", "ContactedAgain"):
            self.settled_at_first = fact.kind == "FinishedAtFirstContact"
        elif fact.kind == "CaseReferred":
            self.referred_at = self.referred_at or fact.at
        if fact.kind in LOOKS or (fact.kind == "CaseReferred" and not fact.data["automatic"]):
            self.looked_at = self.looked_at or fact.at
        if fact.kind in ANSWERS:
            self.answered_at = self.answered_at or fact.at

    def _place(self, fact: EventRecord) -> None:
        told = fact.data
        if fact.kind in ("CaseRegistered", "CaseClassified"):
            self.kind, self.service_id, self.importance = told["kind_code"], told["service_id"], told["importance"]
        if fact.kind == "CaseImportanceChanged":
            self.importance = told["importance"]
        if fact.kind == "CaseRegistered":
            self.unit_id = told["unit_id"]
        if fact.kind in ("CaseReferred", "ReferralReturned", "OwnerAsked", "CaseRaised"):
            self.unit_id = told["to_unit_id"]
        if fact.kind == "RaiseDecided":
            self.unit_id = told["unit_id"]

    @property
    def is_real(self) -> bool:
        return self.status not in ("duplicate", "spam")

    @property
    def is_completed(self) -> bool:
        return self.is_real and self.resolved_at is not None

    @property
    def is_open(self) -> bool:
        return self.status == "open"

    @property
    def is_overdue(self) -> bool:
        return self.is_open and bool(self.open_due_at and self.counted_to and self.open_due_at < self.counted_to)


def tell(agency_id: int, as_of: datetime) -> list[Story]:
    """The stories of all cases of an agency as they were known at a moment."""
    stories = []
    for case in Case.objects.filter(agency_id=agency_id, registered_at__lte=as_of).order_by("pk"):
        story = Story(case)
        for fact in EventRecord.objects.filter(case_id=case.pk, at__lte=as_of).order_by("at", "id"):
            story.hear(fact)
        _promise(story, as_of)
        stories.append(story)
    return stories


def _promise(story: Story, as_of: datetime) -> None:
    rounds = list(Clock.objects.filter(case=story.case, kind="resolve", started_at__lte=as_of).order_by("started_at"))
    for one in rounds:
        stopped = one.stopped_at
        if story.resolved_at and one.started_at <= story.resolved_at and (not stopped or stopped >= story.resolved_at):
            story.due_at = story.due_at or one.due_at
        if not stopped or stopped > as_of:
            story.open_due_at, story.counted_to = one.due_at, as_of
            for pause in ClockPause.objects.filter(clock=one, from_at__lte=as_of):
                if not pause.to_at or pause.to_at > as_of:
                    story.counted_to = pause.from_at


def naive(stories: list[Story], cohort: Cohort, hours: Any) -> dict[str, list[Story]]:
    """The cases of each figure."""
    fitting = [one for one in stories if fits(one, cohort)]
    came = [one for one in fitting if cohort.start <= one.case.registered_at < cohort.end]
    real = [one for one in came if one.is_real]
    done = [one for one in real if one.is_completed]
    waiting = [one for one in came if one.is_open]
    asked = [one for one in real if one.status != "withdrawn"]
    due = {one.case.pk: hours.add_working_days(one.case.registered_at, 3) for one in came}
    return {
        "registered": came,
        "set_aside": [one for one in came if not one.is_real],
        "received": real,
        "completed": done,
        "completed_all": [one for one in came if one.resolved_at],
        "open": waiting,
        "open_again": [one for one in waiting if one.resolved_at],
        "overdue": [one for one in waiting if one.is_overdue],
        "rejected": [one for one in came if one.status == "rejected" and not one.resolved_at],
        "withdrawn": [one for one in came if one.status == "withdrawn" and not one.resolved_at],
        "on_time": [one for one in done if one.due_at and one.resolved_at and one.resolved_at <= one.due_at],
        "late": [one for one in done if one.due_at and one.resolved_at and one.resolved_at > one.due_at],
        "acknowledged": [one for one in asked if one.looked_at],
        "answered": [one for one in asked if one.answered_at],
        "referral_asked": [one for one in real if one.referred_at or (one.is_open and due[one.case.pk] < cohort.as_of)],
        "referred_in_time": [one for one in real if one.referred_at and one.referred_at <= due[one.case.pk]],
        "reopened": [
            one
            for one in done
            if one.reopened_at and one.resolved_at and one.reopened_at <= one.resolved_at + timedelta(days=30)
        ],
        "first_contact": [one for one in done if one.settled_at_first],
        "rated": [one for one in real if one.rating],
        "satisfied": [one for one in real if one.rating and one.rating >= 4],
        "finished": [one for one in fitting if one.is_completed and _within(one.resolved_at, cohort)],
        "backlog": [one for one in fitting if one.is_open],
        "backlog_overdue": [one for one in fitting if one.is_overdue],
    }


def _within(moment: datetime | None, cohort: Cohort) -> bool:
    return moment is not None and cohort.start <= moment < cohort.end


def fits(story: Story, cohort: Cohort) -> bool:
    narrowing = cohort.narrowing
    wanted = [
        not narrowing.kinds or story.kind in narrowing.kinds,
        narrowing.units is None or story.unit_id in narrowing.units,
        not narrowing.channel or story.case.channel == narrowing.channel,
        not narrowing.service or story.service_id == int(narrowing.service),
        not narrowing.importance or story.importance == narrowing.importance,
        cohort.secret is Secret.COUNTED or story.case.confidential is (cohort.secret is Secret.ALONE),
    ]
    return all(wanted)


@pytest.fixture(scope="module")
def past(django_db_setup: None, django_db_blocker: Any) -> Iterator[Past]:
    with django_db_blocker.unblock(), clock.frozen(START + 70 * DAY), transaction.atomic():
        yield make_past(2617, cases_wanted=30, acts=400)
        transaction.set_rollback(True)


def cohorts(past: Past, as_of: datetime) -> list[Cohort]:
    """The whole time, some days in it, and narrower looks."""
    whole = make_cohort(past.agency, start=START, end=START + 70 * DAY, as_of=as_of)
    unit = frozenset({past.units[0].pk})
    return [
        whole,
        whole.between(START + DAY, START + 12 * DAY),
        whole.narrowed(units=unit),
        whole.narrowed(kinds=("complaint",), channel="portal"),
        whole.narrowed(service=str(past.services[1].pk)),
        whole.narrowed(importance="P2"),
        make_cohort(past.agency, start=START, end=START + 70 * DAY, as_of=as_of, secret=Secret.LEFT_OUT),
        make_cohort(past.agency, start=START, end=START + 70 * DAY, as_of=as_of, secret=Secret.ALONE),
    ]


@pytest.mark.parametrize("as_of", AS_OF, ids=lambda at: f"{at:%d-%m}")
def test_every_figure_equals_a_recount_over_the_facts_and_its_own_list(past: Past, as_of: datetime) -> None:
    stories = tell(past.agency.pk, as_of)
    hours = calendars.working_time(agency_id=past.agency.pk)

    for cohort in cohorts(past, as_of):
        expected = naive(stories, cohort, hours)
        told = queries.figures(cohort, speeds=True)
        waiting = queries.stock(cohort)

        counted = {**told.counts, "backlog": waiting.backlog, "backlog_overdue": waiting.overdue}
        counted["finished"] = sum(queries.finished_by_step(cohort, step="day").values())
        assert counted == {code: len(found) for code, found in expected.items()}
        for code, one in MEASURES.items():
            if one.is_count and one.population is not Population.REVIEWED:  # those: test_reviews.py
                listed = set(queries.cases_of(cohort, one, Case.objects.all()).values_list("pk", flat=True))
                assert listed == {story.case.pk for story in expected[code]}, (code, cohort)


@pytest.mark.parametrize("as_of", AS_OF[1:], ids=lambda at: f"{at:%d-%m}")
def test_ratings_lengths_and_ages_equal_a_recount(past: Past, as_of: datetime) -> None:
    cohort = make_cohort(past.agency, start=START, end=START + 70 * DAY, as_of=as_of)
    hours = calendars.working_time(agency_id=past.agency.pk)
    stories = naive(tell(past.agency.pk, as_of), cohort, hours)

    told = queries.figures(cohort, speeds=True)

    ratings = [story.rating for story in stories["rated"]]
    assert told.ratings == {star: ratings.count(star) for star in (1, 2, 3, 4, 5)}
    for code, moment, spread in (
        ("completed", "resolved_at", told.cycle),
        ("acknowledged", "looked_at", told.acknowledge),
        ("answered", "answered_at", told.first_response),
    ):
        lengths = [
            hours.between(story.case.registered_at, getattr(story, moment)).total_seconds() for story in stories[code]
        ]
        assert spread.n == len(lengths)
        assert spread.half == pytest.approx(arithmetic.percentile(lengths, 0.5))
        assert spread.nine_of_ten == pytest.approx(arithmetic.percentile(lengths, 0.9))
    ages = [_age(story, cohort) for story in stories["backlog"]]
    waiting = queries.stock(cohort)
    for band in BANDS:
        expected = [age for age in ages if age >= band.first and (band.last is None or age <= band.last)]
        assert waiting.bands[band.code] == len(expected)
        one = MEASURES["backlog"]
        assert queries.size(cohort, one, band=band.code) == len(expected)


def _age(story: Story, cohort: Cohort) -> int:
    return (cohort.as_of.astimezone(cohort.zone).date() - story.case.registered_at.astimezone(cohort.zone).date()).days


def test_the_past_has_enough_of_everything(past: Past) -> None:
    """So that the comparisons above compare something."""
    stories = tell(past.agency.pk, AS_OF[-1])

    assert {story.status for story in stories} == {"open", *TURNS.values()}
    moves = set(EventRecord.objects.filter(agency_id=past.agency.pk).values_list("kind", flat=True))
    assert {"CaseRaised", "RaiseDecided", "OwnerAsked", "OwnerDecided"} <= moves
    assert sum(bool(story.reopened_at) for story in stories) >= 3
    assert Population.STOCK in {one.population for one in MEASURES.values()}
