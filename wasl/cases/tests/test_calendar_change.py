"""A holiday announced late moves the due moments of open cases, and says so."""

from datetime import date

import pytest

from wasl.calendars import operations as calendars
from wasl.cases import operations
from wasl.cases.jobs import recount_clocks
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM

pytestmark = pytest.mark.django_db


def test_an_added_holiday_moves_the_due_moment_and_is_recorded() -> None:
    agency = make_working_agency()
    case = make_case(agency=agency)
    before = case.due_at

    calendars.add_holiday(
        agency, name=both("إجازة الأمطار", "Rain day"), on_from=date(2026, 11, 23),
        announced_on=date(2026, 11, 22), source="test", at=SUNDAY_9AM, by=None,
    )  # fmt: skip
    recount_clocks(case_id=case.pk, calendar_id=None)

    case.refresh_from_db()
    assert case.due_at > before
    clock = case.clocks.get(kind="resolve")
    assert clock.due_at == operations.fresh_due(clock) == case.due_at
    moved = EventRecord.objects.filter(case_id=case.pk, kind="DueMoved")
    assert {record.data["clock"] for record in moved} >= {"resolve"}
