# ruff: noqa: S608 - what is put into the statements stands in this room; every value is a parameter.
"""Counting: the figures of a cohort, and the cases of each figure. Both by the same condition over the same relation."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.dateparse import parse_datetime

from wasl.analytics.measures import BANDS, MEASURES, Cohort, Measure, Population
from wasl.analytics.measures.arithmetic import Rate, Satisfaction, satisfaction
from wasl.analytics.measures.relation import Relation, relation, worked, working_days_of
from wasl.calendars import queries as calendars
from wasl.calendars.working_time import WorkingTime
from wasl.cases.models import Case
from wasl.cases.queries import ROW

PAGE = 50
# What stands apart in a breakdown for those who may not read confidential cases.
VEILED = "confidential"
STARS = (1, 2, 3, 4, 5)

_SLOW = ("acknowledged", "answered", "referral_asked", "referred_in_time")
_QUICK = tuple(
    one.code
    for one in MEASURES.values()
    if one.is_count and one.population is Population.COHORT and one.code not in _SLOW
)
_LENGTHS = (("completed", "resolved_at"), ("acknowledged", "acknowledged_at"), ("answered", "answered_at"))
_NAMED_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Breakdown:
    """By what a figure is told apart: a column of the relation, or an expression over it."""

    name: str
    column: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def by_unit(groups: Mapping[int, int]) -> Breakdown:
    """By unit, those below gathered under the one they are shown with."""
    return Breakdown("unit", "%(groups)s::jsonb->>unit_id::text", {"groups": json.dumps(dict(groups))})


BY_CHANNEL = Breakdown("channel", "channel")
BY_CATEGORY = Breakdown("category", "category_id")
BY_SERVICE = Breakdown("service", "service_id")
BY_WILAYAT = Breakdown("wilayat", "wilayat_id")
BY_IMPORTANCE = Breakdown("importance", "importance")


@dataclass(frozen=True)
class Spread:
    """A length that half of the cases, and nine of ten, did not exceed; in seconds of working time."""

    n: int = 0
    half: float | None = None
    nine_of_ten: float | None = None


@dataclass(frozen=True)
class Part:
    """One row of a breakdown. `key` is None for cases without one, VEILED for confidential cases."""

    key: str | None
    counts: Mapping[str, int]
    cycle: Spread = field(default_factory=Spread)

    def __getitem__(self, code: str) -> int:
        return self.counts[code]

    @property
    def completion_rate(self) -> Rate:
        """The completion rate of the part."""
        return Rate(self["completed"], self["received"])

    @property
    def on_time_rate(self) -> Rate:
        """The on-time rate of the part."""
        return Rate(self["on_time"], self["on_time"] + self["late"])


@dataclass(frozen=True)
class Figures:
    """The figures of one cohort. Those of `speeds` are missing unless they were asked for."""

    cohort: Cohort
    counts: Mapping[str, int]
    ratings: Mapping[int, int]
    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    cycle: Spread = field(default_factory=Spread)
    acknowledge: Spread = field(default_factory=Spread)
    first_response: Spread = field(default_factory=Spread)
    day_seconds: float = 86400

    def __getitem__(self, code: str) -> int:
        return self.counts[code]

    def rate(self, code: str) -> Rate:
        """A rate of the registry: its part of its whole."""
        part, whole = MEASURES[code].counted
        if code == "on_time_rate":
            return Rate(self[part], self[part] + self[whole])
        return Rate(self[part], self[whole])

    @property
    def satisfaction(self) -> Satisfaction:
        """The answers of the beneficiaries."""
        return satisfaction(self.ratings, asked=self["completed"])

    def working_days(self, seconds: float | None) -> Decimal | None:
        """Working seconds as working days of the agency's usual length."""
        return None if seconds is None else Decimal(seconds) / Decimal(self.day_seconds)


@dataclass(frozen=True)
class Stock:
    """What stands open at the as-of moment, and its ages (codes of BANDS)."""

    backlog: int
    overdue: int
    bands: Mapping[str, int]


