"""Holidays as a public table knows them: a start for the authority, whose own announcement counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

import holidays as world_holidays

from wasl.core.localized import Localized, both

ESTIMATED = {"ar": " (تقديري)", "en_US": " (estimated)"}
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


def holidays_of_oman(years: Iterable[int]) -> list[Proposal]:
    """The table's holidays of Oman in these years, earliest first; days of one name that follow each other are one."""
    wanted = list(years)
    arabic = world_holidays.country_holidays("OM", years=wanted, language="ar")
    english = world_holidays.country_holidays("OM", years=wanted, language="en_US")
    return [
        Proposal(days[0], days[-1], _name(arabic[days[0]], english[days[0]]), _source(english[days[0]]))
        for days in _runs(sorted(arabic), arabic)
    ]


def _runs(days: list[date], names: "world_holidays.HolidayBase") -> Iterator[list[date]]:
    run: list[date] = []
    for day in days:
        if run and (day - run[-1] > timedelta(days=1) or names[day] != names[run[-1]]):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _name(arabic: str, english: str) -> Localized:
    plain = arabic.removesuffix(ESTIMATED["ar"])
    return both(OFFICIAL_ARABIC.get(plain, plain), english.removesuffix(ESTIMATED["en_US"]))


def _source(english: str) -> str:
    table = f"PyPI holidays {version('holidays')}"
    if english.endswith(ESTIMATED["en_US"]):
        return f"{table}, estimated from the Hijri calendar; proposal until announced"
    return f"{table}; proposal until announced"
