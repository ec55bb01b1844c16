"""kill -9 of web, worker, mail door and PostgreSQL at every marked point, one after the other, and a final audit.

Ends with one JSON line of counts. `WASL_DRILL_ROUNDS` says how often all points are gone through (1).
"""

import itertools
import json
import os

import pytest

from tests.journeys import drill
from tests.journeys.drill import MAIL, POSTGRES, WEB, WORKER, Ledger, Point
from tests.journeys.house import House

pytestmark = pytest.mark.journey

ROUNDS = int(os.environ.get("WASL_DRILL_ROUNDS", "1"))


def in_turn() -> list[Point]:
    """All points, the processes taking turns, so that each one lives for a while between two deaths."""
    rows = itertools.zip_longest(WORKER, WEB, MAIL, POSTGRES)
    return [point for row in rows for point in row if point is not None]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The client's book."""
    return Ledger(tmp_path_factory.mktemp("ledger") / "ledger.jsonl")


@pytest.fixture(scope="module")
def seconds() -> list[float]:
    """How long each return to normal took."""
    return []


@pytest.mark.parametrize("point", in_turn() * ROUNDS, ids=str)
def test_all_is_normal_again_within_half_a_minute(
    house: House, ledger: Ledger, seconds: list[float], point: Point
) -> None:
    seconds.append(drill.endure(house, ledger, point))

    assert seconds[-1] <= 30


def test_nothing_acknowledged_is_lost_and_nothing_sent_twice(
    house: House, ledger: Ledger, seconds: list[float]
) -> None:
    counts = drill.audit(house, ledger)

    print(json.dumps({"drill": "kill points", "kills": len(seconds), "slowest_s": round(max(seconds), 1), **counts}))
    assert counts["acknowledged"] >= len(seconds)
