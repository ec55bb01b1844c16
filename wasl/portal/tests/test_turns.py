"""What the public reads about turns: the month before, small numbers veiled, reasons that give nobody away."""

import re
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from wasl.analytics import jobs
from wasl.analytics.fairness import published
from wasl.analytics.models import PublishedTurns
from wasl.analytics.tests.lines import Line, make_line
from wasl.core import clock
from wasl.directory.tests.makers import SUNDAY_9AM

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM + timedelta(hours=2)
NEXT_MONTH = SUNDAY_9AM + timedelta(days=20)


@pytest.fixture
def line() -> Line:
    return make_line()


def taken(line: Line, *, in_turn: int, reasons: list[str]) -> None:
    """So many taken in turn, and one out of turn for each reason."""
    waiting = line.add(in_turn + len(reasons) + 1)
    for case in waiting[:in_turn]:
        line.take(case, at=AT)
    for case, reason in zip(waiting[in_turn + 1 :], reasons, strict=True):
        line.take(case, at=AT, reason=reason, words="كلام داخلي")


def page(client: Client, path: str = "/turns", at: datetime = NEXT_MONTH) -> str:
    client.cookies["wasl_language"] = "en"
    with clock.frozen(at):
        jobs.publish_turns(0)
        return re.sub(r"</?bdi[^>]*>", "", client.get(path).content.decode())


def test_a_month_with_its_number_and_reasons(client: Client, line: Line) -> None:
    taken(line, in_turn=14, reasons=["route"] * 6)

    found = page(client)

    assert "November 2026" in found
    assert "Out of turn: 6 of 20 requests" in found
    assert "Same place or route as other work" in found
    assert "كلام داخلي" not in found
    assert "In November 2026 6 of 20 requests were taken out of turn" in page(client, "/")


def test_a_small_number_is_not_told_nor_its_reasons(client: Client, line: Line) -> None:
    taken(line, in_turn=18, reasons=["route", "parts"])

    found = page(client)

    assert "fewer than 5 of 20 requests" in found
    assert "Same place or route" not in found


def test_where_every_turn_was_kept_it_says_so(client: Client, line: Line) -> None:
    taken(line, in_turn=20, reasons=[])

    assert "Every turn was kept: 20 requests." in page(client)


def test_too_little_and_a_month_that_is_not_over_are_not_published(client: Client, line: Line) -> None:
    taken(line, in_turn=5, reasons=[])
    assert "not enough to publish" in page(client)
    PublishedTurns.objects.all().delete()

    taken(line, in_turn=15, reasons=[])
    assert "not enough to publish" in page(client, at=SUNDAY_9AM + timedelta(days=1))
    assert "November 2026" in page(client)


def test_what_was_published_stays_as_it_was(client: Client, line: Line) -> None:
    taken(line, in_turn=20, reasons=[])
    page(client)

    case = line.cases[-1]
    line.take(case, at=AT)

    assert "Every turn was kept: 20 requests." in page(client)
    assert PublishedTurns.objects.filter(agency=line.agency, first_on=date(2026, 11, 1)).count() == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"route": 9, "parts": 6}, {"route": 9, "parts": 6}),
        ({"route": 9, "parts": 3, "other": 2}, {"route": 9, "": 5}),
        # One rare reason could be worked out from the total, so the next one goes with it.
        ({"route": 9, "parts": 6, "other": 1}, {"route": 9, "": 7}),
        ({"route": 4, "parts": 3}, {"": 7}),
        ({"route": 9}, {"route": 9}),
    ],
)
def test_no_rare_reason_can_be_worked_out(given: dict[str, int], told: dict[str, int]) -> None:
    assert published.together(Counter(given)) == told


def test_the_month_is_that_of_the_agency(line: Line) -> None:
    first, last = published.bounds(line.agency, date(2026, 12, 1))

    assert first.isoformat() == "2026-12-01T00:00:00+04:00"
    assert last.isoformat() == "2027-01-01T00:00:00+04:00"
    assert published.before(date(2026, 1, 1)) == date(2025, 12, 1)
