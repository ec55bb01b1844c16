"""Which unit and queue is counted by which calendar."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wasl.calendars import operations, queries
from wasl.calendars.models import CalendarUse, WorkingCalendar
from wasl.calendars.operations import CalendarRefused
from wasl.calendars.tests.test_calendars import AT, OFFICE
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import make_agency, make_unit

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def agency() -> Agency:
    agency = make_agency()
    operations.load_starting_calendars(agency, at=AT)
    return agency


@pytest.fixture
def roads(agency: Agency) -> Unit:
    return make_unit("ROADS", agency=agency)


@pytest.fixture
def bridges(roads: Unit) -> Unit:
    return make_unit("BRIDGES", agency=roads.agency, parent=roads)


def make_calendar(agency: Agency, code: str, **more: Any) -> WorkingCalendar:
    return operations.add_calendar(agency, code=code, name=both(code, code), spans=OFFICE, at=AT, **more)


def test_what_no_unit_and_no_queue_names_is_counted_by_the_default_calendar(agency: Agency, bridges: Unit) -> None:
    assert queries.calendar_of(agency.pk) is None
    assert queries.calendar_of(agency.pk, bridges.pk, "fast", AT) is None


def test_the_nearest_unit_upwards_decides_and_its_queue_first(agency: Agency, roads: Unit, bridges: Unit) -> None:
    town, road, night, fast = (make_calendar(agency, code) for code in ("town", "road", "night", "fast"))
    operations.use_calendar(agency, calendar=town, unit=roads, at=AT)
    operations.use_calendar(agency, calendar=fast, queue="fast", at=AT)
    assert queries.calendar_of(agency.pk, bridges.pk) == town.pk
    assert queries.calendar_of(agency.pk, bridges.pk, "fast") == town.pk
    assert queries.calendar_of(agency.pk, None, "fast") == fast.pk

    operations.use_calendar(agency, calendar=road, unit=bridges, at=AT)
    operations.use_calendar(agency, calendar=night, unit=bridges, queue="fast", at=AT)

    assert queries.calendar_of(agency.pk, bridges.pk) == road.pk
    assert queries.calendar_of(agency.pk, bridges.pk, "fast") == night.pk
    assert queries.calendar_of(agency.pk, bridges.pk, "other") == road.pk
    assert queries.calendar_of(agency.pk, roads.pk, "fast") == town.pk


def test_a_use_holds_from_its_moment_to_its_end_and_the_next_takes_over(agency: Agency, roads: Unit) -> None:
    first, second = make_calendar(agency, "first"), make_calendar(agency, "second")
    operations.use_calendar(agency, calendar=first, unit=roads, at=AT)
    use = operations.use_calendar(agency, calendar=second, unit=roads, at=LATER)

    operations.end_use(use, at=LATER + timedelta(hours=1))
    operations.end_use(use, at=LATER + timedelta(hours=2))

    asked = [AT - timedelta(hours=1), AT, LATER, LATER + timedelta(hours=1)]
    found = [queries.calendar_of(agency.pk, roads.pk, at=at) for at in asked]
    assert found == [None, first.pk, second.pk, None]
    told = EventRecord.objects.filter(kind="CalendarUseChanged").order_by("pk")
    assert [record.data["ends"] for record in told] == [False, False, True]


def test_the_same_use_twice_is_one(agency: Agency, roads: Unit) -> None:
    calendar = make_calendar(agency, "first")

    uses = [operations.use_calendar(agency, calendar=calendar, unit=roads, at=at) for at in (AT, LATER)]

    assert uses[0] == uses[1]
    assert CalendarUse.objects.count() == 1


def test_asking_costs_no_statement_but_the_one_for_the_edition(agency: Agency, bridges: Unit) -> None:
    operations.use_calendar(agency, calendar=make_calendar(agency, "first"), unit=bridges, at=AT)
    queries.calendar_of(agency.pk, bridges.pk)

    with CaptureQueriesContext(connection) as asked:
        for _ in range(3):
            queries.calendar_of(agency.pk, bridges.pk, "fast", LATER)

    assert all("core_edition" in one["sql"] for one in asked)


def test_uses_that_mean_nothing_are_refused_and_say_why(agency: Agency, roads: Unit) -> None:
    calendar, foreign = make_calendar(agency, "first"), make_unit("ROADS", agency=make_agency("HOU"))
    ended = make_calendar(agency, "ended")
    operations.end_calendar(ended, at=AT)
    ended.refresh_from_db()

    for wrong in (
        {"calendar": calendar},
        {"calendar": calendar, "unit": foreign},
        {"calendar": ended, "unit": roads},
    ):
        with pytest.raises(CalendarRefused) as refused:
            operations.use_calendar(agency, at=AT, **wrong)
        assert str(refused.value)
        assert refused.value.field
    assert not CalendarUse.objects.exists()
