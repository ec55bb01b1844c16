"""Due moments, pauses and consumption, over ten years and in the examples of the office."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.calendars.tests.strategies import MUSCAT, amounts, calendars, moments, oman, shut_calendars
from wasl.calendars.working_time import NeverOpens, WorkingTime, always_open
from wasl.core.localized import both
from wasl.core.tests.chance import tries
from wasl.sla import clocks
from wasl.sla.clocks import Promise, State, amount, begins_at, consumed, due_at, remaining, share, state

ten_years = settings(max_examples=tries(200), deadline=None)
HOLIDAY = both("إجازة", "Holiday")
MICROSECOND = timedelta(microseconds=1)


def muscat(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MUSCAT)  # type: ignore[arg-type,misc]


@st.composite
def promises(draw: st.DrawFn, of: st.SearchStrategy[WorkingTime] = calendars) -> Promise:
    hours = draw(of)
    if draw(st.booleans()):
        return Promise("resolve", hours, amount_minutes=draw(st.integers(1, 200 * 60)))
    return Promise("resolve", hours, working_days=draw(st.integers(1, 45)))


@st.composite
def pauses_after(draw: st.DrawFn, started_at: datetime) -> list[tuple[datetime, datetime | None]]:
    pauses: list[tuple[datetime, datetime | None]] = []
    for _ in range(draw(st.integers(0, 4))):
        start = started_at + timedelta(minutes=draw(st.integers(-1000, 30 * 24 * 60)))
        pauses.append((start, start + timedelta(minutes=draw(st.integers(0, 10 * 24 * 60)))))
    return pauses


@ten_years
@given(promises(), moments)
def test_a_promise_is_due_in_working_time_when_all_of_it_is_consumed(promise: Promise, started_at: datetime) -> None:
    due = due_at(promise, started_at)

    assert promise.working_time.is_open(due - MICROSECOND)
    assert consumed(promise, started_at, at=due) == amount(promise, started_at)
    assert remaining(promise, started_at, at=due) == timedelta()
    assert consumed(promise, started_at, at=due - MICROSECOND) < amount(promise, started_at)


@ten_years
@given(promises(), moments, st.data())
def test_with_any_pauses_the_whole_amount_is_consumed_by_the_due_moment(
    promise: Promise, started_at: datetime, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(started_at))

    due = due_at(promise, started_at, pauses)

    assert consumed(promise, started_at, pauses, at=due) == amount(promise, started_at)
    assert consumed(promise, started_at, pauses, at=due - MICROSECOND) < amount(promise, started_at)
    assert due >= due_at(promise, started_at)


@ten_years
@given(promises(), moments, st.floats(0, 0.999), st.integers(1, 40 * 24 * 60))
def test_a_pause_moves_the_due_moment_by_the_working_time_it_took(
    promise: Promise, started_at: datetime, part: float, minutes: int
) -> None:
    begin, unpaused = begins_at(promise, started_at), due_at(promise, started_at)
    start = begin + (unpaused - begin) * part
    end = start + timedelta(minutes=minutes)

    due = due_at(promise, started_at, [(start, end)])

    assert due == promise.working_time.add(unpaused, promise.working_time.between(start, end))


@ten_years
@given(promises(), moments, st.data())
def test_order_overlap_and_cutting_of_pauses_do_not_matter(
    promise: Promise, started_at: datetime, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(started_at))
    cut = []
    for start, end in reversed(pauses):
        middle = start + (end - start) / 2  # type: ignore[operator]
        cut += [(middle, end), (start, middle), (start, end)]

    assert due_at(promise, started_at, cut) == due_at(promise, started_at, pauses)


@ten_years
@given(promises(), moments, moments, st.data())
def test_a_later_start_is_never_due_sooner(promise: Promise, a: datetime, b: datetime, data: st.DataObject) -> None:
    a, b = sorted((a, b))

    assert due_at(promise, a) <= due_at(promise, b)


@ten_years
@given(promises(shut_calendars()), moments, st.lists(st.integers(0, 90), max_size=6), st.data())
def test_holidays_announced_one_by_one_end_where_a_fresh_computation_does(
    promise: Promise, started_at: datetime, days: list[int], data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(started_at))
    hours, first_day = promise.working_time, promise.working_time.local_day(started_at)
    known_later = {first_day + timedelta(days=n): HOLIDAY for n in days}

    due_moments, announced = [due_at(promise, started_at, pauses)], dict(hours.holidays)
    for day in known_later:
        announced[day] = HOLIDAY
        due_moments.append(due_at(_with(promise, announced), started_at, pauses))

    assert due_moments[-1] == due_at(_with(promise, {**hours.holidays, **known_later}), started_at, pauses)
    if promise.working_days is None:
        assert due_moments == sorted(due_moments)


@ten_years
@given(promises(), moments, amounts, amounts)
def test_consumption_only_grows_and_stands_still_in_a_pause(
    promise: Promise, started_at: datetime, first: timedelta, second: timedelta
) -> None:
    a, b = started_at + first, started_at + first + second

    assert consumed(promise, started_at, at=a) <= consumed(promise, started_at, at=b)
    assert consumed(promise, started_at, [(a, None)], at=b) == consumed(promise, started_at, at=a)


@pytest.mark.requirement("H-17")
@pytest.mark.parametrize(
    ("registered", "holidays", "latest"),
    [
        ("2026-11-19T10:00", [], "2026-11-24T14:30"),  # Thursday: Sunday, Monday, Tuesday
        ("2026-11-19T23:59", [], "2026-11-24T14:30"),
        ("2026-11-20T00:00", [], "2026-11-24T14:30"),  # Friday
        ("2026-11-22T00:01", [], "2026-11-25T14:30"),  # Sunday, before the office opens
        ("2026-11-19T10:00", ["2026-11-23"], "2026-11-25T14:30"),
        ("2026-11-23T09:00", ["2026-11-25", "2026-11-26"], "2026-11-30T14:30"),
        ("2026-12-31T12:00", [], "2027-01-05T14:30"),
        ("2028-02-28T12:00", ["2028-02-29"], "2028-03-05T14:30"),
    ],
)
def test_a_referral_is_due_on_the_third_working_day_not_counting_the_day_of_registration(
    registered: str, holidays: list[str], latest: str
) -> None:
    started_at = datetime.fromisoformat(registered).replace(tzinfo=MUSCAT)
    free = {datetime.fromisoformat(day).date(): HOLIDAY for day in holidays}
    promise = Promise("refer", oman(holidays=free), working_days=3)

    due = due_at(promise, started_at)

    assert due == datetime.fromisoformat(latest).replace(tzinfo=MUSCAT)


def test_the_report_of_the_mock_up_is_due_on_monday_at_eleven() -> None:
    """Reported on Friday evening, 21 working hours, a question to the citizen from Monday to Tuesday, two holidays."""
    free = {muscat(2026, 11, day).date(): HOLIDAY for day in (25, 26)}
    promise = Promise("resolve", oman(holidays=free), working_days=3)
    reported_at, now = muscat(2026, 11, 20, 19, 58), muscat(2026, 11, 29, 11, 5)
    pauses = [(muscat(2026, 11, 23, 8, 10), muscat(2026, 11, 24, 11, 40))]

    assert amount(promise, reported_at) == timedelta(hours=21)
    assert due_at(promise, reported_at) == muscat(2026, 11, 24, 14, 30)
    assert due_at(promise, reported_at, pauses) == muscat(2026, 11, 30, 11, 0)
    assert consumed(promise, reported_at, pauses, at=now) == timedelta(hours=14, minutes=5)
    assert remaining(promise, reported_at, pauses, at=now) == timedelta(hours=6, minutes=55)
    assert round(100 * share(promise, reported_at, pauses, at=now)) == 67
    assert state(promise, reported_at, pauses, at=now) == State.ON_TIME


def test_four_working_hours_from_the_end_of_a_shift() -> None:
    promise = Promise("acknowledge", oman(), amount_minutes=240)

    assert due_at(promise, muscat(2026, 11, 19, 13, 0)) == muscat(2026, 11, 22, 10, 0)
    assert due_at(promise, muscat(2026, 11, 22, 10, 30)) == muscat(2026, 11, 22, 14, 30)


def test_half_an_hour_round_the_clock_does_not_wait_for_the_morning() -> None:
    promise = Promise("acknowledge", always_open(MUSCAT), amount_minutes=30, always_open=True)

    assert due_at(promise, muscat(2026, 12, 31, 23, 45)) == muscat(2027, 1, 1, 0, 15)


def test_a_promise_is_near_from_four_fifths_on_and_overdue_after_its_moment() -> None:
    promise = Promise("acknowledge", oman(), amount_minutes=100)
    start = muscat(2026, 11, 22, 8, 0)

    assert state(promise, start, at=muscat(2026, 11, 22, 9, 19)) == State.ON_TIME
    assert state(promise, start, at=muscat(2026, 11, 22, 9, 20)) == State.NEAR
    assert state(promise, start, at=muscat(2026, 11, 22, 9, 40)) == State.NEAR
    assert state(promise, start, at=muscat(2026, 11, 22, 9, 40, 1)) == State.OVERDUE


def test_a_promise_missed_at_the_end_of_a_shift_is_overdue_in_the_night() -> None:
    promise = Promise("resolve", oman(), working_days=1)

    assert state(promise, muscat(2026, 11, 18, 9, 0), at=muscat(2026, 11, 20, 3, 0)) == State.OVERDUE
    assert remaining(promise, muscat(2026, 11, 18, 9, 0), at=muscat(2026, 11, 22, 8, 30)) == -timedelta(hours=1)


def test_a_pause_that_still_runs_counts_up_to_the_moment_asked_for() -> None:
    promise = Promise("resolve", oman(), amount_minutes=120)
    start = muscat(2026, 11, 22, 8, 0)
    running = [(muscat(2026, 11, 22, 9, 0), None)]

    assert due_at(promise, start, running) == muscat(2026, 11, 22, 10, 0)
    assert due_at(promise, start, running, at=muscat(2026, 11, 22, 12, 0)) == muscat(2026, 11, 22, 13, 0)
    assert state(promise, start, running, at=muscat(2026, 11, 25, 12, 0)) == State.ON_TIME


@pytest.mark.parametrize(
    "amounts", [{}, {"amount_minutes": 0}, {"working_days": -1}, {"amount_minutes": 5, "working_days": 1}]
)
def test_a_promise_of_nothing_or_of_two_things_is_refused(amounts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="promise"):
        Promise("resolve", oman(), **amounts)


def test_a_promise_on_a_calendar_that_never_opens_says_so() -> None:
    promise = Promise("resolve", WorkingTime(MUSCAT), working_days=1)

    with pytest.raises(NeverOpens):
        due_at(promise, datetime(2026, 1, 1, tzinfo=UTC))


def _with(promise: Promise, holidays: object) -> Promise:
    hours = promise.working_time
    return clocks.Promise(
        promise.clock,
        WorkingTime(hours.zone, hours.periods, holidays),  # type: ignore[arg-type]
        amount_minutes=promise.amount_minutes,
        working_days=promise.working_days,
    )
