"""The clock of our processes jumps an hour ahead and back, an hour back and ahead, while citizens report.

The database keeps the true time: so the two disagree meanwhile, as two machines may. Debian's faketime does it.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drills.crowd import CITIZENS, Crowd
from tests.journeys import drill
from tests.journeys.drill import Ledger
from tests.journeys.house import House, wait_for
from tests.journeys.sink import Sink

pytestmark = pytest.mark.journey
SECONDS_APART = 10


def library() -> Path | None:
    """libfaketime; installed when that is possible here."""
    found = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if found is None and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "faketime"], capture_output=True, check=False)
        found = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    return found


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that says how far the clock stands from the true time."""
    path = tmp_path_factory.mktemp("clock") / "shift"
    path.write_text("+0\n")
    return path


@pytest.fixture(scope="module")
def shifted_house(shift: Path, sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    faketime = library()
    if faketime is None:
        pytest.skip("no faketime here: apt-get install faketime")
    settings = {
        "LD_PRELOAD": str(faketime),
        "FAKETIME_TIMESTAMP_FILE": str(shift),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_RESET": "1",
    }
    one = House(tmp_path_factory.mktemp("house") / "home", sink, **settings)
    try:
        one.start()
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The citizens' book."""
    return Ledger(tmp_path_factory.mktemp("ledger") / "ledger.jsonl")


@pytest.mark.parametrize("hours", [1, -1])
def test_reports_are_taken_whole_while_the_clock_jumps(
    shifted_house: House, ledger: Ledger, shift: Path, hours: int
) -> None:
    crowd = Crowd(shifted_house, ledger)
    took = []
    with crowd.reporting():
        wait_for(lambda: crowd.tries["receipt"] >= CITIZENS or crowd.problems, seconds=60, what="the first receipts")
        for seconds in (hours * 3600, 0):
            shift.write_text(f"{seconds:+d}\n")
            jumped_at, before = time.monotonic(), crowd.tries["receipt"]
            took.append(crowd.wait_normal(since=jumped_at, before=before))
            time.sleep(SECONDS_APART)

    print(json.dumps({"drill": "clock", "hours": hours, "normal_after_s": round(max(took), 1), **crowd.tries}))
    assert crowd.problems == [], crowd.problems
    assert max(took) <= 30


def test_nothing_acknowledged_is_lost_and_nothing_sent_twice(shifted_house: House, ledger: Ledger) -> None:
    counts = drill.audit(shifted_house, ledger)

    print(json.dumps({"drill": "clock", **counts}))
    assert counts["acknowledged"] >= 4 * CITIZENS
