"""Hours that follow the Hijri year: each month's days by the table of Umm al-Qura and the moon; no database."""

from collections.abc import Iterator
from dataclasses import dataclass

from wasl.calendars.umm_al_qura import NO_OFFSETS, Offsets, month_begins, month_ends
from wasl.calendars.working_time import Period, Week

# 2018 to 2076: what the table of Umm al-Qura holds whole.
FIRST_YEAR, LAST_YEAR = 1440, 1499


@dataclass(frozen=True)
class MonthHours:
    """The week that holds in one month of every Hijri year from one to another (both included)."""

    week: Week
    month: int
    from_year: int | None = None
    to_year: int | None = None

    @property
    def years(self) -> range:
        """The Hijri years in which they hold."""
        return range(max(self.from_year or FIRST_YEAR, FIRST_YEAR), min(self.to_year or LAST_YEAR, LAST_YEAR) + 1)


def periods(hours: MonthHours, offsets: Offsets = NO_OFFSETS) -> Iterator[Period]:
    """The days of every year on which these hours hold, earliest first."""
    for year in hours.years:
        yield Period(hours.week, month_begins(year, hours.month, offsets), month_ends(year, hours.month, offsets))
