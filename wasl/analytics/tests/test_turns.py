"""How far turns are kept: after random histories the figures equal a naive recount, fact by fact."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from statistics import quantiles
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from wasl.accounts.models import User
from wasl.analytics import operations
from wasl.analytics.fairness import turns
from wasl.analytics.measures import arithmetic, takings
from wasl.analytics.measures.arithmetic import Rate
from wasl.analytics.measures.periods import midnight
from wasl.analytics.rollups import reading
from wasl.analytics.rollups import takings as kept
from wasl.analytics.rollups.takings import Seen
from wasl.analytics.tests.makers import Past, make_past
from wasl.cases import operations as cases
from wasl.cases.models import Case, Jump
from wasl.cases.operations import Ahead
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_person

START = SUNDAY_9AM
UNTIL = START + timedelta(days=45)


@pytest.fixture(autouse=True)
def _sums_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page asks the facts themselves where they are few."""
    monkeypatch.setattr(reading, "FEW", 1)


@dataclass
class Naive:
    """One taking as somebody would find it who reads the facts of a case one after the other."""

    officer: int
    at: datetime
    first: datetime
    unit: int | None
    kinds: set[str]
    jumped: bool = False


def recounted(case: Case) -> list[list[Naive]]:
    """The takings of a case by the times that it was open."""
    rounds: list[dict[int, Naive]] = [{}]
    for fact in EventRecord.objects.filter(case_id=case.pk).order_by("at", "pk"):
        if fact.kind == "CaseReopened":
            rounds.append({})
        elif takes(fact):
            officer = fact.actor_id or 0
            note(rounds[-1].setdefault(officer, Naive(officer, fact.at, fact.at, None, set())), fact)
    answered = case.first_contact_at is not None
    found = [[one for one in told.values() if not (answered and one.kinds == {"CaseResolved"})] for told in rounds]
    for one in (one for told in found for one in told):
        one.unit = one.unit or case.unit_id
    return [told for told in found if told]


def takes(fact: EventRecord) -> bool:
    if fact.actor_id is None or fact.kind not in {*takings.TAKES, "Jumped"}:
        return False
    return fact.kind != "CaseAssigned" or fact.data["assignee_id"] is not None


def note(one: Naive, fact: EventRecord) -> None:
    one.kinds.add(fact.kind)
    if fact.kind == "Jumped" and not one.jumped:
        one.at, one.unit, one.jumped = fact.at, Jump.objects.get(pk=fact.data["jump_id"]).unit_id, True
    elif one.unit is None:
        one.unit = fact.data.get("unit_id")


def naive_turns(past: Past, since: datetime, until: datetime, units: frozenset[int] | None) -> dict[Any, list[int]]:
    """Taken and out of turn: of all, by officer, by unit and by both."""
    told: dict[Any, list[int]] = defaultdict(lambda: [0, 0])

    def count(found: list[Naive], *keys: Any) -> None:
        """The one that stands for these, if it lies within the time."""
        one = min(found, key=lambda one: (not one.jumped, one.at, one.officer))
        for key in keys if since <= one.at < until else ():
            told[key][0] += 1
            told[key][1] += one.jumped

    rows = Case.objects.filter(agency=past.agency, compartment__isnull=True)
    for found in chain.from_iterable(map(recounted, rows if units is None else rows.filter(unit_id__in=units))):
        count(found, "all")
        for unit in {one.unit for one in found}:
            count([one for one in found if one.unit == unit], ("unit", unit))
        for one in found:
            count([one], ("officer", one.officer), ("both", one.officer, one.unit))
    return dict(told)


def as_told(told: turns.Counted) -> dict[Any, list[int]]:
    """The same of what is counted."""
    found: dict[Any, list[int]] = {"all": [told.whole.taken, told.whole.jumped]}
    found |= {("officer", one.officer_id): [one.taken, one.jumped] for one in told.by_officer}
    found |= {("unit", one.unit_id): [one.taken, one.jumped] for one in told.by_unit}
    found |= {("both", one.officer_id, one.unit_id): [one.taken, one.jumped] for one in told.by_both}
    assert all(numbers[0] for key, numbers in found.items() if key != "all")
    return {key: numbers for key, numbers in found.items() if numbers[0]}


