"""Working time over ten years, in zones with and without summer time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wasl.calendars.tests.strategies import (
    CAIRO,
    MORNING,
    MUSCAT,
    NIGHT,
    SPLIT,
    amounts,
    calendars,
    moments,
    oman,
    shut_calendars,
)
from wasl.calendars.working_time import (
    MINUTES_OF_DAY,
    ONE_DAY,
    Hours,
    NeverOpens,
    Period,
    WorkingTime,
    always_open,
    week,
)
from wasl.core.localized import both
from wasl.core.tests.chance import tries

ten_years = settings(max_examples=tries(200), deadline=None)
MINUTE = timedelta(minutes=1)


def muscat(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MUSCAT)  # type: ignore[arg-type,misc]


def cairo(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CAIRO)  # type: ignore[arg-type,misc]


@ten_years
@given(calendars, moments, amounts)
def test_between_undoes_add(hours: WorkingTime, at: datetime, amount: timedelta) -> None:
    due = hours.add(at, amount)

    assert hours.between(at, due) == amount


@ten_years
@given(calendars, moments, amounts)
def test_the_sum_ends_in_working_time_and_no_sooner(hours: WorkingTime, at: datetime, amount: timedelta) -> None:
    due = hours.add(at, amount)

    just_before = due - timedelta(microseconds=1)
    assert hours.is_open(just_before)
    assert hours.between(at, just_before) < amount


@ten_years
@given(calendars, moments, moments, amounts, amounts)
def test_later_starts_and_longer_amounts_end_later(
    hours: WorkingTime, a: datetime, b: datetime, shorter: timedelta, longer: timedelta
) -> None:
    a, b = sorted((a, b))
    shorter, longer = sorted((shorter, longer))

    assert hours.add(a, shorter) <= hours.add(b, shorter)
    assert hours.add(a, shorter) <= hours.add(a, longer)


@ten_years
@given(calendars, moments, amounts, amounts)
def test_adding_twice_is_adding_the_sum(hours: WorkingTime, at: datetime, first: timedelta, second: timedelta) -> None:
    assert hours.add(hours.add(at, first), second) == hours.add(at, first + second)


@ten_years
@given(calendars, moments, st.lists(st.integers(0, 20 * 24 * 60), min_size=2, max_size=2))
def test_stretches_add_up(hours: WorkingTime, a: datetime, gaps: list[int]) -> None:
    b, c = a + gaps[0] * MINUTE, a + (gaps[0] + gaps[1]) * MINUTE

    assert hours.between(a, b) + hours.between(b, c) == hours.between(a, c)
    assert hours.between(c, a) == -hours.between(a, c)


@ten_years
@given(calendars, moments, st.integers(0, 6 * 24 * 60))
def test_spans_are_apart_in_order_and_hold_all_working_time(hours: WorkingTime, a: datetime, minutes: int) -> None:
    b = a + minutes * MINUTE

    spans = hours.spans(a, b)

    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    assert all(a <= edge <= b for edge in edges)
    assert sum((end - start for start, end in spans), timedelta()) == hours.between(a, b)


@ten_years
@given(shut_calendars(), moments)
def test_a_moment_is_open_exactly_when_the_wall_clock_says_so(hours: WorkingTime, at: datetime) -> None:
    local = at.astimezone(hours.zone)
    assume(_no_change_of_clocks_near(local))

    says_the_wall = _open_by_the_wall(hours, local)

    assert hours.is_open(at) == says_the_wall


@settings(max_examples=tries(25), deadline=None)
@given(shut_calendars(), moments)
def test_two_days_counted_minute_by_minute_agree(hours: WorkingTime, at: datetime) -> None:
    start = at.replace(second=0, microsecond=0)

    counted = sum(hours.is_open(start + n * MINUTE) for n in range(2 * MINUTES_OF_DAY))

    assert hours.between(start, start + 2 * ONE_DAY) == counted * MINUTE


@ten_years
@given(shut_calendars(), moments)
def test_the_next_opening_is_open_and_nothing_opens_before_it(hours: WorkingTime, at: datetime) -> None:
    opening = hours.next_open(at)

    assert hours.is_open(opening)
    assert hours.between(at, opening) == timedelta()
    assert (opening == at) == hours.is_open(at)


@settings(max_examples=tries(60), deadline=None)
@given(shut_calendars(), st.lists(st.tuples(moments, amounts), min_size=2, max_size=4))
def test_what_a_calendar_was_asked_before_changes_no_answer(
    hours: WorkingTime, asked: list[tuple[datetime, timedelta]]
) -> None:
    for at, amount in asked:
        end = hours.add(at, amount)

        assert end == hours._walked(at.astimezone(UTC), amount)
        assert hours.between(at, end) == sum((to - from_ for from_, to in hours.spans(at, end)), timedelta())


@ten_years
@given(calendars, moments, st.integers(1, 60))
def test_working_days_do_not_count_the_day_of_the_start_and_end_at_a_closing(
    hours: WorkingTime, at: datetime, n: int
) -> None:
    due = hours.add_working_days(at, n)

    today = hours.local_day(at)
    counted, day = 0, today
    while counted < n:
        day += ONE_DAY
        counted += bool(hours.day_spans(day))
    assert due == hours.closing_of(day)
    assert hours.is_open(due - timedelta(microseconds=1))
    assert hours.add_working_days(hours.midnight(today), n) == due


@ten_years
@given(shut_calendars(), moments, amounts, st.integers(0, 60))
def test_a_holiday_never_makes_a_due_moment_earlier(
    hours: WorkingTime, at: datetime, amount: timedelta, days: int
) -> None:
    holiday = hours.local_day(at) + days * ONE_DAY
    with_holiday = WorkingTime(hours.zone, hours.periods, {**hours.holidays, holiday: both("إجازة", "Holiday")})

    assert with_holiday.add(at, amount) >= hours.add(at, amount)
    assert with_holiday.hours_on(holiday) == ()


def test_the_end_of_a_shift_is_closed_and_its_beginning_open() -> None:
    assert oman().is_open(muscat(2026, 11, 22, 7, 30))
    assert not oman().is_open(muscat(2026, 11, 22, 14, 30))
    assert oman().is_open(muscat(2026, 11, 22, 14, 29, 59))


def test_a_length_that_fills_a_day_ends_at_its_closing_not_at_the_next_opening() -> None:
    assert oman().add(muscat(2026, 11, 22, 7, 30), timedelta(hours=7)) == muscat(2026, 11, 22, 14, 30)
    assert oman().add(muscat(2026, 11, 22, 14, 30), timedelta(minutes=1)) == muscat(2026, 11, 23, 7, 31)


def test_adding_nothing_gives_the_moment_itself_and_less_than_nothing_is_refused() -> None:
    friday = muscat(2026, 11, 20, 19, 58)

    assert oman().add(friday, timedelta()) == friday
    with pytest.raises(ValueError, match="forward"):
        oman().add(friday, -MINUTE)


def test_thursday_afternoon_goes_on_at_sunday_morning() -> None:
    thursday = muscat(2026, 11, 19, 14, 0)

    assert oman().next_open(muscat(2026, 11, 19, 14, 30)) == muscat(2026, 11, 22, 7, 30)
    assert oman().add(thursday, timedelta(hours=1)) == muscat(2026, 11, 22, 8, 0)


def test_a_split_shift_does_not_count_its_break() -> None:
    split = WorkingTime(MUSCAT, [Period(week(dict.fromkeys(range(7), SPLIT)))])

    assert split.add(muscat(2026, 11, 22, 12, 0), timedelta(hours=2)) == muscat(2026, 11, 22, 17, 0)
    assert split.closing_of(date(2026, 11, 22)) == muscat(2026, 11, 22, 19, 0)


def test_a_night_shift_runs_over_midnight_and_belongs_to_the_day_it_begins() -> None:
    night = WorkingTime(
        MUSCAT, [Period(week(dict.fromkeys(range(7), NIGHT)))], {date(2026, 11, 25): both("إجازة", "Holiday")}
    )

    assert night.is_open(muscat(2026, 11, 25, 5, 59))
    assert not night.is_open(muscat(2026, 11, 25, 23, 0))
    assert night.add(muscat(2026, 11, 24, 23, 0), timedelta(hours=8)) == muscat(2026, 11, 26, 23, 0)
    assert night.add_working_days(muscat(2026, 11, 23, 12, 0), 1) == muscat(2026, 11, 25, 6, 0)


def test_the_year_changes_in_the_middle_of_a_promise() -> None:
    assert oman().add(muscat(2026, 12, 31, 12, 30), timedelta(hours=3)) == muscat(2027, 1, 3, 8, 30)
    assert oman().add_working_days(muscat(2026, 12, 31, 9, 0), 1) == muscat(2027, 1, 3, 14, 30)


def test_a_leap_day_is_a_day_like_others() -> None:
    assert oman().is_open(muscat(2028, 2, 29, 8, 0))
    assert oman().add_working_days(muscat(2028, 2, 28, 9, 0), 2) == muscat(2028, 3, 1, 14, 30)


def test_special_hours_replace_the_week_for_their_days_only() -> None:
    ramadan = Period(week({day: (Hours(540, 840),) for day in (6, 0, 1, 2, 3)}), date(2027, 2, 8), date(2027, 3, 9))
    hours = WorkingTime(MUSCAT, [ramadan, *oman().periods])

    assert hours.between(muscat(2027, 2, 8, 0, 0), muscat(2027, 2, 9, 0, 0)) == timedelta(hours=5)
    assert hours.closing_of(date(2027, 3, 9)) == muscat(2027, 3, 9, 14, 0)
    assert hours.closing_of(date(2027, 3, 10)) == muscat(2027, 3, 10, 14, 30)


def test_round_the_clock_knows_no_weekend_and_no_holiday() -> None:
    hours = always_open(MUSCAT)

    assert hours.add(muscat(2026, 11, 25, 23, 0), timedelta(hours=6)) == muscat(2026, 11, 26, 5, 0)
    assert hours.is_open(muscat(2026, 11, 27, 3, 0))
    assert hours.add_working_days(muscat(2026, 11, 25, 10, 0), 1) == muscat(2026, 11, 27, 0, 0)


def test_the_night_to_summer_time_is_an_hour_shorter() -> None:
    # Egypt, Friday 24 April 2026: 00:00 becomes 01:00.
    night = WorkingTime(CAIRO, [Period(week(dict.fromkeys(range(7), NIGHT)))])

    assert night.between(cairo(2026, 4, 23, 12, 0), cairo(2026, 4, 24, 12, 0)) == timedelta(hours=7)
    assert night.add(cairo(2026, 4, 23, 22, 0), timedelta(hours=2)) == cairo(2026, 4, 24, 1, 0)
    assert night.add(cairo(2026, 4, 23, 22, 0), timedelta(hours=3)) == cairo(2026, 4, 24, 2, 0)


def test_the_night_to_winter_time_is_an_hour_longer() -> None:
    # Egypt, Thursday 29 October 2026: 24:00 becomes 23:00.
    night = WorkingTime(CAIRO, [Period(week(dict.fromkeys(range(7), NIGHT)))])

    assert night.between(cairo(2026, 10, 29, 12, 0), cairo(2026, 10, 30, 12, 0)) == timedelta(hours=9)


def test_hours_that_the_clock_skips_begin_at_the_change() -> None:
    half_past = WorkingTime(CAIRO, [Period(week(dict.fromkeys(range(7), (Hours(30, 120),))))])
    skipped = WorkingTime(CAIRO, [Period(week(dict.fromkeys(range(7), (Hours(10, 50),))))])

    assert half_past.day_spans(date(2026, 4, 24)) == ((cairo(2026, 4, 24, 1, 0), cairo(2026, 4, 24, 2, 0)),)
    assert skipped.day_spans(date(2026, 4, 24)) == ()
    assert skipped.add_working_days(cairo(2026, 4, 23, 12, 0), 1) == cairo(2026, 4, 25, 0, 50)


def test_day_hours_are_the_same_on_the_days_of_change() -> None:
    office = WorkingTime(CAIRO, [Period(week(dict.fromkeys(range(7), MORNING)))])

    for day in (date(2026, 4, 23), date(2026, 4, 24), date(2026, 10, 29), date(2026, 10, 30)):
        noon_to_noon = office.between(office.midnight(day), office.midnight(day + ONE_DAY))
        assert noon_to_noon == timedelta(hours=7)
        assert office.opening_of(day).astimezone(CAIRO).time() == time(7, 30)


@pytest.mark.parametrize(
    "closed",
    [
        WorkingTime(MUSCAT),
        WorkingTime(MUSCAT, [Period(week({}))]),
        WorkingTime(MUSCAT, [Period(oman().periods[0].week, date(2020, 1, 1), date(2026, 1, 1))]),
    ],
)
def test_a_calendar_that_never_opens_says_so(closed: WorkingTime) -> None:
    at = muscat(2026, 11, 22, 8, 0)

    for ask in (
        lambda: closed.add(at, MINUTE),
        lambda: closed.next_open(at),
        lambda: closed.add_working_days(at, 1),
    ):
        with pytest.raises(NeverOpens):
            ask()
    assert closed.between(at, at + 30 * ONE_DAY) == timedelta()
    assert closed.spans(at, at + 30 * ONE_DAY) == []


def test_hours_from_times_of_the_clock() -> None:
    assert Hours.from_times(time(7, 30), time(14, 30)) == Hours(450, 870)
    assert Hours.from_times(time(22, 0), time(6, 0)) == Hours(1320, 1800)
    assert Hours.from_times(time(0, 0), time(0, 0)) == Hours(0, 1440)
    with pytest.raises(ValueError, match="span"):
        Hours(600, 600)


def _open_by_the_wall(hours: WorkingTime, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    today, yesterday = local.date(), local.date() - ONE_DAY
    return any(span.opens <= minute < span.closes for span in hours.hours_on(today)) or any(
        span.opens <= minute + MINUTES_OF_DAY < span.closes for span in hours.hours_on(yesterday)
    )


def _no_change_of_clocks_near(local: datetime) -> bool:
    near = [(local.astimezone(UTC) + n * ONE_DAY).astimezone(local.tzinfo).utcoffset() for n in (-2, 0, 2)]
    return len(set(near)) == 1
