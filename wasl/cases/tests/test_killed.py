"""A process that dies in the middle of a sweep or of a recount leaves nothing half done, and nothing is done twice."""

import importlib
import time
from datetime import datetime
from pathlib import Path

import pytest

from wasl.cases import lifting
from wasl.cases.jobs import recount_clocks
from wasl.cases.models import Case, Clock
from wasl.cases.tests.hanging import (
    LATER,
    all_are_counted_once,
    all_have_climbed_once,
    due_moments,
    free_monday,
    make_hanging,
)
from wasl.cases.tests.mortal import PATIENCE, arm, begun, standing
from wasl.core.clock import frozen

pytestmark = pytest.mark.django_db(transaction=True)
recounting = importlib.import_module("wasl.cases.operations.recount")


def late() -> datetime:
    """All promises are broken, the first ones long ago."""
    return max(due_moments().values())


def sweep_until_nothing_is_due(at: datetime) -> None:
    """What a dead process held is free as soon as the database has seen its death."""
    end = time.monotonic() + PATIENCE
    while Clock.objects.filter(stopped_at__isnull=True, next_step_at__lte=at).exists() and time.monotonic() < end:
        lifting.sweep(at=at)


@pytest.mark.parametrize("point", ["cases.before_escalation", "cases.after_escalation"])
def test_one_of_two_schedulers_dies_and_no_step_is_lost_or_taken_twice(tmp_path: Path, point: str) -> None:
    make_hanging(4)
    at = late()
    arm(tmp_path, point)

    both = {one.number: one for one in (begun(lambda: lifting.sweep(at=at), armed=tmp_path) for _ in range(2))}
    dead = both.pop(standing(tmp_path, point) or 0)
    dead.kill()
    (other,) = both.values()

    assert other.ended_well()
    sweep_until_nothing_is_due(at)
    assert all_have_climbed_once(at) > 8


def test_a_recount_dies_and_two_begin_again_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "BATCH", 2)
    make_hanging(5)
    before, versions = due_moments(), dict(Case.objects.values_list("pk", "version"))
    change = free_monday().pk
    arm(tmp_path, "cases.recounted_batch")

    def count() -> None:
        with frozen(LATER):
            recount_clocks(change_event_id=change)

    first = begun(count, armed=tmp_path)
    assert standing(tmp_path, "cases.recounted_batch") == first.number
    first.kill()
    assert 0 < sum(due != before[pk] for pk, due in due_moments().items()) < len(before)
    both = [begun(count) for _ in range(2)]

    assert all(one.ended_well() for one in both)
    assert all_are_counted_once(before, versions) > 5
