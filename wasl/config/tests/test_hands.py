"""The worker's hands do every job that waits, end it as it ended, and stop when they are asked to."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.periodic import PeriodicRegistry

from wasl.config import worker
from wasl.config.hands import Hands
from wasl.core import jobs
from wasl.core.jobs import Doubling, job

pytestmark = pytest.mark.django_db(transaction=True)
done: list[Any] = []
met = threading.Barrier(2)
going_on = threading.Event()


@job(name="tests.note")
def note(number: int, then: int = 0) -> None:
    done.append((number, jobs.tries_before()))
    if then:
        note.defer(number=then)


@job(name="tests.fail", retry=Doubling(first_seconds=4, most_attempts=2))
def fail(number: int) -> None:
    raise ZeroDivisionError


@job(name="tests.meet")
def meet() -> None:
    met.wait(timeout=60)
    done.append("met")


@job(name="tests.hang")
def hang() -> None:
    done.append("begun")
    going_on.wait(timeout=20)


@job(name="tests.break_the_connection")
def break_the_connection() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@job(name="tests.lose_to_another")
def lose_to_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'tests.lose_to_another'")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    done.clear()
    met.reset()
    going_on.clear()


def rows(columns: str = "task_name, status::text, attempts") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM procrastinate_jobs ORDER BY id")  # noqa: S608 (constants)
        return list(cursor.fetchall())


def work(until: Callable[[], bool], *, at_once: int = 2, patience: float = 1.0, seconds: float = 60.0) -> Hands:
    """Let a worker work until something is so, and then stop it."""

    async def working() -> Hands:
        app = worker._own_app()
        app.periodic_registry = PeriodicRegistry()  # type: ignore[no-untyped-call]  # nothing of the calendar's comes in between
        async with app.open_async():
            crew = Hands(
                app=app,
                concurrency=at_once,
                install_signal_handlers=False,
                shutdown_graceful_timeout=patience,
                fetch_job_polling_interval=seconds,
            )
            running = asyncio.create_task(crew.run())  # type: ignore[no-untyped-call]
            async with asyncio.timeout(seconds):
                while not await asyncio.to_thread(_asked, until) and not running.done():
                    await asyncio.sleep(0.02)
            crew.stop()
            await running
            return crew

    return asyncio.run(working())


def _asked(until: Callable[[], bool]) -> bool:
    try:
        return until()
    finally:
        connection.close()


def is_empty() -> bool:
    return not rows()


def test_what_waits_and_what_a_job_queues_is_done_and_gone() -> None:
    for number in range(5):
        note.defer(number=number, then=number + 10)

    work(is_empty)

    assert sorted(done) == sorted((number + more, 0) for number in range(5) for more in (0, 10))


def test_a_job_that_comes_while_all_rest_is_announced() -> None:
    queued: list[int] = []

    def queue_the_second() -> bool:
        if done and not queued:
            queued.append(2)
            note.defer(number=2)
        return len(done) == 2 and is_empty()

    note.defer(number=1)

    work(queue_the_second, at_once=1)

    assert [number for number, _ in done] == [1, 2]


def test_several_are_done_at_once() -> None:
    meet.defer()
    meet.defer()

    work(is_empty)

    assert done == ["met", "met"]


def test_jobs_of_one_name_take_turns() -> None:
    for number in range(4):
        note.defer(number=number, one_by_one="door")

    work(is_empty)

    assert done == [(number, 0) for number in range(4)]


def test_a_failed_job_waits_for_its_next_try_and_is_parked_after_the_last() -> None:
    fail.defer(number=1)
    work(lambda: rows() == [("tests.fail", "todo", 1)])

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now(), attempts = 2")
    work(lambda: rows() == [("tests.fail", "failed", 3)])


def test_a_job_that_nobody_knows_is_parked_and_the_next_one_done() -> None:
    note.defer(number=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET task_name = 'tests.gone'")
    note.defer(number=2)

    work(lambda: rows() == [("tests.gone", "failed", 1)] and done == [(2, 0)])


def test_a_job_knows_that_it_was_begun_before() -> None:
    note.defer(number=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 3")

    work(is_empty)

    assert done == [(1, 3)]


def test_a_failed_job_whose_work_waits_again_already_is_not_kept_twice() -> None:
    fail.defer(number=1, once="door")
    with connection.cursor() as cursor:  # as taken by a hand: the name is free for a second one
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    fail.defer(number=1, once="door")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs WHERE status = 'doing'")
        (number,) = cursor.fetchone()
    crew = Hands(app=worker._own_app(), concurrency=1)
    failed = Job(id=number, task_name="tests.fail", queue="default", lock=None, queueing_lock="door")
    crew._end_badly(failed, ZeroDivisionError())

    assert rows("status::text") == [("todo",)]


def test_a_connection_that_a_job_has_lost_costs_that_job_alone() -> None:
    break_the_connection.defer()
    note.defer(number=2)

    work(lambda: done == [(2, 0)] and rows("attempts") == [(1,)], at_once=1)


def test_a_job_that_another_worker_has_ended_stops_nobody() -> None:
    lose_to_another.defer()
    note.defer(number=2)

    work(lambda: done == [(2, 0)] and is_empty(), at_once=1)


def test_what_cannot_be_cut_off_stays_with_its_worker_until_that_is_missed() -> None:
    hang.defer()

    work(lambda: done == ["begun"], patience=0.1)
    try:
        assert rows() == [("tests.hang", "doing", 0)]
        assert rows("(SELECT count(*) FROM procrastinate_workers w WHERE w.id = worker_id)") == [(1,)]
    finally:
        going_on.set()


def test_a_queue_that_does_not_answer_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> list[Any]:
        raise OperationalError

    monkeypatch.setattr("wasl.core.sets.run", refuse)

    with pytest.raises(ConnectorException):
        work(lambda: False)
