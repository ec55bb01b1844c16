"""What is kept ready equals what is counted: after random histories, at random moments, in every breakdown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from wasl.analytics import operations, queries
from wasl.analytics.measures import Cohort
from wasl.analytics.measures.cohorts import NONE, Secret
from wasl.analytics.measures.periods import midnight
from wasl.analytics.queries import Figures
from wasl.analytics.rollups import reading, shape
from wasl.analytics.tests.makers import DAY, Past, make_cohort, make_past
from wasl.core import clock
from wasl.directory.tests.makers import SUNDAY_9AM

pytestmark = pytest.mark.django_db

START = SUNDAY_9AM
MOMENTS = [START + timedelta(days=days) for days in (20.3, 41, 70.7, 200)]


@pytest.fixture(scope="module")
def past(django_db_setup: None, django_db_blocker: Any) -> Iterator[Past]:
    with django_db_blocker.unblock(), clock.frozen(START + 70 * DAY), transaction.atomic():
        yield make_past(411, cases_wanted=40, acts=300)
        transaction.set_rollback(True)


def cohorts(past: Past, at: datetime) -> list[Cohort]:
    """Whole months, some days, and everything a page can be narrowed to."""
    zone = past.agency.zone
    first, last = START.astimezone(zone).date(), at.astimezone(zone).date()
    whole = make_cohort(
        past.agency,
        start=midnight(first.replace(day=1), zone),
        end=midnight(last + 400 * DAY, zone),
        as_of=at,
    )
    some = whole.between(midnight(first + 3 * DAY, zone), midnight(first + 45 * DAY, zone))
    unit = frozenset({past.units[0].pk})
    return [
        whole,
        some,
        *(one.narrowed(units=unit) for one in (whole, some)),
        *(one.narrowed(kinds=("complaint", "report")) for one in (whole, some)),
        whole.narrowed(channel="portal"),
        whole.narrowed(channel="portal", importance="P2"),
        whole.narrowed(wilayat=NONE),
        whole.narrowed(service=str(past.services[1].pk)),
        whole.narrowed(importance="P3", units=unit),
        replace(whole, veiled=True),
        replace(some, veiled=True, secret=Secret.LEFT_OUT),
        replace(whole, secret=Secret.ALONE),
    ]


def compared(figures: Figures) -> dict[str, Any]:
    """All of it, in a form that can be held against another; parts that count nothing stand in neither."""
    parts = {
        name: {
            part.key: (
                {code: n for code, n in part.counts.items() if n and code in shape.MEASURED},
                told(part.cycle, name),
            )
            for part in found
            if part.counts.get("registered", part.counts["received"])
        }
        for name, found in figures.parts.items()
        if name != "step"
    }
    days = {part.key: part["received"] for part in figures.parts["step"] if part["received"]}
    lengths = [told(one) for one in (figures.cycle, figures.acknowledge, figures.first_response)]
    return {"counts": figures.counts, "ratings": figures.ratings, "parts": parts, "days": days, "lengths": lengths}


def told(spread: queries.Spread, name: str = "unit") -> Any:
    if name != "unit" or spread.half is None or spread.nine_of_ten is None:
        return spread.n
    return spread.n, round(spread.half, 3), round(spread.nine_of_ten, 3)


def asked(cohort: Cohort, past: Past, step: str) -> dict[str, Any]:
    groups = {unit.pk: unit.pk for unit in past.units}
    by = [
        queries.BY_CHANNEL,
        queries.BY_CATEGORY,
        queries.BY_SERVICE,
        queries.BY_WILAYAT,
        queries.BY_IMPORTANCE,
        queries.by_unit(groups),
        queries.by_step(step),
    ]
    return {"by": by, "speeds": True, "lengths_by": "unit"}


def assert_equal(past: Past, at: datetime) -> None:
    for place, cohort in enumerate(cohorts(past, at)):
        step = ("day", "week", "month")[place % 3]
        question = asked(cohort, past, step)
        kept = replace(cohort, is_kept=True)
        assert reading.can_answer(kept)
        assert compared(queries.figures(kept, **question)) == compared(queries.counted_figures(cohort, **question)), (
            cohort
        )
        assert queries.stock(kept) == queries.stock(cohort)
        assert queries.finished_by_step(kept, step=step) == queries.finished_by_step(cohort, step=step)


def assert_past_equal(past: Past, at: datetime, kept: datetime) -> None:
    for cohort in cohorts(past, at):
        looked_back, counted = queries.compared_figures(cohort, kept=kept), queries.counted_figures(cohort)
        assert looked_back.counts == {code: counted[code] for code in reading.COMPARED}, cohort
        assert told(looked_back.cycle) == told(counted.cycle)


def test_every_measure_of_a_cohort_is_kept() -> None:
    assert {one.code for one in shape.counted()} == set(shape.MEASURED)


def test_what_is_kept_equals_what_is_counted_as_time_goes_by(past: Past) -> None:
    for at in MOMENTS:
        operations.keep_up(at=at)

        assert_equal(past, at)
        for earlier in (START + 2.4 * DAY, START + 15.1 * DAY, at - 0.3 * DAY):
            assert_past_equal(past, earlier, kept=at)
