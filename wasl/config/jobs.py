"""Housekeeping of the process side, by the calendar."""

from datetime import timedelta

from wasl.core import heartbeat
from wasl.core.jobs import periodic
from wasl.core.recovery import recover_stalled_jobs as recover

FORGET_HEARTBEATS_AFTER = timedelta(days=1)


@periodic("* * * * * */15", name="config.recover_stalled_jobs")
def recover_stalled_jobs(timestamp: int) -> None:
    """Put back the jobs of workers that were killed."""
    recover(at=heartbeat.database_time())  # the queue's own: the clock of this machine or of the house may differ


@periodic("17 * * * *", name="config.forget_old_heartbeats")
def forget_old_heartbeats(timestamp: int) -> None:
    """Forget machines that have been gone for a day."""
    heartbeat.forget(older_than=FORGET_HEARTBEATS_AFTER)
