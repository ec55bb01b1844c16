"""Holidays as people enter and confirm them: what is refused, what is proposed, what is kept of a confirmation."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from wasl.calendars import operations, proposals, queries
from wasl.calendars.jobs import propose_coming_years
from wasl.calendars.models import Holiday
from wasl.calendars.operations import HolidayRefused, NeverOpen
from wasl.calendars.tests.test_calendars import AT, OFFICE, STORM
from wasl.calendars.working_time import FRIDAY, SATURDAY
from wasl.core import clock
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_agency, make_person

pytestmark = pytest.mark.django_db
TODAY = AT.date()
ONE_DAY = timedelta(days=1)


@pytest.fixture
def agency() -> Agency:
    agency = make_agency()
    operations.load_starting_calendars(agency, at=LONG_AGO)
    return agency


def national_day(agency: Agency) -> Holiday:
    return Holiday.objects.get(agency=agency, on_from=date(2026, 11, 25), withdrawn_at=None)


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"on_from": TODAY, "on_to": TODAY - ONE_DAY}, "on_to"),
        ({"on_from": TODAY, "on_to": TODAY + 30 * ONE_DAY}, "on_to"),
        ({"on_from": TODAY - 3 * ONE_DAY, "on_to": TODAY - ONE_DAY}, "on_from"),
        ({"on_from": TODAY, "announced_on": TODAY + ONE_DAY}, "announced_on"),
        ({"on_from": date(2026, 11, 26), "name": both("اليَوم الوطنيّ", "")}, "name"),
    ],
)
def test_days_that_cannot_be_a_holiday_are_refused_when_added_and_when_moved(
    agency: Agency, days: dict[str, Any], field: str
) -> None:
    storm = operations.add_holiday(agency, name=STORM, on_from=TODAY + 9 * ONE_DAY, at=AT)
    before = Holiday.objects.count()

    with pytest.raises(HolidayRefused) as added:
        operations.add_holiday(agency, **{"name": both("أخرى", "Other"), **days}, at=AT)
    with pytest.raises(HolidayRefused) as moved:
        operations.move_holiday(storm, **days, at=AT)

    assert (added.value.field, moved.value.field) == (field, field)
    assert str(added.value) == str(moved.value) != ""
    assert Holiday.objects.count() == before


def test_a_holiday_that_runs_since_yesterday_and_one_of_thirty_days_are_taken(agency: Agency) -> None:
    operations.add_holiday(agency, name=STORM, on_from=TODAY - ONE_DAY, on_to=TODAY, at=AT)

    longest = operations.add_holiday(
        agency, name=both("أطول", "Longest"), on_from=TODAY + ONE_DAY, on_to=TODAY + 30 * ONE_DAY, at=AT
    )

    assert (longest.on_to - longest.on_from).days == 29


def test_today_is_the_day_of_the_agency_not_of_the_server(agency: Agency) -> None:
    late_evening = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)  # 23 November, 01:00 in Muscat

    with pytest.raises(HolidayRefused):
        operations.add_holiday(agency, name=STORM, on_from=date(2026, 11, 22), at=late_evening)


def test_a_new_agency_may_know_the_holidays_from_before_its_first_calendar() -> None:
    young = make_agency("NEW")
    operations.add_calendar(young, code="work", name=both("الدوام", "Work"), spans=OFFICE, at=AT - 3 * ONE_DAY)

    operations.add_holiday(young, name=STORM, on_from=TODAY - 9 * ONE_DAY, at=AT)

    with pytest.raises(HolidayRefused):
        operations.add_holiday(young, name=STORM, on_from=TODAY - 2 * ONE_DAY, at=AT)


def test_another_calendar_may_have_a_holiday_of_the_same_name(agency: Agency) -> None:
    market = operations.add_calendar(agency, code="market", name=both("السوق", "Market"), spans=OFFICE, at=AT)
    operations.add_holiday(agency, name=STORM, on_from=TODAY, at=AT)

    operations.add_holiday(agency, name=STORM, on_from=TODAY, calendar=market, at=AT)

    with pytest.raises(HolidayRefused):
        operations.add_holiday(agency, name=STORM, on_from=TODAY, calendar=market, at=AT)


def test_a_proposal_counts_but_says_that_it_is_one_until_somebody_confirms_it(agency: Agency) -> None:
    day, badr = date(2026, 11, 25), make_person("administrator")
    hours = queries.working_time(agency_id=agency.pk)
    assert hours.holiday_on(day) == both("اليوم الوطني (تقديري)", "National Day (estimated)")

    confirmed = operations.confirm_holiday(
        national_day(agency), source="قرار 14/2026", announced_on=date(2026, 11, 20), by=badr, at=AT
    )

    assert (confirmed.confirmed_by, confirmed.confirmed_at) == (badr, AT)
    assert queries.working_time(agency_id=agency.pk).holiday_on(day) == both("اليوم الوطني", "National Day")
    told = EventRecord.objects.get(kind="HolidayConfirmed")
    assert (told.actor_id, told.data["source"], told.data["announced_on"]) == (badr.pk, "قرار 14/2026", "2026-11-20")
    assert not EventRecord.objects.filter(data__change="holiday_moved").exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"source": " ", "announced_on": date(2026, 11, 20)}, "source"),
        ({"source": "قرار", "announced_on": None}, "announced_on"),
        ({"source": "قرار", "announced_on": date(2026, 11, 23)}, "announced_on"),
    ],
)
def test_nothing_is_confirmed_without_its_source_and_day(agency: Agency, said: dict[str, Any], field: str) -> None:
    with pytest.raises(HolidayRefused) as refused:
        operations.confirm_holiday(national_day(agency), **said, at=AT)

    assert refused.value.field == field
    assert national_day(agency).is_proposal


def test_who_confirmed_is_kept_when_the_days_move_afterwards(agency: Agency) -> None:
    badr, huda = make_person("administrator"), make_person("supervisor")
    confirmed = operations.confirm_holiday(
        national_day(agency), source="قرار", announced_on=date(2026, 11, 20), by=badr, at=AT
    )

    moved = operations.move_holiday(confirmed, on_from=date(2026, 11, 29), source="قرار 2", by=huda, at=AT)

    assert (moved.confirmed_by, moved.is_proposal) == (badr, False)
    doubted = operations.move_holiday(moved, on_from=moved.on_from, is_proposal=True, by=huda, at=AT)
    assert (doubted.confirmed_by, doubted.confirmed_at, doubted.is_proposal) == (None, None, True)


def test_only_what_is_missing_is_proposed_and_what_was_declined_stays_so(agency: Agency) -> None:
    declined = Holiday.objects.get(agency=agency, name__en="Eid al-Adha", on_from__year=2027)
    operations.remove_holiday(declined, at=AT)
    moved = Holiday.objects.get(agency=agency, name__en="Islamic New Year", on_from__year=2027)
    operations.move_holiday(moved, on_from=moved.on_from + 3 * ONE_DAY, is_proposal=True, at=AT)

    again = operations.propose_holidays(agency, country="OM", years=[2027, 2028], at=AT)
    fresh = operations.propose_holidays(agency, country="OM", years=[2029], at=AT)
    twice = operations.propose_holidays(agency, country="OM", years=[2029], at=AT)

    assert (again, twice) == ([], [])
    assert {"Eid al-Fitr", "National Day"} <= {row.name["en"] for row in fresh}
    assert all(row.is_proposal and "proposal until announced" in row.source for row in fresh)
    said = {proposals.source_in_words(row.source) for row in fresh}
    assert all("من جدول عام للإجازات" in words and "announced" not in words for words in said)
    assert proposals.source_in_words("ديوان البلاط / 5 ديسمبر") == "ديوان البلاط / 5 ديسمبر"
    assert EventRecord.objects.filter(data__change="holidays_proposed").count() == 1


def test_each_month_the_years_to_come_are_proposed_where_the_table_knows_the_country(agency: Agency) -> None:
    cairo = make_agency("CAI", zone="Africa/Cairo")
    operations.load_starting_calendars(cairo, at=LONG_AGO)
    before = Holiday.objects.filter(agency=cairo).count()

    with clock.frozen(datetime(2027, 11, 1, 2, 23, tzinfo=UTC)):
        propose_coming_years(0)
        propose_coming_years(0)

    years = Holiday.objects.filter(agency=agency, name__en="National Day").values_list("on_from__year", flat=True)
    assert sorted(years) == [2025, 2026, 2027, 2028, 2029]
    assert Holiday.objects.filter(agency=cairo).count() == before


def test_nothing_that_is_over_is_proposed(agency: Agency) -> None:
    Holiday.objects.filter(agency=agency).delete()

    fresh = operations.propose_holidays(agency, country="OM", years=[2026], at=AT)

    assert [row.name["en"] for row in fresh] == ["National Day"]


@pytest.mark.parametrize("country", ["OM", "AE", "SA", "QA", "KW", "BH"])
def test_every_country_of_the_gulf_has_its_feasts_in_both_languages(country: str) -> None:
    found = proposals.holidays_of(country, [2026, 2027])

    names = {proposal.name["en"] for proposal in found}
    assert {"Eid al-Fitr", "Eid al-Adha"} <= names
    assert all(proposal.name["ar"] and proposal.name["en"] for proposal in found)
    assert not any("estimated" in name or "observed" in name for name in names)
    feasts = [proposal for proposal in found if proposal.name["en"] == "Eid al-Fitr"]
    assert {proposals.hijri_year_of(feast.on_to, 10) for feast in feasts} == {1447, 1448}
    assert all(proposal.name["ar"] in ("عيد الفطر",) for proposal in feasts)


@pytest.mark.parametrize(
    ("zone", "free", "feast"),
    [("Asia/Dubai", {SATURDAY, 6}, "Commemoration"), ("Asia/Kuwait", {FRIDAY, SATURDAY}, "Liberation Day")],
)
def test_an_agency_elsewhere_starts_with_the_week_and_holidays_of_its_country(
    zone: str, free: set[int], feast: str
) -> None:
    abroad = make_agency("ABR", zone=zone)
    operations.load_starting_calendars(abroad, at=AT)

    hours = queries.working_time(agency_id=abroad.pk)
    week = {day.weekday() for n in range(7) if not hours.hours_on(day := date(2026, 10, 5) + n * ONE_DAY)}
    assert week == free
    names = {row.name["en"] for row in Holiday.objects.filter(agency=abroad)}
    assert "National Day" in names
    assert (feast in names) == (zone == "Asia/Kuwait")


def test_a_week_without_an_hour_is_refused_wherever_it_would_stand(agency: Agency) -> None:
    office = queries.default_calendar(agency.pk)
    assert office is not None

    with pytest.raises(NeverOpen):
        operations.add_calendar(agency, code="shut", name=both("مغلق", "Shut"), spans={6: []}, at=AT)
    with pytest.raises(NeverOpen):
        operations.set_hours(office, spans={}, from_on=None, at=AT)
    with pytest.raises(NeverOpen):
        operations.add_special_hours(office, name=STORM, from_on=TODAY, to_on=TODAY, spans={}, at=AT)
    assert queries.working_time(agency_id=agency.pk).hours_on(TODAY) != ()
