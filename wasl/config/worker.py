"""The worker process: does the queued jobs and the calendar's. `wasl worker`.

A job works on Django's connection, where the jobs that it queues are written within its transaction, and the hand that
does it asks the queue there too; only signs of life and the calendar go over a pool of their own. A database that goes
away stops the work; it starts again when it is back.
"""

import asyncio
import logging
import os
import signal
import time
from contextlib import suppress

import django
import procrastinate
from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException

from wasl.config import environment
from wasl.config.hands import Connector, Hands
from wasl.core import heartbeat, recovery

SECONDS_TO_FINISH = 4.0  # for jobs under way when the process is asked to stop; what is cut off is put back later
FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0
# A round of the calendar that fell into a pause of the house is made up for at the start: the last one of what comes
# every hour or more often. What belongs into the night waits for the next.
MADE_UP_FOR = 3600.0
# A clock that ran ahead and was put right has left rounds of the calendar noted for times that are still to come; they
# would be left out when these come.
FORGET_FUTURE_ROUNDS = """
DELETE FROM procrastinate_periodic_defers WHERE defer_timestamp > extract(epoch FROM now()) + 120
"""

logger = logging.getLogger(__name__)


def main() -> None:
    """Work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
    django.setup()
    from wasl.operation import watch

    watch.start()
    asyncio.run(work_until_stopped(jobs_at_once=environment.read().jobs_at_once))


async def work_until_stopped(*, jobs_at_once: int) -> None:
    """Run workers one after another, with growing pauses while the database is away, until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    stopping = asyncio.create_task(stopped.wait())
    pause = FIRST_WAIT
    while not stopped.is_set():
        began = time.monotonic()
        work = asyncio.create_task(_work(jobs_at_once))
        await asyncio.wait([work, stopping], return_when=asyncio.FIRST_COMPLETED)
        await _ended(work)
        pause = FIRST_WAIT if time.monotonic() - began > LONGEST_WAIT else min(pause * 2, LONGEST_WAIT)
        await sync_to_async(connections.close_all)()  # the calendar's connection, in the thread that holds it
        await asyncio.wait([stopping], timeout=pause)


async def _work(jobs_at_once: int) -> None:
    """Do jobs until cancelled; raises when the database goes away."""
    app = _own_app()
    async with app.open_async():
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(_do_jobs(app, jobs_at_once))
                together.create_task(_keep_beating(app))
        finally:
            with suppress(ConnectorException, TimeoutError):
                async with asyncio.timeout(1):
                    await app.connector.execute_query_async(heartbeat.REMOVE, **_sign())


async def _do_jobs(app: procrastinate.App, jobs_at_once: int) -> None:
    worker = Hands(
        app=app,
        concurrency=jobs_at_once,
        install_signal_handlers=False,
        shutdown_graceful_timeout=SECONDS_TO_FINISH,
        update_heartbeat_interval=recovery.WORKER_BEATS_EVERY.total_seconds(),
        stalled_worker_timeout=recovery.WORKER_IS_DEAD_AFTER.total_seconds(),
    )
    await worker.run()  # type: ignore[no-untyped-call]
    raise ConnectorException("the worker ended by itself")  # it does when one of its side tasks failed


async def _keep_beating(app: procrastinate.App) -> None:
    while True:
        await app.connector.execute_query_async(heartbeat.WRITE, **_sign())
        await app.connector.execute_query_async(FORGET_FUTURE_ROUNDS)
        await asyncio.sleep(heartbeat.EVERY.total_seconds())


async def _ended(work: "asyncio.Task[None]") -> None:
    """Stop the work if it still goes on, and tell in the log why it ended otherwise."""
    work.cancel()
    try:
        await work
    except asyncio.CancelledError:
        return
    except Exception:
        logger.warning("The worker lost its database and begins again", exc_info=True)


def _own_app() -> procrastinate.App:
    """An app with the same jobs for the worker's own use; the jobs keep theirs, which shares Django's connection."""
    from procrastinate.contrib.django import app as jobs_app

    connector = Connector(kwargs=connector_params(), min_size=1, max_size=2, timeout=10)
    own = procrastinate.App(connector=connector, periodic_defaults={"max_delay": MADE_UP_FOR})
    own.tasks = jobs_app.tasks
    own.periodic_registry = jobs_app.periodic_registry
    return own


def _sign() -> dict[str, str]:
    return {"process": heartbeat.process_name("worker")}
