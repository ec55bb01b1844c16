"""kill -9 of the worker at every marked point on the way of a telling: each arrives, at most twice and under its name.

Ends with one JSON line of counts.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from tests.journeys.house import House, wait_for
from tests.journeys.program import Program, make_program, send
from tests.journeys.sink import Sink
from wasl.integrations.tests.makers import Receiver, receiver

pytestmark = pytest.mark.journey
POINTS = ("webhook.claimed", "webhook.tried", "webhook.before_commit", "webhook.recorded")
# A lease of 45 seconds, the next round of the calendar, and a stalled job found.
WITHIN = 240.0
SUBSCRIBE = """
from wasl.core import clock
from wasl.directory import queries
from wasl.integrations import operations
from wasl.integrations.offered import OFFERED
agency = queries.agency_by_code("MUN")
operations.add_subscription(agency, name="x", url={url!r}, kinds=list(OFFERED), by=None, at=clock.now())
"""
OPEN = "SELECT count(*) FROM integrations_delivery WHERE state IN ('waiting', 'failed')"


@pytest.fixture(scope="module")
def other_side() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory, sink: Sink, other_side: Receiver) -> Iterator[House]:
    """A house of its own that may call this machine, with one subscription."""
    one = House(tmp_path_factory.mktemp("hooks") / "home", sink, WASL_INSIDE="127.0.0.1")
    try:
        one.start()
        one.manage("manage", "shell", "-c", SUBSCRIBE.format(url=other_side.url))
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def program(open_house: House) -> Program:
    return make_program(open_house)


@pytest.mark.parametrize("point", POINTS)
def test_what_was_on_its_way_arrives(open_house: House, program: Program, point: str) -> None:
    with open_house.held_at(point, process="worker") as held:
        reference = send(program, point, f"حفرة عند {point}")
        held.wait(seconds=120)
        died_at, dead = time.monotonic(), open_house.kill("worker")
        held.release()
    open_house.wait_normal("worker", dead, since=died_at, within=60)

    told = "SELECT count(*) FROM integrations_delivery WHERE reference = %s AND state = 'sent'"
    wait_for(lambda: open_house.value(told, reference) >= 2, seconds=WITHIN, what="both tellings")
    wait_for(lambda: open_house.value(OPEN) == 0, seconds=WITHIN, what="the end of all tellings")


def test_nothing_is_lost_and_nothing_told_under_two_names(open_house: House, other_side: Receiver) -> None:
    rows = open_house.rows("SELECT public_id, reference, sequence, body, state FROM integrations_delivery")
    heard = Counter(one.delivery for one in other_side.taken)
    bodies = {one.delivery: one.body.decode() for one in other_side.taken}
    numbers = defaultdict(set)
    for public_id, reference, sequence, body, state in rows:
        assert (state, bodies[public_id]) == ("sent", body)
        numbers[reference].add(sequence)

    counts = {"kills": len(POINTS), "tellings": len(rows), "told_twice": sum(many - 1 for many in heard.values())}
    print(json.dumps({"drill": "webhooks", **counts}))
    assert set(heard) == {public_id for public_id, *_ in rows}
    assert max(heard.values()) <= 2
    assert len(numbers) == len(POINTS)
    assert all(found == set(range(1, len(found) + 1)) for found in numbers.values())
