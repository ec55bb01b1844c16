"""How the clocks of a case are said at a glance."""

from datetime import timedelta

import pytest

from wasl.desk.clocks import said_length
from wasl.sla.explanation import day_strip
from wasl.sla.tests.test_explanation import muscat, office_example


@pytest.mark.parametrize(
    ("length", "always_open", "said"),
    [
        (timedelta(hours=6, minutes=55), True, "6 ساعات و55 دقيقة"),
        (timedelta(hours=23, minutes=48), False, "23 ساعة دوام"),
        (timedelta(hours=71, minutes=59), True, "71 ساعة"),
        (timedelta(hours=1433, minutes=53), True, "59 يوماً"),
        (timedelta(hours=252), False, "252 ساعة دوام"),
    ],
)
def test_nobody_counts_the_minutes_of_many_hours_nor_the_hours_of_many_days(
    length: timedelta, always_open: bool, said: str
) -> None:
    assert said_length(length, always_open=always_open) == said


def test_the_day_a_clock_was_stopped_is_not_called_now() -> None:
    promise, reported_at, pauses = office_example()
    stopped_at = muscat(2026, 11, 29, 11, 5)

    strip = day_strip(promise, reported_at, pauses, now=stopped_at, has_stopped=True)

    assert [box.label["ar"] for box in strip if box.is_now] == ["تم 11:05"]
