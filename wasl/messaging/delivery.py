"""How far a message has come, and how long we try: pure tables."""

import random
from datetime import timedelta

# A state may only be replaced by one of a higher rank; late and repeated reports change nothing.
RANKS: dict[str, int] = {
    "created": 0,
    "sending": 1,
    "temporary_failure": 2,
    "sent": 3,
    "cancelled": 4,
    "technical_failure": 4,
    "delivered": 5,
    "permanent_failure": 5,
}
OPEN = ("created", "sending", "temporary_failure")
FAILED = ("permanent_failure", "technical_failure")

TRIES = 8
# Eight tries, the last one about four hours after the first: 1, 2, 5, 12, 30, 70, 120 minutes.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 12, 30, 70, 120))
JITTER = 0.2
# Longer than any send may take (`channels.email.send.PATIENCE`), short enough that a killed worker delays little.
LEASE = timedelta(seconds=60)
# A server that takes a message and then falls silent may hold it: we try once more, then a person must look.
UNCERTAIN_TRIES = 2

# Stands in `Message.error` of a message that a provider took and never spoke of again.
NO_RECEIPT = "no_receipt"

PRIORITIES = {"urgent": 20, "reply": 10, "normal": 0, "bulk": -10}


def may_follow(before: str, after: str) -> bool:
    """Does `after` rank above `before`?"""
    return RANKS[after] > RANKS[before]


def states_below(state: str) -> list[str]:
    """The states that `state` may replace."""
    return [before for before in RANKS if may_follow(before, state)]


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed tries, with jitter; None when the patience is at its end."""
    if attempts >= TRIES:
        return None
    base = WAITS[max(attempts, 1) - 1]
    # Jitter spreads the load after an outage; it protects nothing secret.
    return base * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
