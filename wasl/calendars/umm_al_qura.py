"""Hijri days by the table of Umm al-Qura, moved month by month to the local sighting of the moon; no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from hijridate import Gregorian, Hijri

# (Hijri year, month) -> days that the month began later than Umm al-Qura says.
Offsets = Mapping[tuple[int, int], int]
NO_OFFSETS: Offsets = {}
SHORT_MONTH, LONG_MONTH = timedelta(days=29), timedelta(days=30)
# By so many months after it a sighting can still move a beginning: then the table holds again.
SIGHTING_REACHES = 3
MONTHS_EN = (
    "Muharram",
    "Safar",
    "Rabi al-Awwal",
    "Rabi al-Thani",
    "Jumada al-Ula",
    "Jumada al-Akhirah",
    "Rajab",
    "Shaban",
    "Ramadan",
    "Shawwal",
    "Dhu al-Qadah",
    "Dhu al-Hijjah",
)
MONTHS_AR = (
    "محرم",
    "صفر",
    "ربيع الأول",
    "ربيع الآخر",
    "جمادى الأولى",
    "جمادى الآخرة",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو القعدة",
    "ذو الحجة",
)


class OutOfRange(ValueError):
    """The table of Umm al-Qura holds 1343 to 1500 AH (1924 to 2077) only."""


@dataclass(frozen=True)
class HijriDate:
    """A day of the Hijri calendar."""

    year: int
    month: int
    day: int

    def in_words(self, language: str) -> str:
        """«19 جمادى الآخرة 1448 هـ», "19 Jumada al-Akhirah 1448 AH"."""
        return f"{self.day} {month_in_words(self.year, self.month, language)}"


def month_in_words(year: int, month: int, language: str) -> str:
    """«جمادى الآخرة 1448 هـ», "Jumada al-Akhirah 1448 AH"."""
    if language == "ar":
        return f"{MONTHS_AR[month - 1]} {year} هـ"
    return f"{MONTHS_EN[month - 1]} {year} AH"


def hijri_date(day: date, offsets: Offsets = NO_OFFSETS, *, offset_days: int = 0) -> HijriDate:
    """The Hijri day of a Gregorian one. `offset_days` holds for every month that `offsets` does not name.

    Raises OutOfRange.
    """
    year, month = _umm_al_qura(day)
    for year_then, month_then in (next_month(year, month), (year, month), previous_month(year, month)):
        begins = month_begins(year_then, month_then, offsets, offset_days=offset_days)
        if begins <= day:
            return HijriDate(year_then, month_then, (day - begins).days + 1)
    raise OutOfRange(f"No Hijri month begins by {day}.")  # pragma: no cover - offsets are within two days


def month_begins(year: int, month: int, offsets: Offsets = NO_OFFSETS, *, offset_days: int = 0) -> date:
    """The Gregorian day on which a Hijri month begins. Raises OutOfRange.

    After a month that was sighted the next ones begin 29 or 30 days later, also where the table thinks otherwise.
    """
    chain = [(year, month)]
    while chain[-1] not in offsets:
        if not offsets or len(chain) > SIGHTING_REACHES:
            return _begin(year, month) + timedelta(days=offset_days)
        chain.append(previous_month(*chain[-1]))
    sighted = chain.pop()
    begins = _begin(*sighted) + timedelta(days=offsets[sighted])
    for after in reversed(chain):
        said = _begin(*after) + timedelta(days=offset_days)
        begins = min(max(said, begins + SHORT_MONTH), begins + LONG_MONTH)
    return begins


def month_ends(year: int, month: int, offsets: Offsets = NO_OFFSETS) -> date:
    """The last Gregorian day of a Hijri month. Raises OutOfRange."""
    return month_begins(*next_month(year, month), offsets) - timedelta(days=1)


def next_month(year: int, month: int) -> tuple[int, int]:
    """The Hijri month after this one."""
    return (year + 1, 1) if month == 12 else (year, month + 1)


def previous_month(year: int, month: int) -> tuple[int, int]:
    """The Hijri month before this one."""
    return (year - 1, 12) if month == 1 else (year, month - 1)


def _umm_al_qura(day: date) -> tuple[int, int]:
    try:
        found = Gregorian.fromdate(day).to_hijri()
    except OverflowError as error:
        raise OutOfRange(str(error)) from error
    return found.year, found.month


@lru_cache(maxsize=512)
def _begin(year: int, month: int) -> date:
    try:
        first = Hijri(year, month, 1).to_gregorian()
    except (OverflowError, ValueError) as error:
        raise OutOfRange(str(error)) from error
    return date(first.year, first.month, first.day)
