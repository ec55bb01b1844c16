"""An even pace of sending, whatever the clock of the machine has done."""

from datetime import timedelta
from typing import Any

import pytest

from wasl.directory.tests.makers import SUNDAY_9AM, make_agency
from wasl.messaging.models import ChannelAccount
from wasl.messaging.operations import place_in_line, take_turn
from wasl.messaging.tests.makers import make_account

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_clock_that_ran_ahead_and_was_put_right_holds_nothing_back() -> None:
    account = ChannelAccount.objects.create(
        agency=make_agency("MUN"), channel="email", code="desk", name="desk", address="desk@example.om"
    )
    while take_turn(account, lane="normal", per_minute=60, at=SUNDAY_9AM + HOUR) is None:
        pass  # all turns of the wrong hour are taken

    assert take_turn(account, lane="normal", per_minute=60, at=SUNDAY_9AM) is None


def test_turns_are_still_counted_at_one_time() -> None:
    account = ChannelAccount.objects.create(
        agency=make_agency("MUN"), channel="email", code="desk", name="desk", address="desk@example.om"
    )
    waits = [take_turn(account, lane="urgent", per_minute=60, at=SUNDAY_9AM) for _ in range(40)]

    taken = waits.index(next(wait for wait in waits if wait is not None))
    assert 10 <= taken <= 20
    assert all(wait is not None for wait in waits[taken:])


def test_whoever_finds_no_token_stands_behind_those_who_found_none_before() -> None:
    account = make_account()
    line: dict[str, Any] = {"lane": "urgent", "per_minute": 60}

    places = [place_in_line(account, earliest=SUNDAY_9AM, **line) for _ in range(4)]

    assert places == [SUNDAY_9AM + timedelta(seconds=seconds) for seconds in range(4)]
    assert place_in_line(account, earliest=SUNDAY_9AM, lane="bulk", per_minute=60) == SUNDAY_9AM
    assert place_in_line(account, earliest=SUNDAY_9AM + HOUR, **line) == SUNDAY_9AM + HOUR


def test_a_line_that_a_clock_left_far_ahead_is_forgotten() -> None:
    account = make_account()
    line: dict[str, Any] = {"lane": "urgent", "per_minute": 60}
    place_in_line(account, earliest=SUNDAY_9AM + 24 * HOUR, **line)

    assert place_in_line(account, earliest=SUNDAY_9AM, **line) == SUNDAY_9AM
