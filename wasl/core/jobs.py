"""Jobs: work that follows a committed act, run by the worker process, at least once.

A job is deferred on the connection of the act itself, so it exists exactly when the act was committed, also when one
job defers another. Jobs take ids, load, and call one operation.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from inspect import signature
from typing import Any

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as QueuedJob

from wasl.core import clock, sets


class Doubling(BaseRetryStrategy):
    """Waits twice as long before each further try. (The queue's own exponential strategy waits 4, 16, 64 … days.)"""

    def __init__(self, *, first_seconds: int, most_attempts: int) -> None:
        self.first_seconds, self.most_attempts = first_seconds, most_attempts

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if job.attempts >= self.most_attempts:
            return None
        return RetryDecision(retry_in={"seconds": self.first_seconds * 2**job.attempts})


# Waits between tries: 4 s, 8 s, 16 s … about four and a half hours in all; then the job is parked as failed and seen.
PATIENT = Doubling(first_seconds=4, most_attempts=12)


# Of one name one may wait: whoever is about to queue a second one waits for the end of the first one's act.
_DEFER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
VALUES (%s::text, %s::text, %s::int, %s::text, %s::text, %s::jsonb, %s::timestamptz)
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING RETURNING id
"""
_tries_before: ContextVar[int] = ContextVar("wasl_job_tries", default=0)


def tries_before() -> int:
    """How often the present job was begun before and did not come to its end."""
    return _tries_before.get()


@contextmanager
def tried(times: int) -> Iterator[None]:
    """What the worker tells the job that it begins within: it was begun so often before."""
    token = _tries_before.set(times)
    try:
        yield
    finally:
        _tries_before.reset(token)


class Job:
    """One kind of background work, bound to its function."""

    def __init__(self, task: Any) -> None:
        self._task = task
        self.name: str = task.name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._task.func(*args, **kwargs)

    def defer(
        self,
        *,
        at: datetime | None = None,
        once: str | None = None,
        one_by_one: str | None = None,
        priority: int = 0,
        **arguments: Any,
    ) -> None:
        """Put the job in the queue within the present transaction.

        `at` (by the clock of the house) delays it; `once` names it so that a second waiting one is not made;
        `one_by_one` makes jobs of that name run one after another.
        """
        task = self._task
        when = clock.true_time(at).isoformat() if at is not None else None  # the queue knows no other
        names = [one_by_one or task.lock, once or task.queueing_lock]
        sets.run(_DEFER, [task.queue, self.name, str(priority), *names, json.dumps(arguments), when])

    def deferral(self, arguments: str) -> str:
        """The job as an expression within a statement by hand; `arguments` is one of type jsonb. Constants only."""
        return (
            "procrastinate_defer_jobs_v1(ARRAY[ROW("
            f"'{self._task.queue}', '{self.name}', {self._task.priority}, NULL, NULL, {arguments}, NULL"
            ")::procrastinate_job_to_defer_v1])"
        )

    def defer_many(self, calls: list[dict[str, Any]]) -> None:
        """Queue several calls of the job in one statement."""
        if calls:
            self._task.configure().batch_defer(*calls)


def job(
    *, name: str, queue: str = "default", retry: BaseRetryStrategy | bool = PATIENT
) -> Callable[[Callable[..., Any]], Job]:
    """Make a function a job. `name` is its stable name in the queue: `room.verb`."""

    def register(function: Callable[..., Any]) -> Job:
        return Job(app.task(name=name, queue=queue, retry=retry)(function))

    return register


def periodic(cron: str, *, name: str, queue: str = "housekeeping") -> Callable[[Callable[[int], Any]], Job]:
    """Make a function run by the calendar (five or six cron fields, UTC). It receives the planned Unix time by the name
    `timestamp`.
    """

    def register(function: Callable[[int], Any]) -> Job:
        if list(signature(function).parameters) != ["timestamp"]:
            raise TypeError(f"{name} runs by the calendar; it takes `timestamp` and nothing else")
        task = app.task(name=name, queue=queue, queueing_lock=name, retry=False)(function)
        return Job(app.periodic(cron=cron)(task))

    return register
