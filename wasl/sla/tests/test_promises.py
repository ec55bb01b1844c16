"""Which promise holds for which case, and what a change of the calendar makes of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from wasl.calendars import operations as calendars
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import load_catalogue, make_service
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_agency
from wasl.sla import durations, operations, queries
from wasl.sla.clocks import Promise, due_at
from wasl.sla.models import Policy

MUSCAT = ZoneInfo("Asia/Muscat")
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    agency = make_agency()
    calendars.load_starting_calendars(agency, at=LONG_AGO)
    operations.load_starting_policies(agency, at=LONG_AGO)
    return agency


def promised(agency: Agency, service: Service | None = None, **facts: Any) -> dict[str, Promise]:
    facts = {"kind": "report", "importance": "P3", "at": AT} | facts
    found = queries.promises(agency_id=agency.pk, service_id=service.pk if service else None, **facts)
    return {promise.clock: promise for promise in found}


def test_all_clocks_are_promised_in_their_order(agency: Agency) -> None:
    assert list(promised(agency)) == ["acknowledge", "refer", "accept", "first_answer", "update", "resolve"]
    assert promised(agency)["refer"].working_days == 3


@pytest.mark.parametrize(
    ("facts", "minutes", "days", "always"),
    [
        ({}, None, 10, False),
        ({"importance": "P1"}, 1440, None, True),
        ({"importance": "P2"}, None, 3, False),
        ({"kind": "suggestion"}, None, 20, False),
        ({"kind": "inquiry", "importance": "P1"}, None, 2, False),
    ],
)
def test_the_closest_policy_wins(
    agency: Agency, facts: dict[str, str], minutes: int | None, days: int | None, always: bool
) -> None:
    resolve = promised(agency, **facts)["resolve"]

    assert (resolve.amount_minutes, resolve.working_days, resolve.always_open) == (minutes, days, always)
    assert resolve.working_time.always_open == always


def test_kind_and_importance_together_are_closer_than_the_kind(agency: Agency) -> None:
    operations.set_policy(
        agency, clock="resolve", amount=1, unit="working_days", kind="inquiry", importance="P1", at=LONG_AGO
    )

    assert promised(agency, kind="inquiry", importance="P1")["resolve"].working_days == 1
    assert promised(agency, kind="inquiry", importance="P2")["resolve"].working_days == 2


def test_the_times_of_the_catalogue_are_closer_than_kind_and_importance(agency: Agency) -> None:
    pothole = make_service(acknowledge_text="4h", resolve_text="3d", clock_mode="work")

    found = promised(agency, pothole, importance="P1")

    assert (found["acknowledge"].amount_minutes, found["acknowledge"].always_open) == (240, False)
    assert found["resolve"].working_days == 3
    assert found["refer"].working_days == 3
    assert found["first_answer"].amount_minutes == 240


def test_a_service_round_the_clock_counts_days_of_twenty_four_hours(agency: Agency) -> None:
    debris = make_service("DR-DEBRIS", acknowledge_text="30m", resolve_text="2d", clock_mode="24x7")

    found = promised(agency, debris)

    assert (found["acknowledge"].amount_minutes, found["acknowledge"].always_open) == (30, True)
    assert (found["resolve"].amount_minutes, found["resolve"].always_open) == (2880, True)
    assert due_at(found["resolve"], AT) == AT + timedelta(days=2)
    assert not found["refer"].always_open


def test_a_policy_for_the_service_is_the_closest_word(agency: Agency) -> None:
    pothole = make_service()
    operations.set_policy(agency, clock="resolve", amount=600, unit="minutes", service=pothole, at=LONG_AGO)

    assert promised(agency, pothole)["resolve"].amount_minutes == 600
    assert promised(agency, make_service("RD-OTHER"))["resolve"].working_days == 3


def test_a_time_nobody_can_read_leaves_the_general_promise(agency: Agency) -> None:
    odd = make_service("RD-ODD", resolve_text="soon")

    assert promised(agency, odd)["resolve"].working_days == 10


def test_a_new_policy_ends_the_old_one_and_both_hold_in_their_time(agency: Agency) -> None:
    old = promised(agency)["refer"]
    later = AT + timedelta(days=10)

    policy = operations.set_policy(agency, clock="refer", amount=2, unit="working_days", at=later)

    assert promised(agency)["refer"].working_days == old.working_days == 3
    assert promised(agency, at=later)["refer"].working_days == 2
    assert Policy.objects.get(agency=agency, clock="refer", valid_to=later).amount == 3
    told = EventRecord.objects.filter(kind="PolicySet").latest("pk").data
    assert (told["policy_id"], told["amount"]) == (policy.pk, 2)
    assert told["replaces_id"] is not None


def test_an_ended_policy_is_not_promised_and_is_told_once(agency: Agency) -> None:
    first_answer = Policy.objects.get(agency=agency, clock="first_answer", kind="", importance="")

    operations.end_policy(first_answer, at=LONG_AGO)
    operations.end_policy(first_answer, at=LONG_AGO)

    assert "first_answer" not in promised(agency)
    assert EventRecord.objects.filter(kind="PolicyEnded").count() == 1


def test_the_starting_policies_are_loaded_once(agency: Agency) -> None:
    before = Policy.objects.count()

    operations.load_starting_policies(agency, at=AT)

    assert Policy.objects.count() == before


def test_two_agencies_promise_apart(agency: Agency) -> None:
    ministry = make_agency("HOU")
    pothole = make_service()
    operations.set_policy(ministry, clock="resolve", amount=5, unit="working_days", at=LONG_AGO)

    assert list(promised(ministry, pothole)) == ["resolve"]
    assert promised(ministry, pothole)["resolve"].working_days == 5
    assert promised(agency)["resolve"].working_days == 10


def test_a_policy_may_name_its_calendar_but_not_two_working_times(agency: Agency) -> None:
    market = calendars.add_calendar(agency, code="market", name=both("السوق", "Market"), at=AT)
    policy = {"clock": "resolve", "amount": 5, "unit": "working_days", "importance": "P3", "at": LONG_AGO}

    operations.set_policy(agency, calendar=market, **policy)

    assert promised(agency)["resolve"].calendar_id == market.pk
    assert promised(agency)["resolve"].working_time.always_open
    with pytest.raises(IntegrityError), transaction.atomic():
        operations.set_policy(agency, calendar=market, always_open=True, **policy | {"importance": "P4"})


def test_two_statements_answer_however_many_policies_there_are(agency: Agency) -> None:
    pothole = make_service()
    promised(agency, pothole)

    with CaptureQueriesContext(connection) as few:
        promised(agency, pothole)
    for n in range(30):
        service = make_service(f"X-{n}")
        operations.set_policy(agency, clock="resolve", amount=5, unit="working_days", service=service, at=LONG_AGO)
    promised(agency, pothole)
    with CaptureQueriesContext(connection) as many:
        promised(agency, pothole)

    assert len(few) == len(many) == 2  # the stamp of the edition, and the row of the service


@pytest.mark.parametrize("pauses", [[], [(datetime(2026, 11, 23, 4, 10, tzinfo=UTC), AT + timedelta(days=2))]])
def test_a_holiday_announced_later_gives_the_due_moment_of_a_fresh_computation(
    agency: Agency, pauses: list[tuple[datetime, datetime]]
) -> None:
    refer = promised(agency)["refer"]
    before = due_at(refer, AT, pauses)

    calendars.add_holiday(agency, name=both("إجازة", "Leave"), on_from=date(2026, 11, 24), at=AT)

    recounted = due_at(promised(agency)["refer"], AT, pauses)
    twin = make_agency("TWN")
    calendars.add_holiday(twin, name=both("إجازة", "Leave"), on_from=date(2026, 11, 24), at=LONG_AGO)
    calendars.load_starting_calendars(twin, at=LONG_AGO)
    operations.load_starting_policies(twin, at=LONG_AGO)
    assert recounted == due_at(promised(twin)["refer"], AT, pauses)
    assert recounted > before


def test_every_time_of_the_starting_catalogue_can_be_read() -> None:
    load_catalogue("MUN", "HOU")

    for service in Service.objects.all():
        for text in (service.acknowledge_text, service.resolve_text):
            durations.parse(text, service.clock_mode)
    assert Service.objects.count() == 84
