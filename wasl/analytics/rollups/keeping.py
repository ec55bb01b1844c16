# ruff: noqa: S608 - what is put into statements stands in this room; every value is a parameter.
"""Bringing what is kept up to the moment: find the cases that count otherwise now, and work out what they add.

Cases are found by the facts of transactions that were not over at the last look (their `xmin` against the horizon of
that look's snapshot, so that nothing committed late is passed over, whatever its number), by moments that have come
(`CaseFact.next_at`), and by marks (`Recount`). What a case adds is asked of the same relation that all figures are
counted over; the difference to what it added before is put on the sums in the same transaction. One run works at a
time; a run that is killed leaves whole batches behind and the rest still marked. An agency whose figures are not whole
yet has facts alone: its sums are made of all of them at once, in the end.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from wasl.analytics.measures import Cohort, Population
from wasl.analytics.measures.definitions import MEASURES
from wasl.analytics.measures.periods import ONE_DAY, midnight
from wasl.analytics.measures.relation import relation, worked
from wasl.analytics.models import AgencyLedger, Ledger, LengthTally, Recount, Tally
from wasl.analytics.rollups import shape, takings
from wasl.analytics.rollups.shape import BITS, COLUMNS, DIMENSIONS, LENGTHS, WAY, pairs, spans, step_of
from wasl.calendars import queries as calendars
from wasl.cases.events import CaseFact, DueMomentsMoved, StaffComplaintLifted, StaffComplaintOpened
from wasl.cases.models import Case
from wasl.catalogue.models import Service
from wasl.core import edition, events
from wasl.directory import queries as directory
from wasl.directory.models import Agency

BATCH = 5_000
# Cases of one month share most of their sums, so the more at once, the fewer writes.
LATE_BATCH = 25_000
# A number may be taken some time before its transaction is known by a number of its own: so long none is given up.
SETTLES_AFTER = timedelta(seconds=60)
MOST_SETTLING = 60
# Any number that nobody else locks.
_LOCK = 7_261_104

_OF_CASE = (
    "case_id", "agency_id", "registered_on", "unit_id", "category_id", "service_id", "wilayat_id", "kind", "channel",
    "importance", "confidential", "flags", "is_open", "finished_on", "cycle", "acknowledge", "first_answer",
)  # fmt: skip
# What is kept beside it but summed nowhere.
_BESIDE = ("next_at", "registered_at", "resolved_at", "reopened_at", "aside_at", "moved_at", "is_storied", "lasting")
_ASIDE = ("CaseMerged", "CaseUnmerged", "CaseExcluded")


def keep_up(*, at: datetime, seconds: float = 3.0) -> int:
    """Bring all figures to the moment; gives the number of cases that were worked out anew.

    What only the rules have changed comes last, and no longer than so many seconds; the next run goes on with it.
    """
    began = datetime.now(at.tzinfo)
    look(at=at)
    done = 0
    while number := count_batch(at=at, late=False):
        done += number
    if not Recount.objects.filter(late=False, due_at__lte=at).exists():
        Ledger.objects.filter(known_at__lt=at).update(known_at=at)
    while datetime.now(at.tzinfo) - began < timedelta(seconds=seconds):
        number = count_batch(at=at, late=True)
        done += number
        if not number:
            break
    if not Recount.objects.filter(late=True, due_at__lte=at).exists():
        _complete(at=at)
    return done


@transaction.atomic
def look(*, at: datetime) -> None:
    """Mark every case that may count otherwise than at the last look."""
    _take_turn()
    seen = _snapshot()
    # At the first look every case is marked; only what is not over yet can still bring facts.
    ledger = Ledger.objects.first() or Ledger.objects.create(known_at=at, horizon=seen.oldest_running)
    horizon = ledger.horizon if ledger.horizon <= seen.newest else 0  # a copy of the house counts its own transactions
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"seen": ledger.seen_id, "horizon": horizon % 2**32, "at": at})
        cursor.execute(_HAS_COME, {"at": at})
    ledger.horizon = seen.oldest_running
    _settle(ledger, seen)
    _look_at_rules(ledger, at=at)
    ledger.save()


# The 32 bits of xmin against those of the horizon, around the turn of their counter.
_LATER = "((e.xmin::text::bigint - %(horizon)s) & 4294967295) < 2147483648"
_MARK = """
INSERT INTO analytics_recount (case_id, agency_id, due_at, late) {select}
ON CONFLICT (case_id) DO UPDATE SET
    due_at = least(analytics_recount.due_at, excluded.due_at), late = analytics_recount.late AND excluded.late
