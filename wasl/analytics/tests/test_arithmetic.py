"""The arithmetic, on the published figures that the house must be able to reproduce (domain research, 2 and 3)."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from wasl.analytics.measures import arithmetic, periods
from wasl.analytics.measures.arithmetic import GrowthKind, Rate

MUSCAT = ZoneInfo("Asia/Muscat")


@pytest.mark.requirement("M-05")
def test_98_percent_of_16000_reports() -> None:
    assert Rate(15_680, 16_000).percent(0) == 98


def test_98_percent_never_hides_the_rest() -> None:
    assert Rate(15_999, 16_000).percent(1) == Decimal("99.9")
    assert Rate(16_000, 16_000).percent(1) == 100
    assert Rate(1, 16_000).percent(1) == Decimal("0.1")
    assert Rate(0, 16_000).percent(1) == 0
    assert Rate(0, 0).percent(1) is None


@pytest.mark.requirement("F-02")
def test_the_first_half_of_2023_against_that_of_2022() -> None:
    growth = arithmetic.growth_of_count(10_700, 11_000)

    assert growth is not None
    assert (growth.kind, growth.printed(1)) == (GrowthKind.COUNT, Decimal("2.8"))


@pytest.mark.requirement("F-01")
def test_up_54_percent_read_in_three_ways() -> None:
    before, after = Rate(620, 1000), Rate(955, 1000)

    readings = [
        arithmetic.growth_of_rate(before, after),
        arithmetic.growth_in_points(before, after),
        arithmetic.growth_of_count(before.part, after.part),
    ]

    printed = [(one.kind, one.printed(1)) for one in readings if one is not None]
    assert printed == [
        (GrowthKind.RATE, Decimal("54.0")),
        (GrowthKind.POINTS, Decimal("33.5")),
        (GrowthKind.COUNT, Decimal("54.0")),
    ]
    assert len({str(kind.label) for kind, _ in printed}) == 3


@pytest.mark.parametrize(
    ("kind", "after", "most"),
    [(GrowthKind.RATE, Rate(1, 1), 65), (GrowthKind.POINTS, Rate(1, 1), 46), (GrowthKind.COUNT, 11_000, 7143)],
)
def test_no_reading_of_54_percent_agrees_with_98_percent_a_year_before(
    kind: GrowthKind, after: Rate | int, most: int
) -> None:
    highest = arithmetic.highest_before(kind, Decimal(54), after=after)

    assert arithmetic.rounded(highest) == most
    if kind is GrowthKind.COUNT:
        assert Rate(most, 10_700).percent(0) == 67


@pytest.mark.requirement("H-23")
def test_133000_inquiries_are_the_sum_of_their_parts() -> None:
    told = arithmetic.shares({"halls": 47_000, "calls": 75_000, "twitter": 11_000})

    assert told.total == 133_000
    assert [part.percent for part in told.parts] == [35, 56, 8]
    assert told.printed_sum == 99
    assert "99" in told.note


@pytest.mark.requirement("S-16")
def test_65_23_and_13_are_rounded_singly_and_say_so() -> None:
    told = arithmetic.shares({"men": 6_460, "women": 2_265, "companies": 1_275})

    assert [part.percent for part in told.parts] == [65, 23, 13]
    with translation.override("en"):
        assert str(told.note) == "Each share is rounded by itself, so the printed shares add up to 101%."
    with translation.override("ar"):
        assert "101%" in str(told.note)


@pytest.mark.requirement("S-17")
def test_shares_that_add_up_need_no_note() -> None:
    assert arithmetic.shares({"citizens": 87, "residents": 13}).note == ""
    assert arithmetic.shares({"citizens": 0, "residents": 0}).note == ""


@pytest.mark.requirement("S-19")
def test_4_6_of_5_with_the_number_of_answers_and_the_response_rate() -> None:
    told = arithmetic.satisfaction({5: 720, 4: 190, 3: 60, 2: 20, 1: 10}, asked=4_000)

    assert told.mean is not None
    assert arithmetic.rounded(told.mean, 1) == Decimal("4.6")
    assert (told.answers, told.top_two.percent(0), told.response.percent(0)) == (1000, 91, 25)


@pytest.mark.requirement("S-20")
def test_a_share_of_respondents() -> None:
    assert Rate(940, 1000).percent(0) == 94
    assert Rate(883, 1000).percent(0) == 88


def test_few_answers_tell_nothing() -> None:
    assert not arithmetic.satisfaction({5: 4}, asked=10).is_telling
    assert arithmetic.satisfaction({5: 5}, asked=10).is_telling
    assert arithmetic.satisfaction({}, asked=10).mean is None


@pytest.mark.requirement("S-02")
def test_daily_means_are_of_working_days() -> None:
    assert arithmetic.per_working_day(255_920, 1_280) == pytest.approx(Decimal("199.94"), abs=Decimal("0.01"))
    assert arithmetic.rounded(arithmetic.per_working_day(75_000, 225) or 0) == 333
    assert arithmetic.per_working_day(5, 0) is None


def test_nothing_grows_out_of_nothing() -> None:
    assert arithmetic.growth_of_count(0, 5) is None
    assert arithmetic.growth_of_rate(Rate(0, 0), Rate(1, 2)) is None
    assert arithmetic.growth_in_points(Rate(1, 2), Rate(0, 0)) is None


def test_halves_are_rounded_away_from_zero() -> None:
    assert [arithmetic.rounded(Decimal(text)) for text in ("0.5", "1.5", "2.5", "-2.5")] == [1, 2, 3, -3]


def test_a_percentile_lies_between_its_neighbours() -> None:
    assert arithmetic.percentile([4, 1, 2, 3], 0.5) == 2.5
    assert arithmetic.percentile([7], 0.9) == 7
    assert arithmetic.percentile([], 0.5) is None


# --- periods --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("day", date(2026, 11, 22), date(2026, 11, 22)),
        ("week", date(2026, 11, 22), date(2026, 11, 28)),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("half", date(2026, 7, 1), date(2026, 12, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_the_period_around_a_sunday_in_november(code: str, first: date, last: date) -> None:
    period = periods.around(code, date(2026, 11, 22))

    assert (period.from_on, period.to_on) == (first, last)
    assert period.before().to_on == first - periods.ONE_DAY
    assert period.before().after() == period
    assert period.end(MUSCAT) == period.after().start(MUSCAT)


def test_a_saturday_belongs_to_the_week_of_the_sunday_before() -> None:
    assert periods.around("week", date(2026, 11, 21)).from_on == date(2026, 11, 15)


def test_the_year_before_has_the_same_half() -> None:
    half = periods.around("half", date(2023, 3, 1)).year_before()

    assert (half.from_on, half.to_on) == (date(2022, 1, 1), date(2022, 6, 30))
    leap = periods.own(date(2028, 2, 29), date(2028, 3, 6)).year_before()
    assert (leap.from_on, leap.to_on) == (date(2027, 2, 28), date(2027, 3, 6))
    assert periods.around("week", date(2026, 11, 22)).year_before().from_on == date(2025, 11, 23)


def test_own_days_in_the_wrong_order_are_turned_round() -> None:
    assert periods.own(date(2026, 5, 9), date(2026, 5, 2)).days == 8
    assert periods.own(date(2010, 1, 1), date(2026, 1, 1)).days == periods.LONGEST_OWN_DAYS


def test_the_period_before_is_measured_at_the_same_age() -> None:
    half = periods.around("half", date(2023, 1, 1))
    published = datetime(2023, 8, 16, 9, 0, tzinfo=MUSCAT)

    assert periods.same_age(half, half.year_before(), published, MUSCAT) == published.replace(year=2022)
    running = datetime(2023, 3, 10, 12, 0, tzinfo=MUSCAT)
    assert periods.same_age(half, half.year_before(), running, MUSCAT) == running.replace(year=2022)


def test_at_the_end_of_a_long_month_the_short_one_before_is_over_too() -> None:
    march = periods.around("month", date(2026, 3, 1))

    at = datetime(2026, 3, 31, 15, 0, tzinfo=MUSCAT)
    assert periods.same_age(march, march.before(), at, MUSCAT) == march.before().end(MUSCAT)


def test_names_of_periods() -> None:
    with translation.override("ar"):
        assert periods.around("half", date(2026, 11, 1)).name == "النصف الثاني من 2026"
        assert periods.own(date(2026, 10, 1), date(2026, 10, 12)).name == "من 1 إلى 12 أكتوبر 2026"
    with translation.override("en"):
        assert periods.around("quarter", date(2026, 11, 1)).name == "Fourth quarter of 2026"
        assert periods.own(date(2025, 12, 30), date(2026, 1, 2)).name == "30 December 2025 to 2 January 2026"
