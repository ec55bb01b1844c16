"""Jobs that ended badly: parked ones wait for a person, failed rounds are told of and swept away."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from wasl.core import parked_jobs

pytestmark = pytest.mark.django_db


def make_job(
    name: str, *, queue: str = "default", status: str = "failed", hours_ago: int = 0, lock: str | None = None
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, priority, status, attempts, queueing_lock) "
            "VALUES (%s, %s, 0, %s, 12, %s) RETURNING id",
            [name, queue, status, lock],
        )
        job: int = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) "
            "VALUES (%s, 'failed', now() - make_interval(hours => %s))",
            [job, hours_ago],
        )
    return job


def status_of(job: int) -> tuple[str, int] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", [job])
        found: tuple[str, int] | None = cursor.fetchone()
    return found


def test_a_given_up_job_is_named_and_can_be_queued_again_with_all_its_tries() -> None:
    job = make_job("core.deliver_event", queue="events")
    assert parked_jobs.parked() == [("core.deliver_event", 1)]

    assert parked_jobs.retry() == 1

    assert status_of(job) == ("todo", 0)
    assert parked_jobs.parked() == []


def test_of_jobs_of_one_name_one_is_queued_again_and_none_beside_a_waiting_one() -> None:
    twins = [make_job("core.derive_copies", lock="file 1") for _ in range(2)]
    beside = make_job("core.derive_copies", lock="file 2")
    make_job("core.derive_copies", lock="file 2", status="todo")

    assert parked_jobs.retry() == 1

    assert [status_of(job)[0] for job in (*twins, beside)] == ["todo", "failed", "failed"]  # type: ignore[index]


def test_failed_rounds_are_told_of_for_an_hour_kept_for_six_and_are_nobodys_work() -> None:
    fresh = make_job("core.sweep_files", queue="housekeeping")
    older = make_job("core.sweep_files", queue="housekeeping", hours_ago=2)
    stale = make_job("messaging.send_message", queue="send", hours_ago=7)
    parked = make_job("core.deliver_event", queue="events", hours_ago=700)

    assert parked_jobs.failed_rounds() == [("core.sweep_files", 1)]
    assert parked_jobs.sweep() == 1

    assert [status_of(job) is not None for job in (fresh, older, stale, parked)] == [True, True, False, True]
    assert parked_jobs.parked() == [("core.deliver_event", 1)]


def test_only_parked_jobs_can_be_forgotten_and_only_by_number(capsys: pytest.CaptureFixture[str]) -> None:
    parked, round_ = make_job("core.deliver_event", queue="events"), make_job("core.sweep_files", queue="housekeeping")

    with pytest.raises(CommandError):
        call_command("jobs", "forget")
    call_command("jobs", "list")
    call_command("jobs", "forget", str(parked), str(round_))

    assert "core.deliver_event" in capsys.readouterr().out
    assert status_of(parked) is None
    assert status_of(round_) is not None
