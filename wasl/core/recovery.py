"""Jobs that a killed worker had begun: found by its missing sign of life, and put back in the queue."""

import logging
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

# A worker writes its sign every 5 s and this runs every 15 s: a job is back within 20 + 15 s of the worker's death.
WORKER_BEATS_EVERY = timedelta(seconds=5)
WORKER_IS_DEAD_AFTER = timedelta(seconds=20)
# A job whose worker died with it so often is likely the cause; it is parked as failed, for a person to look at.
MOST_ATTEMPTS = 20
_LOCK = 7_305_001

logger = logging.getLogger(__name__)


@transaction.atomic
def recover_stalled_jobs(*, at: datetime, dead_after: timedelta = WORKER_IS_DEAD_AFTER) -> int:
    """Put back every job whose worker has died; gives how many. One process at a time does it; the others give 0."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            return 0
    stalled = async_to_sync(app.job_manager.get_stalled_jobs)(seconds_since_heartbeat=dead_after.total_seconds())
    return sum(_put_back(job, at) for job in stalled)


def _put_back(job: Job, at: datetime) -> bool:
    if job.id is None:
        return False
    if job.attempts >= MOST_ATTEMPTS:
        logger.error("A job was parked: its workers died too often", extra={"job_id": job.id, "task": job.task_name})
        _finish(job.id, Status.FAILED, forget=False)
        return False
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id=job.id, retry_at=at)
    except UniqueViolation:  # the same work already waits under its queueing lock and will do for both
        _finish(job.id, Status.ABORTED, forget=True)
        return False
    logger.warning("A job was put back after its worker died", extra={"job_id": job.id, "task": job.task_name})
    return True


def _finish(job_id: int, status: Status, *, forget: bool) -> None:
    async_to_sync(app.job_manager.finish_job_by_id_async)(job_id=job_id, status=status, delete_job=forget)
