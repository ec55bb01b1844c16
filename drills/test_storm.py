"""Five times as much comes as can be taken, for a minute: programs send reports without regard, and people go on.

What cannot be taken is refused within a second and told when to come again; nearly as much is taken as on a good day,
nothing that was acknowledged is lost or doubled, people find their pages, and a minute later all is as before.
`WASL_DRILL_SECONDS` says how long the storm lasts (60).
"""

import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bench import load, machine_door
from bench.load import Heard
from bench.statistics import percentile
from tests.journeys.house import House
from tests.journeys.sink import Sink

pytestmark = pytest.mark.journey

SECONDS = float(os.environ.get("WASL_DRILL_SECONDS", "60"))
TIMES = 5
CONNECTIONS = 800
MEASURED_FOR, MEASURED_WITH = 12.0, 16
STILL_SERVED = 0.8
REFUSED_WITHIN_MS = 1000.0


@pytest.fixture(scope="module")
def stormy(tmp_path_factory: pytest.TempPathFactory, sink: Sink) -> Iterator[House]:
    """A house of its own: what the storm leaves to be done is nobody else's."""
    house = House(tmp_path_factory.mktemp("storm") / "home", sink)
    try:
        house.start()
        yield house
    finally:
        house.stop()


@dataclass
class Storm:
    """What came back to the programs: acknowledged references, refusals, and whatever else."""

    references: list[str] = field(default_factory=list)
    refused_ms: list[float] = field(default_factory=list)
    without_retry_after: int = 0
    others: Counter[str] = field(default_factory=Counter)

    def hear(self, request: bytes, heard: Heard) -> None:
        if heard.status == 200:
            self.references.append(json.loads(heard.content)[0]["service_request_id"])
        elif heard.status == 503:
            self.refused_ms.append(heard.milliseconds)
            self.without_retry_after += b"\r\nretry-after: " not in heard.head.lower()
        else:
            self.others[f"{heard.status} {heard.content[:200].decode(errors='replace')}"] += 1


@dataclass
class Visitor:
    """A person who opens a page of the portal once a second."""

    house: House
    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Visitor":
        self._thread = threading.Thread(target=self._visit)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(60)

    def _visit(self) -> None:
        while not self._over.wait(1):
            began = time.monotonic()
            try:
                with urllib.request.urlopen(f"{self.house.url}/report", timeout=30) as answer:
                    answer.read()
                    self.statuses[answer.status] += 1
            except urllib.error.HTTPError as refused:
                self.statuses[refused.code] += 1
            except OSError:
                self.statuses[load.LOST] += 1
            self.milliseconds.append((time.monotonic() - began) * 1000)


def test_a_storm_passes(stormy: House) -> None:
    house = stormy
    made = house.manage("apikey", "create", "--agency", "MUN", "--scope", "open311:write", *_AS_FAST, "--json")
    key = json.loads(made)["key"]
    before = house.value("SELECT count(*) FROM cases_case")

    def report() -> bytes:
        return machine_door.report(house.port, key)

    calm = load.drive(house.port, (report() for _ in range(20)), connections=1)
    best = load.drive(house.port, iter(report, b""), connections=MEASURED_WITH, seconds=MEASURED_FOR, may_refuse=True)
    storm = Storm()
    with Visitor(house) as visitor:
        offered = load.offer(
            house.port,
            report,
            storm.hear,
            per_second=TIMES * best.per_second,
            seconds=SECONDS,
            connections=CONNECTIONS,
        )
    time.sleep(60)
    later = load.drive(house.port, (report() for _ in range(20)), connections=1)

    served = len(storm.references) / offered.seconds / best.per_second
    figures = {
        "maximum_per_second": round(best.per_second, 1),
        "offered_per_second": round((offered.due - offered.unsent) / offered.seconds, 1),
        "connections": offered.connections,
        "unsent": offered.unsent,
        "acknowledged": len(storm.references),
        "refused": len(storm.refused_ms),
        "share_of_maximum": round(served, 2),
        "refused_p50_ms": round(percentile(storm.refused_ms, 0.5), 1),
        "refused_p99_ms": round(percentile(storm.refused_ms, 0.99), 1),
        "refused_max_ms": round(max(storm.refused_ms, default=0.0), 1),
        "people": dict(visitor.statuses),
        "people_p99_ms": round(percentile(visitor.milliseconds, 0.99), 1),
        "calm_p50_ms": round(calm.p50, 1),
        "a_minute_later_p50_ms": round(later.p50, 1),
    }
    print(json.dumps({"drill": "storm", **figures}))
    assert storm.others == Counter(), storm.others.most_common(3)
    assert offered.unheard == 0
    assert offered.unsent <= 0.1 * offered.due, "the load could not offer as much as it should"
    assert storm.refused_ms, "nothing was refused: that was no storm"
    assert storm.without_retry_after == 0
    assert percentile(storm.refused_ms, 0.999) <= REFUSED_WITHIN_MS
    assert served >= STILL_SERVED
    assert visitor.statuses[200] >= 0.9 * visitor.statuses.total(), visitor.statuses
    assert later.p50 <= max(5 * calm.p50, 250.0)
    _nothing_is_lost_or_doubled(house, storm.references)
    made_in_all = house.value("SELECT count(*) FROM cases_case") - before
    assert made_in_all == calm.requests + best.requests + len(storm.references) + later.requests
    assert _refusals(house) >= len(storm.refused_ms)


# A key asks as fast as any may; the storm is stopped at the gate, not by the pace of a key.
_AS_FAST = ("--per-minute", "60000")


def _nothing_is_lost_or_doubled(house: House, references: list[str]) -> None:
    assert len(set(references)) == len(references), "one reference for two reports"
    found = house.value("SELECT count(*) FROM cases_case WHERE reference = ANY(%s)", references)
    assert found == len(references)


def _refusals(house: House) -> int:
    """What the figures of the web process say about it."""
    with urllib.request.urlopen(f"{house.url}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return sum(int(line.rpartition(" ")[2]) for line in lines if line.startswith("wasl_refused_total"))
