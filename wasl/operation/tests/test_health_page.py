"""The page of health: one sentence first, then what to do, in the language of the reader."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wasl.core import heartbeat
from wasl.core.tests.test_parked_jobs import make_job
from wasl.directory.tests.makers import make_agency, make_huda, make_person, make_salem, sign_in
from wasl.messaging.operations import save_account
from wasl.operation import operations, probes

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def page(client: Client, language: str = "en") -> str:
    client.cookies["wasl_language"] = language
    answer = client.get(reverse("operation:health"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_supervisor_reads_in_a_sentence_what_is_wrong_and_what_to_do(client: Client) -> None:
    sign_in(client, make_huda())
    heartbeat.beat("mail")

    shown, arabic = page(client), page(client, "ar")

    assert "The worker stands still" in shown
    assert "systemctl restart wasl-worker" in shown
    assert "العامل متوقف" in arabic
    assert "Everything works" not in shown


def test_when_all_is_well_it_says_so(client: Client) -> None:
    sign_in(client, make_huda())
    heartbeat.beat("worker")
    heartbeat.beat("mail")

    assert "كل شيء يعمل" in page(client, "ar")


def test_given_up_jobs_stand_under_what_needs_somebody(client: Client) -> None:
    sign_in(client, make_huda())
    make_job("core.deliver_event", queue="events")

    assert "wasl manage jobs retry" in page(client)


def test_accounts_of_another_agency_are_not_told_of(client: Client) -> None:
    sign_in(client, make_huda())
    for agency, name in ((make_agency(), "Our own mailbox"), (make_agency("HOU"), "Housing's mailbox")):
        save_account(agency=agency, code="mail", name=name, address=f"in-{agency.pk}@example.om", at=NOW)

    shown = page(client)

    assert "Our own mailbox" in shown
    assert "Housing" not in shown


def test_an_agent_finds_no_such_page(client: Client) -> None:
    sign_in(client, make_salem())

    assert client.get(reverse("operation:health")).status_code == 404


def test_an_administrator_sees_the_last_backups(client: Client) -> None:
    sign_in(client, make_person("administrator", make_huda().memberships.first().unit))
    operations.record_backup(succeeded=True, figures={"rows": 4321, "contents": 7, "seconds": 2.5}, at=NOW)

    assert "4,321" in page(client)


@pytest.mark.parametrize(
    ("age", "failed", "level"),
    [(None, False, "bad"), (2, False, "ok"), (2, True, "warn"), (30, False, "warn"), (60, False, "bad")],
)
def test_the_age_of_the_backup_is_judged_in_production(
    settings: Any, age: int | None, failed: bool, level: str
) -> None:
    settings.WASL_MODE = "production"
    now = datetime.now(UTC)
    if age is not None:
        operations.record_backup(succeeded=True, figures={}, at=now - timedelta(hours=age))
    if failed:
        operations.record_backup(succeeded=False, figures={}, at=now - timedelta(hours=1))

    finding = probes.backup(now)

    assert finding.level == level  # type: ignore[union-attr]
    assert "backup" in str(finding.todo) or level == "ok"  # type: ignore[union-attr]
