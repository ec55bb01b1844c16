"""Days, moments and lengths of time in words, in the zone that is active for this request (the agency's).

Months and weekdays stand here because the Arabic of Django's catalogue is not that of Oman («إبريل», an English order
of date and time). Public pages say «9:26 صباحاً», staff pages the 24-hour clock; relative words only stand beside a
date.
"""

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from django.utils import timezone

from wasl.core import clock
from wasl.core.i18n import arabic_plural, counted, language, say
from wasl.web.figures import digits, uses_arabic_digits

# Weekdays from Monday, as `date.weekday()` counts.
WEEKDAYS_AR = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_AR = (
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
)
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PARTS_OF_DAY = ((1, "بعد منتصف الليل"), (12, "صباحاً"), (15, "ظهراً"), (18, "عصراً"), (24, "مساءً"))
_NEAR = {0: ("اليوم", "Today"), -1: ("أمس", "Yesterday"), 1: ("غداً", "Tomorrow")}
_STEPS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))
# After «منذ» and «بعد» Arabic counts in the genitive: «منذ يومين», not «منذ يومان».
_GENITIVE = {
    "minute": ("دقيقة", "دقيقتين", "{n} دقائق", "{n} دقيقة", "{n} دقيقة"),
    "hour": ("ساعة", "ساعتين", "{n} ساعات", "{n} ساعة", "{n} ساعة"),
    "day": ("يوم", "يومين", "{n} أيام", "{n} يوماً", "{n} يوم"),
}


def weekday_name(day: date) -> str:
    return say(WEEKDAYS_AR[day.weekday()], WEEKDAYS_EN[day.weekday()])


def month_name(month: int) -> str:
    """The name of a month, 1-12."""
    return say(MONTHS_AR[month - 1], MONTHS_EN[month - 1])


def day_text(value: date | datetime | None) -> str:
    """«الأحد 29 نوفمبر 2026»."""
    if value is None:
        return ""
    day = local_day(value)
    return digits(f"{weekday_name(day)} {day.day} {month_name(day.month)} {day.year}")


def day_short(value: date | datetime | None) -> str:
    """«29 نوفمبر», with the year when it is another one."""
    if value is None:
        return ""
    day = local_day(value)
    year = "" if day.year == _today().year else f" {day.year}"
    return digits(f"{day.day} {month_name(day.month)}{year}")


def clock_text(value: datetime | None) -> str:
    """The hour for the public: «9:26 صباحاً», "9:26 am"."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    hour = local.hour % 12 or 12
    part = next(word for until, word in _PARTS_OF_DAY if local.hour < until)
    return digits(f"{hour}:{local:%M} {say(part, 'am' if local.hour < 12 else 'pm')}")


def clock24(value: datetime | None) -> str:
    """The hour for staff: 09:26."""
    return digits(f"{timezone.localtime(value):%H:%M}") if value is not None else ""


def moment_text(value: datetime | None, *, year: bool = False) -> str:
    """Day and hour for the public: «الأحد 29 نوفمبر، 9:26 صباحاً»; the year when it is another one or `year` is set."""
    return _day_and(local_day(value), clock_text(value), _today(), year=year) if value is not None else ""


def moment24(value: datetime | None, *, now: datetime | None = None) -> str:
    """Day and hour for staff: «اليوم 10:42», «أمس 10:42», «الأحد 29 نوفمبر، 10:42». A list tells its `now` once."""
    if value is None:
        return ""
    zone = timezone.get_current_timezone()
    return _moment24(value, _day_in(now or clock.now(), zone), zone, language(), uses_arabic_digits())


@lru_cache(maxsize=8192)
def _moment24(value: datetime, today: date, zone: tzinfo, in_language: str, arabic_digits: bool) -> str:
    # All it depends on is among what it is given: the same cases stand in list after list.
    local = value.astimezone(zone)
    hour = digits(f"{local:%H:%M}")
    near = _NEAR.get((local.date() - today).days)
    return f"{say(*near)} {hour}" if near else _day_and(local.date(), hour, today, year=False)


@lru_cache(maxsize=64)
def _day_in(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def until24(value: datetime | None) -> str:
    """The end of a time for staff: midnight closes the day before it, «نهاية الخميس 26 نوفمبر»."""
    if value is None or timezone.localtime(value).time() != time():
        return moment24(value)
    day = local_day(value - timedelta(minutes=1))
    return digits(say("نهاية {day}", "the end of {day}", day=f"{weekday_name(day)} {day_short(day)}"))


def since24(value: datetime | None) -> str:
    """The beginning of a time for staff: a day alone where it begins with the day."""
    if value is None or timezone.localtime(value).time() != time():
        return moment24(value)
    return digits(f"{weekday_name(local_day(value))} {day_short(value)}")


def when_text(value: datetime | None) -> str:
    """How far from now, in words: «منذ يومين», «بعد 3 ساعات», «الآن»."""
    if value is None:
        return ""
    distance = value - clock.now()
    amount = abs(distance)
    for step, noun in _STEPS:
        if amount >= step:
            return _since_or_after(amount // step, noun, past=distance < timedelta())
    return say("الآن", "just now")


def duration_text(value: timedelta | int | None) -> str:
    """A length (or whole seconds) in its two largest parts: «6 ساعات و55 دقيقة», "6 hours and 55 minutes"."""
    if value is None:
        return ""
    rest = abs(value if isinstance(value, timedelta) else timedelta(seconds=value))
    parts: list[str] = []
    for step, noun in _STEPS:
        amount, rest = divmod(rest, step)
        if amount:
            parts.append(counted(amount, noun))
    return digits(say(" و", " and ").join(parts[:2]) or counted(0, "minute"))


def _since_or_after(amount: int, noun: str, *, past: bool) -> str:
    if language() != "ar":
        words = counted(amount, noun)
        return f"{words} ago" if past else f"in {words}"
    words = _GENITIVE[noun][arabic_plural(amount) - 1].format(n=amount)
    return digits(f"منذ {words}" if past else f"بعد {words}")


def _day_and(day: date, hour: str, today: date, *, year: bool) -> str:
    named = (
        day_text(day)
        if year or day.year != today.year
        else digits(f"{weekday_name(day)} {day.day} {month_name(day.month)}")
    )
    return named + say("، ", ", ") + hour


def local_day(value: date | datetime) -> date:
    """The day a moment falls on, in the active zone."""
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()


def _today() -> date:
    return timezone.localtime(clock.now()).date()