@pytest.fixture(scope="module")
def past(django_db_setup: None, django_db_blocker: Any) -> Iterator[Past]:
    """Cases taken by three people in and out of turn, opened again and taken again; kept up twice meanwhile."""
    with django_db_blocker.unblock(), clock.frozen(UNTIL), transaction.atomic():
        past = make_past(3, cases_wanted=40, acts=120)
        colleagues = [past.staff[0], *(make_person("specialist", unit) for unit in past.units)]
        operations.keep_up(at=START + timedelta(days=20))
        for place, case in enumerate(Case.objects.filter(agency=past.agency).order_by("-registered_at")):
            at = UNTIL - timedelta(days=14) + place * timedelta(hours=5)
            for act in (take, resolve, again, take, resolve):
                at += timedelta(hours=7)
                by = past.dice.choice(colleagues)
                with suppress(cases.NotNow, cases.Missing, cases.TooLate, cases.Barred):
                    act(case, by, at)
        operations.keep_up(at=UNTIL + timedelta(days=40))
        yield past
        transaction.set_rollback(True)


def take(case: Case, by: User, at: datetime) -> None:
    cases.start_work(case, by=by, at=at, ahead=Ahead("safety"))


def resolve(case: Case, by: User, at: datetime) -> None:
    cases.resolve(case, text="أُنجز", by=by, at=at, ahead=Ahead("safety"))


def again(case: Case, by: User, at: datetime) -> None:
    cases.reopen(case, reason="لم يُحل", by=None, at=at)


def spans(past: Past) -> list[tuple[datetime, datetime]]:
    first = START.astimezone(past.agency.zone).date()
    days = [(-20, 90), (0, 45), (10, 40), (33, 34), (200, 230)]
    return [tuple(midnight(first + timedelta(days=one), past.agency.zone) for one in pair) for pair in days]  # type: ignore[misc]


@pytest.mark.django_db
def test_turns_equal_a_naive_recount_from_the_facts_and_from_what_is_kept(past: Past) -> None:
    units = frozenset({past.units[0].pk})
    assert any(one.reopened_times and one.jumps.count() > 1 for one in Case.objects.filter(agency=past.agency))
    for since, until in spans(past):
        days = {"since": since, "until": until}
        for chosen in (None, units):
            naive = naive_turns(past, since, until, chosen)
            seen = Case.objects.filter(agency=past.agency, **({} if chosen is None else {"unit_id__in": chosen}))

            assert as_told(turns.counted(past.agency.pk, cases=seen, **days)) == naive
            assert as_told(turns.counted(past.agency.pk, seen=Seen(chosen), **days)) == naive
        assert as_told(turns.counted(past.agency.pk, **days)) == naive_turns(past, since, until, None)


@pytest.mark.django_db
def test_every_number_of_takings_opens_exactly_so_many(past: Past) -> None:
    everything = Case.objects.filter(agency=past.agency)
    again = 0
    for since, until in spans(past):
        days: dict[str, Any] = {"since": since, "until": until, "cases": everything}
        told = turns.counted(past.agency.pk, **days)
        for one in (told.whole, *told.by_officer, *told.by_unit, *told.by_both):
            found, times = turns.taken_cases(past.agency.pk, officer_id=one.officer_id, unit_id=one.unit_id, **days)
            assert times == one.taken
            assert found.count() <= times
            again += times - found.count()
        assert turns.reasons(past.agency.pk, since=since, until=until).total() == told.whole.jumped
    assert again  # some were taken in hand once more when they were open once more


