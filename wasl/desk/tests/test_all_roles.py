"""Random acts of all roles on random cases: nothing refused gets through, nothing is lost and nothing doubled."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from wasl.desk.acts import ACTS
from wasl.desk.tests.all_roles import APART, BESIDE, RIGHTS, AllRoles, make_world
from wasl.desk.tests.shadow import MOVES

pytestmark = pytest.mark.django_db


def test_every_act_of_the_desk_is_tried() -> None:
    assert set(RIGHTS) | APART == set(ACTS) | set(BESIDE)
    assert set(RIGHTS) <= set(MOVES)


def test_whoever_does_whatever_everything_stands_as_the_rules_say(home: Any) -> None:
    class Here(AllRoles):
        world = make_world()

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=6, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
