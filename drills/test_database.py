"""The database stops, falls, and throws everybody out, while citizens send reports without pause.

Every answer is a receipt or "not now, come again" (503 with Retry-After); all is normal half a minute after each fault,
and nothing that was acknowledged is missing. `WASL_DRILL_ROUNDS` says how often each fault strikes (3).
"""

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.journeys import drill
from tests.journeys.drill import Ledger, Reporting, Unheard
from tests.journeys.house import House, wait_for
from wasl.config.runner.supervisor import SOON
from wasl.core.postgres import Cluster

pytestmark = pytest.mark.journey

ROUNDS = int(os.environ.get("WASL_DRILL_ROUNDS", "3"))
CITIZENS = 3


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


class Crowd:
    """Citizens who report without pause, each retrying until they have their receipt."""

    def __init__(self, house: House, ledger: Ledger) -> None:
        self.house, self.ledger = house, ledger
        self.tries: Counter[str] = Counter()
        self.problems: list[BaseException] = []
        self._over = threading.Event()

    @contextmanager
    def reporting(self) -> Iterator["Crowd"]:
        """Report while the body runs; at the end each finishes what was begun."""
        threads = [threading.Thread(target=self._report_on, name=f"citizen {number}") for number in range(CITIZENS)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in threads:
                thread.join(120)

    def _report_on(self) -> None:
        while not self._over.is_set() and not self.problems:
            try:
                self._report()
            except BaseException as problem:
                self.problems.append(problem)

    def _report(self) -> None:
        report, end = Reporting(self.house, self.ledger), time.monotonic() + 60
        while True:
            try:
                report.once()
            except Unheard as unheard:
                self.tries[type(unheard.__cause__).__name__] += 1
                assert time.monotonic() < end, "a citizen got no receipt within a minute"
                time.sleep(0.3)
            else:
                self.tries["receipt"] += 1
                return


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
        took = wait_for(lambda: _seconds_until_normal(house, crowd, struck_at, before), seconds=40, what="normal work")
        # A process that ends again and again within these seconds of its start makes the runner give up, rightly.
        time.sleep(SOON + 1)

    print(json.dumps({"drill": "database", "fault": fault, "normal_after_s": round(took, 1), **crowd.tries}))
    assert crowd.problems == [], crowd.problems
    assert took <= 30


def _seconds_until_normal(house: House, crowd: Crowd, since: float, before: int) -> float | None:
    works = crowd.tries["receipt"] >= before + 2 * CITIZENS and house.readiness().get("ready")
    return time.monotonic() - since if works or crowd.problems else None


def test_nothing_acknowledged_is_lost_and_nothing_sent_twice(house: House, ledger: Ledger) -> None:
    counts = drill.audit(house, ledger)

    print(json.dumps({"drill": "database", **counts}))
    assert counts["acknowledged"] >= len(FAULTS) * ROUNDS * CITIZENS
