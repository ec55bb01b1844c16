"""The demo as it is loaded: what rises meets somebody."""

import pytest

from wasl.alerts.models import Alert
from wasl.cases.escalation import Escalation
from wasl.cases.models import Case, OwnerDecision, Raise
from wasl.config.demo.climbing import UNREAD
from wasl.config.demo.load import MANAGEMENT, load
from wasl.directory import queries as directory
from wasl.directory.models import Membership, Unit
from wasl.directory.tests.makers import SUNDAY_9AM

pytestmark = pytest.mark.django_db


def test_a_head_stands_in_every_directorate_and_committee_and_over_the_roads() -> None:
    load(at=SUNDAY_9AM, cases=60)

    heads = set(Membership.objects.filter(role="head").values_list("unit__agency__code", "unit__code"))
    above = {(agency, row[0]) for agency, rows in MANAGEMENT.items() for row in rows}
    assert heads >= {*above, ("MUN", "ROADS")}
    roads = directory.unit_by_code(directory.agency_by_code("MUN"), "ROADS")
    assert roads.parent is not None
    assert roads.parent.kind == Unit.Kind.DIRECTORATE
    # Who follows the tour finds something to decide.
    assert "DG-SERVICES" in Raise.objects.values_list("to_unit__code", flat=True)
    assert OwnerDecision.objects.get().unit is None
    # And what hung has climbed: it stands in the lists, on its own days, and the last words wait behind the bell.
    assert Case.objects.filter(is_open=True, escalation__gt=0).exists()
    steps = Escalation.objects.filter(clock__isnull=False)
    assert steps.values("at__date").distinct().count() > 3
    assert not Alert.objects.filter(read_at__isnull=True, created_at__lt=SUNDAY_9AM - UNREAD).exists()
