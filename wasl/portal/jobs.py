"""Housekeeping of drafts."""

from wasl.core import clock
from wasl.core.jobs import periodic
from wasl.portal import operations


@periodic("17 * * * *", name="portal.sweep_drafts")
def sweep_drafts(timestamp: int) -> None:
    """Forget unsent reports whose time has passed."""
    operations.sweep_drafts(at=clock.now())
