"""What lifts a case besides the time of a promise: each cause once for what happened, told to whoever stands there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from wasl.accounts.models import User
from wasl.alerts.models import Alert
from wasl.calendars import queries as calendars
from wasl.cases import jobs, lifting, operations
from wasl.cases.escalation import Escalation
from wasl.cases.models import Case
from wasl.cases.tests.makers import HOUR, accepted_case, resolved_case
from wasl.cases.tests.test_escalate import deliver, make_ladders, moment, only_resolution, taken
from wasl.core import clock
from wasl.core.localized import both
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.substitutes import appoint_substitute
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_huda, make_noora, make_person, make_said, make_unit
from wasl.sla import ladders
from wasl.sla.clocks import State, state
from wasl.sla.ladder import Rung

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# The night before a working Sunday.
SATURDAY_NIGHT = datetime(2026, 12, 12, 18, 0, tzinfo=UTC)


@pytest.fixture
def agency() -> Agency:
    """With the usual ladders, and one for a class that was raised."""
    found: Agency = make_ladders()
    name = both("رفع الدرجة", "A raised class")
    ladders.set_ladder(found, code="class", name=name, cause="class", steps=[Rung(0, 3, ("head",))], at=LONG_AGO)
    return found


def hear(kind: str, *, at: datetime) -> None:
    with clock.frozen(at):
        deliver(kind)


def grow_old(case: Case) -> None:
    """Forty-four working days, seen by two looks, with a day more between them."""
    at = calendars.working_time(agency_id=case.agency_id).add_working_days(case.registered_at, 45)
    for later in (-2 * DAY, DAY, 2 * DAY):
        with clock.frozen(at + later):
            lifting.escalate_aged(0)
            lifting.escalate_aged(0)


def raise_class(case: Case) -> None:
    """To the gravest, back, and up again: it is one and the same class that it reached."""
    huda = make_huda()
    for hours, code in enumerate(("P1", "P2", "P1"), start=2):
        at = SUNDAY_9AM + hours * HOUR
        operations.change_importance(case, importance=code, reason="خطر", by=huda, at=at)
        deliver("CaseImportanceChanged")


def miss_a_review(case: Case) -> None:
    at = SUNDAY_9AM + 2 * HOUR
    day = (at + 2 * DAY).date()
    operations.hold(case, reason_code="budget", review_on=day, text="ننتظر", by=case.assignee, at=at)
    for later in (3 * DAY, 4 * DAY):
        with clock.frozen(at + later):
            jobs.call_reviews(0)
        hear("ReviewMissed", at=at + later)


@pytest.mark.parametrize(
    ("happens", "cause", "step", "level"),
    [(grow_old, "age", 44, 3), (raise_class, "class", 0, 3), (miss_a_review, "review", 0, 2)],
)
def test_a_cause_lifts_once_for_what_happened(
    agency: Agency, happens: Callable[[Case], None], cause: str, step: int, level: int
) -> None:
    case = accepted_case(by=make_noora())
    before = case.state

    happens(case)

    case.refresh_from_db()
    assert [one for one in taken(case) if one[0] != "clock"] == [(cause, step, level)]
    assert case.escalation == level
    assert before in (case.state, case.state_before)


def test_a_second_round_that_is_rated_poorly_is_another_occasion(agency: Agency) -> None:
    noora = make_noora()
    case = resolved_case(by=noora)
    operations.rate(case, rating=1, comment="", at=SUNDAY_9AM + 3 * HOUR)
    operations.reopen(case, reason="بقي", by=noora, at=SUNDAY_9AM + 4 * HOUR)
    operations.resolve(case, text="تم", by=noora, at=SUNDAY_9AM + 5 * HOUR)
    operations.rate(case, rating=2, comment="", at=SUNDAY_9AM + 6 * HOUR)

    deliver("CaseRated")

    assert taken(case) == [("rating", 0, 2), ("rating", 0, 2)]


@pytest.mark.parametrize(("importance", "urgent"), [("P2", False), ("P1", True)])
def test_at_night_people_hear_at_once_of_the_highest_class_alone(agency: Agency, importance: str, urgent: bool) -> None:
    make_huda()
    case = resolved_case(by=make_noora())
    Case.objects.filter(pk=case.pk).update(importance=importance)
    operations.rate(case, rating=1, comment="", at=SATURDAY_NIGHT)

    deliver("CaseRated")

    told = Alert.objects.get(kind="escalation")
    assert told.urgent is urgent
    assert told.mail_at is not None
    assert (told.mail_at > SATURDAY_NIGHT) is not urgent


def test_the_deputy_of_an_absent_head_is_told(agency: Agency) -> None:
    roads = make_unit("ROADS")
    head, deputy = make_person("head", roads), make_person("specialist", roads)
    case = resolved_case(by=make_noora(roads))
    lend(head, deputy, SUNDAY_9AM, SUNDAY_9AM + 9 * DAY)
    operations.rate(case, rating=1, comment="", at=SUNDAY_9AM + DAY)

    deliver("CaseRated")

    assert deputy.pk in Escalation.objects.get().people
    assert not Alert.objects.filter(person=head).exists()


def lend(absent: User, deputy: User, since: datetime, until: datetime) -> None:
    unit = make_unit("ROADS")
    appoint_substitute(absent, substitute=deputy, unit=unit, valid_from=since, valid_to=until, by=None, at=SUNDAY_9AM)


def test_a_step_that_names_nobody_who_is_there_goes_to_the_next_above(agency: Agency) -> None:
    """There is no liaison officer: the head hears of 80 per cent; and without a head the director does."""
    roads = make_unit("ROADS")
    case = accepted_case(by=make_noora(roads))
    only_resolution(case)
    director = make_person("director", directory.triage_unit(agency))

    lifting.sweep(at=moment(case, 80))
    assert Escalation.objects.get(step=80).people == [director.pk]

    other = accepted_case(by=make_noora(roads), at=SUNDAY_9AM + HOUR)
    only_resolution(other)
    head = make_person("head", roads)
    lifting.sweep(at=moment(other, 80))
    assert Escalation.objects.get(case=other, step=80).people == [head.pk]


@pytest.mark.parametrize("whom", [(), ("nobody",)])
def test_a_ladder_that_skips_everybody_is_refused_with_a_sentence(agency: Agency, whom: tuple[str, ...]) -> None:
    with pytest.raises(ladders.BadLadder, match="لا يقف عليها أحد"):
        ladders.set_ladder(
            agency, code="x", name=both("س", "X"), clocks=("resolve",), steps=[Rung(50, 1, whom)], at=SUNDAY_9AM
        )


@pytest.mark.requirement("W-03")
def test_a_liaison_officer_who_leaves_at_noon_is_told_before_and_the_deputy_after(agency: Agency) -> None:
    """The scenario of the workshop: on leave from noon, and nothing waits for the return."""
    said, roads = make_said(), make_unit("ROADS")
    deputy = make_person("specialist", roads)
    case = accepted_case(by=make_noora(roads))
    only_resolution(case)
    earlier = accepted_case(by=make_noora(roads), at=SUNDAY_9AM - 3 * DAY)
    only_resolution(earlier)
    noon = moment(case, 80)
    assert moment(earlier, 80) < noon
    lend(said, deputy, noon, noon + 9 * DAY)

    lifting.sweep(at=moment(earlier, 80))
    lifting.sweep(at=noon)

    told = {row.case_id: row.people for row in Escalation.objects.filter(step=80)}
    assert told == {earlier.pk: [said.pk], case.pk: [deputy.pk]}


def test_a_case_resolved_in_time_and_reopened_keeps_its_promise_and_gets_another(agency: Agency) -> None:
    """The scenario of the sources: what was kept stays kept, and the second time is counted from the reopening."""
    noora = make_noora()
    case = resolved_case(by=noora)
    first = case.clocks.get(kind="resolve")
    assert first.stopped_at is not None
    assert first.stopped_at < first.due_at

    later = first.due_at + DAY
    operations.reopen(case, reason="ما زالت", at=later)

    first.refresh_from_db()
    second = case.clocks.get(kind="resolve", stopped_at__isnull=True)
    assert first.stopped_at == SUNDAY_9AM + 2 * HOUR
    promise = operations.promise_of(first)
    assert state(promise, first.started_at, at=first.stopped_at) is State.ON_TIME
    assert (second.pk != first.pk, second.started_at) == (True, later)
    assert case.due_at == second.due_at > first.due_at
    assert (case.reopened_times, case.unit.code, case.is_overdue(at=later)) == (1, "ROADS", False)
