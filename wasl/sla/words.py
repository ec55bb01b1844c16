"""Lengths of working time in words: «21 ساعة دوام», «ساعتا دوام و30 دقيقة», "21 working hours"."""

from datetime import timedelta

from wasl.core.i18n import arabic_plural
from wasl.core.localized import Localized, both

# As in core.i18n.NOUNS: the forms for 0, 1, 2, 3-10, 11-99 and the hundreds.
WORKING_HOURS = (
    "أقل من ساعة دوام",
    "ساعة دوام واحدة",
    "ساعتا دوام",
    "{n} ساعات دوام",
    "{n} ساعة دوام",
    "{n} ساعة دوام",
)
WORKING_MINUTES = (
    "أقل من دقيقة دوام",
    "دقيقة دوام واحدة",
    "دقيقتا دوام",
    "{n} دقائق دوام",
    "{n} دقيقة دوام",
    "{n} دقيقة دوام",
)
HOURS = ("أقل من ساعة", "ساعة واحدة", "ساعتان", "{n} ساعات", "{n} ساعة", "{n} ساعة")
MINUTES = ("أقل من دقيقة", "دقيقة واحدة", "دقيقتان", "{n} دقائق", "{n} دقيقة", "{n} دقيقة")


def working_length(length: timedelta, *, round_the_clock: bool = False) -> Localized:
    """A length of working time as people say it, to the minute."""
    hours, minutes = divmod(whole_minutes(length), 60)
    return both(_arabic(hours, minutes, round_the_clock), _english(hours, minutes, round_the_clock))


def clock_length(length: timedelta) -> str:
    """Hours and minutes in figures: "7:00", "0:40"."""
    hours, minutes = divmod(whole_minutes(length), 60)
    return f"{hours}:{minutes:02d}"


def whole_minutes(length: timedelta) -> int:
    """The length in minutes, to the nearest one."""
    return round(length / timedelta(minutes=1))


def _arabic(hours: int, minutes: int, round_the_clock: bool) -> str:
    hour_forms, minute_forms = (HOURS, MINUTES) if round_the_clock else (WORKING_HOURS, WORKING_MINUTES)
    if not hours:
        return _form(minute_forms, minutes)
    if not minutes:
        return _form(hour_forms, hours)
    return f"{_form(hour_forms, hours)} و{_form(MINUTES, minutes)}"


def _english(hours: int, minutes: int, round_the_clock: bool) -> str:
    parts = [f"{n} {kind}{'' if n == 1 else 's'}" for n, kind in ((hours, "hour"), (minutes, "minute")) if n]
    text = " and ".join(parts) or "less than a minute"
    return text if round_the_clock else text.replace("hour", "working hour", 1) if hours else f"{text} of working time"


def _form(forms: tuple[str, ...], n: int) -> str:
    return forms[arabic_plural(n)].format(n=n)
