"""The machine of all roles for longer than with every change: `WASL_DRILL_RUNS` says how many runs (60)."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from wasl.desk.tests.all_roles import AllRoles, make_world

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("WASL_DRILL_RUNS", "60"))


def test_whoever_does_whatever_for_long_everything_stands_as_the_rules_say(home: Any) -> None:
    class Here(AllRoles):
        world = make_world()

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=40,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
