"""All running clocks that a change of the calendar touches, counted anew: in batches, in one job.

Each batch is a transaction of its own: it takes the cases that nobody else is holding (in the order of their numbers,
cases before clocks as every act does), counts their clocks as they stand then, and writes due moments and `DueMove`
rows together. So a run that is killed leaves whole batches behind, and the next finds nothing to move; an act or
a registration never waits longer than for one batch of its own case, and the recount waits for nobody.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from wasl.accounts.models import User
from wasl.alerts import operations as alerts
from wasl.calendars import queries as calendars
from wasl.calendars.working_time import NeverOpens, WorkingTime
from wasl.cases.events import DueMomentsMoved
from wasl.cases.models import Case, Clock, ClockPause, DueMove
from wasl.cases.moves import Cause, cause_of
from wasl.cases.operations.clocks import COUNTED, count, promise_of
from wasl.core import edition, events, sets
from wasl.core.localized import Localized, both
from wasl.core.marks import mark
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Role

# Cases of one transaction.
BATCH = 500
# Between two looks at the cases that somebody held.
WAIT = 0.2
# A promise that is broken keeps its due moment, and its ladder goes on at another: that is told to nobody.
# A moved promise to resolve is the due moment of its case; of every case that moved programs see another version.
_WRITE = f"""
WITH anew AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%s::json) AS m(
        id bigint, case_id bigint, kind text, before timestamptz,
        {", ".join(f"{name} timestamptz" for name in COUNTED)})
), counted AS (
    UPDATE cases_clock k SET {", ".join(f"{name} = m.{name}" for name in COUNTED)} FROM anew m WHERE k.id = m.id
), moved AS MATERIALIZED (
    SELECT * FROM anew WHERE before <> due_at
), kept AS (
    INSERT INTO cases_duemove (agency_id, change_event_id, clock_id, case_id, kind, before, after, moved_at)
    SELECT %s::bigint, %s::bigint, id, case_id, kind, before, due_at, %s::timestamptz FROM moved
)
UPDATE cases_case c SET version = c.version + 1, updated_at = %s::timestamptz, due_at = coalesce(m.due_at, c.due_at)
FROM (SELECT case_id, max(due_at) FILTER (WHERE kind = 'resolve') AS due_at FROM moved GROUP BY case_id) m
WHERE c.id = m.case_id
"""  # noqa: S608 (columns of our own)


@dataclass(frozen=True)
class Touched:
    """Which clocks a change may move: those of a calendar (None: of all) that run over some of its days."""

    agency: Agency
    calendar_id: int | None
    from_on: date | None
    to_on: date | None

    def clocks(self) -> QuerySet[Clock]:
        """The running clocks among them."""
        found = Clock.objects.filter(agency_id=self.agency.pk, stopped_at__isnull=True, always_open=False)
        if self.calendar_id is not None:
            default = calendars.default_calendar(self.agency.pk)
            counts = Q(calendar_id=self.calendar_id)
            if default is not None and default.pk == self.calendar_id:
                counts |= Q(calendar__isnull=True)
            found = found.filter(counts)
        # A day more on both sides: hours may reach past midnight. A promise that is broken climbs its ladder still.
        if self.from_on is not None:
            begin = _midnight(self.agency, self.from_on - timedelta(days=1))
            found = found.filter(Q(due_at__gte=begin) | Q(next_step_at__gte=begin))
        if self.to_on is not None:
            found = found.filter(started_at__lt=_midnight(self.agency, self.to_on + timedelta(days=2)))
        return found


def _midnight(agency: Agency, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=agency.zone).astimezone(UTC)


def recount(change: EventRecord, *, at: datetime) -> int:
    """Count anew what a change of the calendar (its CalendarChanged) touches; says how many clocks have moved for it.

    May be done again at any time: what stands right already stays, and who was told is not told again.
    """
    agency = directory.agency_by_id(change.agency_id)
    touched = _touched(change, agency)
    left = list(touched.clocks().values_list("case_id", flat=True).distinct().order_by("case_id"))
    while left:
        held: list[int] = []
        for start in range(0, len(left), BATCH):
            held += _count_batch(touched, left[start : start + BATCH], change, at=at)
            mark("cases.recounted_batch")
        # One that was taken away meanwhile will never be free.
        left = list(Case.objects.filter(pk__in=held).order_by("pk").values_list("pk", flat=True))
        if left:
            time.sleep(WAIT)
    return _tell(agency, change, at=at)


def _touched(change: EventRecord, agency: Agency) -> Touched:
    data = change.data
    days = (date.fromisoformat(data[name]) if data.get(name) else None for name in ("from_on", "to_on"))
    return Touched(agency, data.get("calendar_id") or None, *days)


@transaction.atomic
def _count_batch(touched: Touched, numbers: Sequence[int], change: EventRecord, *, at: datetime) -> list[int]:
    """Count the clocks of these cases anew; gives the cases that somebody holds just now."""
    free = Case.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=numbers).order_by("pk")
    taken = list(free.values_list("pk", flat=True))
    clocks = list(touched.clocks().filter(case_id__in=taken).order_by("pk"))
    pauses = defaultdict(list)
    of_clocks = ClockPause.objects.filter(clock_id__in=[clock.pk for clock in clocks])
    for pause in of_clocks.order_by("from_at", "pk"):
        pauses[pause.clock_id].append((pause.from_at, pause.to_at))
    with edition.once():
        otherwise = list(_counted_otherwise(clocks, pauses))
    if otherwise:
        _write(otherwise, change, at=at)
    return sorted(set(numbers) - set(taken))


def _counted_otherwise(
    clocks: list[Clock], pauses: dict[int, list[tuple[datetime, datetime | None]]]
) -> Iterator[tuple[Clock, datetime]]:
    """The clocks that stand otherwise now, with their due moments of before."""
    times: dict[int | None, WorkingTime] = {}
    for clock in clocks:
        if clock.calendar_id not in times:
            times[clock.calendar_id] = calendars.working_time(agency_id=clock.agency_id, calendar_id=clock.calendar_id)
        before = _moments(clock)
        try:
            count(clock, promise_of(clock, times[clock.calendar_id]), pauses.get(clock.pk, ()))
        except NeverOpens:  # a calendar without an open hour moves nothing
            continue
        if before != _moments(clock):
            yield clock, before["due_at"]


def _moments(clock: Clock) -> dict[str, Any]:
    return {name: getattr(clock, name) for name in COUNTED}


def _write(otherwise: list[tuple[Clock, datetime]], change: EventRecord, *, at: datetime) -> None:
    """The clocks, a row of each due moment that moved, and their cases, in one statement."""
    rows = [
        {"id": clock.pk, "case_id": clock.case_id, "kind": clock.kind, "before": before, **_moments(clock)}
        for clock, before in otherwise
    ]
    sets.run(_WRITE, [sets.text_of(rows), str(change.agency_id), str(change.pk), at.isoformat(), at.isoformat()])


@transaction.atomic
def _tell(agency: Agency, change: EventRecord, *, at: datetime) -> int:
    """Record once what moved, and tell the owners, each with one word about all of theirs."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    rows = DueMove.objects.filter(change_event=change)
    moved = rows.count()
    if not moved or _is_told(change):
        return moved
    cases = rows.values("case_id").distinct().count()
    events.publish(DueMomentsMoved(change.pk, moved, cases), agency_id=agency.pk, at=at, caused_by=change.pk)
    _tell_owners(agency, rows, cause_of(change), key=f"due moments {change.pk}", at=at)
    return moved


