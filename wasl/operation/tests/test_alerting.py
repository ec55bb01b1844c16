"""People are told of what lasts, once, again when it got worse or after a day, and when it stayed well."""

import itertools
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.core.probes import Level
from wasl.operation.alerting import LASTS, QUIET, REMIND, Standing, Word, word

AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BAD, WARN, OK = Level.BAD, Level.WARN, Level.OK


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(OK, AT - REMIND), None),
        (Standing(BAD, AT - timedelta(seconds=20)), None),
        (Standing(BAD, AT - MINUTE), Word.NEW),
        (Standing(WARN, AT - MINUTE), None),
        (Standing(WARN, AT - 6 * MINUTE), Word.NEW),
        (Standing(BAD, AT - 30 * MINUTE, BAD, AT - 29 * MINUTE), None),
        (Standing(BAD, AT - 2 * REMIND, BAD, AT - REMIND), Word.STILL),
        (Standing(BAD, AT - MINUTE, WARN, AT - 2 * MINUTE), Word.WORSE),
        (Standing(WARN, AT - 20 * MINUTE, BAD, AT - 30 * MINUTE), Word.BETTER),
        (Standing(OK, AT - MINUTE, BAD, AT - 30 * MINUTE), None),
        (Standing(OK, AT - 4 * MINUTE, BAD, AT - 30 * MINUTE), Word.WELL),
        (Standing(OK, AT - 4 * MINUTE, BAD, AT - 5 * MINUTE), None),
        (Standing(BAD, AT - MINUTE, OK, AT - 2 * MINUTE), None),
    ],
)
def test_what_is_told_of_a_standing(standing: Standing, expected: Word | None) -> None:
    assert word(standing, AT) is expected


@hypothesis.settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(Level)), st.integers(1, 600)), min_size=1, max_size=120))
def test_no_storm_whatever_happens_and_nobody_is_left_with_a_wrong_belief(steps: list[tuple[Level, int]]) -> None:
    at, standing, told = AT, Standing(OK, AT), []
    for level, seconds in steps:
        at += timedelta(seconds=seconds)
        standing = standing.seen(level, at)
        if word(standing, at):
            standing = standing.told(at)
            told.append(at)
    # Once everything stands still, people soon know how.
    for _ in range(40):
        at += MINUTE
        if word(standing, at):
            standing = standing.told(at)
            told.append(at)

    assert standing.told_level is standing.level
    hours = (at - AT) / timedelta(hours=1)
    # A quiet quarter of an hour before each, but for one that says "worse".
    assert len(told) <= 2 * (hours * (timedelta(hours=1) / QUIET) + 1)
    assert all(later - earlier >= LASTS[BAD] for earlier, later in itertools.pairwise(told))
