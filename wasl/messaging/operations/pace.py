"""How fast an account sends: a bucket of tokens that fills evenly (generic cell rate algorithm, one moment a bucket).

Bulk may take no more than half of a full bucket and ordinary notices four fifths, so that what is urgent finds a token
however much waits.
"""

from datetime import datetime, timedelta

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
_SHARES = {"bulk": 0.5, "normal": 0.8}


def take_turn(account: ChannelAccount, *, lane: str, per_minute: int, at: datetime) -> timedelta | None:
    """Take a token: None when there was one, else how long it takes until one may be there for this lane."""
    each = timedelta(minutes=1) / max(per_minute, 1)
    tolerance = max(BUCKET * _SHARES.get(lane, 1.0) - each, timedelta())
    moments = [at, at + each, at + tolerance, at + BUCKET + each]
    if sets.run(_TAKE, [str(account.pk), *(moment.isoformat() for moment in moments)]):
        return None
    return max(SendingPace.objects.get(account=account).full_at - tolerance - at, each)
