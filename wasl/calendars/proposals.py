"""Holidays as a public table knows them: a start for the authority, whose own announcement counts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.metadata import version

import holidays as world_holidays

from wasl.calendars.countries import COUNTRIES
from wasl.calendars.umm_al_qura import hijri_date
from wasl.core.i18n import say
from wasl.core.localized import Localized, both
from wasl.core.text import fold

ESTIMATED = {"ar": " (تقديري)", "en_US": " (estimated)"}
OBSERVED = {"ar": " (يوم تعويضي)", "en_US": " (observed)"}
# Words of a name -> the Hijri month whose first day decides when it is.
HANGS_ON = {
    "Islamic New Year": 1,
    "Hijri New Year": 1,
    "رأس السنة الهجرية": 1,
    "Ashura": 1,
    "عاشوراء": 1,
    "Prophet's Birthday": 3,
    "مولد": 3,
    "Mi'raj": 7,
    "معراج": 7,
    "Eid al-Fitr": 10,
    "عيد الفطر": 10,
    "Eid al-Adha": 12,
    "عيد الأضحى": 12,
    "Arafah": 12,
    "عرفة": 12,
}
# What `_source` writes, in both languages.
OF_THE_TABLE = re.compile(r"PyPI holidays [\d.]+[,;] (.+) / (.+)")
# The table's Arabic wording where the official one is another.
OFFICIAL_ARABIC = {
    "يوم وطني": "اليوم الوطني",
    "مولد النبي": "المولد النبوي الشريف",
    "اليوم الوطني لتولي السلطان": "يوم تولي جلالة السلطان مقاليد الحكم",
}


@dataclass(frozen=True)
class Proposal:
    """One run of free days of one name."""

    on_from: date
    on_to: date
    name: Localized
    source: str


def holidays_of(country: str, years: Iterable[int]) -> list[Proposal]:
    """The table's holidays of a country in these years, earliest first; days of one name that follow each other are
    one, and a substitute day belongs to the days before it. Raises KeyError for a country that Wasl does not know.
    """
    return [
        Proposal(first, last, Localized(name), source) for first, last, name, source in _of_table(country, tuple(years))
    ]


@lru_cache(maxsize=32)
def _of_table(country: str, years: tuple[int, ...]) -> tuple[tuple[date, date, Localized, str], ...]:
    arabic = world_holidays.country_holidays(country, years=years, language=COUNTRIES[country].arabic)
    english = world_holidays.country_holidays(country, years=years, language="en_US")
    names = {day: _name(arabic[day], english[day]) for day in sorted(arabic)}
    return tuple((days[0], days[-1], names[days[0]], _source(english[days[0]])) for days in _runs(names))


def names_of(name: Localized) -> set[str]:
    """A name in all its languages, folded: two holidays that share one of them are called the same."""
    return {fold(text) for text in name.values() if text}


def hijri_month_of(name: Localized) -> int | None:
    """The Hijri month on whose beginning a holiday of this name hangs; None for days of the Gregorian year."""
    folded = names_of(name)
    return next((month for word, month in _folded_words() if any(word in text for text in folded)), None)


@cache
def _folded_words() -> tuple[tuple[str, int], ...]:
    return tuple((fold(word), month) for word, month in HANGS_ON.items())


def hijri_year_of(last_day: date, month: int) -> int:
    """The Hijri year of the month a run of days hangs on. Eid al-Fitr may begin before its month, so the last day."""
    found = hijri_date(last_day)
    # A sighting may have put the last day just before or after the month it belongs to.
    return found.year + (1 if month == 1 and found.month == 12 else -1 if month == 12 and found.month == 1 else 0)


def _runs(names: Mapping[date, Localized]) -> Iterator[list[date]]:
    run: list[date] = []
    for day, name in names.items():
        if run and (day - run[-1] > timedelta(days=1) or name != names[run[-1]]):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _name(arabic: str, english: str) -> Localized:
    plain, latin = arabic, english
    for told in (ESTIMATED, OBSERVED):
        plain, latin = plain.removesuffix(told["ar"]), latin.removesuffix(told["en_US"])
    # The days of an Eid are one holiday, whatever the table calls each.
    plain, latin = plain.removeprefix("عطلة ") if "عيد" in plain else plain, latin.removesuffix(" Holiday")
    return both(OFFICIAL_ARABIC.get(plain, plain), latin)


def source_in_words(source: str) -> str:
    """Where a holiday comes from, in the reader's language alone; what a person wrote stays as it is."""
    told = OF_THE_TABLE.fullmatch(source)
    if told is None:
        return source
    return say("من جدول عام للإجازات: {words}", "From a public table of holidays: {words}", words=say(*told.groups()))


def _source(english: str) -> str:
    table = f"PyPI holidays {version('holidays')}"
    if english.endswith(ESTIMATED["en_US"]):
        return f"{table}, محسوبة فلكياً، مقترحة حتى تُعلن / estimated from the Hijri calendar, proposal until announced"
    return f"{table}; مقترحة حتى تُعلن / proposal until announced"
