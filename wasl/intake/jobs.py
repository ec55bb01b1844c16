"""Work that follows what came in, and housekeeping of the doors."""

from wasl.core import clock
from wasl.core.jobs import job, periodic
from wasl.intake import operations, pictures


@job(name="intake.fetch_picture", queue="files")
def fetch_picture(number: int) -> None:
    """Fetch one picture that a report named by its address."""
    pictures.fetch(number, at=clock.now())


@periodic("23 * * * *", name="intake.sweep_drafts")
def sweep_drafts(timestamp: int) -> None:
    """Forget what clerks typed a day ago and never sent."""
    operations.sweep_drafts(at=clock.now())