def figures(cohort: Cohort, *, by: Sequence[Breakdown] = ()) -> Figures:
    """The counts and ratings of a cohort, also told apart by each of the breakdowns. One statement."""
    base = relation(cohort, _hours(cohort), population=Population.COHORT)
    counted = [f"count(*) FILTER (WHERE {MEASURES[code].condition})" for code in _QUICK]
    counted += [f"count(*) FILTER (WHERE {MEASURES['rated'].condition} AND rating = {star})" for star in STARS]
    rows = _grouped(base, cohort, counted, by)
    (whole,) = rows.pop("")[None]
    counts = dict(zip(_QUICK, whole, strict=False))
    return Figures(
        cohort,
        counts,
        dict(zip(STARS, whole[len(_QUICK) :], strict=True)),
        {name: [Part(key, dict(zip(_QUICK, row, strict=False))) for key, (row,) in keys.items()]
         for name, keys in rows.items()},
    )  # fmt: skip


def with_speeds(found: Figures, *, by: Breakdown | None = None) -> Figures:
    """The same figures with how fast: first look, first answer, referral, completion (also by one breakdown)."""
    cohort, hours = found.cohort, _hours(found.cohort)
    base = relation(cohort, hours, population=Population.COHORT, speeds=True)
    counted = [f"count(*) FILTER (WHERE {MEASURES[code].condition})" for code in _SLOW]
    counted += [_percentiles(moment, MEASURES[code].condition) for code, moment in _LENGTHS]
    rows = _grouped(base, cohort, counted, [by] if by else [])
    (whole,) = rows.pop("")[None]
    counts = {**found.counts, **dict(zip(_SLOW, whole, strict=False))}
    spreads = [_spread(counts[code], length) for (code, _), length in zip(_LENGTHS, whole[len(_SLOW) :], strict=True)]
    parts = dict(found.parts)
    if by and by.name in parts:
        lengths = {key: row[len(_SLOW)] for key, (row,) in rows[by.name].items()}
        parts[by.name] = [
            replace(part, cycle=_spread(part["completed"], lengths.get(part.key))) for part in parts[by.name]
        ]
    return replace(
        found,
        counts=counts,
        parts=parts,
        cycle=spreads[0],
        acknowledge=spreads[1],
        first_response=spreads[2],
        day_seconds=working_days_of(cohort, hours).day_seconds,
    )


def _grouped(
    base: Relation, cohort: Cohort, counted: Sequence[str], by: Sequence[Breakdown]
) -> dict[str, dict[str | None, list[tuple[Any, ...]]]]:
    """Rows of counts by breakdown and key; those of all cases under "" and None."""
    keys = [f"key{number}" for number in range(len(by))]
    columns = [f", {_veiled(one.column, cohort)} AS {key}" for one, key in zip(by, keys, strict=True)]
    for one in by:
        base.parameters.update(one.parameters)
    grouping = "".join(f", GROUPING({key}), {key}" for key in keys)
    sets = ", ".join(["()", *(f"({key})" for key in keys)])
    rows = _rows(
        base,
        f"SELECT {', '.join(counted)}{grouping} FROM (SELECT *{''.join(columns)} FROM cohort) told "
        f"GROUP BY GROUPING SETS ({sets})",
    )
    found: dict[str, dict[str | None, list[tuple[Any, ...]]]] = {"": {}, **{one.name: {} for one in by}}
    for row in rows:
        numbers, marks = row[: len(counted)], row[len(counted) :]
        place = next((number for number in range(len(by)) if not marks[2 * number]), None)
        name, key = ("", None) if place is None else (by[place].name, marks[2 * place + 1])
        found[name].setdefault(key, []).append(numbers)
    return found


def _veiled(column: str, cohort: Cohort) -> str:
    """The column as text; confidential cases stand apart for readers who may not read them."""
    text = f"({column})::text"
    return f"CASE WHEN confidential THEN '{VEILED}' ELSE {text} END" if cohort.veiled else text


def _percentiles(moment: str, condition: str) -> str:
    length = worked("registered_at", moment)
    return f"percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY CASE WHEN {condition} THEN {length} END)"


def _spread(n: int, percentiles: Sequence[float] | None) -> Spread:
    return Spread(n, *percentiles) if percentiles else Spread(n)


