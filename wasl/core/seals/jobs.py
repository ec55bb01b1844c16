"""The rounds of sealing, and the nightly look along the chain."""

from pathlib import Path

from django.conf import settings

from wasl.core.jobs import periodic
from wasl.core.seals import checking, making, published


# Two rounds, if somebody writes at the moment of the first, are half of the minute that is promised.
@periodic("* * * * * */15", name="core.seal")
def seal(timestamp: int) -> None:
    """Seal what can no longer change, and keep the newest seal outside of the database."""
    making.seal_settled()
    published.keep_newest(Path(settings.WASL_HOME))


@periodic("20 1 * * *", name="core.check_seals")
def check_seals(timestamp: int) -> None:
    """Go on along the chain, for some minutes each night; what is found is told by the health page."""
    checking.check_on(Path(settings.WASL_HOME))
