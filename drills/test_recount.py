"""A holiday is announced while 100,000 open clocks run over it, and citizens go on sending reports.

All clocks are counted anew within a minute in one job, each right as if it had been known before; reports are taken
meanwhile as before: 20 a second, which is 72,000 an hour. A second holiday is announced in a flood, when the reports
alone want more than the machine has: nobody waits for the recount then either, and how long it takes is told.
`WASL_DRILL_CLOCKS` says how many clocks there shall be (100000), `WASL_DRILL_REPORTS` how many reports a second (20).
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from bench import load, machine_door
from bench.fill import fill_database
from bench.statistics import percentile
from tests.journeys.house import House
from tests.journeys.sink import Sink
from wasl.core.postgres import Cluster

pytestmark = pytest.mark.journey

CLOCKS = int(os.environ.get("WASL_DRILL_CLOCKS", "100000"))
REPORTS = float(os.environ.get("WASL_DRILL_REPORTS", "20"))
# That run and keep working hours, of an open case of the demo, at the least: its cases differ with the day.
CLOCKS_OF_A_CASE = 2.7
CONNECTIONS = 64
WITHIN_SECONDS = 60.0
_TOUCHED = """
SELECT count(*) FROM cases_clock k JOIN directory_agency a ON a.id = k.agency_id
WHERE a.code = 'MUN' AND k.stopped_at IS NULL AND NOT k.always_open AND k.due_at >= now()
"""
# No step of a ladder is due in the next hours: the sweep of each minute is another drill's matter.
_THESE_DAYS = """
UPDATE cases_clock SET started_at = now() - random() * interval '1 hour', due_at = now() + interval '3 days',
    share_taken = 0, next_step_at = CASE WHEN next_step_at IS NOT NULL THEN now() + interval '1 day' END
