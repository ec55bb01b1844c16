"""A clock reads its own state alone: what is no promise touches none, and each equals a fresh computation always."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wasl.accounts.models import User
from wasl.calendars import operations as calendars
from wasl.cases import operations
from wasl.cases.jobs import recount_clocks
from wasl.cases.models import Case, Clock, ClockPause
from wasl.cases.operations import Missing, NotNow
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency
from wasl.core.clock import frozen
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora
from wasl.sla import operations as sla

pytestmark = pytest.mark.django_db
Act = Callable[[Case, User, datetime], object]


def rows(case: Case) -> list[Any]:
    return [
        *Clock.objects.filter(case=case).order_by("pk").values(),
        *ClockPause.objects.filter(clock__case=case).order_by("pk").values(),
    ]


@pytest.mark.parametrize(
    "act",
    [
        lambda case, by, at: operations.add_note(case, text="اتصلت بالمقاول", by=by, at=at),
        lambda case, by, at: operations.add_files(case, files=[], public=False, by=by, at=at),
        lambda case, by, at: operations.add_information(case, text="قرب الدوار", channel="portal", at=at),
        lambda case, by, at: operations.assign(case, to=None, by=by, at=at),
    ],
    ids=["note", "files", "information", "assign"],
)
def test_what_is_no_promise_touches_no_clock(act: Act) -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    before = rows(case)

    act(case, noora, SUNDAY_9AM + 2 * HOUR)

    assert rows(case) == before


def test_a_changed_rule_changes_no_running_clock() -> None:
    case = make_case()
    before = rows(case)

    sla.set_policy(case.agency, clock="accept", importance="P2", amount=15, unit="minutes", at=SUNDAY_9AM + HOUR)

    assert rows(case) == before
    assert make_case(at=SUNDAY_9AM + 2 * HOUR).clocks.get(kind="accept").amount_minutes == 15


def test_a_hold_does_not_stop_a_clock_unless_its_rule_says_so() -> None:
    noora = make_noora()
    usual = accepted_case(by=noora)
    sla.set_policy(
        usual.agency, clock="resolve", amount=5, unit="working_days", service=usual.service, at=SUNDAY_9AM + HOUR,
        pauses=["pending_beneficiary", "pending_internal"],
    )  # fmt: skip
    lenient = accepted_case(by=noora, at=SUNDAY_9AM + 2 * HOUR)

    for case in (usual, lenient):
        held(case, noora, SUNDAY_9AM + 5 * HOUR)

    assert not ClockPause.objects.filter(clock__case=usual).exists()
    (pause,) = ClockPause.objects.filter(clock__case=lenient)
    assert (pause.clock.kind, pause.reason) == ("resolve", "pending_internal")


def test_a_case_resolved_in_time_and_opened_again_has_a_new_clock_and_keeps_the_first_verdict() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    operations.resolve(case, text="رُدمت الحفرة", by=noora, at=SUNDAY_9AM + 3 * HOUR)
    first = case.clocks.get(kind="resolve")

    operations.reopen(case, reason="عادت الحفرة", at=SUNDAY_9AM + timedelta(days=10))

    again = case.clocks.get(kind="resolve", stopped_at=None)
    first.refresh_from_db()
    assert (case.unit_id, case.reopened_times) == (noora_unit(noora), 1)
    assert first.stopped_at == SUNDAY_9AM + 3 * HOUR < first.due_at
    assert again.started_at == SUNDAY_9AM + timedelta(days=10)
    assert case.due_at == again.due_at


def test_a_first_promise_that_goes_on_does_not_count_the_time_the_case_was_closed() -> None:
    noora = make_noora()
    agency = make_working_agency()
    service = make_case(agency=agency).service
    sla.set_policy(
        agency, clock="resolve", amount=5, unit="working_days", service=service, on_reopen="goes_on", at=SUNDAY_9AM
    )
    case = accepted_case(by=noora)
    operations.resolve(case, text="رُدمت الحفرة", by=noora, at=SUNDAY_9AM + timedelta(days=1))
    before = case.clocks.get(kind="resolve").due_at

    operations.reopen(case, reason="عادت الحفرة", at=SUNDAY_9AM + timedelta(days=8))

    clock = case.clocks.get(kind="resolve")
    (pause,) = clock.pauses.all()
    assert pause.reason == "closed"
    hours = operations.promise_of(clock).working_time
    closed = hours.between(SUNDAY_9AM + timedelta(days=1), SUNDAY_9AM + timedelta(days=8))
    assert clock.due_at == operations.fresh_due(clock) == case.due_at
    assert hours.between(before, clock.due_at) == closed > timedelta()


def test_the_acceptance_is_promised_with_each_referral_and_the_referral_again_with_a_return() -> None:
    noora = make_noora()
    case = make_case()
    assert case.clocks.get(kind="accept").started_at == SUNDAY_9AM

    operations.return_referral(
        case, reason="ليس لنا", whose=operations.NOBODY_KNOWS, by=noora, at=SUNDAY_9AM + 2 * HOUR
    )

    assert case.clocks.get(kind="accept").stopped_at == SUNDAY_9AM + 2 * HOUR
    assert case.clocks.get(kind="refer", stopped_at=None).started_at == SUNDAY_9AM + 2 * HOUR


def test_the_beneficiary_is_to_hear_something_again_from_each_word_on() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)

    operations.reply(case, text="سنزور الموقع غداً", by=noora, at=SUNDAY_9AM + 4 * HOUR)

    kept, running = case.clocks.filter(kind="update").order_by("pk")
    assert kept.stopped_at == running.started_at == SUNDAY_9AM + 4 * HOUR


def test_a_word_to_the_citizen_while_we_wait_for_them_begins_a_clock_that_stands_too() -> None:
    huda = make_huda()
    case = make_case()
    operations.ask_beneficiary(case, question="أين؟", by=huda, at=SUNDAY_9AM + HOUR)

    operations.reply(case, text="ننتظر ردكم", by=huda, at=SUNDAY_9AM + 2 * HOUR)

    assert all(clock.paused_at is not None for clock in case.clocks.filter(stopped_at__isnull=True))


def noora_unit(noora: User) -> int:
    return noora.memberships.get().unit_id  # type: ignore[no-any-return]


def held(case: Case, by: User, at: datetime) -> None:
    operations.hold(
        case, reason_code="materials", review_on=at.date() + timedelta(days=5), text="ننتظر القطع", by=by, at=at
    )


ACTS: dict[str, Act] = {
    "ask": lambda case, by, at: operations.ask_beneficiary(case, question="أين؟", by=by, at=at),
    "answer": lambda case, by, at: operations.answer_from_beneficiary(case, text="هنا", channel="portal", at=at),
    "hold": held,
    "start": lambda case, by, at: operations.start_work(case, by=by, at=at),
    "reply": lambda case, by, at: operations.reply(case, text="نعمل عليه", by=by, at=at),
    "urgent": lambda case, by, at: operations.change_importance(case, importance="P2", reason="خطر", by=by, at=at),
    "accept": lambda case, by, at: operations.accept_referral(case, by=by, at=at),
    "resolve": lambda case, by, at: operations.resolve(case, text="تم", by=by, at=at),
    "reopen": lambda case, by, at: operations.reopen(case, reason="لم تُحل", by=by, at=at),
    "holiday": lambda case, by, at: holiday(case, at),
}


def holiday(case: Case, at: datetime) -> None:
    day = at.date() + timedelta(days=1)
    calendars.add_holiday(case.agency, name=both("إجازة", "Holiday"), on_from=day, announced_on=at.date(), at=at)
    change = EventRecord.objects.filter(kind="CalendarChanged").latest("pk")
    with frozen(at):
        recount_clocks(change_event_id=change.pk)


@given(acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(1, 40)), min_size=3, max_size=8))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_after_any_acts_every_running_clock_equals_a_fresh_computation(acts: list[tuple[str, int]]) -> None:
    huda = make_huda()
    case, at = make_case(), SUNDAY_9AM

    for name, hours in acts:
        at += hours * HOUR
        try:
            ACTS[name](case, huda, at)
        except (NotNow, Missing, ValueError):
            continue
        case.refresh_from_db()

    running = list(case.clocks.filter(stopped_at__isnull=True))
    assert all(clock.due_at == operations.fresh_due(clock) for clock in running)
    assert all((clock.paused_at is not None) == (case.state == "pending_beneficiary") for clock in running)
    resolving = [clock.due_at for clock in running if clock.kind == "resolve"]
    assert not case.is_open or resolving == [case.due_at]
