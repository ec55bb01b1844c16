"""What the health doors say, and the page of a database that is away."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import RequestFactory
from psycopg.conninfo import make_conninfo

from wasl.config import health
from wasl.config.health import Readiness
from wasl.config.runner import run
from wasl.core import heartbeat

NOWHERE = "postgresql://app@127.0.0.1:1/wasl?connect_timeout=1"


def here() -> str:
    chosen = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return make_conninfo(**{name: chosen[key] or None for name, key in names.items()})


@pytest.fixture
def empty_queue(transactional_db: None) -> Iterator[None]:
    """The tables of the queue are not Django's: what tests leave in them stays unless they clear it."""
    clear_queue()
    yield
    clear_queue()


def clear_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def measure(url: str, *, has_mail_door: bool = True, home: Path = Path("/")) -> health.Readiness:
    return asyncio.run(health.measure(url, has_mail_door=has_mail_door, home=home))


def age(process: str, seconds: int) -> None:
    with connection.cursor() as cursor:
        statement = "UPDATE core_heartbeat SET at = now() - make_interval(secs => %s) WHERE process = %s"
        cursor.execute(statement, [seconds, heartbeat.process_name(process)])


def defer_job(*, waiting_seconds: int, scheduled_in: int | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, priority, scheduled_at) "
            "VALUES ('none', 'default', 0, now() + make_interval(secs => %s)) RETURNING id",
            [scheduled_in],
        )
        job = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - make_interval(secs => %s) WHERE job_id = %s",
            [waiting_seconds, job],
        )


