"""Two thousand cases of the demo and a few hundred files: backup while the house works, restore on an empty machine.

Ends with one JSON line of figures; the goal is a restore within a minute. (A house of this size is a month of a city.)
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bench.fill import fill
from drills.crowd import Crowd
from tests.journeys.drill import Ledger, wait_until_quiet
from tests.journeys.house import House
from tests.journeys.sink import Sink
from tests.journeys.test_backup import bare_environment, contents_of, picture_of
from wasl.core.postgres import Cluster

pytestmark = pytest.mark.journey
CASES = int(os.environ.get("WASL_DRILL_CASES", "2000"))
SECONDS_BUSY = 20


class _Filled:
    """The house as the bench fills it up: by copying the cases of the demo."""

    def __init__(self, house: House) -> None:
        self._cluster = Cluster(house.home)

    def database(self, role: str = "owner") -> "psycopg.Connection[Any]":
        return psycopg.connect(self._cluster.url(role), autocommit=True)

    def cases(self) -> int:
        with self.database() as database:
            return int(database.execute("SELECT count(*) FROM cases_case").fetchall()[0][0])


def test_a_busy_house_of_two_thousand_cases_comes_back_whole(sink: Sink, tmp_path: Path) -> None:
    house = House(tmp_path / "home", sink, WASL_DEMO_CASES="120")
    place, home = tmp_path / "backups", tmp_path / "restored"
    try:
        house.start(within=900)
        assert fill(_Filled(house), CASES) >= CASES
        crowd = Crowd(house, Ledger(tmp_path / "ledger"))
        with crowd.reporting():
            time.sleep(SECONDS_BUSY)
            while_busy = json.loads(house.manage("backup", str(place), "--json"))
        assert crowd.problems == [], crowd.problems
        wait_until_quiet(house)
        at_rest = json.loads(house.manage("backup", str(place), "--json", "--verify"))
        before = picture_of(house)
        began = time.monotonic()
        ring = house.home / "keys" / "ring.json"
        command = [sys.executable, "-m", "wasl.config.cli", "restore", str(place), "--home", str(home)]
        subprocess.run([*command, "--keys", str(ring)], env=bare_environment(), capture_output=True, check=True)
        took = time.monotonic() - began
        house.stop()
        again = House(home, sink)
        again.start()
        try:
            assert picture_of(again) == before
            assert all(name == sha256 for name, sha256 in contents_of(home).items())
        finally:
            again.stop()
    finally:
        if house.runner.poll() is None:
            house.stop()
        Cluster(house.home).discard()

    figures = {"busy_s": while_busy["seconds"], "rest_s": at_rest["seconds"], "restore_s": round(took, 1)}
    print(json.dumps({"drill": "backup", "cases": before["cases_case"][0], **figures, **crowd.tries}))
    assert before["cases_case"][0] >= CASES
    assert at_rest["copied"] < at_rest["contents"], "the second backup copied what the first one had"
