"""The limits of patterns are set like everything else, and what says nothing is refused with its reason."""

import pytest
from django.utils import translation

from wasl.administration.registry import Wrong
from wasl.administration.tests.makers import AT, put, row
from wasl.analytics.fairness import rules
from wasl.directory.tests.makers import make_agency

pytestmark = pytest.mark.django_db


def test_the_usual_limits_hold_until_others_are_set() -> None:
    agency = make_agency()

    before = row("fairness", agency, "turns")
    put("fairness", agency, at=AT, **(before | {"same_person": 5, "days": 30}))

    assert (before["same_person"], before["days"]) == (3, 90)
    assert (rules.rule_of(agency).same_person, rules.rule_of(agency).fewest_takes) == (5, 20)


@pytest.mark.parametrize(("name", "value"), [("same_person", 1), ("fewest_takes", 19), ("ordered_share", 101)])
def test_limits_that_say_nothing_are_refused(name: str, value: int) -> None:
    agency = make_agency()

    with translation.override("en"), pytest.raises(Wrong):
        put("fairness", agency, at=AT, **(row("fairness", agency, "turns") | {name: value}))

    assert row("fairness", agency, "turns")[name] != value
