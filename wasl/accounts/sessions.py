"""How long a session counts, and when the second factor was last shown.

Sessions live in true time, not in the movable time of the house: showing a case fifteen days later signs nobody out,
and authenticator apps only know the true time.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

IDLE_LIMIT = timedelta(hours=2)
WHOLE_LIMIT = timedelta(hours=12)
SECOND_STEP_LIMIT = timedelta(minutes=10)
TOUCH_EVERY = timedelta(minutes=1)

SIGNED_IN_AT, SEEN_AT, PROVED_AT = "signed_in_at", "seen_at", "proved_at"


def true_time() -> datetime:
    """The present moment by the machine's clock."""
    return datetime.now(UTC)


def stamp(session: Any, *, second_factor: bool) -> None:
    """Begin the counting of a fresh session."""
    moment = true_time().timestamp()
    session[SIGNED_IN_AT] = session[SEEN_AT] = moment
    if second_factor:
        session[PROVED_AT] = moment


def prove(session: Any) -> None:
    """Note that the second factor was shown just now."""
    session[PROVED_AT] = true_time().timestamp()


def proved_within(session: Any, limit: timedelta) -> bool:
    """Was the second factor shown within this time?"""
    proved_at = session.get(PROVED_AT)
    return proved_at is not None and bool(true_time().timestamp() - proved_at <= limit.total_seconds())


def is_over(session: Any) -> bool:
    """Has the session been idle too long, or lasted too long in all?"""
    moment = true_time().timestamp()
    idle = moment - session.get(SEEN_AT, moment)
    whole = moment - session.get(SIGNED_IN_AT, moment)
    return bool(idle > IDLE_LIMIT.total_seconds() or whole > WHOLE_LIMIT.total_seconds())


def touch(session: Any) -> bool:
    """Note that the person is there; true once a minute, when it was written down."""
    moment = true_time().timestamp()
    session.setdefault(SIGNED_IN_AT, moment)
    if moment - session.get(SEEN_AT, 0) < TOUCH_EVERY.total_seconds():
        return False
    session[SEEN_AT] = moment
    return True