WHERE stopped_at IS NULL AND NOT always_open
"""
# Added as the page does it, by the operation, in one transaction with its fact: on a working day that is none yet.
_HOLIDAY = """
from datetime import timedelta
from wasl.calendars import operations
from wasl.calendars.models import Holiday
from wasl.core import clock
from wasl.core.localized import both
from wasl.directory.queries import agency_by_code
at, agency = clock.now(), agency_by_code("MUN")
today = at.astimezone(agency.zone).date()
days = [today + timedelta(days=n) for n in range(1, 8)]
taken = set(Holiday.objects.filter(agency=agency, on_from__in=days).values_list("on_from", flat=True))
day = next(day for day in days if day.weekday() not in (4, 5) and day not in taken)
operations.add_holiday(agency, name=both("إجازة", "Holiday"), on_from=day, announced_on=today, source="drill", at=at)
"""
# Of the newest change: seconds from its fact to the fact that all has moved, and how many clocks that were.
_DONE = """
SELECT extract(epoch FROM f.recorded_at - e.recorded_at), (f.data->>'clocks')::bigint
FROM core_eventrecord f JOIN core_eventrecord e ON e.id = (f.data->>'change_event_id')::bigint
WHERE f.kind = 'DueMomentsMoved' AND e.id = (SELECT max(id) FROM core_eventrecord WHERE kind = 'CalendarChanged')
"""


class Reports:
    """Reports that come in at a pace of their own, and how they were answered."""

    def __init__(self, house: House, key: str) -> None:
        self.house, self.key = house, key
        self.milliseconds: list[float] = []
        self.statuses: Counter[int] = Counter()

    def come(self, seconds: float) -> "Reports":
        """So many a second for some seconds; nobody waits for the one before."""
        load.offer(
            self.house.port, self.report, self.hear, per_second=REPORTS, seconds=seconds, connections=CONNECTIONS
        )
        return self

    def flood(self, seconds: float) -> "Reports":
        """As many as two senders bring in who send the next when the last is answered."""
        found = load.drive(self.house.port, iter(self.report, b""), connections=2, seconds=seconds)
        self.milliseconds += found.milliseconds
        self.statuses += found.statuses
        return self

    def report(self) -> bytes:
        return machine_door.report(self.house.port, self.key)

    def hear(self, request: bytes, heard: load.Heard) -> None:
        self.milliseconds.append(heard.milliseconds)
        self.statuses[heard.status] += 1

    @property
    def p50(self) -> float:
        return percentile(self.milliseconds, 0.5)

    @property
    def p99(self) -> float:
        return percentile(self.milliseconds, 0.99)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, sink: Sink) -> Iterator[House]:
    """A house of its own with so many clocks that run beyond today."""
    house = House(tmp_path_factory.mktemp("recount") / "home", sink, WASL_DEMO_CASES="600")
    try:
        house.start()
        yield house
    finally:
        house.stop()


def fill_up(house: House) -> None:
    """Copy open cases of the demo."""
    with psycopg.connect(Cluster(house.home).url("owner"), autocommit=True) as database:
        fill_database(database, int(CLOCKS / CLOCKS_OF_A_CASE), agency="MUN", open_share=1.0)


def let_run(house: House) -> int:
    """Let all clocks run from these days into the next; gives how many a holiday then touches."""
    with psycopg.connect(Cluster(house.home).url("owner"), autocommit=True) as database:
        database.execute(_THESE_DAYS)
        database.execute("VACUUM ANALYZE cases_clock")
        database.execute("ANALYZE")
    return int(house.value(_TOUCHED))


@pytest.fixture(scope="module")
def key(busy: House) -> str:
    """Of a program that may send as much as it likes; clocks are there for what it sends."""
    made = busy.manage(
        "apikey", "create", "--agency", "MUN", "--scope", "open311:write", "--per-minute", "60000", "--json"
    )
    fill_up(busy)
    return str(json.loads(made)["key"])


def announced(house: House, come: Callable[[float], Any]) -> tuple[float, int]:
    """Add a holiday while reports come in; seconds until every clock stood right, and how many moved."""
    house.manage("manage", "shell", "-c", _HOLIDAY)
    began = time.monotonic()
    while not (done := house.rows(_DONE)):
        assert time.monotonic() - began < 5 * WITHIN_SECONDS, "the clocks were not counted anew"
        come(3)
    return float(done[0][0]), int(done[0][1])


def told(name: str, calm: Reports, meanwhile: Reports, seconds: float, moved: int) -> None:
    figures = {
        "moved": moved,
        "seconds": round(seconds, 1),
        "calm_p50_ms": round(calm.p50, 1),
        "calm_p99_ms": round(calm.p99, 1),
        "meanwhile": len(meanwhile.milliseconds),
        "meanwhile_p50_ms": round(meanwhile.p50, 1),
        "meanwhile_p99_ms": round(meanwhile.p99, 1),
    }
    print(json.dumps({"drill": name, **figures}))


def test_a_holiday_counts_a_hundred_thousand_clocks_anew_while_reports_come_in(busy: House, key: str) -> None:
    touched = let_run(busy)
    calm, meanwhile = Reports(busy, key).come(10), Reports(busy, key)

    seconds, moved = announced(busy, meanwhile.come)

    told("recount", calm, meanwhile, seconds, moved)
    assert touched >= CLOCKS
    assert moved >= 0.9 * touched
    assert seconds <= WITHIN_SECONDS
    assert set(meanwhile.statuses) == {200}
    # Nobody waits for the recount: a report takes no longer than two workers on the same cores explain.
    assert meanwhile.p50 <= max(5 * calm.p50, 250.0)


def test_a_recount_in_a_flood_holds_nobody_up(busy: House, key: str) -> None:
    touched = let_run(busy)
    calm, meanwhile = Reports(busy, key).flood(8), Reports(busy, key)

    seconds, moved = announced(busy, meanwhile.flood)

    told("recount in a flood", calm, meanwhile, seconds, moved)
    assert moved >= 0.9 * touched
    assert meanwhile.p50 <= max(5 * calm.p50, 250.0)
