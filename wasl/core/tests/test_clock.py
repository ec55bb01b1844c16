"""The clock of the house can be held for a thread, moved for a demo, and never in production."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wasl.core import clock

NINE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_a_held_clock_stands_for_this_thread_only(home: Path) -> None:
    elsewhere: list[datetime] = []

    with clock.frozen(NINE):
        thread = threading.Thread(target=lambda: elsewhere.append(clock.now()))
        thread.start()
        thread.join()
        assert clock.now() == NINE
        with clock.frozen(NINE + timedelta(days=1)):
            assert clock.now() == NINE + timedelta(days=1)
        assert clock.now() == NINE

    assert elsewhere[0] != NINE


def test_the_house_moves_fifteen_days_ahead_and_back(home: Path) -> None:
    clock.move(timedelta(days=15))
    ahead = clock.now()
    clock.move(timedelta())

    assert timedelta(days=14, hours=23) < ahead - clock.now() < timedelta(days=15, minutes=1)


def test_production_time_is_true_time(home: Path, settings: object) -> None:
    clock.move(timedelta(days=15))
    settings.WASL_MODE = "production"  # type: ignore[attr-defined]

    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(clock.ClockIsFixed):
        clock.move(timedelta(days=1))


def test_a_damaged_shift_is_no_shift(home: Path) -> None:
    (home / "clock-shift").write_text("soon")

    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