"""
_CHANGED = _MARK.format(
    select=f"""SELECT DISTINCT e.case_id, e.agency_id, %(at)s::timestamptz, false FROM core_eventrecord e
    WHERE e.id > %(seen)s AND e.case_id IS NOT NULL AND {_LATER}
    UNION
    SELECT m.case_id, m.agency_id, %(at)s::timestamptz, false FROM core_eventrecord e
    JOIN cases_duemove m ON m.change_event_id = (e.data->>'change_event_id')::bigint
    WHERE e.id > %(seen)s AND e.kind = '{DueMomentsMoved.kind}' AND {_LATER}
    UNION
    SELECT c.id, c.agency_id, %(at)s::timestamptz, false FROM core_eventrecord e
    JOIN cases_case c ON c.merged_into_id = e.case_id
    WHERE e.id > %(seen)s AND e.kind IN ('{StaffComplaintOpened.kind}', '{StaffComplaintLifted.kind}') AND {_LATER}"""
)
_HAS_COME = _MARK.format(
    select="""SELECT f.case_id, f.agency_id, %(at)s::timestamptz, false FROM analytics_casefact f
    WHERE f.next_at < %(at)s"""
)
_ALL_OF_AGENCY = _MARK.format(
    # In the order they came, so that the cases of a batch share their days and months.
    select="""SELECT c.id, c.agency_id, least(c.registered_at, %(at)s::timestamptz), true
    FROM cases_case c WHERE c.agency_id = %(agency)s"""
)
_OF_DAYS = _MARK.format(
    select="""SELECT c.id, c.agency_id, %(at)s::timestamptz, false FROM cases_case c
    WHERE c.agency_id = %(agency)s AND c.registered_at >= %(from)s AND c.registered_at < %(until)s"""
)


def mark_agency(agency_id: int, *, at: datetime) -> None:
    """All cases of an agency are worked out anew, after whatever happens to cases."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL_OF_AGENCY, {"agency": agency_id, "at": at})


def mark_days(agency: Agency, days: Iterable[date], *, at: datetime) -> None:
    """The cases registered on these days of the agency are worked out anew at the next look."""
    with connection.cursor() as cursor:
        for day in sorted(set(days)):
            bounds: dict[str, Any] = {"from": midnight(day, agency.zone), "until": midnight(day + ONE_DAY, agency.zone)}
            cursor.execute(_OF_DAYS, bounds | {"agency": agency.pk, "at": at})


# --- how far the facts are seen ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Snapshot:
    """What the database knows of transactions: the oldest that runs, the next to come; the last fact to be seen."""

    oldest_running: int
    newest: int
    last_id: int
    at: float


def _snapshot() -> _Snapshot:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(now.it)::text::bigint, pg_snapshot_xmax(now.it)::text::bigint, "
            "coalesce((SELECT max(id) FROM core_eventrecord), 0), extract(epoch FROM clock_timestamp())::float8 "
            "FROM (SELECT pg_current_snapshot() AS it) now"
        )
        return _Snapshot(*cursor.fetchone())


def _settle(ledger: Ledger, seen: _Snapshot) -> None:
    """Give up looking at facts of which none can come any more: all transactions of their time are over."""
    over, waiting = 0, []
    for last_id, newest, at in ledger.settling:
        if newest <= seen.oldest_running and seen.at - at >= SETTLES_AFTER.total_seconds():
            over = max(over, last_id)
        else:
            waiting.append([last_id, newest, at])
    ledger.seen_id = max(ledger.seen_id, over)
    # A long transaction holds all of them up: then every second one is enough.
    ledger.settling = [
        *(waiting[::2] if len(waiting) > MOST_SETTLING else waiting),
        [seen.last_id, seen.newest, seen.at],
    ]


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


# --- by which rules ---------------------------------------------------------------------------------------------------


def _look_at_rules(ledger: Ledger, *, at: datetime) -> None:
    """Where calendar, zone or the groups of services have changed, the whole agency is worked out anew."""
    present = f"{WAY} {edition.stamp()}"
    if present == ledger.edition:
        return
    ledger.edition = present
    known = {row.agency_id: row for row in AgencyLedger.objects.all()}
    for agency in directory.all_agencies():
        row, rules = known.get(agency.pk), _rules(agency)
        if row is None:
            AgencyLedger.objects.create(agency_id=agency.pk, rules=rules)
            mark_agency(agency.pk, at=at)
        elif row.rules != rules:
            # Figures of the old rules stay meanwhile; those of old measures lack some.
            row.is_whole = row.is_whole and row.rules.split()[0] == rules.split()[0]
            row.rules = rules
            row.save()
            mark_agency(agency.pk, at=at)


