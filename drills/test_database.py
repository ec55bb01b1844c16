"""The database stops, falls, and throws everybody out, while citizens send reports without pause.

Every answer is a receipt or "not now, come again" (503 with Retry-After); all is normal half a minute after each fault,
and nothing that was acknowledged is missing. `WASL_DRILL_ROUNDS` says how often each fault strikes (3).
"""

import json
import os
import signal
import time
from collections.abc import Callable

import psycopg
import pytest

from drills.crowd import CITIZENS, Crowd
from tests.journeys import drill
from tests.journeys.drill import Ledger
from tests.journeys.house import House, wait_for
from wasl.core.postgres import Cluster

pytestmark = pytest.mark.journey

ROUNDS = int(os.environ.get("WASL_DRILL_ROUNDS", "3"))


def stop_fast(house: House) -> None:
    """pg_ctl stop -m fast: sessions are ended, the rest is tidy."""
    pid = house.pid("postgres")
    assert pid is not None
    os.kill(pid, signal.SIGINT)


def stop_at_once(house: House) -> None:
    """pg_ctl stop -m immediate: like a crash, the next start recovers."""
    pid = house.pid("postgres")
    assert pid is not None
    os.kill(pid, signal.SIGQUIT)


def end_all_sessions(house: House) -> None:
    """The server lives on, every connection is cut."""
    with psycopg.connect(Cluster(house.home).url("postgres", database="postgres"), autocommit=True) as database:
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'wasl'")


FAULTS: dict[str, Callable[[House], None]] = {
    "stopped fast": stop_fast,
    "stopped at once": stop_at_once,
    "all sessions ended": end_all_sessions,
}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The citizens' book."""
    return Ledger(tmp_path_factory.mktemp("ledger") / "ledger.jsonl")


@pytest.mark.parametrize("fault", [name for name in FAULTS for _ in range(ROUNDS)])
def test_intake_says_not_now_or_takes_the_report_whole(house: House, ledger: Ledger, fault: str) -> None:
    crowd = Crowd(house, ledger)
    with crowd.reporting():
        wait_for(lambda: crowd.tries["receipt"] >= CITIZENS or crowd.problems, seconds=60, what="the first receipts")
        struck_at, before = time.monotonic(), crowd.tries["receipt"]
        FAULTS[fault](house)
        took = crowd.wait_normal(since=struck_at, before=before)
        time.sleep(2)

    print(json.dumps({"drill": "database", "fault": fault, "normal_after_s": round(took, 1), **crowd.tries}))
    assert crowd.problems == [], crowd.problems
    assert took <= 30


def test_nothing_acknowledged_is_lost_and_nothing_sent_twice(house: House, ledger: Ledger) -> None:
    counts = drill.audit(house, ledger)

    print(json.dumps({"drill": "database", **counts}))
    assert counts["acknowledged"] >= len(FAULTS) * ROUNDS * CITIZENS
