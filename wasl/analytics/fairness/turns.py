# ruff: noqa: S608 - what is put into statements stands in this room; every value is a parameter.
"""Who took how many cases in hand, how many of them out of turn, and how long cases waited for it.

What a taking is stands in `measures.takings` alone. Whole days of an agency with many cases are answered from the sums
that are kept ready (`rollups.takings`) for whoever says by `seen` which cases count; all else from the facts.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from wasl.analytics.measures import takings
from wasl.analytics.measures.arithmetic import FEWEST, Interval, Rate, wilson
from wasl.analytics.rollups import reading
from wasl.analytics.rollups import takings as kept
from wasl.analytics.rollups.takings import Key, Seen
from wasl.cases.models import Case, Jump
from wasl.directory import queries as directory

# Below this nothing is said about how often somebody does a thing.
ENOUGH = 20


@dataclass(frozen=True)
class Turns:
    """So many cases taken in hand, so many of them out of turn, by one officer or in one unit, or by all (None)."""

    taken: int
    jumped: int
    officer_id: int | None = None
    unit_id: int | None = None

    @property
    def rate(self) -> Rate:
        """Out of turn, of what was taken."""
        return Rate(self.jumped, self.taken)

    @property
    def is_enough(self) -> bool:
        """Was enough taken to say how often turns were not kept?"""
        return self.taken >= ENOUGH

    @property
    def interval(self) -> Interval | None:
        """Between which bounds the rate lies; None where too little was taken to tell."""
        return wilson(self.rate) if self.is_enough else None


@dataclass(frozen=True)
class Wait:
    """How long cases of a class waited in a unit from registration until somebody took them: seconds that one, five and
    nine of ten waited at most; None for too few to tell. `is_near`: wrong by a hundredth at most.
    """

    unit_id: int
    importance: str
    number: int
    tenth: float | None
    median: float | None
    nine_tenths: float | None
    is_near: bool = False


@dataclass(frozen=True)
class Counted:
    """The turns of some days: of all, by officer, by unit, and by both. The most turns not kept stand first."""

    whole: Turns
    by_officer: list[Turns]
    by_unit: list[Turns]
    by_both: list[Turns]

    def of(self, officer_id: int | None, unit_id: int | None) -> "Counted":
        """The same of one officer, of one unit, or of both; None narrows nothing."""
        both = [one for one in self.by_both if _is(one, officer_id, unit_id)]
        officers = both if unit_id else [one for one in self.by_officer if _is(one, officer_id, None)]
        units = both if officer_id else [one for one in self.by_unit if _is(one, None, unit_id)]
        if not officer_id and not unit_id:
            return self
        (whole,) = (officers if officer_id else units) or [Turns(0, 0)]
        return Counted(whole, officers, units, both)


def counted(
    agency_id: int,
    *,
    since: datetime,
    until: datetime,
    cases: QuerySet[Case] | None = None,
    seen: Seen | None = None,
    untold: Collection[int] = (),
) -> Counted:
    """The turns from one moment to before another, of the cases given, else of all of the agency that are
    in no closed compartment. `seen` says the same of the cases as `cases`: with it the answer may come from what is
    kept. The few jumps `untold`, by number, are none: what was taken with them was taken in turn. A few statements.
    """
    question = _kept(agency_id, since, until, seen)
    sums = question.sums() if question else _sums(agency_id, since, until, cases)
    if untold and cases is not None:
        own = cases.filter(pk__in=Jump.objects.filter(pk__in=untold).values("case_id"))
        for sign, jumps in ((-1, ()), (1, untold)):
            for key, numbers in _sums(agency_id, since, until, own, untold=jumps).items():
                known = sums.setdefault(key, [0] * len(numbers))
                sums[key] = [before + sign * number for before, number in zip(known, numbers, strict=True)]
    return _of_sums({key: numbers for key, numbers in sums.items() if any(numbers)})


def waits(
    agency_id: int,
    *,
    since: datetime,
    until: datetime,
    cases: QuerySet[Case] | None = None,
    seen: Seen | None = None,
) -> list[Wait]:
    """How long cases waited whose first taking lies within the time, by unit and class. A few statements."""
    question = _kept(agency_id, since, until, seen)
    if question is None:
        base, values = _taken(agency_id, since, until, cases)
        rows = _rows(
            f"""WITH {base} SELECT unit_id, importance, count(*),
                percentile_cont(ARRAY[{_SHARES}]::float8[]) WITHIN GROUP (ORDER BY waited)
            FROM takings WHERE waited IS NOT NULL AND first_at >= %(since)s AND first_at < %(until)s
            GROUP BY 1, 2 ORDER BY 1, 2""",
            values,
        )
    elif question.is_short:
        rows = question.waits(_SHARES)
    else:
        return [_near(key, steps) for key, steps in question.steps().items()]
    return [Wait(unit, grade, n, *(spread if n >= FEWEST else (None,) * 3)) for unit, grade, n, spread in rows]


def taken_cases(
    agency_id: int,
    *,
    since: datetime,
    until: datetime,
    cases: QuerySet[Case],
    officer_id: int | None = None,
    unit_id: int | None = None,
) -> tuple[QuerySet[Case], int]:
    """The cases, among those given, that an officer took in a unit (None: anybody, anywhere) within the time, the
    longest registered first; and how many takings they are: exactly those that `counted` counts for the same.
    """
    base, values = _taken(agency_id, since, until, cases)
    stands = "true" if officer_id else "of_unit" if unit_id else "of_all"
    found = _rows(
        f"""WITH {base} SELECT case_id FROM takings WHERE {_WITHIN} AND {stands}
            AND coalesce(%(officer)s::bigint, officer_id) = officer_id
            AND coalesce(%(unit)s::bigint, unit_id) = unit_id""",
        values | {"officer": officer_id, "unit": unit_id},
    )
    return cases.filter(pk__in={number for (number,) in found}).order_by("registered_at", "pk"), len(found)


def reasons(agency_id: int, *, since: datetime, until: datetime) -> Counter[str]:
    """Why turns were not kept in the time: as many as `counted` counts of all, each by its first reason. One
    statement.
    """
    base, values = _taken(agency_id, since, until, None)
    rows = _rows(
        f"""WITH {base} SELECT reason, count(*) FROM (
            SELECT (array_agg(j.reason_code ORDER BY j.id))[1] AS reason FROM takings t
            JOIN cases_jump j ON j.case_id = t.case_id AND j.by_id = t.officer_id AND j.at = t.taken_at
            WHERE {_WITHIN} AND of_all AND jumped GROUP BY t.case_id, t.round
        ) told GROUP BY 1""",
        values,
    )
    return Counter(dict(rows))


_SHARES = "0.1, 0.5, 0.9"
_WITHIN = "taken_at >= %(since)s AND taken_at < %(until)s"


def _kept(agency_id: int, since: datetime, until: datetime, seen: Seen | None) -> kept.Question | None:
    """The question put to what is kept; None where it cannot answer it."""
    zone = directory.known_agency(agency_id).zone
    if seen is None or not (kept.is_whole_day(since, zone) and kept.is_whole_day(until, zone)):
        return None
    known_at = reading.kept_until(agency_id)
    if known_at is None:
        return None
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date() - timedelta(days=1)
    return kept.Question(agency_id, first, last, known_at=known_at, zone=zone, seen=seen)


def _sums(
    agency_id: int, since: datetime, until: datetime, cases: QuerySet[Case] | None, *, untold: Collection[int] = ()
) -> dict[Key, list[int]]:
    """The same sums as are kept, counted of the facts."""
    base, values = _taken(agency_id, since, until, cases, untold)
    conditions = ("true", "of_unit", "of_all")
    sums = ", ".join(f"count(*) FILTER (WHERE {one}), count(*) FILTER (WHERE {one} AND jumped)" for one in conditions)
    rows = _rows(f"WITH {base} SELECT officer_id, unit_id, {sums} FROM takings WHERE {_WITHIN} GROUP BY 1, 2", values)
    return {(officer, unit): list(numbers) for officer, unit, *numbers in rows}


def _of_sums(sums: Mapping[Key, list[int]]) -> Counted:
    by_officer: dict[int, Turns] = {}
    by_unit: dict[int, Turns] = {}
    by_both, whole = [], Turns(0, 0)
    for (officer, unit), (taken, jumped, taken_of_unit, jumped_of_unit, taken_of_all, jumped_of_all) in sums.items():
        by_both.append(Turns(taken, jumped, officer, unit))
        one = by_officer.get(officer, Turns(0, 0))
        by_officer[officer] = Turns(one.taken + taken, one.jumped + jumped, officer_id=officer)
        one = by_unit.get(unit, Turns(0, 0))
        by_unit[unit] = Turns(one.taken + taken_of_unit, one.jumped + jumped_of_unit, unit_id=unit)
        whole = Turns(whole.taken + taken_of_all, whole.jumped + jumped_of_all)
    return Counted(whole, _ordered(by_officer.values()), _ordered(by_unit.values()), _ordered(by_both))


def _near(key: tuple[int, str], steps: Mapping[int, int]) -> Wait:
    number = sum(steps.values())
    if number < FEWEST:
        return Wait(*key, number, None, None, None)
    tenth, median, nine_tenths = reading.near_shares(steps, (0.1, 0.5, 0.9))
    return Wait(*key, number, tenth, median, nine_tenths, is_near=True)


def _taken(
    agency_id: int, since: datetime, until: datetime, cases: QuerySet[Case] | None, untold: Collection[int] = ()
) -> tuple[str, dict[str, Any]]:
    """The relation of the takings of all cases that were touched within the time, and its values."""
    values = {
        "agency": agency_id,
        "since": since,
        "until": until,
        "as_of": "infinity",
        **takings.values(),
        "untold": sorted(untold),
    }
    facts = takings.UNTOLD if untold else "true"
    if cases is None:
        return takings.relation(takings.TOUCHED), values
    text, more = cases.order_by().values("pk").query.sql_with_params()
    named = {f"seen_{place}": value for place, value in enumerate(more)}
    text = text % tuple(f"%({name})s" for name in named)
    return takings.relation(takings.TOUCHED, counts=f"c.id IN ({text})", facts=facts), values | named


def _is(one: Turns, officer_id: int | None, unit_id: int | None) -> bool:
    return officer_id in (None, one.officer_id) and unit_id in (None, one.unit_id)


def _ordered(turns: Iterable[Turns]) -> list[Turns]:
    some = [one for one in turns if one.taken]  # where another taking stands for the case there is none to tell
    return sorted(some, key=lambda one: (-one.jumped, -one.taken, one.officer_id or 0, one.unit_id or 0))


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
