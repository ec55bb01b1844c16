"""Sweeps and recounts that die at any moment, two always at work: every step and every move stands there once.

`WASL_DRILL_ROUNDS` says how often each is gone through (10). The moments of death are drawn anew each time; the seed of
a round is printed with it.
"""

import importlib
import json
import os
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from wasl.cases import lifting
from wasl.cases.jobs import recount_clocks
from wasl.cases.models import Case
from wasl.cases.tests.hanging import (
    LATER,
    all_are_counted_once,
    all_have_climbed_once,
    due_moments,
    free_monday,
    make_hanging,
)
from wasl.cases.tests.mortal import Mortal, arm, begun, standing
from wasl.core.clock import frozen

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = int(os.environ.get("WASL_DRILL_ROUNDS", "10"))
CASES, DEATHS, LONGEST_LIFE = 12, 4, 0.6
recounting = importlib.import_module("wasl.cases.operations.recount")


def deaths(work: Callable[[], object], points: tuple[str, ...], folder: Path, dice: random.Random) -> None:
    """Several pairs, one after the other, of which one dies: at a marked point, or whenever it is."""
    for number in range(DEATHS):
        point, marks = dice.choice(points), folder / str(number)
        if point:
            arm(marks, point)
        pair = {one.number: one for one in (begun(work, armed=marks) for _ in range(2))}
        pair.pop(_first_to_die(pair, marks, point, dice)).kill()
        (other,) = pair.values()
        if dice.random() < 0.5:
            other.kill()
        else:
            assert other.ended_well()


def _first_to_die(pair: dict[int, Mortal], marks: Path, point: str, dice: random.Random) -> int:
    if point and (there := standing(marks, point, patience=LONGEST_LIFE)):
        return there
    time.sleep(dice.uniform(0, LONGEST_LIFE))
    return next(iter(pair))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_step_is_lost_or_taken_twice(tmp_path: Path, seed: int) -> None:
    make_hanging(CASES)
    at = max(due_moments().values())
    sweep = partial(lifting.sweep, at=at)

    deaths(sweep, ("", "cases.before_escalation", "cases.after_escalation"), tmp_path, random.Random(seed))

    assert all(one.ended_well() for one in (begun(sweep), begun(sweep)))
    sweep()
    print(json.dumps({"drill": "killed sweep", "seed": seed, "steps": all_have_climbed_once(at)}))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_move_is_lost_or_told_twice(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "BATCH", 1)
    make_hanging(CASES)
    before, versions = due_moments(), dict(Case.objects.values_list("pk", "version"))
    change = free_monday().pk

    def recount() -> None:
        with frozen(LATER):
            recount_clocks(change_event_id=change)

    deaths(recount, ("", "cases.recounted_batch"), tmp_path, random.Random(seed))

    assert all(one.ended_well() for one in (begun(recount), begun(recount)))
    print(json.dumps({"drill": "killed recount", "seed": seed, "moves": all_are_counted_once(before, versions)}))
