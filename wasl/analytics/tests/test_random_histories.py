"""Whatever happens to cases, whenever and however it is asked: what is kept ready equals what is counted."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import floor, log
from operator import attrgetter
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from wasl.analytics import operations, queries
from wasl.analytics.fairness import turns
from wasl.analytics.measures import MEASURES, Cohort, Population
from wasl.analytics.measures.cohorts import NONE, Narrowing, Secret
from wasl.analytics.measures.periods import midnight
from wasl.analytics.measures.relation import relation, worked
from wasl.analytics.queries import Spread
from wasl.analytics.rollups import reading, shape
from wasl.analytics.rollups.takings import Seen
from wasl.analytics.tests.makers import DAY, Past, make_cohort, register
from wasl.analytics.tests.test_rollups import asked, compared, told
from wasl.calendars import queries as calendars
from wasl.cases.models import Case
from wasl.cases.tests.histories import IMPORTED_AT, START, World, make_tales, make_world, write
from wasl.core import clock
from wasl.directory.tests.makers import make_person, make_unit

pytestmark = pytest.mark.django_db

LATEST = IMPORTED_AT
KINDS = [(), ("report",), ("complaint", "report"), ("inquiry",)]


@dataclass(frozen=True)
class Step:
    """So many hours later a case comes in (`case` None), or something happens to one of those there are."""

    hours: float
    case: int | None
    seed: int


@dataclass(frozen=True)
class Look:
    """A question: over which days, as of when, narrowed to what; by places in the world."""

    from_day: int
    days: int
    whole_months: bool
    known_after: float
    narrowing: dict[str, Any]
    secret: Secret
    veiled: bool
    step: str


HOURS = st.floats(0.01, 200, allow_nan=False)
STEPS = st.builds(Step, HOURS, st.none() | st.integers(0, 30) | st.integers(0, 30), st.integers(0, 10**6))
NARROWINGS = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.sampled_from(KINDS),
        "channel": st.sampled_from(["portal", "phone", "email"]),
        "service": st.sampled_from([0, 1, 2, 3, NONE]),
        "importance": st.sampled_from(["P1", "P2", "P3"]),
        "wilayat": st.just(NONE),
        "units": st.sets(st.integers(0, 2), min_size=1),
    },
)
LOOKS = st.builds(
    Look,
    st.integers(-20, 200),
    st.integers(1, 430),
    st.booleans(),
    st.floats(0, 430, allow_nan=False),
    st.just({}) | NARROWINGS,
    st.sampled_from(Secret),
    st.booleans(),
    st.sampled_from(["day", "week", "month"]),
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), clock.frozen(LATEST), transaction.atomic():
        yield make_world("MUN")
        transaction.set_rollback(True)


def live(world: World, steps: list[Step], *, imported: int) -> Past:
    """Histories that came by COPY, and what the steps make of them and of new cases."""
    units = list(world.units.values())
    committee = make_unit("SAFETY", agency=world.agency, kind="committee")
    team = make_unit("FOLLOW", agency=world.agency, kind="team")
    people = [make_person("supervisor", units[0]), make_person("head", committee), make_person("follow_up", team)]
    past = Past(world.agency, units, world.services, people, random.Random(0), committee)
    with clock.frozen(LATEST):
        past.cases += write(world, make_tales(seed=imported, number=imported)) if imported else []
    at = START
    for step in steps:
        at += timedelta(hours=step.hours)
        past.dice.seed(step.seed)
        with clock.frozen(at):
            if step.case is None or not past.cases:
                past.cases.append(register(past, at))
            elif (case := past.cases[step.case % len(past.cases)]).registered_at <= at:
                past.act(case, at)
    return past


def cohort_of(past: Past, look: Look) -> Cohort:
    zone = past.agency.zone
    first = START.astimezone(zone).date() + look.from_day * DAY
    last = first + look.days * DAY
    if look.whole_months:
        first, last = first.replace(day=1), (last.replace(day=28) + 4 * DAY).replace(day=1)
    given: dict[str, Any] = dict(look.narrowing)
    if isinstance(given.get("service"), int):
        given["service"] = str(past.services[given["service"]].pk)
    if "units" in given:
        given["units"] = frozenset(past.units[place].pk for place in given["units"])
    at = min(midnight(first, zone) + look.known_after * DAY, LATEST)
    return make_cohort(
        past.agency,
        start=midnight(first, zone),
        end=midnight(last, zone),
        as_of=at,
        narrowing=Narrowing(**given),
        secret=look.secret,
        veiled=look.veiled,
    )


def lengths_of(cohort: Cohort, code: str, moment: str) -> list[float]:
    """Every length of a kind in a cohort, from its record."""
    hours = calendars.working_time(agency_id=cohort.agency_id)
    base = relation(cohort, population=Population.COHORT, hours=hours, speeds=True)
    with connection.cursor() as cursor:
        length = worked("registered_at", moment)
        cursor.execute(f"{base.sql} SELECT {length} FROM cohort WHERE {MEASURES[code].condition}", base.parameters)  # noqa: S608
        return [length for (length,) in cursor.fetchall()]


def assert_near(found: Spread, lengths: list[float]) -> None:
    """It is what the steps of these lengths tell."""
    wanted = reading.near(Counter(floor(log(max(one, 1)) / log(shape.GROWTH)) for one in lengths))
    assert (found.n, found.half, found.nine_of_ten) == pytest.approx((wanted.n, wanted.half, wanted.nine_of_ten))


def assert_takings_kept(past: Past, cohort: Cohort) -> None:
    """Who took what, and how long it had waited: of all the agency, and of what is with the first unit."""
    number, first, until = past.agency.pk, cohort.start, cohort.end
    rows = Case.objects.filter(agency=past.agency)
    key = attrgetter("unit_id", "importance", "number")
    for units in (None, frozenset({past.units[0].pk})):
        cases = rows if units is None else rows.filter(unit_id__in=units)
        days: dict[str, Any] = {"since": first, "until": until}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "FEW", 1)  # a page asks the facts themselves where they are few
            assert reading.kept_until(number) is not None or not rows.exists()
            kept, waits = turns.counted(number, seen=Seen(units), **days), turns.waits(number, seen=Seen(units), **days)
        assert kept == turns.counted(number, cases=cases, **days)
        assert list(map(key, waits)) == list(map(key, turns.waits(number, cases=cases, **days)))


def assert_kept(past: Past, look: Look, *, at: datetime) -> None:
    """What is read equals what is counted, as of now and as of any earlier moment; times from steps as well."""
    cohort = cohort_of(past, look)
    cohort = replace(cohort, as_of=min(cohort.as_of, at))
    now = replace(cohort, as_of=at)
    question = asked(now, past, look.step)
    kept = replace(now, is_kept=True)
    counted, looked_back = queries.counted_figures(now, **question), queries.counted_figures(cohort)

    assert compared(queries.figures(kept, **question)) == compared(counted)
    assert queries.stock(kept) == queries.stock(now)
    assert queries.finished_by_step(kept, step=look.step) == queries.finished_by_step(now, step=look.step)
    earlier = queries.compared_figures(cohort, kept=at)
    assert earlier.counts == {code: looked_back[code] for code in reading.COMPARED}
    assert told(earlier.cycle) == told(looked_back.cycle)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "MOST_SORTED", -1)
        read = queries.figures(kept, **question)
        assert read.counts == counted.counts
        for spread, code, moment in (
            (read.cycle, "completed", "resolved_at"),
            (read.acknowledge, "acknowledged", "acknowledged_at"),
            (read.first_response, "answered", "answered_at"),
        ):
            assert_near(spread, lengths_of(now, code, moment))
        numbers = {part.key: part["completed"] for part in counted.parts["unit"] if part["completed"]}
        assert {part.key: part.cycle.n for part in read.parts["unit"] if part.cycle.n} == numbers
        earlier = queries.compared_figures(cohort, kept=at)
        assert earlier.counts == {code: looked_back[code] for code in reading.COMPARED}
        if not cohort.narrowing.tells_apart and not cohort.narrowing.kinds:
            assert_near(earlier.cycle, lengths_of(cohort, "completed", "resolved_at"))


def _test(examples: int) -> Callable[..., None]:
    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],  # a smaller history that fails takes longer to find than to read
    )
    @given(
        steps=st.lists(STEPS, min_size=5, max_size=60),
        imported=st.integers(0, 25),
        moments=st.lists(st.floats(1, 400, allow_nan=False), min_size=1, max_size=3),
        looks=st.lists(LOOKS, min_size=2, max_size=4),
    )
    def told_of(world: World, steps: list[Step], imported: int, moments: list[float], looks: list[Look]) -> None:
        with transaction.atomic():
            past = live(world, steps, imported=imported)
            for days in sorted(moments):
                at = min(START + days * DAY, LATEST)
                operations.keep_up(at=at)
            for look in looks:
                assert_kept(past, look, at=at)
            operations.keep_up(at=LATEST + 600 * DAY)  # the facts alone are asked of takings, also of the last
            for look in looks:
                assert_takings_kept(past, cohort_of(past, look))
            transaction.set_rollback(True)

    return told_of


test_random_histories_are_kept_as_they_are_counted = _test(4)
test_many_random_histories_are_kept_as_they_are_counted = pytest.mark.drill(_test(150))
