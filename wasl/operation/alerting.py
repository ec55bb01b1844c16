"""When people are told that something fails, goes on failing, or is well again: pure rules.

A finding counts once it has lasted. Afterwards the same thing is told at most once in a quarter of an hour, except that
it became worse; a reminder comes after a day; "well again" only after it stayed well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from wasl.core.probes import Level

# The watch looks every 30 s: a fault is told within two minutes, a blink is not.
LASTS = {Level.BAD: timedelta(seconds=45), Level.WARN: timedelta(minutes=5), Level.OK: timedelta(minutes=3)}
QUIET = timedelta(minutes=15)
REMIND = timedelta(hours=24)


class Word(StrEnum):
    """What is told."""

    NEW = "new"
    WORSE = "worse"
    BETTER = "better"
    STILL = "still"
    WELL = "well"


@dataclass(frozen=True)
class Standing:
    """How one finding stands: found so since then; people were told that level at that time."""

    level: Level
    since: datetime
    told_level: Level = Level.OK
    told_at: datetime | None = None

    def seen(self, level: Level, at: datetime) -> "Standing":
        """The standing after one more look."""
        if level is self.level:
            return self
        return Standing(level, at, self.told_level, self.told_at)

    def told(self, at: datetime) -> "Standing":
        """The standing after people were told."""
        return Standing(self.level, self.since, self.level, at)


def word(standing: Standing, at: datetime) -> Word | None:
    """What must be told now, if anything."""
    if at - standing.since < LASTS[standing.level]:
        return None
    quiet = standing.told_at is not None and at - standing.told_at < QUIET
    if standing.level is standing.told_level:
        return _reminder(standing, at)
    if standing.level.rank > standing.told_level.rank and standing.told_level is not Level.OK:
        return Word.WORSE
    if quiet:
        return None
    if standing.told_level is Level.OK:
        return Word.NEW
    return Word.WELL if standing.level is Level.OK else Word.BETTER


def _reminder(standing: Standing, at: datetime) -> Word | None:
    due = standing.told_at is not None and at - standing.told_at >= REMIND
    return Word.STILL if due and standing.level is not Level.OK else None
