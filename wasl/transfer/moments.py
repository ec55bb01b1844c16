"""Moments as other systems write them, read into UTC. Pure."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wasl.core.text import latin_digits

ISO = "iso"
EPOCH, EPOCH_MS = "epoch", "epoch_ms"
_AS_ISO = frozenset({ISO, "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"})
_LENGTHS = {"%Y-%m-%d %H:%M:%S": 19, "%Y-%m-%dT%H:%M:%S": 19, "%Y-%m-%d": 10}
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_START = datetime(1970, 1, 1, tzinfo=UTC)

Read = Callable[[Any], datetime]


class BadMoment(ValueError):
    """The value is no moment in any of the formats, or lies outside 1970 to 2200."""


def reader(formats: Sequence[str], zone: ZoneInfo) -> Read:
    """What reads a value into a moment in UTC. A moment without offset is one of `zone`; an hour that the clocks turn
    back over counts as its first, one they leap over as the hour after. Raises BadMoment when called.
    """
    ways = [_way(one) for one in formats or (ISO,)]

    def read(value: Any) -> datetime:
        found = value if isinstance(value, datetime) else _by_text(ways, value)
        try:
            moment = (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)
        except (OverflowError, ValueError):
            raise BadMoment(str(value)) from None
        if not EARLIEST <= moment <= LATEST:
            raise BadMoment(str(value))
        return moment

    return read


def _by_text(ways: Sequence[Callable[[str], datetime]], value: Any) -> datetime:
    text = str(value).strip()
    if not text.isascii():
        text = latin_digits(text)
    for way in ways:
        try:
            return way(text)
        except (ValueError, OverflowError):
            continue
    raise BadMoment(text)


def _way(written: str) -> Callable[[str], datetime]:
    if written in _AS_ISO:  # the same thing, many times faster
        return _iso(_LENGTHS.get(written, 0))
    if written in (EPOCH, EPOCH_MS):
        unit = timedelta(seconds=1) if written == EPOCH else timedelta(milliseconds=1)
        return lambda text: _START + unit * float(text)
    return lambda text: datetime.strptime(text, written)  # noqa: DTZ007 - the zone is put by whoever called


def _iso(length: int) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        if length and len(text) != length:
            raise ValueError(text)
        return datetime.fromisoformat(text)

    return read