def _rules(agency: Agency) -> str:
    """A short name of everything by which the agency's cases are counted, besides what happens to them."""
    hours = calendars.working_time(agency_id=agency.pk)
    groups = list(Service.objects.filter(agency=agency).order_by("pk").values_list("pk", "category_id"))
    told = repr((str(agency.zone), hours.periods, hours.always_open, sorted(hours.holidays), groups))
    return f"{WAY} {hashlib.sha256(told.encode()).hexdigest()[:48]}"


def _complete(*, at: datetime) -> None:
    """Make the sums of agencies all of whose facts are there: from then on their figures are whole."""
    for number in AgencyLedger.objects.filter(is_whole=False).values_list("agency_id", flat=True):
        with transaction.atomic():
            _take_turn()
            if not Recount.objects.filter(agency_id=number, due_at__lte=at).exists():
                _sum_up(number)
                AgencyLedger.objects.filter(agency_id=number).update(is_whole=True)


def _sum_up(agency_id: int) -> None:
    """Make all sums of an agency of its facts: lengths at once, counts month by month."""
    LengthTally.objects.filter(agency_id=agency_id).delete()
    Tally.objects.filter(agency_id=agency_id).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")  # to hold all sums of a month at once
        cursor.execute(_LENGTHS_SUMMED_UP, {"agency": agency_id})
        cursor.execute(_MONTHS, {"agency": agency_id})
        for first, until in cursor.fetchall():
            cursor.execute(_COUNTS_SUMMED_UP, {"agency": agency_id, "first": first, "until": until})
        takings.sum_up(cursor, agency_id)


# --- what a case adds -------------------------------------------------------------------------------------------------


def count_batch(*, at: datetime, late: bool) -> int:
    """Work out the next marked cases, in one transaction; gives their number."""
    with transaction.atomic():
        _take_turn()
        size = LATE_BATCH if late else BATCH
        marked = Recount.objects.filter(late=late, due_at__lte=at).order_by("due_at", "case_id")
        chosen = list(marked.select_for_update(skip_locked=True).values_list("agency_id", "case_id")[:size])
        whole = set(AgencyLedger.objects.filter(is_whole=True).values_list("agency_id", flat=True))
        for agency_id, rows in groupby(sorted(chosen), key=lambda row: row[0]):
            _count(agency_id, [case_id for _, case_id in rows], at=at, is_summed=agency_id in whole)
        return len(chosen)


def _count(agency_id: int, numbers: Sequence[int], *, at: datetime, is_summed: bool) -> None:
    Recount.objects.filter(case_id__in=numbers).delete()
    zone = directory.agency_by_id(agency_id).zone
    earliest = Case.objects.filter(pk__in=numbers).aggregate(at=Min("registered_at"))["at"]
    first = min(earliest or at, at)
    cohort = Cohort(agency_id=agency_id, zone=zone, start=first, end=at + ONE_DAY, as_of=at)
    hours = calendars.working_time(agency_id=agency_id)
    base = relation(cohort, population=Population.NAMED, hours=hours, speeds=True, named=numbers)
    base.parameters["aside"] = list(_ASIDE)
    with connection.cursor() as cursor:
        cursor.execute(f"{base.sql}, {_written(is_summed=is_summed)}", base.parameters)
        cursor.execute(_GONE, base.parameters)
        takings.write(cursor, base.parameters, is_summed=is_summed)
        cursor.execute(_TO_COME, base.parameters | {"kinds": _kinds()})


def _kinds() -> list[str]:
    """Every kind of fact about a case."""
    return [kind for (kind, _), cls in events.registered_events().items() if issubclass(cls, CaseFact)]


def _flags() -> str:
    return " | ".join(f"(coalesce({one}, false)::int << {place})" for place, one in enumerate(BITS.values()))


_IS_ASIDE = MEASURES["set_aside"].condition


def _fresh() -> str:
    """What the cases add now, with how long things went on happening to each."""
    latest = "greatest(registered_at, resolved_at, reopened_at, aside_at, moved_at)"
    return f"SELECT *, {shape.lasting(latest, 'is_storied')} AS lasting FROM ({_fresh_facts()}) fresh"


