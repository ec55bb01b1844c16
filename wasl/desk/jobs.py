"""What the worker does for the desk."""

from datetime import timedelta

from wasl.core import clock
from wasl.core.jobs import job, periodic
from wasl.desk import operations, queries

LEFT_ALONE = timedelta(minutes=5)


@job(name="desk.work_off_bulk")
def work_off_bulk(bulk_id: int) -> None:
    """Do the rows of an act on many that still wait."""
    operations.work_off(bulk_id)


@periodic("*/5 * * * *", name="desk.go_on")
def go_on(timestamp: int) -> None:
    """Take up acts on many that stand still: their job was lost or given up."""
    for bulk_id in queries.unfinished(clock.now() - LEFT_ALONE):
        work_off_bulk.defer(bulk_id=bulk_id, once=f"bulk {bulk_id}")


@periodic("41 2 * * *", name="desk.tidy_bulk")
def tidy_bulk(timestamp: int) -> None:
    """Forget old acts on many."""
    operations.tidy(clock.now())
