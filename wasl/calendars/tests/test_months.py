"""Hours of a Hijri month, and what moves when the moon is seen."""

from datetime import date, time, timedelta

import pytest

from wasl.calendars import operations, queries
from wasl.calendars.models import HijriHours, HijriOffset, Holiday, WorkingCalendar
from wasl.calendars.operations import CalendarRefused
from wasl.calendars.tests.test_calendars import AT, MUSCAT, last_change
from wasl.calendars.umm_al_qura import month_begins, month_ends
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_agency, make_person

pytestmark = pytest.mark.django_db
FIVE_HOURS = {weekday: [(time(9), time(14))] for weekday in (6, 0, 1, 2, 3)}
ONE_DAY = timedelta(days=1)
RAMADAN, SHAWWAL = 9, 10


@pytest.fixture
def agency() -> Agency:
    agency = make_agency()
    operations.load_starting_calendars(agency, at=AT)
    return agency


@pytest.fixture
def office(agency: Agency) -> WorkingCalendar:
    calendar = queries.default_calendar(agency.pk)
    assert calendar is not None
    return calendar


def ramadan_hours(calendar: WorkingCalendar, **more: int) -> HijriHours:
    return operations.add_hijri_hours(
        calendar,
        code="ramadan",
        name=both("دوام رمضان", "Ramadan hours"),
        month=RAMADAN,
        spans=FIVE_HOURS,
        at=AT,
        **more,
    )


def opens_at(agency: Agency, day: date) -> str:
    while True:  # the next day that is worked
        spans = queries.working_time(agency_id=agency.pk).day_spans(day)
        if spans:
            return f"{spans[0][0].astimezone(MUSCAT):%H:%M}"
        day += ONE_DAY


@pytest.mark.parametrize("year", [1444, 1447, 1448, 1454])
def test_ramadan_has_its_hours_every_year_from_its_first_to_its_last_day(
    agency: Agency, office: WorkingCalendar, year: int
) -> None:
    ramadan_hours(office)

    hours = queries.working_time(agency_id=agency.pk)
    first, last = month_begins(year, RAMADAN), month_ends(year, RAMADAN)
    short = [day for n in range(-10, 45) if 300 in _minutes(hours.hours_on(day := first + n * ONE_DAY))]
    assert short
    assert first <= short[0] <= first + 3 * ONE_DAY
    assert last - 6 * ONE_DAY <= short[-1] <= last


def test_hours_of_some_years_leave_the_other_years_alone(agency: Agency, office: WorkingCalendar) -> None:
    ramadan_hours(office, from_year=1448, to_year=1449)

    opened = [opens_at(agency, month_begins(year, RAMADAN)) for year in (1447, 1448, 1449, 1450)]

    assert opened == ["07:30", "09:00", "09:00", "07:30"]
    change = last_change(agency)
    assert (change["change"], change["from_on"]) == ("hijri_hours_added", month_begins(1448, RAMADAN).isoformat())


def test_hours_taken_back_hold_no_more(agency: Agency, office: WorkingCalendar) -> None:
    hours = ramadan_hours(office)

    operations.remove_hijri_hours(hours, at=AT)
    operations.remove_hijri_hours(hours, at=AT)

    assert opens_at(agency, month_begins(1448, RAMADAN)) == "07:30"
    assert EventRecord.objects.filter(data__change="hijri_hours_removed").count() == 1


def test_special_hours_between_two_days_are_stronger_than_those_of_the_month(
    agency: Agency, office: WorkingCalendar
) -> None:
    ramadan_hours(office)
    first = month_begins(1448, RAMADAN)

    operations.add_special_hours(
        office,
        name=both("دوام مرن", "Flexible"),
        from_on=first,
        to_on=first + 2 * ONE_DAY,
        spans={weekday: [(time(10), time(15))] for weekday in range(7)},
        at=AT,
    )

    assert opens_at(agency, first) == "10:00"
    assert opens_at(agency, first + 3 * ONE_DAY) == "09:00"


def test_the_moon_moves_the_hours_and_the_days_between_are_told(agency: Agency, office: WorkingCalendar) -> None:
    ramadan_hours(office)
    first = month_begins(1448, RAMADAN)
    assert first.weekday() in FIVE_HOURS
    assert opens_at(agency, first) == "09:00"

    operations.note_month(
        agency, year=1448, month=RAMADAN, days=1, source="وزارة الأوقاف", announced_on=date(2026, 11, 22), at=AT
    )

    assert opens_at(agency, first) == "07:30"
    assert opens_at(agency, first + ONE_DAY) == "09:00"
    noted = HijriOffset.objects.get(agency=agency)
    assert (noted.days, noted.source, noted.announced_on) == (1, "وزارة الأوقاف", date(2026, 11, 22))
    change = last_change(agency)
    assert change["change"] == "month_sighted"
    assert change["from_on"] == first.isoformat()
    assert change["to_on"] >= (month_ends(1448, RAMADAN) + ONE_DAY).isoformat()