def _is_told(change: EventRecord) -> bool:
    told = EventRecord.objects.filter(
        agency_id=change.agency_id, kind=DueMomentsMoved.kind, at__gte=change.at, data__change_event_id=change.pk
    )
    return told.exists()


def _tell_owners(agency: Agency, rows: QuerySet[DueMove], cause: Cause, *, key: str, at: datetime) -> None:
    shares = rows.values_list("case__unit_id", "case__assignee_id", "case_id").distinct()
    mine: Counter[User] = Counter()
    people = _Owners(agency, at)
    for (unit_id, assignee_id), group in groupby(sorted(shares, key=_owner), key=lambda row: (row[0], row[1])):
        number = len(list(group))
        for person in people.of(unit_id, assignee_id):
            mine[person] += number
    for number, sharing in groupby(sorted(mine, key=lambda person: mine[person]), key=lambda person: mine[person]):
        alerts.alert(
            agency=agency,
            people=sharing,
            kind="due_moments",
            title=_title(number),
            body=cause.sentence,
            at=at,
            dedupe_key=key,
        )


def _owner(row: tuple[int, int | None, int]) -> tuple[int, int]:
    return row[0], row[1] or 0


class _Owners:
    """Who is told of a unit's cases, asked once for each unit and person."""

    def __init__(self, agency: Agency, at: datetime) -> None:
        self.at, self.units = at, directory.known_units(agency.pk)
        self.liaison: dict[int, list[User]] = {}

    def of(self, unit_id: int, assignee_id: int | None) -> list[User]:
        """The person who has the case, or while there is none the liaison officers of the unit."""
        if assignee_id is not None:
            there = directory.in_place_of(User.objects.get(pk=assignee_id), unit=self.units[unit_id], at=self.at)
            if there:
                return there
        if unit_id not in self.liaison:
            self.liaison[unit_id] = directory.standing(self.units[unit_id], {Role.LIAISON}, self.at)
        return self.liaison[unit_id]


def _title(number: int) -> Localized:
    if number == 1:
        return both("تغيّرت مواعيد طلب واحد لديكم", "The due moments of one of your cases moved")
    if number == 2:
        return both("تغيّرت مواعيد طلبين لديكم", "The due moments of 2 of your cases moved")
    arabic = f"{number} طلبات" if 3 <= number % 100 <= 10 else f"{number} طلباً"
    return both(f"تغيّرت مواعيد {arabic} لديكم", f"The due moments of {number} of your cases moved")
