"""How a delivery proves that it comes from us, and when: HMAC-SHA256 over the time and the raw body. Pure.

The header reads `t=1763800000,v1=<hex>`; while a secret is being turned a second `v1` of the older one stands beside
it. The time is signed too, so that what somebody recorded cannot be sent again after five minutes.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

HEADER, DELIVERY_HEADER, EVENT_HEADER = "Wasl-Signature", "Wasl-Delivery", "Wasl-Event"
WINDOW = timedelta(minutes=5)


def sign(body: bytes, *, secrets: Iterable[str], at: datetime) -> str:
    """The value of the header: one signature for each secret, the newest first."""
    moment = int(at.timestamp())
    return ",".join([f"t={moment}", *(f"v1={_signature(body, secret, moment)}" for secret in secrets)])


def verify(body: bytes, header: str, *, secret: str, at: datetime, window: timedelta = WINDOW) -> bool:
    """Does the header sign this body, within the window? What a receiver does; false for any nonsense."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdecimal()):
        return False
    moment = int(moments[0][:15])
    if abs(at.timestamp() - moment) > window.total_seconds():
        return False
    expected = _signature(body, secret, moment)
    given = [value for name, _, value in parts if name == "v1"]
    return any(hmac.compare_digest(expected.encode(), value.encode()) for value in given)


def _signature(body: bytes, secret: str, moment: int) -> str:
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
