"""The worker's hands: threads that take a job, do it, and with one question end it and take the next.

The queue's own worker asks from an event loop, with eight round trips and four changes of thread for each job, which is
more than most of our jobs take themselves. Listening, signs of life and the calendar stay the queue's own; a hand asks
over the connection on which its job works, and gives it back when nothing is left to do.
"""

import asyncio
import contextvars
import json
import logging
import threading
from datetime import datetime
from queue import SimpleQueue
from typing import Any, cast

import procrastinate
import psycopg
from django.db import DatabaseError, connection
from procrastinate import exceptions, utils
from procrastinate.connector import LISTEN_TIMEOUT, Notify
from procrastinate.contrib.django import app as jobs_app
from procrastinate.jobs import Job
from procrastinate.worker import Worker

from wasl.core import jobs, sets
from wasl.web import logs

_TAKEN = """
SELECT id, task_name, queue_name, priority, lock, queueing_lock, args::text, attempts FROM {} AS taken
WHERE taken.id IS NOT NULL
"""
_TAKE = _TAKEN.format("procrastinate_fetch_job_v2(NULL, %s::bigint)")
# What is taken depends on what was ended, so that PostgreSQL ends first: the job may have held a lock.
_END_AND_TAKE = _TAKEN.format(
    "(SELECT procrastinate_finish_job_v1(%s::bigint, 'succeeded', true) IS NULL AS never OFFSET 0) AS ended, "
    "LATERAL procrastinate_fetch_job_v2(NULL, CASE WHEN never THEN NULL ELSE %s::bigint END)"
)
_END = "SELECT procrastinate_finish_job_v1(%s::bigint, %s::procrastinate_job_status, %s::boolean)"
_LOOK_EVERY = 0.02  # seconds, while the last jobs come to their end

logger = logging.getLogger(__name__)


class Connector(procrastinate.PsycopgConnector):
    """The queue's connector, which listens without a task of its own for each word."""

    async def _loop_notify(
        self, on_notification: Notify, connection: "psycopg.AsyncConnection[Any]", timeout: float = LISTEN_TIMEOUT
    ) -> None:
        while True:
            try:
                async for word in connection.notifies(timeout=timeout):
                    await on_notification(channel=word.channel, payload=word.payload)
                await connection.execute("SELECT 1")
            except psycopg.OperationalError:
                return  # the caller connects anew


