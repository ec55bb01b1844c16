"""A job exists exactly when the act that asked for it was committed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from wasl.core import clock
from wasl.core.jobs import PATIENT, job, periodic

done: list[int] = []


@job(name="tests.count_doors")
def count_doors(house: int) -> None:
    done.append(house)


def waiting() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'house', queueing_lock, lock, scheduled_at FROM procrastinate_jobs"
            " WHERE task_name = 'tests.count_doors' ORDER BY id"
        )
        return list(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_leaves_no_job() -> None:
    def act() -> None:
        with transaction.atomic():
            count_doors.defer(house=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()

    assert waiting() == []


@pytest.mark.django_db
def test_a_named_job_waits_once_and_the_act_goes_on() -> None:
    with transaction.atomic():
        count_doors.defer(house=1, once="doors-1")
        count_doors.defer(house=1, once="doors-1")
        count_doors.defer(house=2, once="doors-2")

    assert [row[:2] for row in waiting()] == [("1", "doors-1"), ("2", "doors-2")]


@pytest.mark.django_db
def test_a_job_can_wait_for_its_time_and_for_its_turn() -> None:
    later = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)

    count_doors.defer(house=3, at=later, one_by_one="street-3")

    assert waiting() == [("3", None, "street-3", later)]


@pytest.mark.django_db
def test_many_are_queued_together_and_none_is_nothing() -> None:
    count_doors.defer_many([{"house": n} for n in range(4)])
    count_doors.defer_many([])

    assert [row[0] for row in waiting()] == ["0", "1", "2", "3"]


@pytest.mark.django_db
def test_in_a_house_whose_clock_was_moved_a_job_still_waits_no_longer_than_meant(home: Path) -> None:
    clock.move(timedelta(days=15))
    try:
        count_doors.defer(house=5, at=clock.now() + timedelta(seconds=10))
    finally:
        clock.move(timedelta())

    [(_, _, _, scheduled_at)] = waiting()
    assert scheduled_at - datetime.now(UTC) < timedelta(seconds=11)


def test_patience_waits_twice_as_long_each_time_and_ends_after_some_hours() -> None:
    waits: list[float] = []
    while (decision := _after(len(waits))) is not None:
        waits.append((decision.retry_at - datetime.now(UTC)).total_seconds())

    assert [round(wait) for wait in waits[:4]] == [4, 8, 16, 32]
    assert timedelta(hours=4) < timedelta(seconds=sum(waits)) < timedelta(hours=5)


def _after(attempts: int):  # type: ignore[no-untyped-def]
    failed = SimpleNamespace(attempts=attempts)
    return PATIENT.get_retry_decision(exception=ValueError(), job=failed)  # type: ignore[arg-type]


def test_called_directly_it_is_the_function() -> None:
    done.clear()

    count_doors(7)

    assert done == [7]


def test_the_jobs_of_the_ground_floor_are_known_to_a_worker_that_only_started_django() -> None:
    from wasl.core.jobs import app

    assert {
        "core.dispatch_event",
        "core.deliver_event",
        "core.derive_copies",
        "core.remove_erased",
        "core.sweep_files",
        "core.sweep_limits",
    } <= set(app.tasks)


def test_a_job_of_the_calendar_that_could_not_be_called_is_refused_at_once() -> None:
    def forget(planned: int) -> None: ...

    with pytest.raises(TypeError, match="timestamp"):
        periodic("17 * * * *", name="tests.forget")(forget)
