"""What the clock does for partners."""

from datetime import date

from wasl.core import clock
from wasl.core.jobs import job, periodic
from wasl.partners import operations


@job(name="partners.note_use")
def note_use(api_key_id: int, on: str) -> None:
    """A key was used on this day."""
    operations.note_use(api_key_id, on=date.fromisoformat(on))


@periodic("17 3 * * *", name="partners.forget_answers")
def forget_answers(timestamp: int) -> None:
    """Answers are kept for thirty days."""
    operations.sweep(at=clock.now())
