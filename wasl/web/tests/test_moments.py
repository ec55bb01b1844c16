"""Days, moments and lengths in words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from wasl.core import clock
from wasl.web import figures, moments

MUSCAT = ZoneInfo("Asia/Muscat")
SUNDAY = datetime(2026, 11, 29, 13, 10, tzinfo=MUSCAT)


@pytest.fixture(autouse=True)
def muscat_on_sunday() -> Iterator[None]:
    with clock.frozen(SUNDAY), timezone.override(MUSCAT), translation.override("ar"):
        yield


def test_a_day_is_said_with_weekday_and_omani_month() -> None:
    assert moments.day_text(date(2026, 11, 29)) == "الأحد 29 نوفمبر 2026"
    assert moments.day_text(date(2026, 4, 1)) == "الأربعاء 1 أبريل 2026"
    with translation.override("en"):
        assert moments.day_text(date(2026, 11, 29)) == "Sunday 29 November 2026"


def test_a_moment_late_in_utc_falls_on_the_next_day_in_muscat() -> None:
    assert moments.day_text(datetime(2026, 11, 29, 21, 0, tzinfo=UTC)) == "الاثنين 30 نوفمبر 2026"


@pytest.mark.parametrize(
    ("hour", "minute", "arabic", "english"),
    [
        (0, 5, "12:05 بعد منتصف الليل", "12:05 am"),
        (9, 26, "9:26 صباحاً", "9:26 am"),
        (12, 0, "12:00 ظهراً", "12:00 pm"),
        (13, 10, "1:10 ظهراً", "1:10 pm"),
        (16, 0, "4:00 عصراً", "4:00 pm"),
        (19, 58, "7:58 مساءً", "7:58 pm"),
    ],
)
def test_the_public_reads_the_hour_with_its_part_of_the_day(hour: int, minute: int, arabic: str, english: str) -> None:
    at = SUNDAY.replace(hour=hour, minute=minute)

    assert moments.clock_text(at) == arabic
    with translation.override("en"):
        assert moments.clock_text(at) == english


def test_the_year_is_named_when_it_is_another_one() -> None:
    assert moments.moment_text(SUNDAY) == "الأحد 29 نوفمبر، 1:10 ظهراً"
    assert moments.moment_text(SUNDAY, year=True) == "الأحد 29 نوفمبر 2026، 1:10 ظهراً"
    assert moments.moment_text(SUNDAY.replace(year=2027)) == "الاثنين 29 نوفمبر 2027، 1:10 ظهراً"
    assert moments.day_short(date(2027, 1, 2)) == "2 يناير 2027"
    assert moments.day_short(date(2026, 1, 2)) == "2 يناير"


def test_staff_read_near_days_by_name() -> None:
    assert moments.moment24(SUNDAY) == "اليوم 13:10"
    assert moments.moment24(SUNDAY - timedelta(hours=14)) == "أمس 23:10"
    assert moments.moment24(SUNDAY + timedelta(days=1)) == "غداً 13:10"
    assert moments.moment24(SUNDAY - timedelta(days=9)) == "الجمعة 20 نوفمبر، 13:10"


def test_a_time_of_whole_days_is_said_in_days() -> None:
    midnight = (SUNDAY.replace(hour=0, minute=0) + timedelta(days=2)).astimezone(UTC)

    assert moments.since24(midnight) == "الثلاثاء 1 ديسمبر"
    assert moments.until24(midnight) == "نهاية الاثنين 30 نوفمبر"
    assert moments.until24(SUNDAY) == moments.since24(SUNDAY) == "اليوم 13:10"


@pytest.mark.parametrize(
    ("distance", "arabic", "english"),
    [
        (timedelta(seconds=-20), "الآن", "just now"),
        (timedelta(minutes=-1), "منذ دقيقة", "1 minute ago"),
        (timedelta(hours=-2), "منذ ساعتين", "2 hours ago"),
        (timedelta(days=-2), "منذ يومين", "2 days ago"),
        (timedelta(hours=3), "بعد 3 ساعات", "in 3 hours"),
        (timedelta(days=15), "بعد 15 يوماً", "in 15 days"),
        (timedelta(days=100), "بعد 100 يوم", "in 100 days"),
    ],
)
def test_relative_words_take_the_six_arabic_forms(distance: timedelta, arabic: str, english: str) -> None:
    assert moments.when_text(SUNDAY + distance) == arabic
    with translation.override("en"):
        assert moments.when_text(SUNDAY + distance) == english


def test_a_length_is_said_in_its_two_largest_parts() -> None:
    assert moments.duration_text(timedelta(hours=6, minutes=55, seconds=3)) == "6 ساعات و55 دقيقة"
    assert moments.duration_text(timedelta(days=1, hours=2, minutes=5)) == "يوم واحد وساعتان"
    assert moments.duration_text(30) == "أقل من دقيقة"


def test_wished_digits_reach_days_and_hours() -> None:
    with figures.digits_shown("arab"):
        assert moments.moment_text(SUNDAY) == "الأحد ٢٩ نوفمبر، ١:١٠ ظهراً"


def test_nothing_is_shown_for_no_moment() -> None:
    shown = [moments.day_text(None), moments.moment24(None), moments.when_text(None), moments.duration_text(None)]

    assert shown == ["", "", "", ""]
