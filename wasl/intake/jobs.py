"""Housekeeping of the doors."""

from wasl.core import clock
from wasl.core.jobs import periodic
from wasl.intake import operations


@periodic("23 * * * *", name="intake.sweep_drafts")
def sweep_drafts(timestamp: int) -> None:
    """Forget what clerks typed a day ago and never sent."""
    operations.sweep_drafts(at=clock.now())
