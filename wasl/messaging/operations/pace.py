"""How fast an account sends: a bucket of tokens that fills evenly (generic cell rate algorithm, one moment a bucket).

Bulk may take no more than half of a full bucket and ordinary notices four fifths, so that what is urgent finds a token
however much waits.

Who finds none is given a place in a line, a token's time after the one before, so that a thousand that wait try about a
thousand times and not once a second each. The line is a matter of this process: whoever meets others at its place and
finds no token goes to the end.
"""

from datetime import datetime, timedelta
from threading import Lock

from wasl.core import sets
from wasl.messaging.models import ChannelAccount, SendingPace

# A full bucket holds what may go in this time.
BUCKET = timedelta(seconds=10)
# No turn taken at this time leads as far ahead as `furthest`: a clock that ran fast has been put right since.
_TAKE = """
WITH asked AS (
    SELECT %s::bigint AS account, %s::timestamptz AS present, %s::timestamptz AS after_one,
        %s::timestamptz AS latest, %s::timestamptz AS furthest
)
INSERT INTO messaging_sendingpace AS pace (account_id, full_at) SELECT account, after_one FROM asked
ON CONFLICT (account_id) DO UPDATE SET full_at = (
    SELECT CASE WHEN pace.full_at > furthest THEN after_one
        ELSE greatest(pace.full_at, present) + (after_one - present) END FROM asked
) WHERE (SELECT pace.full_at <= latest OR pace.full_at > furthest FROM asked)
RETURNING account_id
"""
# Nobody waits in line for longer than that; a line that seems longer was left by a clock that ran ahead.
LONGEST_LINE = timedelta(hours=2)
_SHARES = {"bulk": 0.5, "normal": 0.8}


def take_turn(account: ChannelAccount, *, lane: str, per_minute: int, at: datetime) -> timedelta | None:
    """Take a token: None when there was one, else how long it takes until one may be there for this lane."""
    each = timedelta(minutes=1) / max(per_minute, 1)
    tolerance = max(BUCKET * _SHARES.get(lane, 1.0) - each, timedelta())
    moments = [at, at + each, at + tolerance, at + BUCKET + each]
    if sets.run(_TAKE, [str(account.pk), *(moment.isoformat() for moment in moments)]):
        return None
    return max(SendingPace.objects.get(account=account).full_at - tolerance - at, each)


def place_in_line(account: ChannelAccount, *, lane: str, per_minute: int, earliest: datetime) -> datetime:
    """When one that found no token should try again: not before `earliest`, and after all who were told so before."""
    each = timedelta(minutes=1) / max(per_minute, 1)
    with _line_lock:
        last = _lines.get((account.pk, lane))
        follows = last is not None and last - earliest < LONGEST_LINE
        place = _lines[account.pk, lane] = max(earliest, last + each) if last is not None and follows else earliest
    return place


_lines: dict[tuple[int, str], datetime] = {}
_line_lock = Lock()
