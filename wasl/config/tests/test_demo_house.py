"""The demo as it is loaded: what rises meets somebody."""

import pytest

from wasl.config.demo.load import MANAGEMENT, load
from wasl.directory import queries as directory
from wasl.directory.models import Membership, Unit
from wasl.directory.tests.makers import SUNDAY_9AM

pytestmark = pytest.mark.django_db


def test_a_head_stands_in_every_directorate_and_committee_and_over_the_roads() -> None:
    load(at=SUNDAY_9AM, cases=2)

    heads = set(Membership.objects.filter(role="head").values_list("unit__agency__code", "unit__code"))
    above = {(agency, row[0]) for agency, rows in MANAGEMENT.items() for row in rows}
    assert heads >= {*above, ("MUN", "ROADS")}
    roads = directory.unit_by_code(directory.agency_by_code("MUN"), "ROADS")
    assert roads.parent is not None
    assert roads.parent.kind == Unit.Kind.DIRECTORATE
