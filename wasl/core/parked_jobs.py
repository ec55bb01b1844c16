"""Jobs that ended badly. A job that was given up after all its tries stays parked until a person retries or forgets it.

Rounds of the calendar and tries to send are not worth keeping: the next round, or the message itself, does the same
work again. Their failures stay for a few hours, so that the health page can tell of them, and are then swept away.
"""

# ruff: noqa: S608 (what is put into statements are the fixed conditions below)
from typing import Any

from django.db import connection

# Queues whose jobs are replaced by others: what failed there needs no person.
REPLACED = ("housekeeping", "send")
KEPT_HOURS = 6

_PARKED = "status = 'failed' AND queue_name <> ALL(%(replaced)s)"
_FAILED_AT = "SELECT max(at) FROM procrastinate_events event WHERE event.job_id = job.id AND type = 'failed'"
_VALUES = {"replaced": list(REPLACED)}


def parked() -> list[tuple[str, int]]:
    """Names of jobs that wait for a person, each with its number, the most frequent first."""
    return _rows(f"SELECT task_name, count(*) FROM procrastinate_jobs WHERE {_PARKED} GROUP BY 1 ORDER BY 2 DESC, 1")


def parked_one_by_one() -> list[tuple[int, str, str, int]]:
    """Id, name, time of the last failure and number of tries, oldest first."""
    return _rows(
        f"SELECT id, task_name, coalesce(to_char(({_FAILED_AT}), 'YYYY-MM-DD HH24:MI'), ''), attempts "
        f"FROM procrastinate_jobs job WHERE {_PARKED} ORDER BY id"
    )


def failed_rounds() -> list[tuple[str, int]]:
    """Which regular rounds failed within the last hour, and how often."""
    return _rows(
        "SELECT task_name, count(*) FROM procrastinate_jobs job "
        f"WHERE status = 'failed' AND queue_name = 'housekeeping' AND ({_FAILED_AT}) > now() - interval '1 hour' "
        "GROUP BY 1 ORDER BY 2 DESC, 1"
    )


def retry(job_ids: list[int] | None = None) -> int:
    """Queue parked jobs again (None: all), with all their tries before them; gives how many.

    One whose work already waits in the queue under the same name stays where it is.
    """
    chosen = "" if job_ids is None else "AND id = ANY(%(ids)s)"
    return _run(
        "UPDATE procrastinate_jobs job SET status = 'todo', attempts = 0, scheduled_at = NULL, worker_id = NULL "
        f"WHERE {_PARKED} {chosen} AND (queueing_lock IS NULL OR id = ("
        "  SELECT min(id) FROM procrastinate_jobs twin "
        "  WHERE twin.queueing_lock = job.queueing_lock AND twin.status IN ('todo', 'failed') "
        "  HAVING bool_and(twin.status = 'failed')))",
        ids=job_ids,
    )


def forget(job_ids: list[int]) -> int:
    """Remove parked jobs for good; gives how many."""
    return _run(f"DELETE FROM procrastinate_jobs WHERE id = ANY(%(ids)s) AND {_PARKED}", ids=job_ids)


def sweep() -> int:
    """Remove what failed some hours ago and was replaced since; gives how many."""
    return _run(
        "DELETE FROM procrastinate_jobs job WHERE status IN ('failed', 'aborted', 'cancelled') "
        "AND queue_name = ANY(%(replaced)s) "
        f"AND coalesce(({_FAILED_AT}), '-infinity') < now() - make_interval(hours => %(hours)s)",
        hours=KEPT_HOURS,
    )


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, _VALUES)
        return list(cursor.fetchall())


def _run(statement: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_VALUES, **values})
        return int(cursor.rowcount)
