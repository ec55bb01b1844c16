# ruff: noqa: S608 - what is put into statements stands in this room; every value is a parameter.
"""The takings that are kept ready: a row each (`TakingFact`), and what they add up to by day and month.

They are kept with the facts of their case, in the same transaction (`keeping`): worked out of the one relation that
says what a taking is, the difference to what was known before is put on the sums. Waits are summed by month and step;
of shorter times they are few enough to be read one by one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.utils import CursorWrapper

from wasl.analytics.measures import takings
from wasl.analytics.models import TakingTally, WaitTally
from wasl.analytics.rollups.reading import Days
from wasl.analytics.rollups.shape import DAY, MONTH, step_of

# As the columns of a row are summed: of all, of those that stand for their case in the unit, and in the total.
_SUMS = {
    "taken": "sum(sign)",
    "jumped": "sum(sign) FILTER (WHERE jumped)",
    "taken_of_unit": "sum(sign) FILTER (WHERE of_unit)",
    "jumped_of_unit": "sum(sign) FILTER (WHERE of_unit AND jumped)",
    "taken_of_all": "sum(sign) FILTER (WHERE of_all)",
    "jumped_of_all": "sum(sign) FILTER (WHERE of_all AND jumped)",
}
SUMS = tuple(_SUMS)
_KEPT = (
    "case_id", "round", "officer_id", "agency_id", "unit_id", "case_unit_id", "confidential", "importance", "taken_on",
    "jumped", "of_unit", "of_all", "first_on", "waited",
)  # fmt: skip
_PLACE = "grain, first_on, officer_id, unit_id, case_unit_id, confidential"
_WAIT_PLACE = "first_on, unit_id, case_unit_id, confidential, importance, step"

_FRESH = """
    SELECT case_id, round, officer_id, %(agency)s::bigint AS agency_id, unit_id, case_unit_id, confidential, importance,
        (taken_at AT TIME ZONE %(zone)s)::date AS taken_on, jumped, of_unit, of_all,
        (first_at AT TIME ZONE %(zone)s)::date AS first_on, waited
    FROM takings"""


def _sums_of(rows: str) -> str:
    """What rows with a sign put on the sums of days and months."""
    added = ", ".join(f"{name} = analytics_takingtally.{name} + excluded.{name}" for name in SUMS)
    return f"""
    INSERT INTO analytics_takingtally (agency_id, {_PLACE}, {", ".join(SUMS)})
    SELECT %(agency)s, g.grain, CASE g.grain WHEN '{DAY}' THEN taken_on ELSE date_trunc('month', taken_on)::date END,
        officer_id, unit_id, case_unit_id, confidential, {", ".join(f"coalesce({one}, 0)" for one in _SUMS.values())}
    FROM {rows} CROSS JOIN (VALUES ('{DAY}'), ('{MONTH}')) g(grain)
    GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (agency_id, {_PLACE}) DO UPDATE SET {added}"""


def _waits_of(rows: str) -> str:
    return f"""
    INSERT INTO analytics_waittally (agency_id, {_WAIT_PLACE}, number)
    SELECT %(agency)s, date_trunc('month', first_on)::date, unit_id, case_unit_id, confidential, importance,
        {step_of("waited")}, sum(sign)
    FROM {rows} WHERE waited IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(sign) <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (agency_id, {_WAIT_PLACE}) DO UPDATE SET number = analytics_waittally.number + excluded.number"""


def _written(*, is_summed: bool) -> str:
    """Rows, and sums too where they are kept already, in one statement: each part sees what was before."""
    every = ", ".join(_KEPT)
    old, new = (", ".join(f"{one}.{name}" for name in _KEPT) for one in ("o", "f"))
    written = ", ".join(f"{name} = excluded.{name}" for name in _KEPT[3:])
    differ = f"FROM old o FULL JOIN fresh f USING (case_id, round, officer_id) WHERE ({old}) IS DISTINCT FROM ({new})"
    rows = f"""INSERT INTO analytics_takingfact ({every}) SELECT {new}
        FROM fresh f LEFT JOIN old o USING (case_id, round, officer_id) WHERE ({old}) IS DISTINCT FROM ({new})
        ON CONFLICT (case_id, round, officer_id) DO UPDATE SET {written}"""
    gone = """DELETE FROM analytics_takingfact t WHERE t.case_id = ANY(%(named)s) AND NOT EXISTS (
            SELECT FROM fresh f WHERE (f.case_id, f.round, f.officer_id) = (t.case_id, t.round, t.officer_id))"""
    sums = f""",
