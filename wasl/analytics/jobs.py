"""What the worker does for the figures by itself."""

from django.db import connection

from wasl.analytics import operations
from wasl.analytics.fairness import published
from wasl.core import clock
from wasl.core.jobs import periodic
from wasl.directory import queries as directory

ONE_ALONE = 7_261_105


@periodic("* * * * * */3", name="analytics.keep_up")
def keep_up(timestamp: int) -> None:
    """Bring the figures that are kept ready up to the moment, unless somebody is still at it.

    The first counting of a large agency takes minutes: whoever waited for it would be missing where messages are sent.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_ALONE])
        if not cursor.fetchone()[0]:
            return
    try:
        operations.keep_up(at=clock.now())
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_ALONE])


@periodic("25 0 * * *", name="analytics.publish_turns")
def publish_turns(timestamp: int) -> None:
    """Keep what the public is told of the month that is over."""
    at = clock.now()
    for agency in directory.agencies():
        published.publish(agency, at=at)
