"""How far turns were kept, as the public reads it: what was published of the last months, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wasl.analytics.fairness import published
from wasl.analytics.fairness.published import OTHERS, Month
from wasl.cases import order
from wasl.core.localized import Localized, both
from wasl.directory.models import Agency
from wasl.web.figures import digits
from wasl.web.moments import month_name

_OTHERS = both("أسباب أخرى", "Other reasons")


@dataclass(frozen=True)
class Told:
    """One month in words, and its reasons in the order of the page."""

    month: Month
    reasons: list[tuple[Localized, int]]

    @property
    def name(self) -> str:
        """The month and its year."""
        first = self.month.first_on
        return str(digits(f"{month_name(first.month)} {first.year}"))


def months(agency: Agency, *, at: datetime) -> list[Told]:
    """The published months in which there was enough to tell, the latest first. One statement."""
    found = published.months(agency, at=at)
    return [Told(month, _in_words(agency, month.reasons)) for month in found]


def _in_words(agency: Agency, reasons: Mapping[str, int]) -> list[tuple[Localized, int]]:
    return [(order.reason_words(agency.pk, code) if code != OTHERS else _OTHERS, n) for code, n in reasons.items()]