changed AS MATERIALIZED (
    SELECT -1 AS sign, {old} {differ} AND o.case_id IS NOT NULL
    UNION ALL SELECT 1, {new} {differ} AND f.case_id IS NOT NULL
),
sums AS ({_sums_of("changed")}),
waits AS ({_waits_of("changed")})"""
    return f"""WITH {takings.relation(takings.NAMED)},
fresh AS MATERIALIZED ({_FRESH}),
old AS MATERIALIZED (SELECT {every} FROM analytics_takingfact WHERE case_id = ANY(%(named)s)),
gone AS ({gone}){sums if is_summed else ""}
{rows}"""


_WRITTEN = {is_summed: _written(is_summed=is_summed) for is_summed in (False, True)}


def write(cursor: CursorWrapper, given: Mapping[str, Any], *, is_summed: bool) -> None:
    """Work out anew what was taken of the cases `named`, of one agency, as of a moment."""
    cursor.execute(_WRITTEN[is_summed], {**given, **takings.values()})


def sum_up(cursor: CursorWrapper, agency_id: int) -> None:
    """Make all sums of an agency of its rows."""
    TakingTally.objects.filter(agency_id=agency_id).delete()
    WaitTally.objects.filter(agency_id=agency_id).delete()
    rows = f"(SELECT 1 AS sign, {', '.join(_KEPT)} FROM analytics_takingfact WHERE agency_id = %(agency)s) rows"
    cursor.execute(_sums_of(rows), {"agency": agency_id})
    cursor.execute(_waits_of(rows), {"agency": agency_id})


# --- reading ----------------------------------------------------------------------------------------------------------

# Waits of longer times are told from their steps.
MOST_DAYS_SORTED = 45


@dataclass(frozen=True)
class Seen:
    """Which cases are counted: those that are with some units (None: all), of them the confidential ones of some (None:
    all), without some by number, and some complaints about staff besides.
    """

    units: frozenset[int] | None = None
    confidential: frozenset[int] | None = None
    left_out: Collection[int] = field(default_factory=tuple)
    opened: Collection[int] = field(default_factory=tuple)

    @property
    def is_all(self) -> bool:
        """Are they all of the agency, but for those that stand apart by number?"""
        return self.units is None and self.confidential is None

    def values(self) -> dict[str, Any]:
        """The same for statements."""
        return {
            "units": None if self.units is None else sorted(self.units),
            "confidential": None if self.confidential is None else sorted(self.confidential),
        }


_SEEN = """(%(units)s::bigint[] IS NULL OR case_unit_id = ANY(%(units)s::bigint[]))
    AND (NOT confidential OR %(confidential)s::bigint[] IS NULL OR case_unit_id = ANY(%(confidential)s::bigint[]))"""
Key = tuple[int, int]


class Question:
    """What is kept of the whole days from one to another, both counted."""

    def __init__(
        self, agency_id: int, first: date, last: date, *, known_at: datetime, zone: ZoneInfo, seen: Seen
    ) -> None:
        self.first, self.last, self.seen = first, last, seen
        self.days = Days.between(first, last, today=known_at.astimezone(zone).date())
        self.values: dict[str, Any] = {
            "agency": agency_id,
            "zone": str(zone),
            "first": first,
            "last": last,
            "days": self.days.days,
            "months": self.days.months,
            "as_of": known_at,  # what stands apart is counted as it is in the sums
            **seen.values(),
            **takings.values(),
        }

    def sums(self) -> dict[Key, list[int]]:
        """By officer and unit: all `SUMS`. One statement, and one more for each kind of case that stands apart."""
        sums = ", ".join(f"sum({name})" for name in SUMS)
        rows = self._rows(
            f"""SELECT officer_id, unit_id, {sums} FROM analytics_takingtally
            WHERE agency_id = %(agency)s AND {_SEEN} AND (
                (grain = '{DAY}' AND first_on = ANY(%(days)s::date[]))
                OR (grain = '{MONTH}' AND first_on = ANY(%(months)s::date[])))
            GROUP BY 1, 2"""
        )
        told = {(officer, unit): list(numbers) for officer, unit, *numbers in rows}
        for sign, (officer, unit, *numbers) in self._apart(
            f"SELECT officer_id, unit_id, {', '.join(f'coalesce({one}, 0)' for one in _SUMS.values())} "
            "FROM (SELECT 1 AS sign, * FROM fresh WHERE taken_on BETWEEN %(first)s AND %(last)s) chosen GROUP BY 1, 2"
        ):
            known = told.setdefault((officer, unit), [0] * len(SUMS))
            told[officer, unit] = [before + sign * number for before, number in zip(known, numbers, strict=True)]
        return {key: numbers for key, numbers in told.items() if any(numbers)}

    @property
    def is_short(self) -> bool:
        """Is it so short that every wait is read by itself?"""
        return (self.last - self.first).days < MOST_DAYS_SORTED

    def waits(self, shares: str) -> list[tuple[Any, ...]]:
        """Of a short time by unit and class: the number of waits, and what these shares of them did not exceed."""
        return self._rows(
            f"""WITH {takings.relation(takings.NAMED, counts="true")}, fresh AS ({_FRESH}), chosen AS (
                SELECT unit_id, importance, waited FROM analytics_takingfact
                WHERE agency_id = %(agency)s AND first_on BETWEEN %(first)s AND %(last)s AND waited IS NOT NULL
                    AND {_SEEN} AND case_id <> ALL(%(left_out)s::bigint[])
                UNION ALL
                SELECT unit_id, importance, waited FROM fresh
                WHERE first_on BETWEEN %(first)s AND %(last)s AND waited IS NOT NULL
            )
            SELECT unit_id, importance, count(*), percentile_cont(ARRAY[{shares}]::float8[]) WITHIN GROUP (
                ORDER BY waited) FROM chosen GROUP BY 1, 2 ORDER BY 1, 2""",
            {"named": sorted(self.seen.opened), "left_out": sorted(self.seen.left_out)},
        )

    def steps(self) -> dict[tuple[int, str], dict[int, int]]:
        """Of a long time by unit and class: how many waits fall in each step."""
        step = step_of("waited")
        rows = self._rows(
            f"""SELECT unit_id, importance, step, sum(number) FROM (
                SELECT unit_id, importance, step, number FROM analytics_waittally
                WHERE agency_id = %(agency)s AND first_on = ANY(%(months)s::date[]) AND {_SEEN}
                UNION ALL
                SELECT unit_id, importance, {step}, 1 FROM analytics_takingfact
                WHERE agency_id = %(agency)s AND first_on = ANY(%(days)s::date[]) AND waited IS NOT NULL AND {_SEEN}
            ) known GROUP BY 1, 2, 3"""
        )
        told: dict[tuple[int, str], dict[int, int]] = {}
        for unit, grade, place, number in rows:
            told.setdefault((unit, grade), {})[place] = number
        for sign, (unit, grade, place, number) in self._apart(
            f"SELECT unit_id, importance, {step}, count(*) FROM fresh "
            "WHERE first_on BETWEEN %(first)s AND %(last)s AND waited IS NOT NULL GROUP BY 1, 2, 3"
        ):
            steps = told.setdefault((unit, grade), {})
            steps[place] = steps.get(place, 0) + sign * number
        return {key: steps for key, steps in sorted(told.items()) if any(steps.values())}

    def _apart(self, select: str) -> Iterable[tuple[int, tuple[Any, ...]]]:
        """The same of the few cases that are left out, or counted though they are closed."""
        for sign, named in ((-1, self.seen.left_out), (1, self.seen.opened)):
            if named:
                base = takings.relation(takings.NAMED, counts="true" if sign > 0 else takings.OPEN)
                rows = self._rows(f"WITH {base}, fresh AS ({_FRESH}) {select}", {"named": sorted(named)})
                yield from ((sign, row) for row in rows)

    def _rows(self, statement: str, more: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self.values, **(more or {})})
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def is_whole_day(moment: datetime, zone: Any) -> bool:
    """Does a day of the zone begin at this moment?"""
    return moment.astimezone(zone).time() == datetime.min.time()
