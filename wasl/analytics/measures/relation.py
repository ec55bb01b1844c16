# ruff: noqa: S608 - what is put into statements stands in this room; every value is a parameter.
"""The relation all figures are counted over: one row a case, as it was known at the as-of moment.

Two things keep it honest and quick. A case that was never reopened, and whose state has not changed since the as-of
moment (but for its closing), is taken from its own row; for every other case the facts (`core_eventrecord`) and the
clock rows up to that moment are read, never the present state. What a case was classified as, and whose it was, is
read from the facts where it was changed later. The conditions of the measures stand over these columns:

status (open, resolved, rejected, duplicate, withdrawn, spam), resolved_at (first resolution), due_at (promised for
it), open_due_at and counted_to (promise and clock of an open case), reopened_at (first reopening after that), rating,
age (days), first_contact (settled there, and the person did not come back), referred_at, referral_due_at,
acknowledged_at, answered_at; kind, channel, service_id, category_id, unit_id, wilayat_id, importance, confidential,
registered_at, id.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from wasl.analytics.measures.cohorts import NONE, REFERRAL_WORKING_DAYS, Cohort, Population, Secret
from wasl.calendars.working_time import ONE_DAY, WorkingTime
from wasl.directory.scopes import Scope

# What moves a case between units or classes, and what turns it.
_TO_UNITS = ("CaseReferred", "ReferralReturned", "OwnerAsked", "CaseRaised", "RaiseDecided")
_MOVES = ("CaseClassified", "CaseImportanceChanged", *_TO_UNITS)
_TURNS = {
    "CaseResolved": "resolved",
    "CaseRejected": "rejected",
    "CaseReopened": "open",
    "CaseMerged": "duplicate",
    "CaseUnmerged": "open",
    "CaseWithdrawn": "withdrawn",
    "CaseExcluded": "spam",
}
# A case that was never reopened tells of itself what was known, if its state has not changed since, or if it was
# resolved by then: after that it could only be closed.
_SETTLED = "(c.reopened_times = 0 AND (c.state_since <= %(as_of)s OR coalesce(c.resolved_at <= %(as_of)s, false)))"
# First moments never change once they are there, so a bound on them tells what was known.
_FIRST_CONTACT = """coalesce(c.first_contact_at <= %(as_of)s
        AND (c.contacted_again_at IS NULL OR c.contacted_again_at > %(as_of)s), false)"""
_STATES = """CASE WHEN c.state IN ('duplicate', 'withdrawn', 'spam', 'rejected', 'resolved') THEN c.state
        WHEN c.state = 'closed' AND c.resolved_at IS NOT NULL THEN 'resolved'
        WHEN c.state = 'closed' THEN 'rejected'
        ELSE 'open' END"""

_BEFORE = """
moved AS MATERIALIZED (
    SELECT DISTINCT e.case_id FROM core_eventrecord e JOIN cases_case c ON c.id = e.case_id
    WHERE e.agency_id = %(agency)s AND e.kind = ANY(%(moves)s) AND e.at > %(as_of)s
        AND c.registered_at <= %(as_of)s AND {population}
),
was AS MATERIALIZED (
    SELECT e.case_id,
        (array_agg(e.data->>'kind_code' ORDER BY e.at DESC, e.id DESC)
            FILTER (WHERE e.kind IN ('CaseRegistered', 'CaseClassified')))[1] AS kind,
        (array_agg((e.data->>'service_id')::bigint ORDER BY e.at DESC, e.id DESC)
            FILTER (WHERE e.kind IN ('CaseRegistered', 'CaseClassified')))[1] AS service_id,
        (array_agg(e.data->>'importance' ORDER BY e.at DESC, e.id DESC)
            FILTER (WHERE e.kind IN ('CaseRegistered', 'CaseClassified', 'CaseImportanceChanged')))[1] AS importance,
        (array_agg(coalesce(e.data->>'to_unit_id', e.data->>'unit_id')::bigint ORDER BY e.at DESC, e.id DESC)
            FILTER (WHERE e.kind = 'CaseRegistered' OR e.kind = ANY(%(to_units)s)))[1] AS unit_id
    FROM moved JOIN core_eventrecord e ON e.case_id = moved.case_id
    WHERE e.at <= %(as_of)s
    GROUP BY e.case_id
)"""

_CHOSEN = """
picked AS MATERIALIZED (
    SELECT c.id, c.registered_at, c.channel, c.wilayat_id, c.confidential, c.state, c.state_since, c.resolved_at,
        c.due_at, c.rating, c.rated_at, s.category_id,
        {first_contact} AS first_contact, {was_columns}, {settled} AS settled,
        (%(as_of)s AT TIME ZONE %(zone)s)::date - (c.registered_at AT TIME ZONE %(zone)s)::date AS age
    FROM cases_case c
    LEFT JOIN was ON was.case_id = c.id
    LEFT JOIN catalogue_service s ON s.id = {service}
    WHERE c.agency_id = %(agency)s AND c.registered_at <= %(as_of)s AND c.compartment_id IS NULL AND {where}
),
chosen AS MATERIALIZED (
    SELECT {plain}, {states} AS status, c.resolved_at, c.due_at, c.due_at AS open_due_at,
        CASE WHEN c.state = 'pending_beneficiary' THEN c.state_since ELSE %(as_of)s END AS counted_to,
        NULL::timestamptz AS reopened_at
    FROM picked c WHERE settled
    UNION ALL
    SELECT {plain}, h.status, h.resolved_at, d.due_at, o.due_at, coalesce(o.paused_at, %(as_of)s), r.at
    FROM picked c
    CROSS JOIN LATERAL (
        SELECT min(e.at) FILTER (WHERE e.kind = 'CaseResolved') AS resolved_at,
            coalesce((%(turned)s::text[])[array_position(%(turns)s::text[], (
                array_agg(e.kind::text ORDER BY e.at DESC, e.id DESC))[1])], 'open') AS status
        FROM core_eventrecord e
        WHERE e.case_id = c.id AND e.kind = ANY(%(turns)s) AND e.at <= %(as_of)s
    ) h
    LEFT JOIN LATERAL (
        SELECT k.due_at FROM cases_clock k
        WHERE k.case_id = c.id AND k.kind = 'resolve' AND k.started_at <= h.resolved_at
            AND (k.stopped_at IS NULL OR k.stopped_at >= h.resolved_at)
        ORDER BY k.started_at, k.id LIMIT 1
    ) d ON true
    LEFT JOIN LATERAL (
        SELECT k.due_at, (
            SELECT max(p.from_at) FROM cases_clockpause p
            WHERE p.clock_id = k.id AND p.from_at <= %(as_of)s AND (p.to_at IS NULL OR p.to_at > %(as_of)s)
        ) AS paused_at
        FROM cases_clock k
        WHERE k.case_id = c.id AND k.kind = 'resolve' AND k.started_at <= %(as_of)s
            AND (k.stopped_at IS NULL OR k.stopped_at > %(as_of)s)
        ORDER BY k.started_at DESC, k.id DESC LIMIT 1
    ) o ON true
    CROSS JOIN LATERAL (
        SELECT min(e.at) AS at FROM core_eventrecord e
        WHERE e.case_id = c.id AND e.kind = 'CaseReopened' AND e.at >= h.resolved_at AND e.at <= %(as_of)s
    ) r
    WHERE NOT settled
)"""
_PLAIN = """c.id, c.registered_at, c.channel, c.wilayat_id, c.confidential, c.category_id, c.kind, c.service_id,
        c.unit_id, c.importance, c.age, c.first_contact,
        CASE WHEN c.rated_at <= %(as_of)s THEN c.rating WHEN c.rated_at > %(as_of)s THEN (
            SELECT (e.data->>'rating')::int FROM core_eventrecord e
            WHERE e.case_id = c.id AND e.kind = 'CaseRated' AND e.at <= %(as_of)s ORDER BY e.at DESC, e.id DESC LIMIT 1
        ) END AS rating"""

# First moments never change once they are there, so a bound on them is all the past needs. Both clocks start with the
# registration.
_SPEEDS = """
referrals AS MATERIALIZED (
    SELECT f.case_id, min(f.made_at) AS referred_at FROM cases_referral f JOIN chosen ON chosen.id = f.case_id
    WHERE f.agency_id = %(agency)s AND f.made_at >= %(from)s AND f.made_at <= %(as_of)s GROUP BY f.case_id
),
looks AS MATERIALIZED (
    SELECT k.case_id, min(k.stopped_at) FILTER (WHERE k.kind = 'acknowledge') AS acknowledged_at,
        min(k.stopped_at) FILTER (WHERE k.kind = 'first_answer') AS answered_at
    FROM cases_clock k JOIN chosen ON chosen.id = k.case_id
    WHERE k.agency_id = %(agency)s AND k.kind IN ('acknowledge', 'first_answer')
        AND k.started_at >= %(from)s AND k.started_at < %(until)s AND k.stopped_at <= %(as_of)s
    GROUP BY k.case_id
)"""
# The arrays stand in the statement once; a scalar query of one row is worked out once as well.
_HOURS = """
hours AS MATERIALIZED (
    SELECT %(starts)s::float8[] AS starts, %(lengths)s::float8[] AS lengths, %(before)s::float8[] AS before,
        %(days)s::float8[] AS days, %(closings)s::float8[] AS closings
)"""
_WITH_SPEEDS = """
cohort AS (
    SELECT chosen.*, referrals.referred_at, looks.acknowledged_at, looks.answered_at,
        to_timestamp((SELECT closings FROM hours)[
            width_bucket(extract(epoch FROM chosen.registered_at)::float8, (SELECT days FROM hours))
            + %(referral_days)s]) AS referral_due_at
    FROM chosen LEFT JOIN referrals ON referrals.case_id = chosen.id LEFT JOIN looks ON looks.case_id = chosen.id
)"""
_WITHOUT_SPEEDS = "cohort AS (SELECT * FROM chosen)"

_DIMENSIONS = {
    "channel": "c.channel",
    "importance": "coalesce(was.importance, c.importance)",
}
_SERVICE = "CASE WHEN was.case_id IS NULL THEN c.service_id ELSE was.service_id END"
_UNIT = "coalesce(was.unit_id, c.unit_id)"
# What a review changes, and to whom the case goes then, is the doing of the unit that had it when it was asked for.
_UNIT_REVIEWED = """coalesce((
        SELECT coalesce(e.data->>'to_unit_id', e.data->>'unit_id')::bigint FROM core_eventrecord e
        WHERE e.case_id = c.id AND (e.kind = 'CaseRegistered' OR e.kind = ANY(%(to_units)s)) AND e.at <= (
            SELECT min(a.asked_at) FROM cases_appeal a
            WHERE a.case_id = c.id AND a.asked_at >= %(from)s AND a.asked_at < %(until)s AND a.asked_at <= %(as_of)s)
        ORDER BY e.at DESC, e.id DESC LIMIT 1), c.unit_id)"""
_KIND = "coalesce(was.kind, c.kind)"
_WAS_COLUMNS = f"{_KIND} AS kind, {_SERVICE} AS service_id, {_DIMENSIONS['importance']} AS importance"


@dataclass(frozen=True)
class Relation:
    """The common table expressions that make `cohort`, with their parameters."""

    sql: str
    parameters: dict[str, Any]


def relation(
    cohort: Cohort,
    *,
    population: Population,
    hours: WorkingTime | None = None,
    speeds: bool = False,
    named: Sequence[int] = (),
) -> Relation:
    """The rows a figure of this population is counted over.

    `hours` is needed to measure working time (`worked`); `speeds` adds the first moments of handling and needs it too.
    `named` are the cases of the population of that name; the cohort's days must hold all of them.
    """
    parameters: dict[str, Any] = {
        "named": list(named),
        "agency": cohort.agency_id,
        "from": cohort.start,
        "until": cohort.end,
        "as_of": cohort.as_of,
        "zone": str(cohort.zone),
        "moves": list(_MOVES),
        "to_units": list(_TO_UNITS),
        "turns": list(_TURNS),
        "turned": list(_TURNS.values()),
    }
    unit = _UNIT_REVIEWED if population is Population.REVIEWED else _UNIT
    where = " AND ".join([_POPULATIONS[population], *_narrowed(cohort, unit, parameters)])
    chosen = _CHOSEN.format(
        was_columns=f"{_WAS_COLUMNS}, {unit} AS unit_id",
        first_contact=_FIRST_CONTACT,
        settled=_SETTLED,
        states=_STATES,
        service=_SERVICE,
        plain=_PLAIN,
        where=where,
    )
    parts = [_BEFORE.format(population=_POPULATIONS[population]), chosen]
    if hours is not None:
        parameters |= working_days_of(cohort, hours).as_parameters()
        parts.append(_HOURS)
    parts += [_SPEEDS, _WITH_SPEEDS] if speeds else [_WITHOUT_SPEEDS]
    return Relation("WITH " + ",\n".join(parts), parameters)


# FINISHED and STOCK only say which rows are worth a look; the measure's own condition decides.
_POPULATIONS = {
    Population.COHORT: "c.registered_at >= %(from)s AND c.registered_at < %(until)s",
    Population.FINISHED: (
        "((c.resolved_at >= %(from)s AND c.resolved_at < %(until)s)"
        " OR (c.reopened_times > 0 AND c.state_since >= %(from)s))"
    ),
    Population.STOCK: "(c.is_open OR c.state_since > %(as_of)s)",
    Population.REVIEWED: (
        "c.id IN (SELECT a.case_id FROM cases_appeal a WHERE a.agency_id = %(agency)s"
        " AND a.asked_at >= %(from)s AND a.asked_at < %(until)s AND a.asked_at <= %(as_of)s)"
    ),
    Population.NAMED: "c.id = ANY(%(named)s)",
}


def _narrowed(cohort: Cohort, unit: str, parameters: dict[str, Any]) -> list[str]:
    narrowing, conditions = cohort.narrowing, []
    simple: Sequence[tuple[str, str, object]] = (
        (f"{_KIND} = ANY(%(kinds)s)", "kinds", list(narrowing.kinds)),
        ("c.channel = %(channel)s", "channel", narrowing.channel),
        (f"{_DIMENSIONS['importance']} = %(importance)s", "importance", narrowing.importance),
        (f"{unit} = ANY(%(units)s)", "units", None if narrowing.units is None else list(narrowing.units)),
    )
    for condition, name, value in simple:
        if value or (name == "units" and value is not None):
            conditions.append(condition)
            parameters[name] = value
    for column, name, number in (
        ("s.category_id", "category", narrowing.category),
        (_SERVICE, "service", narrowing.service),
        ("c.wilayat_id", "wilayat", narrowing.wilayat),
    ):
        if number == NONE:
            conditions.append(f"{column} IS NULL")
        elif number:
            conditions.append(f"{column} = %({name})s")
            parameters[name] = int(number)
    if cohort.secret is not Secret.COUNTED:
        conditions.append("c.confidential" if cohort.secret is Secret.ALONE else "NOT c.confidential")
    if cohort.scopes is not None:
        conditions.append(_within(cohort.scopes, cohort.agency_id, unit, parameters))
    return conditions


def _within(scopes: Sequence[Scope], agency_id: int, unit: str, parameters: dict[str, Any]) -> str:
    """The condition that one of the reader's scopes covers a case, with the unit it had then."""
    conditions = ["false"]
    for number, scope in enumerate(scope for scope in scopes if scope.agency_id == agency_id):
        if scope.unit_ids is None:
            return "true"
        if scope.unit_ids:
            parameters[f"scope{number}"] = list(scope.unit_ids)
            conditions.append(f"{unit} = ANY(%(scope{number})s)")
        if scope.assignee_id is not None:
            parameters[f"assignee{number}"] = scope.assignee_id
            conditions.append(f"c.assignee_id = %(assignee{number})s")
    return f"({' OR '.join(conditions)})"


