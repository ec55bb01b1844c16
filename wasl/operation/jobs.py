"""Periodic jobs of operation."""

from datetime import UTC, datetime

from wasl.core.jobs import periodic
from wasl.operation import witness


@periodic("13 * * * *", name="operation.send_seal")
def send_seal(timestamp: int) -> None:
    """Send the newest seal of the audit log to its witness, where one is set."""
    witness.send_newest(at=datetime.now(UTC))
