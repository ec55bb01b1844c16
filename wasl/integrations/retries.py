"""How long and how often we try, and how many go out at once: pure figures."""

import random
from datetime import datetime, timedelta

# A receiver may be away over a weekend.
PATIENCE = timedelta(hours=72)
# One, two, five, fifteen, thirty minutes, one, two, four hours; from then on every six.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240, 360))
JITTER = 0.2
# A delivery that fails holds back the later ones of its case for so long; then order is best effort.
HOLD = timedelta(hours=1)
# Longer than one call may take, short enough that a killed worker delays little.
CALL_SECONDS = 10.0
LEASE = timedelta(seconds=45)
MAX_ANSWER = 1024 * 1024
# Under way at once in the whole house: below the number of jobs a worker does at once, so that messages to citizens
# always find a place. Receivers whose last try failed or took long share a part of these places, one each.
PLACES, PLACES_OF_SLOW, PLACES_OF_ONE = 2, 1, 2
SLOW_SECONDS = 2.0
# Others may ask us to come later, but not much later than we would by ourselves.
LONGEST_RETRY_AFTER = timedelta(hours=6)
# Both secrets sign for so long after one was turned.
OVERLAP = timedelta(hours=24)
KEPT_FOR = timedelta(days=30)


def next_try(*, attempts: int, queued_at: datetime, at: datetime, asked: timedelta | None = None) -> datetime | None:
    """When to try again after so many failed tries; None when the patience is at its end.

    `asked` is what the receiver said (Retry-After). The last try comes at the end of the patience itself.
    """
    ends_at = queued_at + PATIENCE
    if at >= ends_at:
        return None
    # Jitter spreads the load after an outage; it protects nothing secret.
    wait = WAITS[min(attempts, len(WAITS)) - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    if asked is not None:
        wait = max(wait, min(asked, LONGEST_RETRY_AFTER))
    return min(at + wait, ends_at)


def asked_wait(header: str) -> timedelta | None:
    """What `Retry-After: 120` asks for; None for a date or nonsense."""
    text = header.strip()
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() and len(text) < 8 else None