@dataclass(frozen=True)
class WorkingDays:
    """The working time around a cohort as numbers that SQL can search: epochs of spans, and of days with closings."""

    starts: Sequence[float]
    lengths: Sequence[float]
    before: Sequence[float]
    days: Sequence[float]
    closings: Sequence[float]
    day_seconds: float

    def as_parameters(self) -> dict[str, Any]:
        """For the statement."""
        return {
            "starts": list(self.starts),
            "lengths": list(self.lengths),
            "before": list(self.before),
            "days": list(self.days),
            "closings": list(self.closings),
            "referral_days": REFERRAL_WORKING_DAYS,
        }

    def between(self, start: float, end: float) -> float:
        """Working seconds between two epochs: what the statement computes, in Python."""
        return self._until(end) - self._until(start)

    def _until(self, epoch: float) -> float:
        place = bisect_right(self.starts, epoch) - 1
        return self.before[place] + min(epoch - self.starts[place], self.lengths[place])


def working_days_of(cohort: Cohort, hours: WorkingTime) -> WorkingDays:
    """The spans from well before the cohort to well after its as-of moment."""
    first = hours.local_day(cohort.start) - timedelta(days=1)
    last = hours.local_day(max(cohort.as_of, cohort.end)) + timedelta(days=1)
    # A span that ended long ago stands first, so that every moment has one before it.
    spans = [(hours.midnight(first - 30 * ONE_DAY).timestamp(), 0.0)]
    days: list[float] = []
    closings: list[float] = []
    lengths: Counter[float] = Counter()
    for day in _days(first, last, hours):
        in_it = [(start.timestamp(), (end - start).total_seconds()) for start, end in hours.day_spans(day)]
        spans += in_it
        days.append(hours.midnight(day).timestamp())
        closings.append(in_it[-1][0] + in_it[-1][1])
        lengths[sum(length for _, length in in_it)] += 1
    sums = [0.0]
    for _, length in spans[:-1]:
        sums.append(sums[-1] + length)
    usual = lengths.most_common(1)[0][0] if lengths else ONE_DAY.total_seconds()
    return WorkingDays([start for start, _ in spans], [length for _, length in spans], sums, days, closings, usual)


def _days(first: date, last: date, hours: WorkingTime) -> list[date]:
    """The working days from one to the other, and as many more as a referral needs."""
    found, day, more = [], first, REFERRAL_WORKING_DAYS + 1
    limit = last + timedelta(days=60)
    while (day <= last or more) and day <= limit:
        if hours.day_spans(day):
            found.append(day)
            more -= day > last
        day += ONE_DAY
    return found


def worked(start: str, end: str) -> str:
    """SQL for the working seconds between two moments of a row, by the spans of the cohort."""
    return f"({_worked_until(end)} - {_worked_until(start)})"


def _worked_until(moment: str) -> str:
    epoch = f"extract(epoch FROM {moment})::float8"
    place = f"width_bucket({epoch}, (SELECT starts FROM hours))"
    return (
        f"((SELECT before FROM hours)[{place}]"
        f" + least({epoch} - (SELECT starts FROM hours)[{place}], (SELECT lengths FROM hours)[{place}]))"
    )
