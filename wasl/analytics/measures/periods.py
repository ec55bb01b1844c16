"""Days that figures are counted over: whole local days of the agency, and the same period before. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wasl.core.i18n import say, t
from wasl.web.moments import month_name, weekday_name

ONE_DAY = timedelta(days=1)
SUNDAY = 6
LONGEST_OWN_DAYS = 3 * 366

PERIODS: dict[str, str] = {
    "day": t("يوم", "Day"),
    "week": t("أسبوع", "Week"),
    "month": t("شهر", "Month"),
    "quarter": t("ربع سنة", "Quarter"),
    "half": t("نصف سنة", "Half-year"),
    "year": t("سنة", "Year"),
    "own": t("فترة أخرى", "Other"),
}


@dataclass(frozen=True)
class Period:
    """Whole days, the last one included."""

    code: str
    from_on: date
    to_on: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.to_on - self.from_on).days + 1

    def start(self, zone: ZoneInfo) -> datetime:
        """The moment with which it begins."""
        return midnight(self.from_on, zone)

    def end(self, zone: ZoneInfo) -> datetime:
        """The moment with which it is over (no longer part of it)."""
        return midnight(self.to_on + ONE_DAY, zone)

    def before(self) -> "Period":
        """The same period directly before."""
        if self.code == "own":
            return Period("own", self.from_on - timedelta(days=self.days), self.from_on - ONE_DAY)
        return around(self.code, self.from_on - ONE_DAY)

    def after(self) -> "Period":
        """The same period directly after."""
        if self.code == "own":
            return Period("own", self.to_on + ONE_DAY, self.to_on + timedelta(days=self.days))
        return around(self.code, self.to_on + ONE_DAY)

    def year_before(self) -> "Period":
        """The same days of the year before; of weeks and single days those 52 weeks before, on the same weekdays."""
        if self.code in ("day", "week"):
            return around(self.code, self.from_on - timedelta(weeks=52))
        if self.code == "own":
            first = _year_back(self.from_on)
            return Period("own", first, first + timedelta(days=self.days - 1))
        return around(self.code, _year_back(self.from_on))

    @property
    def name(self) -> str:
        """«أكتوبر 2026», «النصف الأول من 2026», «من 1 إلى 12 أكتوبر 2026»."""
        return _NAMES[self.code](self)


def around(code: str, day: date) -> Period:
    """The period of a kind in which a day lies. Weeks begin on Sunday."""
    first = _FIRST_DAYS[code](day)
    return Period(code, first, _next_first(code, first) - ONE_DAY)


def own(from_on: date, to_on: date) -> Period:
    """Days that somebody chose, in whichever order they came, cut to what can be counted in one go."""
    first, last = min(from_on, to_on), max(from_on, to_on)
    return Period("own", first, min(last, first + timedelta(days=LONGEST_OWN_DAYS - 1)))


def spanning(from_on: date, to_on: date) -> Period:
    """The days as the month, week, year … they are, else as own days."""
    period = own(from_on, to_on)
    named = (around(code, period.from_on) for code in PERIODS if code != "own")
    return next((one for one in named if (one.from_on, one.to_on) == (period.from_on, period.to_on)), period)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment with which a local day begins."""
    return datetime.combine(day, time(), tzinfo=zone)


def same_age(period: Period, before: Period, as_of: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which an earlier cohort was as old as this one is now: only so the two can be compared."""
    wall = as_of.astimezone(zone).replace(tzinfo=None) - datetime.combine(period.from_on, time())
    # Months differ in length: at the end of one the other is at its end too.
    if as_of >= period.end(zone):
        wall = as_of.astimezone(zone).replace(tzinfo=None) - datetime.combine(period.to_on, time())
        return (datetime.combine(before.to_on, time()) + wall).replace(tzinfo=zone)
    return min((datetime.combine(before.from_on, time()) + wall).replace(tzinfo=zone), before.end(zone))


def _next_first(code: str, first: date) -> date:
    if code in _LENGTHS:
        return first + _LENGTHS[code]
    month = first.month - 1 + _MONTHS[code]
    return date(first.year + month // 12, month % 12 + 1, 1)


def _of_months(code: str) -> Callable[[date], date]:
    length = _MONTHS[code]
    return lambda day: date(day.year, (day.month - 1) // length * length + 1, 1)


def _year_back(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


_LENGTHS = {"day": ONE_DAY, "week": timedelta(days=7)}
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_FIRST_DAYS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=(day.weekday() - SUNDAY) % 7),
    **{code: _of_months(code) for code in _MONTHS},
}

_QUARTERS = (("الأول", "First"), ("الثاني", "Second"), ("الثالث", "Third"), ("الرابع", "Fourth"))


def _range(period: Period) -> str:
    first, last = period.from_on, period.to_on
    if first == last:
        return _one_day(period)
    if (first.year, first.month) == (last.year, last.month):
        start = str(first.day)
    elif first.year == last.year:
        start = f"{first.day} {month_name(first.month)}"
    else:
        start = f"{first.day} {month_name(first.month)} {first.year}"
    end = f"{last.day} {month_name(last.month)} {last.year}"
    return say("من {start} إلى {end}", "{start} to {end}", start=start, end=end)


def _one_day(period: Period) -> str:
    day = period.from_on
    return f"{weekday_name(day)} {day.day} {month_name(day.month)} {day.year}"


def _part(period: Period, length: int, arabic: str, english: str) -> str:
    ar, en = _QUARTERS[(period.from_on.month - 1) // length]
    return say(f"{arabic} {ar} من {{year}}", f"{en} {english} {{year}}", year=period.from_on.year)


_NAMES: dict[str, Callable[[Period], str]] = {
    "day": _one_day,
    "week": lambda period: say("أسبوع {days}", "Week {days}", days=_range(period)),
    "month": lambda period: f"{month_name(period.from_on.month)} {period.from_on.year}",
    "quarter": lambda period: _part(period, 3, "الربع", "quarter of"),
    "half": lambda period: _part(period, 6, "النصف", "half of"),
    "year": lambda period: say("سنة {year}", "Year {year}", year=period.from_on.year),
    "own": _range,
}
