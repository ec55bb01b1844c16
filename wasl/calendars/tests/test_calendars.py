"""Calendars in the database: what is read, what is kept, what is told."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from wasl.calendars import operations, proposals, queries
from wasl.calendars.models import Holiday, WorkingCalendar, WorkingHours
from wasl.calendars.operations import HolidayRefused, SpansOverlap
from wasl.calendars.queries import NoSuchCalendar
from wasl.core import edition
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_agency

MUSCAT = ZoneInfo("Asia/Muscat")
AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 19, 13, 30, tzinfo=MUSCAT)
STORM = both("إجازة طارئة بسبب الأنواء المناخية", "Emergency leave: weather")
OFFICE = {weekday: [(time(8), time(15))] for weekday in (6, 0, 1, 2, 3)}
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    agency = make_agency()
    operations.load_starting_calendars(agency, at=AT)
    return agency


def last_change(agency: Agency) -> dict[str, Any]:
    record = EventRecord.objects.filter(kind="CalendarChanged", agency_id=agency.pk).order_by("-pk").first()
    assert record is not None
    data: dict[str, Any] = record.data
    return data


def test_an_agency_starts_with_the_week_of_oman_and_a_calendar_round_the_clock(agency: Agency) -> None:
    hours = queries.working_time(agency_id=agency.pk)
    centre = queries.calendar_by_code(agency.pk, "centre")

    assert hours.add(THURSDAY, 2 * HOUR) == datetime(2026, 11, 22, 8, 30, tzinfo=MUSCAT)
    assert centre is not None
    assert (
        queries.working_time(agency_id=agency.pk, calendar_id=centre.pk).add(THURSDAY, 2 * HOUR) == THURSDAY + 2 * HOUR
    )
    assert queries.working_time(agency_id=agency.pk, always_open=True).always_open


def test_the_starting_holidays_are_proposals_with_their_source(agency: Agency) -> None:
    in_november = queries.holidays(agency.pk, from_on=date(2026, 11, 1), to_on=date(2026, 11, 30))

    assert [(day.on_from.day, day.on_to.day, day.name["ar"]) for day in in_november] == [(25, 26, "اليوم الوطني")]
    assert in_november[0].is_proposal
    assert "proposal" in in_november[0].source
    assert not queries.working_time(agency_id=agency.pk).is_open(datetime(2026, 11, 25, 9, tzinfo=MUSCAT))
    years = {holiday.on_from.year for holiday in Holiday.objects.filter(agency=agency)}
    assert years == {2025, 2026, 2027, 2028}


def test_loading_twice_leaves_the_calendars_alone(agency: Agency) -> None:
    before = WorkingCalendar.objects.count(), Holiday.objects.count(), EventRecord.objects.count()

    operations.load_starting_calendars(agency, at=AT)

    assert (WorkingCalendar.objects.count(), Holiday.objects.count(), EventRecord.objects.count()) == before


def test_estimated_proposals_lose_the_word_from_the_name_and_keep_it_in_the_source() -> None:
    eid = next(p for p in proposals.holidays_of("OM", [2027]) if p.name["en"] == "Eid al-Fitr")

    assert (eid.on_from, eid.on_to) == (date(2027, 3, 8), date(2027, 3, 11))
    assert eid.name["ar"] == "عيد الفطر"
    assert "estimated" in eid.source


def test_a_holiday_counts_from_the_next_question_on_and_is_told_and_audited(agency: Agency) -> None:
    before = queries.working_time(agency_id=agency.pk).add(THURSDAY, 2 * HOUR)

    operations.add_holiday(agency, name=STORM, on_from=date(2026, 11, 22), at=AT, announced_on=date(2026, 11, 21))

    hours = queries.working_time(agency_id=agency.pk)
    assert hours.add(THURSDAY, 2 * HOUR) == before + timedelta(days=1)
    assert hours.holiday_on(date(2026, 11, 22)) == STORM
    assert last_change(agency) == {
        "calendar_id": 0,
        "from_on": "2026-11-22",
        "to_on": "2026-11-22",
        "change": "holiday_added",
    }


def test_a_rolled_back_holiday_is_not_kept(agency: Agency) -> None:
    before = queries.working_time(agency_id=agency.pk).add(THURSDAY, 2 * HOUR)
    with transaction.atomic():
        operations.add_holiday(agency, name=STORM, on_from=date(2026, 11, 22), at=AT)
        assert queries.working_time(agency_id=agency.pk).add(THURSDAY, 2 * HOUR) > before
        transaction.set_rollback(True)

    assert queries.working_time(agency_id=agency.pk).add(THURSDAY, 2 * HOUR) == before


def test_a_change_of_another_process_is_seen_although_this_one_keeps_a_snapshot(agency: Agency) -> None:
    queries.working_time(agency_id=agency.pk)
    kept = {key: dict(values) for key, values in edition._editions.items()}
    operations.add_holiday(agency, name=STORM, on_from=date(2026, 11, 22), at=AT)
    queries.working_time(agency_id=agency.pk)
    edition._editions.update(kept)  # as a process that answered before the change still holds it

    hours = queries.working_time(agency_id=agency.pk)

    assert hours.hours_on(date(2026, 11, 22)) == ()


def test_one_statement_is_enough_while_nothing_changes(agency: Agency) -> None:
    queries.working_time(agency_id=agency.pk)

    with CaptureQueriesContext(connection) as one:
        queries.working_time(agency_id=agency.pk)
    with CaptureQueriesContext(connection) as several:
        queries.working_times(agency_id=agency.pk, wanted=[(None, False), (None, True), (None, False)])

    assert len(one) == len(several) == 1


def test_a_moved_holiday_frees_its_old_days_and_names_both_ranges(agency: Agency) -> None:
    national_day = Holiday.objects.get(agency=agency, on_from=date(2026, 11, 25))

    moved = operations.move_holiday(
        national_day,
        on_from=date(2026, 11, 29),
        on_to=date(2026, 11, 30),
        announced_on=date(2026, 11, 20),
        source="قرار وزاري",
        at=AT,
    )

    hours = queries.working_time(agency_id=agency.pk)
    assert hours.hours_on(date(2026, 11, 25)) != ()
    assert hours.hours_on(date(2026, 11, 30)) == ()
    assert not moved.is_proposal
    assert moved.replaces == national_day
    change = last_change(agency)
    assert (change["from_on"], change["to_on"], change["change"]) == ("2026-11-25", "2026-11-30", "holiday_moved")


def test_a_holiday_taken_back_leaves_its_row_and_is_told_once(agency: Agency) -> None:
    holiday = operations.add_holiday(agency, name=STORM, on_from=date(2026, 11, 22), at=AT)

    operations.remove_holiday(holiday, at=AT)
    operations.remove_holiday(holiday, at=AT)

    assert Holiday.objects.filter(pk=holiday.pk, withdrawn_at=AT).exists()
    assert queries.working_time(agency_id=agency.pk).hours_on(date(2026, 11, 22)) != ()
    told = EventRecord.objects.filter(kind="CalendarChanged", data__change="holiday_removed")
    assert told.count() == 1


def test_a_holiday_of_one_calendar_is_none_of_another(agency: Agency) -> None:
    market = operations.add_calendar(agency, code="market", name=both("السوق", "Market"), spans=OFFICE, at=AT)

    operations.add_holiday(agency, name=STORM, on_from=date(2026, 11, 22), calendar=market, at=AT)

    assert queries.working_time(agency_id=agency.pk, calendar_id=market.pk).hours_on(date(2026, 11, 22)) == ()
    assert queries.working_time(agency_id=agency.pk).hours_on(date(2026, 11, 22)) != ()
    assert last_change(agency)["calendar_id"] == market.pk


def test_new_hours_hold_from_their_day_and_the_old_ones_before(agency: Agency) -> None:
    calendar = queries.default_calendar(agency.pk)
    assert calendar is not None

    operations.set_hours(calendar, spans=OFFICE, from_on=date(2027, 1, 3), at=AT)

    hours = queries.working_time(agency_id=agency.pk)
    assert hours.closing_of(date(2026, 12, 31)) == datetime(2026, 12, 31, 14, 30, tzinfo=MUSCAT)
    assert hours.closing_of(date(2027, 1, 3)) == datetime(2027, 1, 3, 15, 0, tzinfo=MUSCAT)
    assert last_change(agency) == {
        "calendar_id": calendar.pk,
        "from_on": "2027-01-03",
        "to_on": "",
        "change": "hours_set",
    }


def test_new_hours_for_the_same_day_replace_those_planned_before(agency: Agency) -> None:
    calendar = queries.default_calendar(agency.pk)
    assert calendar is not None
    operations.set_hours(calendar, spans=OFFICE, from_on=date(2027, 1, 3), at=AT)

    operations.set_hours(calendar, spans={6: [(time(9), time(12))]}, from_on=date(2027, 1, 3), at=AT)

    hours = queries.working_time(agency_id=agency.pk)
    assert hours.closing_of(date(2027, 1, 3)) == datetime(2027, 1, 3, 12, 0, tzinfo=MUSCAT)
    assert hours.hours_on(date(2027, 1, 4)) == ()
    assert hours.hours_on(date(2026, 12, 31)) != ()


def test_ramadan_has_hours_of_its_own_until_they_are_taken_back(agency: Agency) -> None:
    calendar = queries.default_calendar(agency.pk)
    assert calendar is not None
    ramadan = operations.add_special_hours(
        calendar,
        name=both("دوام رمضان", "Ramadan hours"),
        from_on=date(2027, 2, 8),
        to_on=date(2027, 3, 7),
        spans={weekday: [(time(9), time(14))] for weekday in (6, 0, 1, 2, 3)},
        at=AT,
    )
    day = date(2027, 2, 9)
    assert queries.working_time(agency_id=agency.pk).closing_of(day) == datetime(2027, 2, 9, 14, 0, tzinfo=MUSCAT)
    assert queries.working_time(agency_id=agency.pk).hours_on(date(2027, 2, 12)) == ()

    operations.remove_special_hours(ramadan, at=AT)

    assert queries.working_time(agency_id=agency.pk).closing_of(day) == datetime(2027, 2, 9, 14, 30, tzinfo=MUSCAT)
    assert last_change(agency)["change"] == "special_hours_removed"


def test_several_spans_and_a_night_are_read_as_they_were_written(agency: Agency) -> None:
    spans = {6: [(time(8), time(13)), (time(16), time(20))], 0: [(time(22), time(6))], 1: [(time(0), time(0))]}
    calendar = operations.add_calendar(agency, code="mixed", name=both("مختلط", "Mixed"), spans=spans, at=AT)

    hours = queries.working_time(agency_id=agency.pk, calendar_id=calendar.pk)

    sunday = datetime(2026, 11, 22, tzinfo=MUSCAT)
    assert hours.between(sunday, sunday + timedelta(days=1)) == 9 * HOUR
    assert hours.between(sunday + timedelta(days=1), sunday + timedelta(days=2)) == 2 * HOUR
    assert hours.between(sunday + timedelta(days=2), sunday + timedelta(days=3)) == 24 * HOUR


@pytest.mark.parametrize(
    "spans",
    [
        [(time(8), time(13)), (time(12), time(16))],
        [(time(8), time(13)), (time(8), time(9))],
        [(time(5), time(9)), (time(22), time(6))],
    ],
)
def test_spans_that_share_time_are_refused_and_nothing_changes(agency: Agency, spans: list[tuple[time, time]]) -> None:
    calendar = queries.default_calendar(agency.pk)
    assert calendar is not None
    before = WorkingHours.objects.filter(calendar=calendar).count()

    with pytest.raises(SpansOverlap), transaction.atomic():
        operations.set_hours(calendar, spans={6: spans}, from_on=date(2027, 1, 3), at=AT)

    assert WorkingHours.objects.filter(calendar=calendar, valid_to__isnull=True).count() == before


def test_a_holiday_that_ends_before_it_starts_is_refused(agency: Agency) -> None:
    with pytest.raises(HolidayRefused) as refused:
        operations.add_holiday(agency, name=STORM, on_from=date(2026, 11, 22), on_to=date(2026, 11, 21), at=AT)

    assert refused.value.field == "on_to"


def test_two_agencies_keep_their_calendars_apart(agency: Agency) -> None:
    ministry = make_agency("HOU")
    operations.load_starting_calendars(ministry, at=AT)
    operations.add_holiday(agency, name=STORM, on_from=date(2026, 11, 22), at=AT)
    theirs = queries.default_calendar(ministry.pk)
    assert theirs is not None

    assert queries.working_time(agency_id=ministry.pk).hours_on(date(2026, 11, 22)) != ()
    with pytest.raises(NoSuchCalendar):
        queries.working_time(agency_id=agency.pk, calendar_id=theirs.pk)


def test_an_agency_has_its_days_in_its_own_zone() -> None:
    cairo = make_agency("CAI", zone="Africa/Cairo")
    operations.load_starting_calendars(cairo, at=AT)

    opening = queries.working_time(agency_id=cairo.pk).opening_of(date(2026, 7, 26))

    assert opening == datetime(2026, 7, 26, 4, 30, tzinfo=UTC)


def test_an_agency_without_calendars_counts_all_time() -> None:
    assert queries.working_time(agency_id=make_agency("NEW").pk).always_open