def _fresh_facts() -> str:
    lengths = ", ".join(
        f"CASE WHEN {MEASURES[code].condition} THEN {worked('registered_at', moment)} END AS {column}"
        for column, (code, moment) in LENGTHS.items()
    )
    return f"""
    SELECT id AS case_id, %(agency)s::bigint AS agency_id,
        (registered_at AT TIME ZONE %(zone)s)::date AS registered_on,
        unit_id, category_id, service_id, wilayat_id, kind, channel, importance, confidential, {_flags()} AS flags,
        status = 'open' AS is_open,
        CASE WHEN {MEASURES["completed"].condition} THEN (resolved_at AT TIME ZONE %(zone)s)::date END AS finished_on,
        {lengths},
        CASE WHEN status = 'open' THEN least(
            CASE WHEN open_due_at >= %(as_of)s AND counted_to = %(as_of)s THEN open_due_at END,
            CASE WHEN referred_at IS NULL AND referral_due_at >= %(as_of)s THEN referral_due_at END) END AS next_at,
        registered_at, resolved_at, reopened_at,
        CASE WHEN {_IS_ASIDE} THEN told.aside_at END AS aside_at, told.moved_at,
        coalesce(told.turns, 0) > (CASE WHEN {_IS_ASIDE} AND resolved_at IS NULL THEN 1 ELSE 0 END) AS is_storied
    FROM cohort LEFT JOIN (
        SELECT e.case_id, max(e.at) FILTER (WHERE e.kind = ANY(%(moves)s)) AS moved_at,
            max(e.at) FILTER (WHERE e.kind = ANY(%(aside)s)) AS aside_at,
            count(*) FILTER (WHERE e.kind = ANY(%(aside)s)) AS turns
        FROM core_eventrecord e
        WHERE e.case_id = ANY(%(named)s) AND e.at <= %(as_of)s AND e.kind = ANY(%(moves)s::text[] || %(aside)s::text[])
        GROUP BY e.case_id
    ) told ON told.case_id = cohort.id"""


@cache
def _written(*, is_summed: bool) -> str:
    """Facts, and sums and lengths too where they are kept already, in one statement: each part sees what was before."""
    old, new = (", ".join(f"{one}.{name}" for name in _OF_CASE) for one in ("o", "f"))
    every = ", ".join((*_OF_CASE, *_BESIDE))
    written = ", ".join(f"{name} = excluded.{name}" for name in (*_OF_CASE[1:], *_BESIDE))
    facts = f"""INSERT INTO analytics_casefact ({every}) SELECT {every} FROM fresh
    ON CONFLICT (case_id) DO UPDATE SET {written}"""
    if not is_summed:
        return f"fresh AS MATERIALIZED ({_fresh()}) {facts}"
    return f"""
fresh AS MATERIALIZED ({_fresh()}),
old AS MATERIALIZED (SELECT * FROM analytics_casefact WHERE case_id = ANY(%(named)s)),
changed AS MATERIALIZED (
    SELECT -1 AS sign, {old} FROM old o LEFT JOIN fresh f USING (case_id) WHERE ({old}) IS DISTINCT FROM ({new})
    UNION ALL
    SELECT 1, {new} FROM fresh f LEFT JOIN old o USING (case_id) WHERE ({old}) IS DISTINCT FROM ({new})
),
facts AS ({facts}),
came AS (SELECT * FROM changed), done AS (SELECT * FROM changed WHERE finished_on IS NOT NULL),
lengths AS ({_summed_lengths()}),
{_summed_counts()}"""


def _summed_lengths() -> str:
    """What cases that `came` put on the sums of steps."""
    lengths = ", ".join(f"({number}, {column})" for number, column in enumerate(LENGTHS))
    kept = ", ".join(f"({number}, {length}, {span!r}, {of_all})" for number, length, span, of_all in spans())
    return f"""
    INSERT INTO analytics_lengthtally (agency_id, first_on, length, unit_id, confidential, step, number)
    SELECT %(agency)s, date_trunc(k.span, registered_on)::date, k.number,
        CASE WHEN k.of_all THEN {shape.ALL_UNITS} ELSE unit_id END, confidential, step, sum(n)
    FROM (
        SELECT registered_on, l.length, unit_id, confidential, {step_of("l.seconds")} AS step, sum(sign) AS n
        FROM came CROSS JOIN LATERAL (VALUES {lengths}) l(length, seconds)
        WHERE l.seconds IS NOT NULL GROUP BY 1, 2, 3, 4, 5 HAVING sum(sign) <> 0
    ) steps JOIN (VALUES {kept}) k(number, length, span, of_all) ON k.length = steps.length
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (agency_id, first_on, length, unit_id, confidential, step)
        DO UPDATE SET number = analytics_lengthtally.number + excluded.number"""


