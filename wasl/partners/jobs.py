"""What the clock does for partners."""

from wasl.core import clock
from wasl.core.jobs import periodic
from wasl.partners import operations


@periodic("17 3 * * *", name="partners.forget_answers")
def forget_answers(timestamp: int) -> None:
    """Answers are kept for thirty days."""
    operations.sweep(at=clock.now())
