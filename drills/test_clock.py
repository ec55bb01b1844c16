"""The clock of our processes jumps an hour ahead and back, an hour back and ahead, while citizens report.

The database and its queue keep the true time: so the two disagree meanwhile, as two machines may. The jump is made by
the clock of the house, whose shift every process of a home reads. (A library that shifts the clock of programs,
libfaketime 0.9.10, makes the sleep of Python fail.)
"""

import json
import time

import pytest

from drills.crowd import CITIZENS, Crowd
from tests.journeys import drill
from tests.journeys.drill import Ledger
from tests.journeys.house import House, wait_for

pytestmark = pytest.mark.journey
SECONDS_APART = 10


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The citizens' book."""
    return Ledger(tmp_path_factory.mktemp("ledger") / "ledger.jsonl")


@pytest.mark.parametrize("hours", [1, -1])
def test_reports_are_taken_whole_while_the_clock_jumps(house: House, ledger: Ledger, hours: int) -> None:
    crowd, shift = Crowd(house, ledger), house.home / "clock-shift"
    took = []
    with crowd.reporting():
        wait_for(lambda: crowd.tries["receipt"] >= CITIZENS or crowd.problems, seconds=60, what="the first receipts")
        for seconds in (hours * 3600, 0):
            shift.write_text(str(seconds))
            jumped_at, before = time.monotonic(), crowd.tries["receipt"]
            took.append(crowd.wait_normal(since=jumped_at, before=before))
            time.sleep(SECONDS_APART)

    print(json.dumps({"drill": "clock", "hours": hours, "normal_after_s": round(max(took), 1), **crowd.tries}))
    assert crowd.problems == [], crowd.problems
    assert max(took) <= 30


def test_nothing_acknowledged_is_lost_and_nothing_sent_twice(house: House, ledger: Ledger) -> None:
    counts = drill.audit(house, ledger)

    print(json.dumps({"drill": "clock", **counts}))
    assert counts["acknowledged"] >= 4 * CITIZENS
