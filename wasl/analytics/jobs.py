"""What the worker does for the figures by itself."""

from wasl.analytics import operations
from wasl.core import clock
from wasl.core.jobs import periodic


@periodic("* * * * * */3", name="analytics.keep_up")
def keep_up(timestamp: int) -> None:
    """Bring the figures that are kept ready up to the moment."""
    operations.keep_up(at=clock.now())
