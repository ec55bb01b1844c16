"""Wrong guesses (passwords, codes, tracking numbers) are counted per address and subject and slowed down more and more.

The answer is only a number of seconds, the same whether the guessed thing exists or not. A subject may be an e-mail
address, a reference or a phone number; the table keeps fingerprints of them only.

The wait of a subject ends at five minutes: who does not know the secret gets a dozen guesses an hour, and nobody can
lock another person out for longer by guessing badly on purpose.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from wasl.core import clock, limits

# A wrong guess is remembered for an hour after the last one.
MEMORY = timedelta(hours=1)
# What must wait when the counts cannot be asked: guessing stays shut, for a moment.
WHEN_UNKNOWN_SECONDS = 30


@dataclass(frozen=True)
class Slope:
    """How fast the waiting grows: so many guesses free, then 2 s, 4 s, 8 s … up to `longest_seconds`."""

    free: int
    longest_seconds: int
    a_minute: int

    def wait(self, wrong: int) -> int:
        """Seconds to wait after the last of so many wrong guesses."""
        return 0 if wrong < self.free else min(2 ** min(wrong - self.free + 1, 20), self.longest_seconds)


# Many people share one address (an office, a mobile network), so it is given more room than one account or one case.
SUBJECT = Slope(free=3, longest_seconds=300, a_minute=10)
ADDRESS = Slope(free=15, longest_seconds=900, a_minute=120)

_REMEMBER = """
INSERT INTO core_limit AS known (key, slot, used, ends_at) VALUES (%(key)s, 0, 1, %(ends_at)s)
ON CONFLICT (key, slot) DO UPDATE SET
    used = CASE WHEN known.ends_at < %(at)s THEN 1 ELSE known.used + 1 END, ends_at = %(ends_at)s
RETURNING used
"""
_RECALL = "SELECT used, ends_at FROM core_limit WHERE key = %(key)s AND slot = 0 AND ends_at >= %(at)s"
_FORGET = "DELETE FROM core_limit WHERE key = %(key)s AND slot = 0 RETURNING 1"


def must_wait(purpose: str, *, address: str, subject: str) -> int:
    """Whole seconds until this address may guess at this subject; 0 means now. Ask before looking at the guess.

    Each asking counts as a try against a ceiling per minute, so guesses sent side by side do not slip through.
    """
    try:
        wait = max(
            _remaining(_key(purpose, "address", address), ADDRESS),
            _remaining(_key(purpose, "subject", subject), SUBJECT),
        )
    except limits.NotCounted:
        return WHEN_UNKNOWN_SECONDS
    return wait or max(
        _ceiling(_key(purpose, "address", address), ADDRESS), _ceiling(_key(purpose, "subject", subject), SUBJECT)
    )


def register_wrong(purpose: str, *, address: str, subject: str) -> None:
    """Remember a wrong guess against both the address and the subject, whether or not the subject exists."""
    at = clock.now()
    for key in (_key(purpose, "address", address), _key(purpose, "subject", subject)):
        try:
            limits.run(_REMEMBER, {"key": limits.hidden(key), "at": at, "ends_at": at + MEMORY})
        except limits.NotCounted:  # must_wait is shut in that case, so no guess gets this far unseen
            return


def forgive(purpose: str, *, subject: str) -> None:
    """Forget the wrong guesses at a subject after a right one; those of the address stay."""
    try:
        limits.run(_FORGET, {"key": limits.hidden(_key(purpose, "subject", subject))})
    except limits.NotCounted:
        return


def _key(purpose: str, kind: str, value: str) -> str:
    return f"guess:{purpose}:{kind}:{value.strip().lower()}"


def _remaining(key: str, slope: Slope) -> int:
    at = clock.now()
    found: list[tuple[int, datetime]] = limits.run(_RECALL, {"key": limits.hidden(key), "at": at})
    if not found:
        return 0
    wrong, ends_at = found[0]
    may_try_at = ends_at - MEMORY + timedelta(seconds=slope.wait(wrong))
    return max(math.ceil((may_try_at - at).total_seconds()), 0)


def _ceiling(key: str, slope: Slope) -> int:
    if limits.allow(key, slope.a_minute, 60, closed=True):
        return 0
    return max(limits.retry_after(key, slope.a_minute, 60), 1)
