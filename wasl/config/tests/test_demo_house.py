"""The demo as it is loaded: what rises meets somebody."""

import pytest

from wasl.alerts.models import Alert
from wasl.cases import ageing
from wasl.cases.escalation import Escalation
from wasl.cases.models import Appeal, Case, Hold, OwnerDecision, Raise
from wasl.config.demo.climbing import UNREAD
from wasl.config.demo.load import MANAGEMENT, load
from wasl.config.demo.ties import WHO
from wasl.contacts.models import Relation
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Membership, Unit
from wasl.directory.rights import Right
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
    # An agent has declared a brother whose case is open, and that case is not theirs to see.
    tie = Relation.objects.get()
    assert tie.user.email == WHO
    assert Case.objects.tied_for_user(tie.user, Right.READ_CASE, at=SUNDAY_9AM).filter(is_open=True).exists()
    # One review waits for the directorate, one has found the same word twice, one was right in part.
    assert list(Appeal.objects.order_by("case_id", "level").values_list("level", "outcome")) == [
        (1, ""), (1, "stands"), (2, "stands"), (1, "partly"),
    ]  # fmt: skip
    # Of what is held one is looked at in time, one was forgotten, and one stands in the bulletin with its cause.
    held = {hold.reason: hold for hold in Hold.objects.filter(ended_at__isnull=True, case__unit__code="ROADS")}
    assert {"materials", "other_body", "budget"} <= set(held)
    assert held["materials"].review_on > SUNDAY_9AM.date()
    assert held["other_body"].missed_at is not None
    assert list(ageing.long_held(Case.objects.all(), midnight=SUNDAY_9AM)) == [held["budget"].case]
    # And what hung has climbed: it stands in the lists, on its own days, and the last words wait behind the bell.
    assert Case.objects.filter(is_open=True, escalation__gt=0).exists()
    steps = Escalation.objects.filter(clock__isnull=False)
    assert steps.values("at__date").distinct().count() > 3
    assert not Alert.objects.filter(read_at__isnull=True, created_at__lt=SUNDAY_9AM - UNREAD).exists()
    # At the counter and on the telephone matters were settled at once, and some people came back all the same.
    settled = Case.objects.filter(first_contact_at__isnull=False, agency__code="MUN")
    told = EventRecord.objects.filter(case_id__in=settled.values("pk"))
    assert settled.filter(contacted_again_at__isnull=True).count() > settled.count() / 2
    assert set(told.filter(kind="FinishedAtFirstContact").values_list("data__as_generalist", flat=True)) == {
        True,
        False,
    }
    assert set(told.filter(kind="ContactedAgain").values_list("data__means", flat=True)) == {"case", "reopened"}
