"""Jobs of a worker that was killed come back, once; one that kills its workers is parked."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from wasl.core.recovery import MOST_ATTEMPTS, recover_stalled_jobs

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def make_worker(*, silent_for: int) -> int:
    with connection.cursor() as cursor:
        statement = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))"
        cursor.execute(statement + " RETURNING id", [silent_for])
        number: int = cursor.fetchone()[0]
    return number


def make_job(*, worker: int | None, status: str = "doing", attempts: int = 0, queueing_lock: str | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs "
            "(task_name, queue_name, priority, status, worker_id, attempts, queueing_lock) "
            "VALUES ('some.job', 'default', 0, %s, %s, %s, %s) RETURNING id",
            [status, worker, attempts, queueing_lock],
        )
        number: int = cursor.fetchone()[0]
    return number


def status_of(job: int) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        row = cursor.fetchone()
    return row[0] if row else None


def test_the_job_of_a_dead_worker_is_put_back() -> None:
    job = make_job(worker=make_worker(silent_for=25))

    assert recover_stalled_jobs(at=NOW) == 1
    assert status_of(job) == "todo"


def test_the_job_of_a_worker_that_was_already_forgotten_is_put_back() -> None:
    job = make_job(worker=None)

    recover_stalled_jobs(at=NOW)

    assert status_of(job) == "todo"


def test_the_job_of_a_living_worker_is_left_alone() -> None:
    job = make_job(worker=make_worker(silent_for=5))

    assert recover_stalled_jobs(at=NOW) == 0
    assert status_of(job) == "doing"


def test_a_job_that_keeps_killing_its_workers_is_parked_as_failed() -> None:
    job = make_job(worker=make_worker(silent_for=60), attempts=MOST_ATTEMPTS)

    assert recover_stalled_jobs(at=NOW) == 0
    assert status_of(job) == "failed"


def test_where_the_same_work_waits_already_the_stalled_job_is_dropped_and_the_others_still_come_back() -> None:
    dead = make_worker(silent_for=60)
    doubled = make_job(worker=dead, queueing_lock="sweep")
    waiting = make_job(worker=None, status="todo", queueing_lock="sweep")
    other = make_job(worker=dead)

    assert recover_stalled_jobs(at=NOW) == 1
    assert (status_of(doubled), status_of(waiting), status_of(other)) == (None, "todo", "todo")
