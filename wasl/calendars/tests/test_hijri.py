"""Hijri dates in words, and months that began when the moon was seen."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from wasl.calendars import operations
from wasl.calendars.hijri import hijri_text
from wasl.calendars.umm_al_qura import HijriDate, OutOfRange, hijri_date, month_begins
from wasl.directory.tests.makers import make_agency

AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
days = st.dates(date(2023, 1, 1), date(2032, 12, 31))


def test_a_day_in_both_languages() -> None:
    assert hijri_text(date(2026, 11, 29), "ar") == "19 جمادى الآخرة 1448 هـ"
    assert hijri_text(date(2026, 11, 29), "en") == "19 Jumada al-Akhirah 1448 AH"


def test_the_present_language_is_taken_when_none_is_named() -> None:
    with translation.override("en"):
        assert hijri_text(date(2026, 11, 29)).endswith("AH")


def test_a_month_that_began_a_day_late_has_smaller_days_and_the_one_before_is_longer() -> None:
    late = {(1448, 9): 1}
    first = month_begins(1448, 9)

    assert hijri_date(first, late) == HijriDate(1448, 8, (first - month_begins(1448, 8)).days + 1)
    assert hijri_date(first + timedelta(days=1), late) == HijriDate(1448, 9, 1)
    assert hijri_date(month_begins(1448, 10), late) == HijriDate(1448, 9, 29)


def test_the_months_after_a_sighting_have_29_or_30_days_and_the_table_holds_again_later() -> None:
    for days in (-1, 1, 2):
        sighted = {(1448, 9): days}
        begins = [month_begins(year, month, sighted) for year, month in [(1448, m) for m in (9, 10, 11, 12)]]

        assert all(29 <= (after - before).days <= 30 for before, after in pairwise(begins))
    assert month_begins(1449, 3, sighted) == month_begins(1449, 3)
    assert month_begins(1448, 8, sighted) == month_begins(1448, 8)


def test_a_month_that_began_a_day_early() -> None:
    early = {(1448, 1): -1}
    first = month_begins(1448, 1)

    assert hijri_date(first - timedelta(days=1), early) == HijriDate(1448, 1, 1)
    assert hijri_date(first - timedelta(days=2), early).month == 12


@given(days, st.dictionaries(st.tuples(st.integers(1444, 1454), st.integers(1, 12)), st.integers(-1, 1)))
def test_every_day_follows_the_one_before(day: date, offsets: dict[tuple[int, int], int]) -> None:
    today, tomorrow = hijri_date(day, offsets), hijri_date(day + timedelta(days=1), offsets)

    next_day = HijriDate(today.year, today.month, today.day + 1)
    next_month = HijriDate(today.year + today.month // 12, today.month % 12 + 1, 1)
    assert tomorrow in (next_day, next_month)
    assert 1 <= today.day <= 32


@given(days, st.integers(-2, 2))
def test_an_offset_for_all_months_is_a_shift_of_days(day: date, offset: int) -> None:
    assert hijri_date(day, offset_days=offset) == hijri_date(day - timedelta(days=offset))


def test_days_outside_the_table_have_no_words() -> None:
    assert hijri_text(date(1900, 1, 1), "ar") == ""
    with pytest.raises(OutOfRange):
        hijri_date(date(2100, 1, 1))


@pytest.mark.django_db
def test_an_agency_goes_by_the_months_it_has_noted() -> None:
    municipality, ministry = make_agency(), make_agency("HOU")

    operations.note_month(municipality, year=1448, month=6, days=1, at=AT)

    assert hijri_text(date(2026, 11, 29), "ar", agency_id=municipality.pk) == "18 جمادى الآخرة 1448 هـ"
    assert hijri_text(date(2026, 11, 29), "ar", agency_id=ministry.pk) == "19 جمادى الآخرة 1448 هـ"


@pytest.mark.django_db
def test_the_filter_takes_days_and_moments_in_the_zone_of_the_agency() -> None:
    agency = make_agency()
    template = Template("{% load calendars %}{{ when|hijri }}|{{ when|hijri:agency }}")
    late_evening = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)  # 29 November, 01:00 in Muscat

    def shown(when: object) -> list[str]:
        return template.render(Context({"when": when, "agency": agency})).split("|")

    with translation.override("ar"), timezone.override("UTC"):
        assert shown(date(2026, 11, 29)) == ["19 جمادى الآخرة 1448 هـ"] * 2
        assert shown(late_evening) == ["18 جمادى الآخرة 1448 هـ", "19 جمادى الآخرة 1448 هـ"]
        assert shown(None) == ["", ""]