def stock(cohort: Cohort) -> Stock:
    """What stands open at the as-of moment, whenever it came."""
    base = relation(cohort, _hours(cohort), population=Population.STOCK)
    backlog, overdue = MEASURES["backlog"].condition, MEASURES["backlog_overdue"].condition
    conditions = [backlog, overdue, *(f"{backlog} AND {band.condition}" for band in BANDS)]
    ((waiting, late, *bands),) = _rows(
        base, f"SELECT {', '.join(f'count(*) FILTER (WHERE {one})' for one in conditions)} FROM cohort"
    )
    return Stock(waiting, late, {band.code: number for band, number in zip(BANDS, bands, strict=True)})


def course(cohort: Cohort, *, step: str) -> dict[date, tuple[int, int]]:
    """Received and first completed, by local day, week (from Sunday) or month: only where there was any."""
    came = _by_step(cohort, Population.COHORT, "received", "registered_at", step)
    done = _by_step(cohort, Population.FINISHED, "finished", "resolved_at", step)
    return {day: (came.get(day, 0), done.get(day, 0)) for day in sorted({*came, *done})}


def _by_step(cohort: Cohort, population: Population, code: str, moment: str, step: str) -> dict[date, int]:
    base = relation(cohort, _hours(cohort), population=population)
    local = f"({moment} AT TIME ZONE %(zone)s)"
    # The database begins weeks on Monday.
    day = (
        f"{local}::date - extract(dow FROM {local})::int" if step == "week" else f"date_trunc('{step}', {local})::date"
    )
    condition = MEASURES[code].condition
    return dict(
        _rows(base, f"SELECT day, count(*) FROM (SELECT {day} AS day FROM cohort WHERE {condition}) d GROUP BY 1")
    )


def begins_at(agency_id: int) -> datetime | None:
    """The first registration of the agency: nothing is compared with what lies before it."""
    first = Case.objects.filter(agency_id=agency_id).order_by("registered_at")
    return first.values_list("registered_at", flat=True).first()


def size(cohort: Cohort, one: Measure, *, band: str = "") -> int:
    """How many cases a figure counts."""
    base, condition = _members(cohort, one, band)
    ((number,),) = _rows(base, f"SELECT count(*) FROM cohort WHERE {condition}")
    return int(number)


def cases_of(cohort: Cohort, one: Measure, readable: QuerySet[Case], *, band: str = "") -> QuerySet[Case]:
    """The cases a figure counts, of those the reader may open; the newest first."""
    base, condition = _members(cohort, one, band)
    statement = f"{base.sql} SELECT id FROM cohort WHERE {condition}"
    values = [base.parameters[name] for name in _NAMED_PLACE.findall(statement)]
    return readable.filter(pk__in=RawSQL(_NAMED_PLACE.sub("%s", statement), values)).order_by("-registered_at", "-id")  # noqa: S611


def page_of(cases: QuerySet[Case], *, after: str, size: int = PAGE) -> tuple[list[Case], str]:
    """A page of a figure's cases with no more of each than a row shows, and where the next one begins."""
    chosen = cases.select_related("service", "unit", "wilayat", "assignee").only(*ROW, "resolved_at")
    if (place := _place(after)) is not None:
        moment, number = place
        chosen = chosen.filter(Q(registered_at__lt=moment) | Q(registered_at=moment, pk__lt=number))
    found = list(chosen[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return found[:size], f"{last.registered_at.isoformat()}~{last.pk}" if last else ""


def _place(after: str) -> tuple[datetime, int] | None:
    """The moment and number a cursor names; None for what never was one."""
    text, _, number = after.partition("~")
    if not re.fullmatch(r"[0-9]{1,18}", number):
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return (moment, int(number)) if moment is not None and moment.tzinfo is not None else None


def _members(cohort: Cohort, one: Measure, band: str) -> tuple[Relation, str]:
    speeds = one.code in _SLOW
    base = relation(cohort, _hours(cohort), population=one.population, speeds=speeds)
    condition = one.condition
    if band:
        condition += " AND " + next(each.condition for each in BANDS if each.code == band)
    return base, condition


def _hours(cohort: Cohort) -> WorkingTime:
    return calendars.working_time(agency_id=cohort.agency_id)


def _rows(base: Relation, select: str) -> list[tuple[Any, ...]]:
    # The names of columns and conditions are ours; every value is a parameter.
    with connection.cursor() as cursor:
        cursor.execute(f"{base.sql}\n{select}", base.parameters)
        return cursor.fetchall()
