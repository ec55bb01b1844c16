"""A key is issued, shown once, opens what it says while it may, and is nowhere to be read."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from wasl.accounts import operations as accounts
from wasl.core import clock, limits
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_person, make_unit
from wasl.partners import operations, queries
from wasl.partners.jobs import note_use
from wasl.partners.models import ApiKey, Scope, Standing
from wasl.partners.tests.makers import tables_with

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
READ, WRITE = "cases:read", "open311:write"


@pytest.fixture(autouse=True)
def _now() -> Any:
    operations._noted.clear()
    with clock.frozen(SUNDAY_9AM):
        yield


@pytest.fixture
def agency() -> Agency:
    return make_agency("MUN")


def issue(agency: Agency, **more: Any) -> operations.Issued:
    given = {"name": "تطبيق بلديتي", "scopes": [WRITE], "by": None, "at": SUNDAY_9AM} | more
    return operations.issue_key(agency, **given)


def opens(secret: str, agency: Agency | None = None, *, scope: str = WRITE, at: Any = SUNDAY_9AM) -> bool:
    try:
        operations.admit(secret, scope=scope, agency=agency, at=at)
    except operations.BadKey:
        return False
    return True


def test_a_key_opens_its_scope_in_its_agency(agency: Agency) -> None:
    secret = issue(agency).secret

    assert opens(secret, agency)
    assert opens(secret)
    with pytest.raises(operations.NotInScope):
        operations.admit(secret, scope=READ, agency=agency, at=SUNDAY_9AM)


@pytest.mark.parametrize("wrong", ["", "wasl_", "wasl_" + "x" * 32, "\u0660" * 20, "x" * 10_000])
def test_what_is_no_key_opens_nothing(agency: Agency, wrong: str) -> None:
    issue(agency)

    assert not opens(wrong, agency)


def test_a_key_of_another_agency_is_no_key(agency: Agency) -> None:
    assert not opens(issue(make_agency("HOU")).secret, agency)


def test_a_key_opens_until_its_end_and_no_moment_longer(agency: Agency) -> None:
    issued = issue(agency, expires_at=SUNDAY_9AM + DAY)

    assert opens(issued.secret, at=SUNDAY_9AM + DAY - timedelta(microseconds=1))
    assert not opens(issued.secret, at=SUNDAY_9AM + DAY)
    assert issued.api_key.standing(at=SUNDAY_9AM + DAY) == Standing.ENDED


def test_a_revoked_key_opens_nothing_and_tells_who_and_why(agency: Agency) -> None:
    issued, badr = issue(agency), make_person("administrator")

    operations.revoke_key(issued.api_key, by=badr, at=SUNDAY_9AM + DAY, reason="ضاع جهاز الشريك")
    operations.revoke_key(issued.api_key, by=None, at=SUNDAY_9AM + 2 * DAY, reason="again")

    assert not opens(issued.secret)
    api_key = queries.key_in(agency, issued.api_key.public_id)
    assert api_key is not None
    assert (api_key.revoked_by, api_key.revoked_at) == (badr, SUNDAY_9AM + DAY)
    assert api_key.revoked_reason == "ضاع جهاز الشريك"
    assert [
        (fact.kind, fact.actor_id) for fact in EventRecord.objects.filter(kind__startswith="Key").order_by("pk")
    ] == [
        ("KeyIssued", None),
        ("KeyRevoked", badr.pk),
    ]


def test_a_key_ends_with_its_person_and_lives_again_with_them(agency: Agency) -> None:
    salem = make_person("agent", make_unit("ROADS", agency=agency))
    secret = issue(agency, user=salem, scopes=[READ]).secret
    assert opens(secret, scope=READ)

    accounts.deactivate(salem, by=None, at=SUNDAY_9AM)

    assert not opens(secret, scope=READ)


def test_a_key_never_outlives_its_agency(agency: Agency) -> None:
    issued = issue(agency)

    Agency.objects.filter(pk=agency.pk).update(is_active=False)

    assert not opens(issued.secret)
    agency.refresh_from_db()
    with pytest.raises(operations.BadGrant):
        issue(agency)


def test_a_key_asks_no_faster_than_its_pace(agency: Agency) -> None:
    secret = issue(agency, per_minute=3).secret
    for _ in range(3):
        operations.admit(secret, scope=WRITE, agency=agency, at=SUNDAY_9AM)

    with pytest.raises(operations.TooFast) as refused:
        operations.admit(secret, scope=WRITE, agency=agency, at=SUNDAY_9AM)

    assert 0 < refused.value.seconds <= 120


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " \u200f "},
        {"scopes": []},
        {"scopes": ["cases:everything"]},
        {"expires_at": SUNDAY_9AM},
        {"per_minute": 0},
        {"per_minute": operations.MOST_PER_MINUTE + 1},
    ],
)
def test_a_key_that_makes_no_sense_is_not_issued(agency: Agency, wrong: dict[str, Any]) -> None:
    with pytest.raises(operations.BadGrant):
        issue(agency, **wrong)

    assert not ApiKey.objects.exists()


def test_a_key_acts_for_nobody_of_another_agency(agency: Agency) -> None:
    stranger = make_person("agent", make_unit("ROADS", agency=make_agency("HOU")))

    with pytest.raises(operations.BadGrant):
        issue(agency, user=stranger)


def test_a_form_sent_twice_issues_one_key(agency: Agency) -> None:
    issue(agency, form="abcdefgh12345678")

    with pytest.raises(operations.AlreadyIssued):
        issue(agency, form="abcdefgh12345678")

    assert ApiKey.objects.count() == 1


def test_the_day_of_the_last_use_is_noted_once_a_day_by_a_job(
    agency: Agency, django_capture_on_commit_callbacks: Any
) -> None:
    issued = issue(agency)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            operations.admit(issued.secret, scope=WRITE, agency=agency, at=SUNDAY_9AM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'partners.note_use'")
        assert len(cursor.fetchall()) == 1
    issued.api_key.refresh_from_db()
    assert issued.api_key.last_used_on is None

    note_use(api_key_id=issued.api_key.pk, on="2026-11-22")
    note_use(api_key_id=issued.api_key.pk, on="2026-11-21")

    issued.api_key.refresh_from_db()
    assert issued.api_key.last_used_on.isoformat() == "2026-11-22"
    with django_capture_on_commit_callbacks(execute=True) as again:
        operations.admit(issued.secret, scope=WRITE, agency=agency, at=SUNDAY_9AM)
    assert again == []


def test_the_secret_is_in_no_table_no_log_and_no_fact(
    agency: Agency, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks(execute=True):
        issued = issue(agency, scopes=list(Scope.values))
        operations.admit(issued.secret, scope=WRITE, agency=agency, at=SUNDAY_9AM)
        assert not opens(issued.secret + "x", agency)
        operations.revoke_key(issued.api_key, by=None, at=SUNDAY_9AM)
        assert not opens(issued.secret, agency)
    canary = issued.secret.removeprefix(operations.PREFIX)

    # The same search finds what is there to be found.
    assert tables_with(issued.api_key.name) == ["partners_apikey"]
    assert tables_with(canary) == []
    assert canary not in caplog.text
    assert canary not in repr(issued)
    assert limits.hidden(canary) != canary
