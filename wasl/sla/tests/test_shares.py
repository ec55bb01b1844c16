"""The moment of a share of a promise equals a walk through the working time, pauses left out."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.calendars.working_time import Hours, Period, WorkingTime, week
from wasl.sla import ladders
from wasl.sla.clocks import Promise, amount, begins_at, due_at, moment_of_share
from wasl.sla.ladder import Rung

MUSCAT = ZoneInfo("Asia/Muscat")
DAILY = (Hours.from_times(time(7, 30), time(14, 30)),)
OMAN = WorkingTime(MUSCAT, [Period(week(dict.fromkeys((6, 0, 1, 2, 3), DAILY)))])
START = datetime(2026, 11, 1, tzinfo=UTC)


def slow(promise: Promise, started_at: datetime, pauses: list[tuple[datetime, datetime]], share: int) -> datetime:
    """Minute by minute: each that is open and not paused counts."""
    left = round(amount(promise, started_at) * share / 100 / timedelta(minutes=1))
    at = begins_at(promise, started_at)
    while left:
        if promise.working_time.is_open(at) and not any(begin <= at < end for begin, end in pauses):
            left -= 1
        at += timedelta(minutes=1)
    return at


@given(
    start=st.integers(0, 20 * 24 * 60),
    minutes=st.integers(1, 30).map(lambda n: n * 100),
    share=st.sampled_from([10, 50, 80, 100, 150, 200]),
    pauses=st.lists(st.tuples(st.integers(0, 30 * 24 * 60), st.integers(1, 3000)), max_size=2),
)
@settings(max_examples=25, deadline=None)
def test_the_moment_of_a_share_is_that_of_a_walk(
    start: int, minutes: int, share: int, pauses: list[tuple[int, int]]
) -> None:
    started_at = START + timedelta(minutes=start)
    promise = Promise("resolve", OMAN, amount_minutes=minutes)
    stood = [
        (started_at + timedelta(minutes=begin), started_at + timedelta(minutes=begin + length))
        for begin, length in pauses
    ]

    found = moment_of_share(promise, started_at, stood, share)

    assert found == slow(promise, started_at, stood, share)


def test_the_whole_share_is_the_due_moment_and_shares_rise() -> None:
    promise = Promise("resolve", OMAN, working_days=3)
    moments = [moment_of_share(promise, START, (), share) for share in (50, 80, 100, 150, 200)]

    assert moments == sorted(set(moments))
    assert moments[2] == due_at(promise, START)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([], "Add at least one step"),
        ([Rung(80, 1, ("liaison",)), Rung(50, 0, ("owner",))], "goes down"),
        ([Rung(50, 2, ("owner",)), Rung(80, 1, ("liaison",))], "goes down"),
        ([Rung(50, 0, ("owner",)), Rung(50, 1, ("liaison",))], "Two steps"),
        ([Rung(50, 0, ())], "Nobody stands"),
        ([Rung(50, 0, ("stranger",))], "Nobody stands"),
        ([Rung(0, 0, ("owner",))], "between 1 and 1000"),
        ([Rung(50, 6, ("owner",))], "0 to 5|0 and 5"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_with_a_sentence(steps: list[Rung], says: str) -> None:
    from django.utils import translation

    with translation.override("en"), pytest.raises(ladders.BadLadder, match=says):
        ladders.check(cause="clock", clocks=("resolve",), steps=steps)