def _summed_counts() -> str:
    """What cases that `came` and were `done` put on the sums, by day of registration and of completion."""
    told = ", ".join(DIMENSIONS.values())
    keys = ", ".join(f"{column}::text" for column in DIMENSIONS.values())
    masks = ", ".join(f"({_mask(grain, a, b)}, {grain!r}, {a}, {b})" for grain, a, b in pairs())
    place = "grain, first_on, a, a_key, b, b_key, unit_id, confidential"
    counts = ", ".join(f"sum(n * (flags >> {bit} & 1)) AS {code}" for bit, code in enumerate(BITS))
    added = ", ".join(f"{code} = analytics_tally.{code} + excluded.{code}" for code in COLUMNS)
    return f"""
counted AS (
    SELECT sign, registered_on AS day, flags, 0 AS finished, unit_id, confidential, {told} FROM came
    UNION ALL
    SELECT sign, finished_on, 0, 1, unit_id, confidential, {told} FROM done
),
patterns AS (
    SELECT GROUPING(day, {told}) AS mask, coalesce(day, month) AS first_on, ARRAY[{keys}] AS keys,
        unit_id, confidential, flags, finished, sum(sign) AS n
    FROM (SELECT *, date_trunc('month', day)::date AS month FROM counted) counted
    GROUP BY unit_id, confidential, flags, finished, GROUPING SETS ({", ".join(sorted(set(map(_set, pairs()))))})
    HAVING sum(sign) <> 0
),
placed AS (
    SELECT grain, first_on, a, coalesce(keys[a], '') AS a_key, b, coalesce(keys[b], '') AS b_key,
        unit_id, confidential, flags, finished, n
    FROM patterns JOIN (VALUES {masks}) m(mask, grain, a, b) USING (mask)
)
INSERT INTO analytics_tally (agency_id, {place}, {", ".join(COLUMNS)})
SELECT %(agency)s, {place}, {counts}, sum(n * finished) FROM placed
GROUP BY {place}
ON CONFLICT (agency_id, {place}) DO UPDATE SET {added}
"""


def _set(combination: tuple[str, int, int]) -> str:
    """A combination of dimensions as one of GROUPING SETS; the order of two makes no other."""
    grain, *chosen = combination
    columns = [DIMENSIONS[one] for one in sorted(chosen) if one]
    return f"({', '.join(['day' if grain == shape.DAY else 'month', *columns])})"


def _mask(grain: str, a: int, b: int) -> int:
    """What GROUPING tells of its rows: a bit for the day and each dimension, set where it is not told apart."""
    return sum(
        (not told) << place
        for place, told in enumerate(reversed([grain == shape.DAY, *(one in (a, b) for one in DIMENSIONS)]))
    )


def _of_month(day: str) -> str:
    return f"""SELECT 1 AS sign, {", ".join(_OF_CASE)} FROM analytics_casefact
    WHERE agency_id = %(agency)s AND {day} >= %(first)s AND {day} < %(until)s"""


# The months of the first and the last fact of an agency, and all between them.
_MONTHS = """
SELECT first::date, (first + interval '1 month')::date FROM (
    SELECT min(registered_on) AS start, greatest(max(registered_on), max(finished_on)) AS stop
    FROM analytics_casefact WHERE agency_id = %(agency)s
) known CROSS JOIN LATERAL generate_series(date_trunc('month', start::timestamp), stop, '1 month') AS first
ORDER BY 1
"""
_COUNTS_SUMMED_UP = f"""
WITH came AS MATERIALIZED ({_of_month("registered_on")}),
done AS MATERIALIZED ({_of_month("finished_on")}),
{_summed_counts()}"""
_LENGTHS_SUMMED_UP = f"""
WITH came AS (SELECT 1 AS sign, {", ".join(_OF_CASE)} FROM analytics_casefact WHERE agency_id = %(agency)s)
{_summed_lengths()}"""
# A case that is not there any more, not yet by a clock that was put back, or closed as a complaint about staff, adds
# nothing; what it added is taken off.
_GONE = """
DELETE FROM analytics_casefact f WHERE f.case_id = ANY(%(named)s)
    AND NOT EXISTS (SELECT FROM cases_case c WHERE c.id = f.case_id AND c.registered_at <= %(as_of)s
        AND c.compartment_id IS NULL)
"""
# What was written by a clock that goes ahead of this one counts when its moment has come.
_TO_COME = _MARK.format(
    select="""SELECT e.case_id, e.agency_id, min(e.at), false FROM core_eventrecord e
    WHERE e.agency_id = %(agency)s AND e.kind = ANY(%(kinds)s) AND e.at > %(as_of)s AND e.case_id = ANY(%(named)s)
    GROUP BY 1, 2"""
)
