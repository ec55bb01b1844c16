"""The arithmetic of the figures: rates, growth, shares, ratings. Pure, exact (no binary fractions), no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import sqrt

from wasl.core.i18n import t
from wasl.core.localized import Localized, both

# Below this a mean or a median speaks of single people more than of the service.
FEWEST = 5


def rounded(value: Decimal | float, places: int = 0) -> Decimal:
    """To so many places, halves away from zero, as people round by hand."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Rate:
    """A part of a whole, in hundredths."""

    part: int
    whole: int

    @property
    def value(self) -> Decimal | None:
        """The rate in hundredths, exact; None of nothing."""
        return Decimal(100 * self.part) / self.whole if self.whole else None

    def percent(self, places: int = 1) -> Decimal | None:
        """The rate as it is printed; only a whole is ever 100, and only nothing is ever 0."""
        if self.value is None:
            return None
        printed, step = rounded(self.value, places), Decimal(1).scaleb(-places)
        if printed == 100 and self.part < self.whole:
            return 100 - step
        return step if printed == 0 and self.part else printed


@dataclass(frozen=True)
class Interval:
    """Between which bounds a rate lies by the number that was looked at, in hundredths."""

    low: float
    high: float


def wilson(rate: Rate, z: float = 1.96) -> Interval | None:
    """The Wilson score interval of a rate, 95 of 100 times right; None of nothing.

    Source: E. B. Wilson, "Probable inference", Journal of the American Statistical Association 22 (1927), 209-212.
    """
    n = rate.whole
    if not n:
        return None
    share, square = rate.part / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return Interval(100 * max(0.0, middle - half), 100 * min(1.0, middle + half))


class GrowthKind(StrEnum):
    """What is meant by "rose by". The same two half-years give three different numbers, so the kind is always told."""

    COUNT = "count"
    RATE = "rate"
    POINTS = "points"

    @property
    def label(self) -> Localized:
        """The words printed beside the number."""
        return _GROWTH_LABELS[self]


_GROWTH_LABELS = {
    GrowthKind.COUNT: both("تغيّر نسبي في العدد", "relative change of the count"),
    GrowthKind.RATE: both("تغيّر نسبي في النسبة", "relative change of the rate"),
    GrowthKind.POINTS: both("فرق بالنقاط المئوية", "difference in percentage points"),
}


@dataclass(frozen=True)
class Growth:
    """How much a figure rose (below zero: fell) between two cohorts, in hundredths or in percentage points."""

    kind: GrowthKind
    value: Decimal

    def printed(self, places: int = 1) -> Decimal:
        """The number as it is printed."""
        return rounded(self.value, places)


def growth_of_count(before: int, after: int) -> Growth | None:
    """Relative change of a count; None where there was nothing to grow from."""
    return Growth(GrowthKind.COUNT, Decimal(100 * (after - before)) / before) if before else None


def growth_of_rate(before: Rate, after: Rate) -> Growth | None:
    """Relative change of a rate: from 62.0 to 95.5 it is +54."""
    if not before.value or after.value is None:
        return None
    return Growth(GrowthKind.RATE, 100 * (after.value - before.value) / before.value)


def growth_in_points(before: Rate, after: Rate) -> Growth | None:
    """Difference of two rates in percentage points: from 62.0 to 95.5 it is +33.5."""
    if before.value is None or after.value is None:
        return None
    return Growth(GrowthKind.POINTS, after.value - before.value)


@dataclass(frozen=True)
class Share:
    """One part of a whole with its printed share."""

    key: object
    count: int
    percent: Decimal | None


@dataclass(frozen=True)
class Shares:
    """Parts of a whole. Each share is rounded singly, so together they may print as 99 or 101: the note says so."""

    parts: Sequence[Share]
    total: int

    @property
    def printed_sum(self) -> Decimal:
        """What the printed shares add up to."""
        return sum((part.percent or Decimal(0) for part in self.parts), Decimal(0))

    @property
    def note(self) -> str:
        """The rounding note; empty where the printed shares add up to 100."""
        if not self.total or self.printed_sum == 100:
            return ""
        return t(
            "قُرّبت كل حصة على حدة، فمجموع الحصص المطبوعة {sum}%.",
            "Each share is rounded by itself, so the printed shares add up to {sum}%.",
            sum=self.printed_sum.normalize(),
        )


def shares(counts: Mapping[object, int], places: int = 0) -> Shares:
    """The share of each part in the sum of all, in the order given."""
    total = sum(counts.values())
    parts = [
        Share(key, count, rounded(Decimal(100 * count) / total, places) if total else None)
        for key, count in counts.items()
    ]
    return Shares(parts, total)


@dataclass(frozen=True)
class Satisfaction:
    """The answers to "how do you rate the service" (1 to 5), and how many were asked."""

    answers: int
    sum_of_ratings: int
    satisfied: int
    asked: int

    @property
    def mean(self) -> Decimal | None:
        """The mean of the answers, 1 to 5; None without any."""
        return Decimal(self.sum_of_ratings) / self.answers if self.answers else None

    @property
    def top_two(self) -> Rate:
        """The share of answers that gave 4 or 5."""
        return Rate(self.satisfied, self.answers)

    @property
    def response(self) -> Rate:
        """The share of those asked who answered."""
        return Rate(self.answers, self.asked)

    @property
    def is_telling(self) -> bool:
        """Are there enough answers to speak of the service and not of single people?"""
        return self.answers >= FEWEST


def satisfaction(answers: Mapping[int, int], *, asked: int) -> Satisfaction:
    """From how often each rating was given."""
    return Satisfaction(
        answers=sum(answers.values()),
        sum_of_ratings=sum(rating * count for rating, count in answers.items()),
        satisfied=sum(count for rating, count in answers.items() if rating >= 4),
        asked=asked,
    )


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which the share of all lies, interpolated between neighbours; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    lower = int(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (place - lower)


def per_working_day(count: int, working_days: int) -> Decimal | None:
    """The mean of a working day; None where none was worked."""
    return Decimal(count) / working_days if working_days else None


def highest_before(kind: GrowthKind, growth: Decimal, *, after: Rate | int) -> Decimal:
    """The most that can have been there before, if it grew by so much to at most `after`: a check on published growth.

    For a rate the answer is in hundredths, for a count it is a count.
    """
    reached = Decimal(after) if isinstance(after, int) else after.value or Decimal(0)
    return reached - growth if kind is GrowthKind.POINTS else reached / (1 + growth / 100)