def test_the_next_moon_moves_the_end_of_the_hours_and_the_feast_that_nobody_announced(
    agency: Agency, office: WorkingCalendar
) -> None:
    ramadan_hours(office)
    feast = Holiday.objects.get(agency=agency, name__en="Eid al-Fitr", on_from__year=2027)

    operations.note_month(agency, year=1448, month=SHAWWAL, days=1, at=AT)

    moved = Holiday.objects.get(agency=agency, replaces=feast)
    assert (moved.on_from, moved.on_to) == (feast.on_from + ONE_DAY, feast.on_to + ONE_DAY)
    assert moved.is_proposal
    assert moved.known_as == feast.known_as
    hours = queries.working_time(agency_id=agency.pk)
    assert hours.holiday_on(feast.on_to + ONE_DAY) == both("عيد الفطر (تقديري)", "Eid al-Fitr (estimated)")
    change = last_change(agency)
    assert (change["change"], change["from_on"]) == ("month_sighted", month_begins(1448, RAMADAN).isoformat())
    assert change["to_on"] == moved.on_to.isoformat()


def test_an_announced_feast_stays_where_it_was_announced(agency: Agency) -> None:
    feast = Holiday.objects.get(agency=agency, name__en="Eid al-Fitr", on_from__year=2027)
    badr = make_person("administrator")
    operations.confirm_holiday(feast, source="بلاغ سلطاني", announced_on=date(2026, 11, 20), by=badr, at=AT)

    operations.note_month(agency, year=1448, month=SHAWWAL, days=1, at=AT)

    standing = Holiday.objects.get(agency=agency, name__en="Eid al-Fitr", on_from__year=2027, withdrawn_at=None)
    assert (standing.on_from, standing.on_to) == (feast.on_from, feast.on_to)
    assert (standing.confirmed_by, standing.confirmed_at, standing.is_proposal) == (badr, AT, False)
    assert not EventRecord.objects.filter(data__change="month_sighted").exists()


def test_a_sighting_taken_back_puts_everything_where_it_was(agency: Agency, office: WorkingCalendar) -> None:
    ramadan_hours(office)
    before = _standing(agency)
    operations.note_month(agency, year=1448, month=SHAWWAL, days=1, at=AT)
    assert _standing(agency) != before

    operations.note_month(agency, year=1448, month=SHAWWAL, days=0, at=AT)

    assert _standing(agency) == before


def test_a_sighting_on_which_nothing_hangs_moves_nothing(agency: Agency) -> None:
    operations.note_month(agency, year=1448, month=2, days=1, at=AT)

    assert EventRecord.objects.filter(kind="HijriMonthSighted").count() == 1
    assert not EventRecord.objects.filter(data__change="month_sighted").exists()


def test_proposals_from_before_months_were_noted_move_by_their_name(agency: Agency) -> None:
    Holiday.objects.filter(agency=agency).update(hijri_month=None)

    moves = queries.moves_of_month(agency.pk, year=1448, month=12, days=-1)

    assert next((move.name["en"], (move.after[0] - move.before[0]).days) for move in moves) == ("Eid al-Adha", -1)


def test_a_sighting_too_far_from_the_table_or_not_announced_yet_is_refused(agency: Agency) -> None:
    with pytest.raises(CalendarRefused, match="2027-02-08"):
        operations.note_month(agency, year=1448, month=RAMADAN, days=3, at=AT)
    with pytest.raises(CalendarRefused) as refused:
        operations.note_month(agency, year=1448, month=RAMADAN, days=1, announced_on=date(2027, 2, 7), at=AT)

    assert refused.value.field == "announced_on"
    assert not HijriOffset.objects.exists()


def test_hours_whose_years_or_weeks_make_no_sense_are_refused(agency: Agency, office: WorkingCalendar) -> None:
    with pytest.raises(CalendarRefused):
        ramadan_hours(office, from_year=1449, to_year=1448)
    with pytest.raises(operations.NeverOpen):
        operations.add_hijri_hours(office, code="shut", name=both("م", "S"), month=1, spans={}, at=AT)
    assert not HijriHours.objects.exists()


def _standing(agency: Agency) -> list[tuple[date, date]]:
    rows = queries.holidays(agency.pk, from_on=date(2026, 1, 1), to_on=date(2030, 1, 1))
    return [(row.on_from, row.on_to) for row in rows]


def _minutes(spans: tuple[object, ...]) -> set[int]:
    return {span.closes - span.opens for span in spans}  # type: ignore[attr-defined]
