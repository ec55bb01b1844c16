"""Housekeeping of secrets, and the mail that carries them."""

from wasl.core.clock import now
from wasl.core.jobs import periodic
from wasl.verification import operations


@periodic("17 3 * * *", name="verification.sweep_tokens")
def sweep_tokens(timestamp: int) -> None:
    """Every night."""
    operations.sweep(at=now())
