"""A million open cases whose ladders run: the sweep finds what is due by its own index alone, within two seconds.

`WASL_DRILL_CASES` says how many cases there shall be (1000000), `WASL_DRILL_DUE` how many of their clocks are due.
"""

import json
import os
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from bench.fill import DAYS_OF_OPEN, fill_database
from tests.journeys.house import House
from tests.journeys.sink import Sink
from wasl.core.postgres import Cluster

pytestmark = pytest.mark.journey

CASES = int(os.environ.get("WASL_DRILL_CASES", "1000000"))
DUE = int(os.environ.get("WASL_DRILL_DUE", "500"))
WITHIN_SECONDS = 2.0
# As `cases.sweeps.due_clocks` asks, for one batch of the sweep.
FIND = """
SELECT id, next_step_at FROM cases_clock
WHERE stopped_at IS NULL AND paused_at IS NULL AND next_step_at <= now() ORDER BY next_step_at, id LIMIT 500
"""
# Everything lies ahead, but for so many. Said of the cases of the demo, which are then copied with other times: each
# goes back by at most `DAYS_OF_OPEN`.
_AHEAD = """
UPDATE cases_clock SET next_step_at = now() + interval '1 day' * (%s + random() * 30) WHERE stopped_at IS NULL
"""
_SOME_DUE = """
UPDATE cases_clock SET next_step_at = now() - interval '1 minute'
WHERE id IN (SELECT id FROM cases_clock WHERE stopped_at IS NULL AND paused_at IS NULL ORDER BY random() LIMIT %s)
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, sink: Sink) -> Iterator[psycopg.Connection[Any]]:
    """The database of a house of its own with so many open cases; its worker may sweep as it does every minute."""
    house = House(tmp_path_factory.mktemp("escalation") / "home", sink, WASL_DEMO_CASES="300")
    try:
        house.start(within=600)
        with psycopg.connect(Cluster(house.home).url("owner"), autocommit=True) as database:
            began = time.monotonic()
            database.execute("SET maintenance_work_mem = '512MB'")  # for the indexes that are built again at the end
            database.execute(_AHEAD, [DAYS_OF_OPEN + 1])
            fill_database(database, CASES, agency="MUN", open_share=1.0, bare=True)
            database.execute("VACUUM ANALYZE cases_clock")
            print(f"filled in {time.monotonic() - began:.0f} s")
            yield database
    finally:
        house.stop()


def test_what_is_due_is_found_by_its_index_alone(full: psycopg.Connection[Any]) -> None:
    with full.transaction(force_rollback=True):
        full.execute(_SOME_DUE, [DUE])
        began = time.monotonic()
        found = full.execute(FIND).fetchall()
        took = time.monotonic() - began
        plan = "\n".join(line for (line,) in full.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {FIND}"))

    running = full.execute("SELECT count(*) FROM cases_clock WHERE stopped_at IS NULL").fetchone()
    print(plan)
    print(
        json.dumps({"drill": "escalation", "running": running and running[0], "found": len(found), "s": round(took, 4)})
    )
    assert len(found) == min(DUE, 500)
    assert "clock_next_step" in plan
    assert "Seq Scan" not in plan
    assert took <= WITHIN_SECONDS