class Hands(Worker):
    """A worker of the queue whose jobs are done by threads of its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._calls: SimpleQueue[bool] = SimpleQueue()
        self._lock = threading.Lock()
        self._resting = self.concurrency
        # Something may wait that nobody has looked for yet; whoever looks takes this away first.
        self._is_called = False
        self._broken: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._stand_by, name=f"hand {number}", daemon=True)
            for number in range(self.concurrency)
        ]

    # --- in the event loop

    async def _fetch_and_process_jobs(self) -> None:
        """Call a hand for each word of the queue, and now and then without one, until asked to stop."""
        for thread in self._threads:
            thread.start()
        while not self._stop_event.is_set():
            self._new_job_event.clear()
            self._call()
            try:
                async with asyncio.timeout(self.fetch_job_polling_interval):
                    await self._new_job_event.wait()
            except TimeoutError:
                pass  # what was due at a later time is announced by nobody
            if self._broken is not None:
                raise exceptions.ConnectorException("the queue cannot be asked") from self._broken

    def stop(self) -> None:
        """Take no more jobs."""
        super().stop()  # type: ignore[no-untyped-call]
        self._wake()

    async def _shutdown(self, side_tasks: list[asyncio.Task[Any]]) -> None:
        self._stop_event.set()
        for _ in self._threads:
            self._calls.put(False)
        if await self._have_ended(self.shutdown_graceful_timeout or 0):
            await super()._shutdown(side_tasks)
            return
        # Jobs go on that nobody can cut off. The worker stays registered, so they are put back when its sign of life
        # has been missing for a while, and not at once.
        logger.warning("The worker stops although jobs are under way")
        await utils.cancel_and_capture_errors(side_tasks)

    async def _have_ended(self, patience: float) -> bool:
        ends_at = asyncio.get_running_loop().time() + patience
        while any(thread.is_alive() for thread in self._threads):
            if asyncio.get_running_loop().time() > ends_at:
                return False
            await asyncio.sleep(_LOOK_EVERY)
        return True

    # --- anywhere

    def _call(self) -> None:
        """Let a hand look for jobs: one that rests, else the first that is done."""
        with self._lock:
            self._is_called = True
            if self._resting:
                self._resting -= 1
                self._calls.put(True)

    def _may_rest(self) -> bool:
        with self._lock:
            if self._is_called and not self._stop_event.is_set():
                return False
            self._resting += 1
            return True

    def _wake(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._new_job_event.set)

    # --- in a hand

    def _stand_by(self) -> None:
        while self._calls.get():
            try:
                self._work_off()
            except Exception as error:  # the queue does not answer: the worker stops, and begins again when it does
                self._broken = error
                self._wake()
                return
            finally:
                connection.close()

    def _work_off(self) -> None:
        """Do jobs until none is left."""
        while True:
            self._is_called = False
            job = self._taken(_TAKE)
            while job is not None:
                if self._resting:  # there may be more, and a word may have been about many
                    self._call()
                job = self._next_after(job, self._failure_of(job))
            if self._may_rest():
                return

    def _taken(self, statement: str, *values: int | None) -> Job | None:
        if self._stop_event.is_set():
            return None
        for number, name, queue, priority, lock, queueing_lock, arguments, attempts in sets.run(
            statement, [*map(str, values), str(self.worker_id)]
        ):
            return Job(
                id=number,
                task_name=name,
                queue=queue,
                priority=priority,
                lock=lock,
                queueing_lock=queueing_lock,
                task_kwargs=json.loads(arguments),
                attempts=attempts,
            )
        return None

    def _failure_of(self, job: Job) -> BaseException | None:
        """Do the job; gives what went wrong."""
        try:
            # A context of its own: what one job sets is gone with it.
            contextvars.copy_context().run(self._do, job)
        except BaseException as error:  # also one that would leave the program
            return error
        finally:
            # As after a request, but for its age: the next job finds it open.
            connection.close_at = None
            connection.close_if_unusable_or_obsolete()
            connection.health_check_done = True  # type: ignore[attr-defined]
        return None

    def _do(self, job: Job) -> None:
        task = self.app.tasks.get(job.task_name)
        if task is None:
            raise exceptions.TaskNotFound
        with logs.context(job_id=job.id), jobs.tried(job.attempts):
            task.func(**job.task_kwargs)

    def _next_after(self, job: Job, failure: BaseException | None) -> Job | None:
        if failure is not None:
            self._end_badly(job, failure)
        elif self._stop_event.is_set():
            sets.run(_END, [str(job.id), "succeeded", "true"])
        else:
            try:
                return self._taken(_END_AND_TAKE, job.id)
            except DatabaseError as error:
                if not isinstance(error.__cause__, psycopg.errors.RaiseException):
                    raise
                # This worker was taken for dead meanwhile, and another has done the job as well.
                logger.warning("A job was ended by somebody else", extra={"job_id": job.id})
        return self._taken(_TAKE)

    def _end_badly(self, job: Job, failure: BaseException) -> None:
        task = self.app.tasks.get(job.task_name)
        again = task.get_retry_exception(exception=failure, job=job) if task else None
        with logs.context(job_id=job.id):
            if again is None:
                logger.error("Job %s failed", job.task_name, exc_info=failure)
                sets.run(_END, [str(job.id), "failed", "false"])
                return
            logger.info("Job %s failed and will be tried again", job.task_name, exc_info=failure)
        try:
            jobs_app.job_manager.retry_job_by_id(
                job_id=cast(int, job.id), retry_at=cast(datetime, again.retry_decision.retry_at)
            )
        except exceptions.UniqueViolation:  # the same work already waits under its queueing lock and will do for both
            sets.run(_END, [str(job.id), "aborted", "true"])
