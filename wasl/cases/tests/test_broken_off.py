"""Holds, questions and mergers that break each other off: what stood before goes on where it was, and counts on."""

from datetime import timedelta
from typing import Any

import pytest

from wasl.cases import operations, order
from wasl.cases.models import Case, ExtensionRequest, Hold
from wasl.cases.operations import NOBODY_KNOWS
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency
from wasl.cases.tests.test_escalate import deliver, make_ladders, taken
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora, make_person, make_salem, make_unit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
START = SUNDAY_9AM + 2 * HOUR


def held(case: Case, days: int = 0, *, reason: str = "materials", hours: int = 0, **more: Any) -> Any:
    """On hold so many days later, to be looked at two days on."""
    at = START + days * DAY + hours * HOUR
    day = (at + 2 * DAY).date()
    return operations.hold(case, reason_code=reason, review_on=day, text="ننتظر", by=case.assignee, at=at, **more)


def worked_on(case: Case, days: int, hours: int = 1) -> None:
    operations.start_work(case, by=case.assignee, at=START + days * DAY + hours * HOUR)


def test_an_hour_of_work_between_two_holds_does_not_begin_the_count_anew() -> None:
    case = accepted_case(by=make_noora())
    for day in range(3):
        held(case, day)
        worked_on(case, day)

    asked = held(case, 3)

    assert [row.number for row in Hold.objects.order_by("pk")] == [0, 1, 2]
    assert isinstance(asked, ExtensionRequest)
    assert (case.state, asked.number) == ("in_progress", 3)
    operations.answer_extension(case, approve=True, by=make_person("director"), at=START + 4 * DAY)
    assert (case.state, Hold.objects.get(ended_at__isnull=True).number) == ("pending_internal", 3)


@pytest.mark.parametrize(("days", "reason", "number"), [(1, "budget", 0), (30, "materials", 0), (6, "materials", 1)])
def test_another_reason_and_a_later_time_are_a_new_matter(days: int, reason: str, number: int) -> None:
    case = accepted_case(by=make_noora())
    held(case)
    worked_on(case, 0)

    assert held(case, days, reason=reason).number == number


def test_a_question_asked_of_a_case_on_hold_leaves_it_on_hold_until_its_day() -> None:
    case = accepted_case(by=make_noora())
    until = held(case).review_on

    operations.ask_beneficiary(case, question="أين؟", by=case.assignee, at=START + HOUR)
    operations.answer_from_beneficiary(case, text="هنا", channel="phone", at=START + 2 * HOUR)

    assert (case.state, case.review_on) == ("pending_internal", until)
    assert Hold.objects.get().ended_at is None


def test_a_case_on_hold_that_is_joined_and_parted_again_is_on_hold_until_its_day() -> None:
    noora = make_noora()
    case, other = accepted_case(by=noora), make_case()
    until = held(case).review_on

    operations.merge(case, into=other, by=noora, at=START + HOUR)
    operations.unmerge(case, by=noora, at=START + 2 * HOUR)

    assert (case.state, case.review_on) == ("pending_internal", until)
    assert Hold.objects.filter(case=case, ended_at__isnull=True).count() == 1


def test_an_answer_never_makes_a_case_a_duplicate_of_nothing() -> None:
    noora = make_noora()
    case, other = accepted_case(by=noora), make_case()
    operations.ask_beneficiary(case, question="أين؟", by=noora, at=START)
    operations.merge(case, into=other, by=noora, at=START + HOUR)
    operations.unmerge(case, by=noora, at=START + 2 * HOUR)

    operations.answer_from_beneficiary(case, text="هنا", channel="phone", at=START + 3 * HOUR)

    assert (case.state, case.is_open, case.merged_into) == ("in_progress", True, None)


@pytest.mark.parametrize("way", ["to another body", "asked meanwhile"])
def test_what_was_put_aside_before_anybody_began_it_still_waits_for_its_turn(way: str) -> None:
    case = accepted_case(by=make_noora())
    held(case)
    if way == "to another body":
        held(case, 1, external=True)
    else:
        operations.ask_beneficiary(case, question="أين؟", by=case.assignee, at=START + HOUR)
        operations.answer_from_beneficiary(case, text="هنا", channel="phone", at=START + 2 * HOUR)

    assert order.awaits(case)
    worked_on(case, 2)
    held(case, 3)
    assert not order.awaits(case)


def test_two_more_refusals_after_a_decision_lift_the_case_again() -> None:
    make_ladders()
    agency = make_working_agency()
    moza, salem = make_person("follow_up", make_unit("FOLLOW", kind="team")), make_salem()
    roads, light = make_unit("ROADS"), make_unit("LIGHT")
    part = make_unit("ROADS-N", parent=roads)
    case = make_case(agency=agency)

    def returned(days: int, hours: int = 1) -> None:
        at = START + days * DAY + hours * HOUR
        operations.return_referral(case, reason="ليس لنا", whose=NOBODY_KNOWS, by=salem, at=at)

    returned(0)
    operations.refer(case, to_unit=light, reason="لكم", by=salem, at=START + DAY)
    returned(1)
    operations.decide_owner(case, unit=roads, reason="لهم", by=moza, at=START + 2 * DAY)
    for days, unit in ((3, part), (4, light)):
        operations.refer(case, to_unit=unit, reason="لكم", by=salem, at=START + days * DAY)
        returned(days)
    deliver("OwnerAsked")

    assert [cause for cause, *_ in taken(case)] == ["refusals", "refusals"]
