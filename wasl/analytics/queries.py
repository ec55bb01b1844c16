# ruff: noqa: S608 - what is put into statements stands in this room; every value is a parameter.
"""Counting: the figures of a cohort, and the cases of each figure: by the same condition over the same relation."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from wasl.analytics.models import Target
from wasl.analytics.rollups import reading, shape
from wasl.analytics.rollups.reading import COMPARED, Length, Looking, Reading, can_answer, can_look_back
from wasl.analytics.rollups.shape import STARS, VEILED
from wasl.calendars import queries as calendars
from wasl.calendars.working_time import WorkingTime
from wasl.cases.models import Case
from wasl.cases.queries import ROW
from wasl.directory.models import Agency

PAGE = 50

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
    """By what a figure is told apart: a column of the relation, or an expression over it.

    `veils`: confidential cases stand apart in it for those who may not read them. Days tell nobody apart. `kept` says
    what it is among the sums that are kept ready: the number of a dimension, the groups of units, or a step of days.
    """

    name: str
    column: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    veils: bool = True
    kept: int | Mapping[str, str] | str = 0


def by_unit(groups: Mapping[int, int]) -> Breakdown:
    """By unit, those below gathered under the one they are shown with."""
    parameters = {"groups": json.dumps(dict(groups))}
    kept = {str(unit): str(group) for unit, group in groups.items()}
    return Breakdown("unit", "%(groups)s::jsonb->>unit_id::text", parameters, kept=kept)


BY_CHANNEL = Breakdown("channel", "channel", kept=shape.CHANNEL)
BY_CATEGORY = Breakdown("category", "category_id", kept=shape.CATEGORY)
BY_SERVICE = Breakdown("service", "service_id", kept=shape.SERVICE)
BY_WILAYAT = Breakdown("wilayat", "wilayat_id", kept=shape.WILAYAT)
BY_IMPORTANCE = Breakdown("importance", "importance", kept=shape.IMPORTANCE)


@dataclass(frozen=True)
class Spread:
    """A length that half of the cases, and nine of ten, did not exceed; in seconds of working time.

    `is_near`: told from steps of lengths, so wrong by a hundredth at most.
    """

    n: int = 0
    half: float | None = None
    nine_of_ten: float | None = None
    is_near: bool = False


@dataclass(frozen=True)
class Part:
    """One row of a breakdown. `key` is None for cases without one, VEILED for confidential cases."""

    key: str | None
    counts: Mapping[str, int]
    cycle: Spread = field(default_factory=Spread)

    def __getitem__(self, code: str) -> int:
        # Templates ask here before they look for an attribute, and counts may know a zero for every name.
        if code not in self.counts and hasattr(self, code):
            raise KeyError(code)
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
        # Templates ask here before they look for an attribute, and counts may know a zero for every name.
        if code not in self.counts and hasattr(self, code):
            raise KeyError(code)
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


def figures(cohort: Cohort, *, by: Sequence[Breakdown] = (), speeds: bool = False, lengths_by: str = "") -> Figures:
    """The figures of a cohort, also told apart by each of the breakdowns: read where they are kept, else counted.

    `speeds` adds how fast cases are looked at, answered and referred; `lengths_by` names the breakdown whose times to
    completion are wanted too.
    """
    if can_answer(cohort):
        return _kept_figures(cohort, by, speeds=speeds, lengths_by=lengths_by)
    return counted_figures(cohort, by=by, speeds=speeds, lengths_by=lengths_by)


def counted_figures(
    cohort: Cohort, *, by: Sequence[Breakdown] = (), speeds: bool = False, lengths_by: str = ""
) -> Figures:
    """The same, counted from the cases and their facts in one statement."""
    hours = calendars.working_time(agency_id=cohort.agency_id)
    base = relation(cohort, population=Population.COHORT, hours=hours, speeds=speeds)
    codes = [*_QUICK, *(_SLOW if speeds else ())]
    conditions = [MEASURES[code].condition for code in codes]
    conditions += [f"{MEASURES['rated'].condition} AND rating = {star}" for star in STARS]
    measured = _LENGTHS if speeds else _LENGTHS[:1]
    rows = _grouped(base, cohort, conditions, measured, by, lengths_by)
    counts, lengths = rows.pop("")[None]
    told = dict(zip(codes, counts, strict=False))
    spreads = [_spread(told[code], length) for (code, _), length in zip(measured, lengths, strict=True)]
    cycle, acknowledge, first_response = [*spreads, Spread(), Spread()][:3]
    return Figures(
        cohort,
        told,
        dict(zip(STARS, counts[len(codes) :], strict=True)),
        {name: [_part(key, codes, *row) for key, row in keys.items()] for name, keys in rows.items()},
        cycle,
        acknowledge,
        first_response,
        day_seconds=working_days_of(cohort, hours).day_seconds,
    )


def _kept_figures(cohort: Cohort, by: Sequence[Breakdown], *, speeds: bool, lengths_by: str) -> Figures:
    asked, codes = Reading(cohort), [*_QUICK, *(_SLOW if speeds else ())]
    groups = next((one.kept for one in by if isinstance(one.kept, Mapping)), None)
    found = asked.counts({one.name: one.kept for one in by if isinstance(one.kept, int)}, groups)
    names = list(shape.LENGTHS) if speeds else list(shape.LENGTHS)[:1]
    lengths = asked.lengths(names, found.total, groups if lengths_by == "unit" else None)
    parts: dict[str, Sequence[Part]] = {
        name: [
            Part(
                key,
                counts,
                _as_spread(lengths.of_units.get(key)) if name == lengths_by else Spread(counts["completed"]),
            )
            for key, counts in keys.items()
        ]
        for name, keys in found.parts.items()
    }
    for one in by:
        if isinstance(one.kept, str):
            days = asked.by_step(one.kept, "received")
            parts[one.name] = [Part(day.isoformat(), {"received": number}) for day, number in days.items()]
    return Figures(
        cohort,
        {code: found.total[code] for code in codes},
        {star: found.total[f"stars_{star}"] for star in STARS},
        parts,
        _as_spread(lengths.lengths.get("cycle")),
        _as_spread(lengths.lengths.get("acknowledge")),
        _as_spread(lengths.lengths.get("first_answer")),
        day_seconds=working_days_of(cohort, calendars.working_time(agency_id=cohort.agency_id)).day_seconds,
    )


def compared_figures(cohort: Cohort, *, kept: datetime | None) -> Figures:
    """What another period is held against: those counts, and the times to completion; at its own as-of moment.

    `kept`: the moment up to which figures of the agency are kept ready; without one all is counted.
    """
    if not can_look_back(cohort, kept):
        return counted_figures(cohort)
    looking = Looking(cohort)
    hours = calendars.working_time(agency_id=cohort.agency_id)
    told, lengths = _looked_up(cohort, looking.others(), hours)
    found = looking.earlier(told, lengths)
    days = working_days_of(cohort, hours)
    return Figures(cohort, dict(found.counts), {}, cycle=_as_spread(found.cycle), day_seconds=days.day_seconds)


def _looked_up(cohort: Cohort, numbers: Sequence[int], hours: WorkingTime) -> tuple[Counter[str], list[float]]:
    """What these cases alone add, from their records of facts."""
    if not numbers:
        return Counter(), []
    base = relation(cohort, population=Population.NAMED, hours=hours, named=numbers)
    counts = ", ".join(f"count(*) FILTER (WHERE {MEASURES[code].condition})" for code in COMPARED)
    done = MEASURES["completed"].condition
    length = worked("registered_at", "resolved_at")
    ((lengths, *told),) = _rows(base, f"SELECT array_agg({length}) FILTER (WHERE {done}), {counts} FROM cohort")
    return Counter(dict(zip(COMPARED, told, strict=True))), lengths or []


def _as_spread(length: Length | None) -> Spread:
    return Spread(length.n, length.half, length.nine_of_ten, length.is_near) if length else Spread()


def _part(key: str | None, codes: Sequence[str], counts: Sequence[int], lengths: Sequence[Any]) -> Part:
    told = dict(zip(codes, counts, strict=False))
    return Part(key, told, _spread(told["completed"], lengths[0] if lengths else None))


_Row = tuple[tuple[int, ...], tuple[Any, ...]]


def _grouped(
    base: Relation,
    cohort: Cohort,
    conditions: Sequence[str],
    measured: Sequence[tuple[str, str]],
    by: Sequence[Breakdown],
    lengths_by: str,
) -> dict[str, dict[str | None, _Row]]:
    """Counts and lengths by breakdown and key; those of all cases under "" and None."""
    for one in by:
        base.parameters.update(one.parameters)
    rows = _rows(base, _told(cohort, conditions, measured, by, lengths_by))
    found: dict[str, dict[str | None, _Row]] = {"": {}, **{one.name: {} for one in by}}
    first, second = len(conditions), len(conditions) + len(measured)
    for row in rows:
        numbers, times, places = row[:first], row[first:second], row[second:]
        place = next((number for number in range(len(by)) if not places[2 * number]), None)
        name, key = ("", None) if place is None else (by[place].name, places[2 * place + 1])
        known = found[name].get(key, ((), ()))
        found[name][key] = (numbers, known[1]) if numbers[0] is not None else (known[0], times)
    return found


def _told(
    cohort: Cohort,
    conditions: Sequence[str],
    measured: Sequence[tuple[str, str]],
    by: Sequence[Breakdown],
    lengths_by: str,
) -> str:
    """The statement: counts, lengths, then for each breakdown whether it is not the one meant, and its key.

    Counts are cheap and told apart by everything in one pass; lengths must be sorted, so only where they are wanted.
    """
    keys = [f"key{number}" for number in range(len(by))]
    columns = [f"{_veiled(one, cohort)} AS {key}" for one, key in zip(by, keys, strict=True)]
    columns += [
        f"CASE WHEN {MEASURES[code].condition} THEN {worked('registered_at', moment)} END AS length{number}"
        for number, (code, moment) in enumerate(measured)
    ]
    counts = ", ".join(f"count(*) FILTER (WHERE {one})" for one in conditions)
    places = "".join(f", GROUPING({key}), {key}" for key in keys)
    sets = ", ".join(["()", *(f"({key})" for key in keys)])
    uncounted = "NULL::bigint, " * len(conditions)
    lengths = ", ".join(map(_percentiles, range(len(measured))))
    parts = [
        f"SELECT {counts}{', NULL::float8[]' * len(measured)}{places} FROM told GROUP BY GROUPING SETS ({sets})",
        f"SELECT {uncounted}{lengths}{', 1, NULL' * len(keys)} FROM told",
    ]
    for chosen in (key for one, key in zip(by, keys, strict=True) if one.name == lengths_by):
        marks = "".join(f", 0, {key}" if key == chosen else ", 1, NULL" for key in keys)
        rest = ", NULL" * (len(measured) - 1)
        parts.append(f"SELECT {uncounted}{_percentiles(0)}{rest}{marks} FROM told GROUP BY {chosen}")
    return f", told AS MATERIALIZED (SELECT *, {', '.join(columns)} FROM cohort) {' UNION ALL '.join(parts)}"


def _veiled(one: Breakdown, cohort: Cohort) -> str:
    """The column as text; confidential cases stand apart for readers who may not read them."""
    text = f"({one.column})::text"
    return f"CASE WHEN confidential THEN '{VEILED}' ELSE {text} END" if cohort.veiled and one.veils else text


def _percentiles(number: int) -> str:
    return f"percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY length{number})"


def _spread(n: int, percentiles: Sequence[float] | None) -> Spread:
    return Spread(n, percentiles[0], percentiles[1]) if percentiles else Spread(n)


@dataclass(frozen=True)
class PublicFigures:
    """What the public is told: received, completed of these, and the calendar days half of those took at most."""

    received: int
    completed: int
    median_days: float | None


def public_figures(cohort: Cohort) -> PublicFigures:
    """The same counts as on the dashboard, with the time to completion as citizens count it."""
    base = relation(cohort, population=Population.COHORT)
    received, completed = MEASURES["received"].condition, MEASURES["completed"].condition
    ((came, done, days),) = _rows(
        base,
        f"SELECT count(*) FILTER (WHERE {received}), count(*) FILTER (WHERE {completed}), "
        f"percentile_cont(0.5) WITHIN GROUP (ORDER BY CASE WHEN {completed} "
        "THEN extract(epoch FROM resolved_at - registered_at) / 86400 END) FROM cohort",
    )
    return PublicFigures(came, done, None if days is None else float(days))


def stock(cohort: Cohort) -> Stock:
    """What stands open at the as-of moment, whenever it came."""
    if can_answer(cohort):
        return Stock(*Reading(cohort).stock())
    base = relation(cohort, population=Population.STOCK)
    backlog, overdue = MEASURES["backlog"].condition, MEASURES["backlog_overdue"].condition
    conditions = [backlog, overdue, *(f"{backlog} AND {band.condition}" for band in BANDS)]
    ((waiting, late, *bands),) = _rows(
        base, f"SELECT {', '.join(f'count(*) FILTER (WHERE {one})' for one in conditions)} FROM cohort"
    )
    return Stock(waiting, late, {band.code: number for band, number in zip(BANDS, bands, strict=True)})


REVIEWS = ("review_asked", "review_decided", "review_upheld", "review_late")


def reviews(cohort: Cohort, units: Breakdown) -> tuple[Mapping[str, int], Mapping[str | None, Mapping[str, int]]]:
    """How many cases had a review asked for in the period, decided, upheld, late; and the same of each unit that has
    any, by its key. Counted whenever it is asked: few cases ever have one.
    """
    base = relation(cohort, population=Population.REVIEWED)
    base.parameters.update(units.parameters)
    counts = ", ".join(f"count(*) FILTER (WHERE {MEASURES[code].condition})" for code in REVIEWS)
    rows = _rows(
        base,
        f", told AS (SELECT *, {_veiled(units, cohort)} AS key FROM cohort) "
        f"SELECT GROUPING(key), key, {counts} FROM told GROUP BY GROUPING SETS ((), (key))",
    )
    found = [(whole, key, dict(zip(REVIEWS, told, strict=True))) for whole, key, *told in rows]
    total = next((told for whole, _, told in found if whole), {})
    return total, {key: told for whole, key, told in found if not whole and told["review_asked"]}


def by_step(step: str) -> Breakdown:
    """By local day, week (from Sunday) or month of registration: the first day of each."""
    return Breakdown("step", _step("registered_at", step), veils=False, kept=step)


def finished_by_step(cohort: Cohort, *, step: str) -> dict[date, int]:
    """How many cases were completed for the first time, by the first day of each step; only where there were any."""
    if can_answer(cohort):
        return Reading(cohort).by_step(step, shape.FINISHED)
    base = relation(cohort, population=Population.FINISHED)
    day, condition = _step("resolved_at", step), MEASURES["finished"].condition
    return dict(_rows(base, f"SELECT {day}, count(*) FROM cohort WHERE {condition} GROUP BY 1"))


def _step(moment: str, step: str) -> str:
    local = f"({moment} AT TIME ZONE %(zone)s)"
    # The database begins weeks on Monday.
    return (
        f"{local}::date - extract(dow FROM {local})::int" if step == "week" else f"date_trunc('{step}', {local})::date"
    )


def kept_until(agency_id: int) -> datetime | None:
    """The moment up to which figures of the agency are kept ready; None where they are counted when asked."""
    return reading.kept_until(agency_id)


def targets(agency_id: int, *, at: datetime) -> dict[str, Decimal]:
    """What the agency aims at, by the code of the measure."""
    rows = Target.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), agency_id=agency_id, valid_from__lte=at)
    return dict(rows.values_list("measure", "value"))


def all_targets(agency: Agency) -> list[Target]:
    """Every target the agency has or had, the oldest first."""
    return list(Target.objects.filter(agency=agency).order_by("valid_from", "pk"))


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
    hours = calendars.working_time(agency_id=cohort.agency_id) if speeds else None
    base = relation(cohort, population=one.population, hours=hours, speeds=speeds)
    condition = one.condition
    if band:
        condition += " AND " + next(each.condition for each in BANDS if each.code == band)
    return base, condition


def _rows(base: Relation, select: str) -> list[tuple[Any, ...]]:
    # The names of columns and conditions are ours; every value is a parameter.
    with connection.cursor() as cursor:
        cursor.execute(f"{base.sql}\n{select}", base.parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
