# ruff: noqa: S608 - what is put into statements stands in this room; every value is a parameter.
"""Answering from what is kept: sums where they were made, else the slim facts. Counts are exact either way.

A question without a filter, or with one over whole months, is answered from sums; any other from the facts of its days.
Lengths: exact from the facts where there are few, else from steps of a hundredth, which the figures then say.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from wasl.analytics.measures import BANDS, Cohort
from wasl.analytics.measures.cohorts import NONE, Secret
from wasl.analytics.measures.periods import ONE_DAY
from wasl.analytics.models import AgencyLedger, Ledger
from wasl.analytics.rollups import shape
from wasl.analytics.rollups.shape import COLUMNS, DAY, DIMENSIONS, LENGTHS, MONTH, VEILED, WAY

# Up to so many cases their facts are read, for exact times. In a large house almost each lies on a page of its own that
# is not at hand: 30,000 took 250 ms, where the sums take 30.
MOST_SORTED = 5_000
# Below that counting is as quick, and of this very second.
FEW = 5_000

Counts = Counter[str]
Keys = dict[str | None, Counts]


@dataclass(frozen=True)
class Length:
    """What half of some lengths and nine of ten did not exceed; `is_near`: told from steps, within a hundredth."""

    n: int = 0
    half: float | None = None
    nine_of_ten: float | None = None
    is_near: bool = False


@dataclass
class Answer:
    """Counts of all, and by breakdown and key; lengths of all by their names, and those of the breakdown by units."""

    total: Counts = field(default_factory=Counter)
    parts: dict[str, Keys] = field(default_factory=dict)
    lengths: dict[str, Length] = field(default_factory=dict)
    of_units: dict[str | None, Length] = field(default_factory=dict)


def kept_until(agency_id: int) -> datetime | None:
    """The moment up to which the figures of an agency are kept; None while they are not whole, or not worth it.

    Right after an upgrade what is kept was made another way, and lacks what is new, until the next look makes it anew.
    """
    if not AgencyLedger.objects.filter(agency_id=agency_id, is_whole=True, rules__startswith=f"{WAY} ").exists():
        return None
    with connection.cursor() as cursor:
        # In the order of an index: this is asked by every page.
        cursor.execute(
            "SELECT EXISTS (SELECT FROM analytics_casefact WHERE agency_id = %s ORDER BY registered_on OFFSET %s)",
            [agency_id, FEW - 1],
        )
        if not cursor.fetchone()[0]:
            return None
    return Ledger.objects.values_list("known_at", flat=True).first()


def can_answer(cohort: Cohort) -> bool:
    """Is the question one of what is kept: as of that moment, of whole days, of units and not of one person's cases?"""
    whole_days = all(_is_midnight(moment, cohort) for moment in (cohort.start, cohort.end))
    of_people = any(scope.assignee_id is not None for scope in cohort.scopes or ())
    return cohort.is_kept and whole_days and not of_people


def can_look_back(cohort: Cohort, kept: datetime | None) -> bool:
    """Is the question of an earlier moment one of what is kept?"""
    return kept is not None and cohort.as_of <= kept and can_answer(replace(cohort, is_kept=True))


def _is_midnight(moment: datetime, cohort: Cohort) -> bool:
    return moment.astimezone(cohort.zone).time() == datetime.min.time()


@dataclass(frozen=True)
class Days:
    """Days as the whole months among them, and the others."""

    months: list[date]
    days: list[date]

    @classmethod
    def between(cls, first: date, last: date, *, today: date) -> "Days":
        """A month that has not ended is whole when it is looked at from its first day to now."""
        months, days, day = [], [], first
        while day <= last:
            end = _next_month(day) - ONE_DAY
            if day.day == 1 and (end <= last or last >= today):
                months.append(day)
                day = end + ONE_DAY
            else:
                days.append(day)
                day += ONE_DAY
        return cls(months, days)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _months(first: date, number: int) -> list[date]:
    found = [first]
    while len(found) < number:
        found.append(_next_month(found[-1]))
    return found


