"""How fast an account sends: a bucket of tokens that fills evenly (generic cell rate algorithm, one moment a bucket).

Bulk may take no more than half of a full bucket and ordinary notices four fifths, so that what is urgent finds a token
however much waits.
"""

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Greatest

from wasl.messaging.models import ChannelAccount, SendingPace

# A full bucket holds what may go in this time.
BUCKET = timedelta(seconds=10)
_SHARES = {"bulk": 0.5, "normal": 0.8}


def take_turn(account: ChannelAccount, *, lane: str, per_minute: int, at: datetime) -> timedelta | None:
    """Take a token: None when there was one, else how long it takes until one may be there for this lane."""
    each = timedelta(minutes=1) / max(per_minute, 1)
    tolerance = max(BUCKET * _SHARES.get(lane, 1.0) - each, timedelta())
    pace, _ = SendingPace.objects.get_or_create(account=account, defaults={"full_at": at - BUCKET})
    # No turn taken at this time leads so far ahead: a clock that ran fast has been put right since.
    SendingPace.objects.filter(pk=pace.pk, full_at__gt=at + BUCKET + each).update(full_at=at)
    room = SendingPace.objects.filter(pk=pace.pk, full_at__lte=at + tolerance)
    if room.update(full_at=Greatest(F("full_at"), at) + each):
        return None
    return max(pace.full_at - tolerance - at, each)
