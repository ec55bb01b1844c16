"""Resolved in its time, then "not solved": the same unit, a new clock, and counted as a case that came back."""

from datetime import timedelta

import pytest

from wasl.cases import operations
from wasl.cases.models import Case, Clock
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def back() -> Case:
    make_working_agency()
    noora, case = make_noora(), make_case()
    operations.accept_referral(case, by=noora, at=SUNDAY_9AM + HOUR)
    operations.resolve(case, text="رُدمت الحفرة", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    operations.reopen(case, reason="الحفرة كما كانت", at=SUNDAY_9AM + DAY)
    return case


def test_the_promise_that_was_kept_stays_kept_and_a_new_one_runs_from_the_reopening(back: Case) -> None:
    kept, running = Clock.objects.filter(case=back, kind="resolve").order_by("pk")

    assert kept.stopped_at == SUNDAY_9AM + 2 * HOUR < kept.due_at
    assert (running.started_at, running.stopped_at) == (SUNDAY_9AM + DAY, None)
    assert back.due_at == running.due_at > kept.due_at


def test_it_is_with_the_same_unit_and_counted_once_each_time(back: Case) -> None:
    fact = EventRecord.objects.get(case_id=back.pk, kind="CaseReopened")

    assert (back.state, back.unit.code, back.reopened_times, back.is_open) == ("reopened", "ROADS", 1, True)
    assert (fact.data["by_beneficiary"], fact.data["times"]) == (True, 1)
    with pytest.raises(operations.TooLate):
        operations.reopen(back, reason="مرة أخرى", at=SUNDAY_9AM + DAY + HOUR)
    back.refresh_from_db()
    assert back.reopened_times == 1


def test_a_second_time_within_the_window_of_the_second_answer_is_another_round(back: Case) -> None:
    noora = make_noora()
    operations.accept_referral(back, by=noora, at=SUNDAY_9AM + DAY + HOUR)
    operations.resolve(back, text="رُدمت من جديد", by=noora, at=SUNDAY_9AM + DAY + 2 * HOUR)
    operations.reopen(back, reason="ما زالت", at=SUNDAY_9AM + 15 * DAY)

    clocks = Clock.objects.filter(case=back, kind="resolve").order_by("pk")
    assert [clock.started_at for clock in clocks] == [
        SUNDAY_9AM,
        SUNDAY_9AM + DAY,
        SUNDAY_9AM + 15 * DAY,
    ]
    assert back.reopened_times == 2