@pytest.mark.django_db
def test_waits_are_those_of_first_takings(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    for since, until in spans(past):
        lengths: dict[tuple[int | None, str], list[float]] = defaultdict(list)
        for case in Case.objects.filter(agency=past.agency, compartment__isnull=True):
            if found := [one for round_ in recounted(case) for one in round_]:
                one = min(found, key=lambda one: one.first)
                if since <= one.first < until:
                    lengths[one.unit, case.importance].append((one.first - case.registered_at).total_seconds())

        counted = turns.waits(past.agency.pk, since=since, until=until)
        monkeypatch.setattr(kept, "MOST_DAYS_SORTED", 400)
        sorted_ones = turns.waits(past.agency.pk, since=since, until=until, seen=Seen())
        monkeypatch.setattr(kept, "MOST_DAYS_SORTED", 0)
        near = turns.waits(past.agency.pk, since=since, until=until, seen=Seen())

        assert {(one.unit_id, one.importance): one.number for one in counted} == {
            key: len(values) for key, values in lengths.items()
        }
        for one in counted:
            values = lengths[one.unit_id, one.importance]
            assert (one.median is None) == (len(values) < 5)
            if len(values) >= 5:
                cuts = quantiles(values, n=10, method="inclusive")
                assert (one.tenth, one.nine_tenths) == (pytest.approx(cuts[0]), pytest.approx(cuts[8]))
        assert sorted_ones == counted
        assert [(one.unit_id, one.importance, one.number) for one in near] == [
            (one.unit_id, one.importance, one.number) for one in counted
        ]


@pytest.mark.django_db
def test_what_is_kept_counts_a_complaint_about_staff_and_a_case_of_ones_own_as_the_reader_may(past: Past) -> None:
    since, until = spans(past)[0]
    everything = Case.objects.filter(agency=past.agency)
    own, closed = everything.filter(jumps__isnull=False).order_by("pk").distinct()[:2]
    with transaction.atomic():
        Case.objects.filter(pk=closed.pk).update(compartment=past.units[0], confidential=True)
        operations.mark_agency(past.agency.pk, at=UNTIL + timedelta(days=40))
        operations.keep_up(at=UNTIL + timedelta(days=40))

        def counted(seen: Seen, rows: Any) -> None:
            days = {"since": since, "until": until}
            whole = turns.counted(past.agency.pk, seen=seen, **days)
            assert whole == turns.counted(past.agency.pk, cases=rows, **days)
            assert turns.waits(past.agency.pk, seen=seen, **days)
            numbers = [
                sum(one.number for one in turns.waits(past.agency.pk, **given, **days))
                for given in ({"seen": seen}, {"cases": rows})
            ]
            assert numbers[0] == numbers[1]

        counted(Seen(), everything.exclude(pk=closed.pk))
        counted(Seen(opened=[closed.pk], left_out=[own.pk]), everything.exclude(pk=own.pk))
        counted(Seen(confidential=frozenset()), everything.filter(confidential=False))
        transaction.set_rollback(True)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_narrows_with_what_was_seen(given: tuple[int, int]) -> None:
    part, whole = given
    one, more = arithmetic.wilson(Rate(part, whole)), arithmetic.wilson(Rate(10 * part, 10 * whole))

    assert one is not None
    assert more is not None
    assert 0 <= one.low <= 100 * part / whole + 1e-9
    assert 100 * part / whole - 1e-9 <= one.high <= 100
    assert more.high - more.low < one.high - one.low


def test_the_interval_is_wilsons() -> None:
    # Agresti and Coull, The American Statistician 52 (1998): of nothing in ten trials up to 27.8 of a hundred.
    none, half = arithmetic.wilson(Rate(0, 10)), arithmetic.wilson(Rate(10, 20))

    assert none is not None
    assert half is not None
    assert (round(none.low, 1), round(none.high, 1)) == (0.0, 27.8)
    assert (round(half.low, 1), round(half.high, 1)) == (29.9, 70.1)
    assert arithmetic.wilson(Rate(0, 0)) is None