async def get(door: Any, path: str) -> tuple[int, dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await door({"type": "http", "path": path}, None, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


def test_alive_asks_nobody() -> None:
    assert asyncio.run(get(health.alive, "/healthz")) == (200, {"alive": True})


def test_a_database_that_is_away_makes_it_not_ready() -> None:
    found = measure(NOWHERE)

    assert (found.database, found.is_ready) == ("down", False)


@pytest.mark.usefixtures("empty_queue")
def test_ready_when_worker_and_mail_door_live_and_nothing_waits() -> None:
    heartbeat.beat("worker")
    heartbeat.beat("mail")

    found = measure(here())

    assert found.is_ready
    assert (found.database, found.worker, found.mail, found.queue_age_seconds) == ("ok", "ok", "ok", 0.0)


@pytest.mark.usefixtures("empty_queue")
@pytest.mark.parametrize("silent", ["worker", "mail"])
def test_another_process_that_fell_silent_is_told_but_this_one_can_answer(silent: str) -> None:
    heartbeat.beat("worker")
    heartbeat.beat("mail")
    age(silent, int(heartbeat.STALE.total_seconds()) + 5)

    found = measure(here())

    assert (getattr(found, silent), found.is_ready) == ("down", True)


@pytest.mark.django_db(transaction=True)
def test_tables_of_an_older_release_make_it_not_ready_and_those_of_a_later_one_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = health.wanted_migrations()
    assert ("core", "0001_start") in ours

    monkeypatch.setattr(health, "wanted_migrations", lambda: ours | {("cases", "9999_to_come")})
    older = measure(here())
    monkeypatch.setattr(health, "wanted_migrations", lambda: frozenset([*ours][1:]))
    later = measure(here())

    assert (older.database, older.is_ready) == ("not migrated", False)
    assert (later.database, later.is_ready) == ("ok", True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("free", "disk"), [(health.NO_ROOM, "ok"), (health.NO_ROOM - 1, "full")])
def test_a_full_disk_makes_it_not_ready(monkeypatch: pytest.MonkeyPatch, free: int, disk: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**12, 10**12 - free, free))

    found = measure(here())

    assert (found.disk, found.is_ready) == (disk, disk == "ok")


@pytest.mark.django_db(transaction=True)
def test_a_home_that_is_not_mounted_makes_it_not_ready(tmp_path: Path) -> None:
    found = measure(here(), home=tmp_path / "elsewhere")

    assert (found.disk, found.is_ready) == ("gone", False)


@pytest.mark.usefixtures("empty_queue")
def test_a_process_that_stopped_in_order_is_missed_at_once() -> None:
    heartbeat.beat("mail")
    heartbeat.beat("worker")
    heartbeat.end("worker")

    assert measure(here()).worker == "down"


@pytest.mark.usefixtures("empty_queue")
def test_a_mail_door_that_is_switched_off_is_not_missed() -> None:
    heartbeat.beat("worker")

    found = measure(here(), has_mail_door=False)

    assert (found.mail, found.is_ready) == ("off", True)


@pytest.mark.usefixtures("empty_queue")
def test_a_storm_of_work_takes_no_process_out_of_its_balancer() -> None:
    heartbeat.beat("worker")
    defer_job(waiting_seconds=9_000)

    found = measure(here(), has_mail_door=False)

    assert found.is_ready
    assert found.queue_waiting == 1
    assert found.queue_age_seconds == pytest.approx(9_000, abs=5)


def test_a_house_has_started_when_all_its_parts_work_however_late_the_queue() -> None:
    late = Readiness(database="ok", worker="ok", mail="off", queue_waiting=9_000, queue_age_seconds=4_000.0)

    assert run._works(asdict(late))
    assert not run._works(asdict(replace(late, worker="down")))
    assert not run._works(asdict(replace(late, database="not migrated")))
    assert not run._works({})


@pytest.mark.usefixtures("empty_queue")
def test_jobs_planned_for_later_are_not_late() -> None:
    heartbeat.beat("worker")
    defer_job(waiting_seconds=9_000, scheduled_in=3_600)

    found = measure(here(), has_mail_door=False)

    assert (found.queue_waiting, found.is_ready) == (0, True)


def test_many_who_ask_at_once_cost_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    async def count(url: str, *, has_mail_door: bool, home: Path) -> health.Readiness:
        asked.append(1)
        return health.Readiness()

    async def ask_together() -> None:
        monkeypatch.setattr(health, "_latest", health._Latest())
        answers = await asyncio.gather(*(get(health.ready, "/readyz") for _ in range(20)))
        assert {status for status, _ in answers} == {503}

    monkeypatch.setattr(health, "measure", count)
    asyncio.run(ask_together())

    assert len(asked) == 1


def page_for(error: Exception) -> Any:
    try:
        raise error
    except type(error):
        return health.server_error(RequestFactory().get("/"))


def lost_connection() -> OperationalError:
    error = OperationalError("the connection is lost")
    error.__cause__ = psycopg.errors.AdminShutdown("terminating connection due to administrator command")
    return error


def test_a_database_that_is_away_shows_a_calm_page_and_when_to_come_again() -> None:
    for error in (lost_connection(), OperationalError("connection refused")):
        page = page_for(error)

        assert page.status_code == 503
        assert page["Retry-After"] == health.RETRY_AFTER
        assert 'lang="ar"' in page.content.decode()


def test_other_faults_stay_faults() -> None:
    deadlock = OperationalError("deadlock")
    deadlock.__cause__ = psycopg.errors.DeadlockDetected("deadlock detected")

    for error in (ValueError("wrong"), IntegrityError("twice"), deadlock):
        assert not health.is_database_away(error)


def test_the_cause_of_another_error_counts() -> None:
    wrapped = RuntimeError("the page could not be made")
    wrapped.__cause__ = lost_connection()

    assert health.is_database_away(wrapped)


@pytest.mark.django_db
@pytest.mark.parametrize(("networks", "status"), [([], 404), (["127.0.0.1/32"], 200)])
def test_figures_are_for_those_whom_the_settings_name(
    settings: Any, monkeypatch: pytest.MonkeyPatch, networks: list[str], status: int
) -> None:
    monkeypatch.setattr(health.exposition, "text", lambda: "wasl_info 1\n")
    settings.WASL_METRICS_FROM, settings.WASL_METRICS_TOKEN = networks, None
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/metrics", "client": ("127.0.0.1", 5000), "headers": []}
    asyncio.run(health.metrics(scope, None, send))

    assert sent[0]["status"] == status
    assert (b"wasl_info" in sent[1]["body"]) is (status == 200)