class Reading:
    """One question put to what is kept."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        zone = cohort.zone
        self.today = cohort.as_of.astimezone(zone).date()
        self.first = cohort.start.astimezone(zone).date()
        self.last = min(cohort.end.astimezone(zone).date() - ONE_DAY, self.today)
        # The last day of which there can be facts: what is whole up to it is whole.
        self.newest = self._newest()
        self.days = Days.between(self.first, self.last, today=self.newest)
        self.filters = _filters(cohort)
        self.parameters: dict[str, Any] = {"agency": cohort.agency_id, "units": _units(cohort)}

    def _newest(self) -> date:
        return self.today

    # --- counts ---------------------------------------------------------------------------------------------------

    def counts(self, dimensions: Mapping[str, int], groups: Mapping[str, str] | None) -> Answer:
        """Totals; by name of each breakdown its parts; and by unit under "unit", where groups of units are given."""
        if len(self.filters) > 1 or (self.filters and self.days.days):
            found = self._from_facts(dimensions)
        else:
            found = self._from_sums(dimensions)
        names = [*dimensions, *(["unit"] if groups is not None else [])]
        answer = Answer(parts={name: Keys() for name in names})
        numbers = {number: name for name, number in dimensions.items()}
        for dimension, key, unit, confidential, counts in found:
            if not dimension:
                answer.total.update(counts)
                if groups is not None:
                    self._add(answer.parts["unit"], groups.get(str(unit)), confidential, counts)
            else:
                self._add(answer.parts[numbers[dimension]], key or None, confidential, counts)
        return answer

    def _add(self, keys: Keys, key: str | None, confidential: bool, counts: Mapping[str, int]) -> None:
        chosen = VEILED if confidential and self.cohort.veiled else key
        keys.setdefault(chosen, Counter()).update(counts)

    def _from_sums(self, dimensions: Mapping[str, int]) -> list[tuple[int, str, int | None, bool, dict[str, int]]]:
        wanted = [0, *dimensions.values()]
        filtered, told, key = "a = ANY(%(wanted)s) AND b = 0", "a", "a_key"
        parameters: dict[str, Any] = {"wanted": wanted, **self.parameters}
        if self.filters:
            ((number, keys),) = self.filters.items()
            parameters |= {"number": number, "keys": keys, "others": [one for one in wanted if one != number]}
            filtered = "a = %(number)s AND a_key = ANY(%(keys)s) AND b = ANY(%(others)s)"
            told, key = "b", "b_key"
        sums = ", ".join(f"sum({code})" for code in COLUMNS)
        rows = self._rows(
            f"SELECT {told}, {key}, CASE WHEN {told} = 0 THEN unit_id END, confidential, {sums} "
            f"FROM analytics_tally WHERE {self._of_days(filtered)} GROUP BY 1, 2, 3, 4",
            parameters,
        )
        found = [(row[0], row[1], row[2], row[3], dict(zip(COLUMNS, row[4:], strict=True))) for row in rows]
        if self.filters and number in dimensions.values():
            found += self._of_the_filter(number, sums, parameters)
        return found

    def _of_the_filter(
        self, number: int, sums: str, parameters: dict[str, Any]
    ) -> list[tuple[int, str, int | None, bool, dict[str, int]]]:
        """Told apart by what it is narrowed to: one part for each of its keys."""
        filtered = "a = %(number)s AND a_key = ANY(%(keys)s) AND b = 0"
        rows = self._rows(
            f"SELECT a_key, confidential, {sums} FROM analytics_tally WHERE {self._of_days(filtered)} GROUP BY 1, 2",
            parameters,
        )
        return [(number, row[0], None, row[1], dict(zip(COLUMNS, row[2:], strict=True))) for row in rows]

    def _of_days(self, filtered: str, among: Days | None = None) -> str:
        among = among or self.days
        days = " OR ".join(
            f"(grain = '{grain}' AND first_on = ANY('{{{','.join(map(str, chosen))}}}'::date[]) AND {filtered})"
            for grain, chosen in ((MONTH, among.months), (DAY, among.days))
            if chosen
        )
        return f"agency_id = %(agency)s AND ({days or 'false'}){self._who()}"

    def _who(self) -> str:
        """Whose cases, and what becomes of confidential ones."""
        units = "" if self.parameters["units"] is None else " AND unit_id = ANY(%(units)s)"
        secret = {Secret.COUNTED: "", Secret.ALONE: " AND confidential", Secret.LEFT_OUT: " AND NOT confidential"}
        return units + secret[self.cohort.secret]

    def _from_facts(self, dimensions: Mapping[str, int]) -> list[tuple[int, str, int | None, bool, dict[str, int]]]:
        condition, parameters = self._chosen_facts()
        keys = {number: f"coalesce({DIMENSIONS[number]}::text, '')" for number in dimensions.values()}
        parts = ["SELECT 0, '', unit_id, confidential, flags, count(*) FROM chosen GROUP BY 3, 4, 5"]
        parts += [
            f"SELECT {number}, {key}, NULL, confidential, flags, count(*) FROM chosen GROUP BY 2, 4, 5"
            for number, key in keys.items()
        ]
        rows = self._rows(
            f"WITH chosen AS MATERIALIZED (SELECT unit_id, confidential, flags, {', '.join(DIMENSIONS.values())} "
            f"FROM analytics_casefact WHERE {condition}) {' UNION ALL '.join(parts)}",
            parameters,
        )
        told = {flags: tuple(shape.codes_of(flags)) for flags in {row[4] for row in rows}}
        found: dict[tuple[int, str, int | None, bool], Counts] = {}
        for dimension, key, unit, confidential, flags, number in rows:
            place = found.setdefault((dimension, key, unit, confidential), Counter())
            for code in told[flags]:
                place[code] += number
        return [(*place, dict(counts)) for place, counts in found.items()]

    def _chosen_facts(self) -> tuple[str, dict[str, Any]]:
        parameters = self.parameters | {"first": self.first, "last": self.last}
        condition = f"agency_id = %(agency)s AND registered_on BETWEEN %(first)s AND %(last)s{self._who()}"
        for number, keys in self.filters.items():
            condition += f" AND coalesce({DIMENSIONS[number]}::text, '') = ANY(%(keys{number})s)"
            parameters[f"keys{number}"] = keys
        return condition, parameters

    # --- by days --------------------------------------------------------------------------------------------------

    def by_step(self, step: str, code: str) -> dict[date, int]:
        """How many cases a measure counts, by the first day of each step; only where there are any."""
        if len(self.filters) > 1:
            return self._steps_of_facts(step, code)
        filtered, parameters = self._filtered()
        among = self.days if step == "month" else Days([], _every(self.first, self.last))
        condition = self._of_days(filtered, among)
        statement = f"SELECT {_first_of(step, 'first_on')}, sum({code}) FROM analytics_tally WHERE {condition}"
        return dict(self._rows(f"{statement} GROUP BY 1 HAVING sum({code}) > 0", parameters))

    def _filtered(self) -> tuple[str, dict[str, Any]]:
        """The sums of everything, or of what one filter leaves."""
        filtered, parameters = "a = 0", dict(self.parameters)
        for number, keys in self.filters.items():
            filtered = "a = %(number)s AND a_key = ANY(%(keys)s)"
            parameters |= {"number": number, "keys": keys}
        return f"{filtered} AND b = 0", parameters

    def _steps_of_facts(self, step: str, code: str) -> dict[date, int]:
        condition, parameters = self._chosen_facts()
        day = "registered_on"
        if code == shape.FINISHED:
            day = "finished_on"
            condition = condition.replace("registered_on", day)
        else:
            condition += f" AND (flags >> {shape.bit(code)} & 1) = 1"
        first = _first_of(step, day)
        return dict(
            self._rows(f"SELECT {first}, count(*) FROM analytics_casefact WHERE {condition} GROUP BY 1", parameters)
        )

    # --- lengths --------------------------------------------------------------------------------------------------

    def lengths(self, names: Sequence[str], counts: Mapping[str, int], groups: Mapping[str, str] | None) -> Answer:
        """The spreads of these lengths, and of the first by unit; sorted where there are few, else from steps."""
        most = max((counts.get(LENGTHS[name][0], 0) for name in names), default=0)
        if most <= MOST_SORTED:
            return self._sorted(names, groups)
        return self._stepped(names, groups)

    def _sorted(self, names: Sequence[str], groups: Mapping[str, str] | None) -> Answer:
        condition, parameters = self._chosen_facts()
        share = "percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {})"
        told = ", ".join(f"count({name}), {share.format(name)}" for name in names)
        chosen = (
            f"WITH chosen AS MATERIALIZED (SELECT unit_id, confidential, {', '.join(names)} "
            f"FROM analytics_casefact WHERE {condition})"
        )
        (row,) = self._rows(f"{chosen} SELECT {told} FROM chosen", parameters)
        answer = Answer(lengths={name: _length(*row[2 * at : 2 * at + 2]) for at, name in enumerate(names)})
        if groups is not None:
            unit, first = "%(groups)s::jsonb->>unit_id::text", names[0]
            if self.cohort.veiled:
                unit = f"CASE WHEN confidential THEN '{VEILED}' ELSE {unit} END"
            rows = self._rows(
                f"{chosen} SELECT {unit}, count({first}), {share.format(first)} FROM chosen GROUP BY 1",
                parameters | {"groups": json.dumps(groups)},
            )
            answer.of_units = {key: _length(n, shares) for key, n, shares in rows}
        return answer

    def _stepped(self, names: Sequence[str], groups: Mapping[str, str] | None) -> Answer:
        numbers = {number: name for number, name in enumerate(LENGTHS) if name in names}
        found = self._near(list(numbers), "NULL::text")
        answer = Answer(lengths={numbers[number]: length for (number, _), length in found.items()})
        if groups is not None:
            unit = "%(groups)s::jsonb->>unit_id::text"
            if self.cohort.veiled:
                unit = f"CASE WHEN confidential THEN '{VEILED}' ELSE {unit} END"
            parts = self._near([0], unit, {"groups": json.dumps(groups)})
            answer.of_units = {key: length for (_, key), length in parts.items()}
        return answer

    def _near(
        self, numbers: Sequence[int], key: str, more: Mapping[str, Any] | None = None
    ) -> dict[tuple[int, str | None], Length]:
        """The spreads of these lengths by a key of units, told from steps: only those that hold the places come."""
        steps, parameters = self._steps(numbers, by_unit=more is not None)
        rows = self._rows(
            f"""WITH steps AS (
                SELECT length, {key} AS key, step, sum(number)::float8 AS n FROM ({steps}) s GROUP BY 1, 2, 3
            ), running AS (
                SELECT *, sum(n) OVER (PARTITION BY length, key ORDER BY step) - n AS before,
                    sum(n) OVER (PARTITION BY length, key) AS total FROM steps WHERE n <> 0
            )
            SELECT length, key, total, step, before, n, share * (total - 1) FROM running
            JOIN (VALUES (0.5::float8), (0.9)) shares(share)
                ON share * (total - 1) >= before AND share * (total - 1) < before + n ORDER BY share""",
            {**parameters, **(more or {})},
        )
        told: dict[tuple[int, str | None], list[float]] = {}
        totals: dict[tuple[int, str | None], int] = {}
        for length, name, total, step, before, number, place in rows:
            told.setdefault((length, name), []).append(_within(step, number, place - before))
            totals[length, name] = int(total)
        return {place: Length(totals[place], half, nine, is_near=True) for place, (half, nine) in told.items()}

    def _steps(self, numbers: Sequence[int], *, by_unit: bool) -> tuple[str, dict[str, Any]]:
        """The relation of steps: sums of whole spans and the facts of the other days; under a filter facts alone."""
        condition, parameters = self._chosen_facts()
        names = list(LENGTHS)
        edge = ", ".join(f"({number}, {names[number]})" for number in numbers)
        facts = f"""SELECT l.length, unit_id, confidential, {shape.step_of("l.seconds")} AS step, 1 AS number
            FROM analytics_casefact CROSS JOIN LATERAL (VALUES {edge}) l(length, seconds)
            WHERE {{}} AND l.seconds IS NOT NULL"""
        if self.filters:
            return facts.format(condition), parameters
        parts = [self._kept_steps(numbers, self._spans(), of_all=not by_unit and parameters["units"] is None)]
        if self.days.days:
            parts.append(facts.format(f"agency_id = %(agency)s AND registered_on = ANY(%(days)s::date[]){self._who()}"))
        return " UNION ALL ".join(parts), parameters | {"days": self.days.days}

    def _kept_steps(self, numbers: Sequence[int], spans: Mapping[int, list[date]], *, of_all: bool) -> str:
        places = " OR ".join(
            f"(length = ANY('{{{','.join(str(shape.number_of(one, span, of_all=of_all)) for one in numbers)}}}'::int[])"
            f" AND first_on = ANY('{{{','.join(map(str, days))}}}'::date[]))"
            for span, days in spans.items()
            if days
        )
        return (
            "SELECT length % 10 AS length, unit_id, confidential, step, number FROM analytics_lengthtally "
            f"WHERE agency_id = %(agency)s AND ({places or 'false'}){self._who()}"
        ).replace("length % 10", "length %% 10")

    def _spans(self) -> dict[int, list[date]]:
        """The whole months of the question as years, then quarters, then what is left of them."""
        left = set(self.days.months)
        found: dict[int, list[date]] = {}
        for span, size in ((shape.YEARS, 12), (shape.QUARTERS, 3)):
            found[span] = []
            for first in sorted(one for one in left if one.month % size == 1):
                # Of a span that has not ended all that there is.
                held = {month for month in _months(first, size) if month <= self.newest}
                if held <= left:
                    found[span].append(first)
                    left -= held
        return found | {shape.MONTHS: sorted(left)}

    # --- what is open ---------------------------------------------------------------------------------------------

    def stock(self) -> tuple[int, int, dict[str, int]]:
        """What is open, what of it is overdue, and how many of each age: from sums, and from facts where none fit."""
        waiting, parameters = self._waiting_facts() if len(self.filters) > 1 else self._waiting_sums()
        ages = ", ".join(f"coalesce(sum(open) FILTER (WHERE {band.condition}), 0)" for band in BANDS)
        ((number, late, *bands),) = self._rows(
            f"SELECT coalesce(sum(open), 0), coalesce(sum(overdue), 0), {ages} FROM ({waiting}) waiting",
            parameters | {"today": self.today},
        )
        return number, late, {band.code: number for band, number in zip(BANDS, bands, strict=True)}

    def _waiting_sums(self) -> tuple[str, dict[str, Any]]:
        """By days as far as bands of ages end; whole months that lie before all of these are as old as any."""
        ending = max(band.last for band in BANDS if band.last is not None)
        edge = (self.today - timedelta(days=ending)).replace(day=1)
        among = Days(self._months_before(edge), _every(edge, self.today))
        filtered, parameters = self._filtered()
        return (
            "SELECT open, overdue, %(today)s::date - first_on AS age "
            f"FROM analytics_tally WHERE {self._of_days(filtered, among)}",
            parameters,
        )

    def _months_before(self, edge: date) -> list[date]:
        """Every month of which there are sums, before this one."""
        ((first,),) = self._rows(
            f"SELECT min(first_on) FROM analytics_tally WHERE agency_id = %(agency)s AND grain = '{MONTH}'",
            self.parameters,
        )
        found = []
        while first is not None and first < edge:
            found.append(first)
            first = _next_month(first)
        return found

    def _waiting_facts(self) -> tuple[str, dict[str, Any]]:
        condition, parameters = self._chosen_facts()
        condition = condition.replace("registered_on BETWEEN %(first)s AND %(last)s", "is_open")
        return (
            f"SELECT 1 AS open, flags >> {shape.bit('overdue')} & 1 AS overdue, %(today)s::date - registered_on AS age "
            f"FROM analytics_casefact WHERE {condition}",
            parameters,
        )

    def _rows(self, statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@dataclass
class Earlier:
    """What is held against another period: counts as they were known at an earlier moment, and the times of those."""

    counts: Counts
    cycle: Length


# By what was known at the moment: of the bits only those that cannot have come later.
_CAME = "(aside_at IS NULL OR aside_at > %(as_of)s)"
_DONE = f"{_CAME} AND resolved_at <= %(as_of)s"
_COMPARED = {
    "received": _CAME,
    "completed": _DONE,
    "on_time": f"{_DONE} AND (flags >> {shape.bit('on_time')} & 1) = 1",
    "late": f"{_DONE} AND (flags >> {shape.bit('late')} & 1) = 1",
    "reopened": f"{_DONE} AND (flags >> {shape.bit('reopened')} & 1) = 1 AND reopened_at <= %(as_of)s",
}
COMPARED = tuple(_COMPARED)


class Looking(Reading):
    """The same question about an earlier moment, of those figures that a period is held against.

    First moments stand in the facts. `others` are the cases of which these do not tell enough: what was set aside and
    came back, and, where the question is of units, kinds, services or classes, what has changed these since. Where
    there are many cases, their sums of now are taken, and only the few to which something happened after the moment are
    looked at: they are found by how long things went on happening to them.
    """

    def others(self) -> list[int]:
        """The numbers of those cases."""
        if self._is_of_what_changes():
            chosen = f"({self._later()}) later WHERE (is_storied OR moved_at > %(as_of)s)"
        else:
            chosen = f"analytics_casefact WHERE {_STORIED}"
        rows = self._rows(f"SELECT case_id FROM {chosen} AND registered_at <= %(as_of)s", self._of_then())
        return [number for (number,) in rows]

    def earlier(self, others: Counts, lengths: Sequence[float]) -> Earlier:
        """All of it, with what was found of the others."""
        if self.filters:
            return self._counted(others, lengths)
        now = self._of_now()
        if now["received"] <= MOST_SORTED:
            return self._counted(others, lengths)
        changed, steps = self._changed(lengths)
        now.update(changed)
        now.update(others)
        return Earlier(now, near(steps))

    def _counted(self, others: Counts, lengths: Sequence[float]) -> Earlier:
        condition, parameters = self._chosen_facts()
        counts = ", ".join(f"count(*) FILTER (WHERE {one})" for one in _COMPARED.values())
        (row,) = self._rows(
            f"""WITH chosen AS MATERIALIZED (
                SELECT flags, cycle, resolved_at, reopened_at, aside_at FROM analytics_casefact
                WHERE {condition} AND {self._tells()}
            )
            SELECT (SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY one.cycle) FROM (
                SELECT cycle FROM chosen WHERE {_DONE} UNION ALL SELECT unnest(%(lengths)s::float8[])) one),
                {counts} FROM chosen""",
            parameters | self._of_then() | {"lengths": list(lengths)},
        )
        told = Counter(dict(zip(COMPARED, row[1:], strict=True)))
        told.update(others)
        return Earlier(told, _length(told["completed"], row[0]))

    def _tells(self) -> str:
        """The facts that tell what was known then."""
        moved = " AND (moved_at IS NULL OR moved_at <= %(as_of)s)" if self._is_of_what_changes() else ""
        return f"registered_at <= %(as_of)s AND NOT is_storied{moved}"

    # --- from the sums of now -------------------------------------------------------------------------------------

    def _newest(self) -> date:
        # Months go on after the moment: only those that have ended by then are whole.
        return date.max

    def _of_now(self) -> Counts:
        """The sums of now over the days of then."""
        total: Counts = Counter()
        for _, _, _, _, counts in self._from_sums({}):
            total.update({code: counts[code] for code in COMPARED})
        return total

    def _later(self) -> str:
        """The relation of the facts of these days to which anything happened after the moment, and storied ones."""
        then = self.cohort.as_of
        since: dict[date, list[int]] = {self.first: [shape.STORIED]}
        for place in range(len(shape.LASTING) + 1):
            day = (then - shape.longest(place)).astimezone(self.cohort.zone).date()
            since.setdefault(max(self.first, min(self.last, day)), []).append(place)
        # Days and classes stand there as they are, not as rows of a relation: else it is not known how few they choose,
        # and all facts are read.
        chosen = " OR ".join(
            f"(lasting = ANY('{{{','.join(map(str, places))}}}'::smallint[]) "
            f"AND registered_on BETWEEN '{day}' AND '{self.last}')"
            for day, places in since.items()
        )
        return f"""SELECT * FROM analytics_casefact WHERE agency_id = %(agency)s AND ({chosen})
            AND (is_storied OR greatest(registered_at, resolved_at, reopened_at, aside_at, moved_at) > %(as_of)s)"""

    def _changed(self, lengths: Sequence[float]) -> tuple[Counts, Counter[int]]:
        """What the sums of now must be changed by, and all steps of lengths as they were."""
        numbers = list(COMPARED)
        now = ", ".join(f"count(*) FILTER (WHERE (flags >> {shape.bit(code)} & 1) = 1)" for code in numbers)
        then = ", ".join(f"count(*) FILTER (WHERE {self._tells()} AND {_COMPARED[code]})" for code in numbers)
        rows = self._rows(
            f"""WITH later AS MATERIALIZED (SELECT * FROM ({self._later()}) f WHERE true{self._who()}),
            told AS (SELECT ARRAY[{now}] AS now, ARRAY[{then}] AS earlier FROM later),
            steps AS (
                {self._steps_of_now()}
                UNION ALL SELECT {shape.step_of("cycle")}, -1 FROM later WHERE cycle IS NOT NULL
                UNION ALL SELECT {shape.step_of("cycle")}, 1 FROM later WHERE {self._tells()} AND {_DONE}
                UNION ALL SELECT {shape.step_of("one")}, 1 FROM unnest(%(lengths)s::float8[]) AS one
            )
            SELECT NULL, NULL, now, earlier FROM told
            UNION ALL SELECT step, sum(number), NULL, NULL FROM steps GROUP BY step""",
            self._of_then() | {"lengths": list(lengths)},
        )
        changed: Counts = Counter()
        steps: Counter[int] = Counter()
        for step, number, ended, began in rows:
            if step is not None:
                steps[step] = number
            else:
                changed.update(dict(zip(numbers, began, strict=True)))
                changed.subtract(dict(zip(numbers, ended, strict=True)))
        return changed, steps

    def _steps_of_now(self) -> str:
        """The steps of the times to completion that are known now; of days they are kept for all units together."""
        whole = self.parameters["units"] is None
        spans = self._spans() | ({shape.DAYS: self.days.days} if whole else {})
        parts = [f"SELECT step, number FROM ({self._kept_steps([0], spans, of_all=whole)}) kept"]
        if self.days.days and not whole:
            parts.append(
                f"SELECT {shape.step_of('cycle')}, 1 FROM analytics_casefact WHERE agency_id = %(agency)s "
                f"AND registered_on = ANY(%(days)s::date[]) AND cycle IS NOT NULL{self._who()}"
            )
        return " UNION ALL ".join(parts)

    def _is_of_what_changes(self) -> bool:
        changing = {shape.KIND, shape.CATEGORY, shape.SERVICE, shape.IMPORTANCE}
        return self.parameters["units"] is not None or bool(changing & set(self.filters))

    def _of_then(self) -> dict[str, Any]:
        days = {"first": self.first, "last": self.last, "days": self.days.days}
        return self.parameters | days | {"as_of": self.cohort.as_of}


_STORIED = f"""agency_id = %(agency)s AND lasting = {shape.STORIED}
                AND registered_on BETWEEN %(first)s AND %(last)s"""


def near(steps: Mapping[int, int]) -> Length:
    """Half and nine of ten of lengths of which only the steps are known: evenly spread within each."""
    n = sum(steps.values())
    if not n:
        return Length()
    half, nine_of_ten = near_shares(steps, (0.5, 0.9))
    return Length(n, half, nine_of_ten, is_near=True)


def near_shares(steps: Mapping[int, int], shares: Sequence[float]) -> list[float]:
    """What such shares of lengths did not exceed, within a hundredth; there must be some."""
    ordered = sorted((step, number) for step, number in steps.items() if number)
    n = sum(number for _, number in ordered)
    return [_at(ordered, share * (n - 1)) for share in shares]


def _at(ordered: Sequence[tuple[int, int]], place: float) -> float:
    before = 0
    for step, number in ordered:
        if place < before + number:
            return _within(step, number, place - before)
        before += number
    return shape.bounds_of(ordered[-1][0])[1]


def _within(step: int, number: float, place: float) -> float:
    """The length at a place among those of one step."""
    lower, upper = shape.bounds_of(step)
    return lower + (upper - lower) * (place + 0.5) / number


def _length(n: int, shares: Sequence[float] | None) -> Length:
    return Length(n, shares[0], shares[1]) if shares and shares[0] is not None else Length(n)


def _filters(cohort: Cohort) -> dict[int, list[str]]:
    """What the question is narrowed to, besides units: the keys of each dimension; none is the empty one."""
    narrowing = cohort.narrowing
    told = {
        shape.KIND: narrowing.kinds,
        shape.CHANNEL: (narrowing.channel,),
        shape.CATEGORY: (narrowing.category,),
        shape.SERVICE: (narrowing.service,),
        shape.WILAYAT: (narrowing.wilayat,),
        shape.IMPORTANCE: (narrowing.importance,),
    }
    chosen = {number: [key for key in keys if key] for number, keys in told.items()}
    return {number: ["" if key == NONE else key for key in keys] for number, keys in chosen.items() if keys}


def _units(cohort: Cohort) -> list[int] | None:
    """The units the question is about, as far as the reader has their figures; None: all."""
    units = cohort.narrowing.units
    if not cohort.is_of_whole_agency:
        own = (scope for scope in cohort.scopes or () if scope.agency_id == cohort.agency_id)
        reached = frozenset[int]().union(*(scope.unit_ids or frozenset() for scope in own))
        units = reached if units is None else units & reached
    return None if units is None else sorted(units)


def _first_of(step: str, day: str) -> str:
    """SQL for the first day of the step in which a day lies."""
    return {"day": day, "week": f"{day} - extract(dow FROM {day})::int"}.get(step, f"date_trunc('month', {day})::date")


def _every(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
