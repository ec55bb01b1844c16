"""kill -9 in the middle of things: a sample of the points that the drills go through one by one."""

import pytest

from tests.journeys import drill
from tests.journeys.drill import Ledger, Point
from tests.journeys.house import House

pytestmark = [pytest.mark.journey, pytest.mark.drill]

# The worker first: its letter comes again after a lease of one minute, while the others die.
SAMPLE = (
    Point("worker", "send.tried", "report", "worker"),
    Point("web", "intake.before_commit", "report", "web"),
    Point("mail", "door.before_commit", "mail", "mail"),
    Point("postgres", "intake.before_commit", "report", "web"),
    Point("web", "intake.after_commit", "report", "web"),
    Point("mail", "door.after_commit", "mail", "mail"),
)


def test_nothing_acknowledged_is_lost_and_nothing_sent_twice(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.jsonl")

    for point in SAMPLE:
        took = drill.endure(house, ledger, point)
        print(f"{point}: normal after {took:.1f} s")

    print(drill.audit(house, ledger))
    assert len(ledger.entries("report")) == 4
    assert len(ledger.entries("mail")) == 2
