"""5,000 creations by parallel processes over the real door give 5,000 references, with the web process killed twice.

Ends with one JSON line of counts. `WASL_DRILL_REPORTS` says how many reports are sent (5,000).
"""

import json
import os
import threading
import time

import pytest

from tests.journeys.house import House
from tests.journeys.program import make_program, send_side_by_side

pytestmark = pytest.mark.journey
REPORTS = int(os.environ.get("WASL_DRILL_REPORTS", "5000"))
PROCESSES = 8


def test_no_number_is_given_twice_and_no_report_lost_or_doubled(house: House) -> None:
    program = make_program(house)
    over = threading.Event()
    kills = threading.Thread(target=_kill_web, args=(house, over))
    kills.start()

    began = time.monotonic()
    given = send_side_by_side(program, processes=PROCESSES, each=REPORTS // PROCESSES)
    took = time.monotonic() - began
    over.set()
    kills.join(120)

    known = [one for (one,) in house.rows("SELECT reference FROM cases_case WHERE channel = 'api'")]
    print(json.dumps({"drill": "references", "reports": len(given), "processes": PROCESSES, "seconds": round(took, 1)}))
    assert len(set(given)) == len(given) == REPORTS // PROCESSES * PROCESSES
    assert sorted(known) == sorted(given)


def _kill_web(house: House, over: threading.Event) -> None:
    for _ in range(2):
        if over.wait(5):
            return
        died_at, dead = time.monotonic(), house.kill("web")
        house.wait_normal("web", dead, since=died_at, within=60)
