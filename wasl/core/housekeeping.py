"""Periodic jobs of the ground floor besides files and recovery."""

from wasl.core import clock, limits, parked_jobs
from wasl.core.jobs import periodic


@periodic("*/15 * * * *", name="core.sweep_limits")
def sweep_limits(timestamp: int) -> None:
    """Remove counts of windows that are over."""
    try:
        limits.sweep(at=clock.now())
    except limits.NotCounted:  # the next quarter of an hour will do
        return


@periodic("23 * * * *", name="core.sweep_failed_rounds")
def sweep_failed_rounds(timestamp: int) -> None:
    """Remove failed rounds that later ones have replaced."""
    parked_jobs.sweep()
