"""Middle, share and spread of what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies; NaN without any."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def median(values: Sequence[float]) -> float:
    """The middle one, of an even number the mean of the two in the middle; NaN without any."""
    ordered, half = sorted(values), len(values) // 2
    if not ordered:
        return float("nan")
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


@dataclass(frozen=True)
class Spread:
    """One figure over the rounds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Raises ValueError without any."""
        return cls(median(values), min(values), max(values))

    def plain(self) -> dict[str, float | None]:
        """For a line of JSON."""
        return {"median": rounded(self.median), "least": rounded(self.least), "most": rounded(self.most)}


def rounded(value: float | None) -> float | None:
    """Four figures behind the point below ten, one above; None for what is no number."""
    if value is None or value != value:
        return None
    return round(value, 4) if abs(value) < 10 else round(value, 1)
