"""How much is promised, before any working time is asked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """The terms of one promise: minutes or working days, and of which calendar."""

    clock: str
    amount_minutes: int | None = None
    working_days: int | None = None
    calendar_id: int | None = None
    always_open: bool = False
    # The policy that said so; None where the catalogue's times of the service did.
    policy_id: int | None = None
