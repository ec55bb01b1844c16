"""The countries of the Gulf as calendars start with them: their zone, working week and table of holidays; no database.

Weeks are those of ministries in an ordinary month; an authority changes them as its own decision says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from wasl.calendars.working_time import FRIDAY, MONDAY, SATURDAY, SUNDAY, THURSDAY, TUESDAY, WEDNESDAY
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.directory.models import Agency

WeekSpans = Mapping[int, Sequence[tuple[time, time]]]

SUNDAY_TO_THURSDAY = (SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY)
SATURDAY_TO_THURSDAY = (SATURDAY, *SUNDAY_TO_THURSDAY)


def _every(days: Sequence[int], *spans: tuple[time, time]) -> WeekSpans:
    return dict.fromkeys(days, spans)


OMAN_WEEK = _every(SUNDAY_TO_THURSDAY, (time(7, 30), time(14, 30)))
# Federal bodies since January 2022: half of Friday is worked, Saturday and Sunday are free.
EMIRATES_WEEK: WeekSpans = {
    **_every((MONDAY, TUESDAY, WEDNESDAY, THURSDAY), (time(7, 30), time(15, 30))),
    FRIDAY: [(time(7, 30), time(12))],
}


@dataclass(frozen=True)
class Country:
    """One country: its ISO code, its zone, the week a calendar starts with, the Arabic of its table of holidays."""

    code: str
    name: Localized
    zone: str
    week: WeekSpans
    arabic: str = "ar"


COUNTRIES = {
    one.code: one
    for one in (
        Country("OM", both("سلطنة عُمان", "Oman"), "Asia/Muscat", OMAN_WEEK),
        Country("AE", both("الإمارات", "United Arab Emirates"), "Asia/Dubai", EMIRATES_WEEK),
        Country(
            "SA", both("السعودية", "Saudi Arabia"), "Asia/Riyadh",
            _every(SUNDAY_TO_THURSDAY, (time(7, 30), time(14, 30))),
        ),
        Country(
            "QA", both("قطر", "Qatar"), "Asia/Qatar",
            _every(SUNDAY_TO_THURSDAY, (time(7), time(14))), arabic="ar_QA",
        ),
        Country("KW", both("الكويت", "Kuwait"), "Asia/Kuwait", _every(SUNDAY_TO_THURSDAY, (time(7), time(14)))),
        Country("BH", both("البحرين", "Bahrain"), "Asia/Bahrain", _every(SUNDAY_TO_THURSDAY, (time(7), time(14, 15)))),
    )
}  # fmt: skip


@dataclass(frozen=True)
class StartingWeek:
    """A week that a new calendar can start with."""

    code: str
    label: str
    spans: WeekSpans


WEEKS = {
    one.code: one
    for one in (
        StartingWeek("oman", t("عُمان: الأحد إلى الخميس 07:30–14:30", "Oman: Sun–Thu 07:30–14:30"), OMAN_WEEK),
        StartingWeek(
            "emirates",
            t(
                "الإمارات: الاثنين إلى الخميس 07:30–15:30، الجمعة 07:30–12:00",
                "UAE: Mon–Thu 07:30–15:30, Fri 07:30–12:00",
            ),
            EMIRATES_WEEK,
        ),
        StartingWeek(
            "emirates_whole_days",
            t("الإمارات: الاثنين إلى الجمعة 07:30–14:30", "UAE: Mon–Fri 07:30–14:30"),
            _every((MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY), (time(7, 30), time(14, 30))),
        ),
        StartingWeek(
            "saudi", t("السعودية: الأحد إلى الخميس 07:30–14:30", "Saudi Arabia: Sun–Thu 07:30–14:30"),
            COUNTRIES["SA"].week,
        ),
        StartingWeek(
            "qatar_kuwait", t("قطر والكويت: الأحد إلى الخميس 07:00–14:00", "Qatar, Kuwait: Sun–Thu 07:00–14:00"),
            COUNTRIES["QA"].week,
        ),
        StartingWeek(
            "bahrain", t("البحرين: الأحد إلى الخميس 07:00–14:15", "Bahrain: Sun–Thu 07:00–14:15"),
            COUNTRIES["BH"].week,
        ),
        StartingWeek(
            "two_spans",
            t("فترتان: الأحد إلى الخميس 08:00–13:00 و16:00–19:00", "Two spans: Sun–Thu 08:00–13:00, 16:00–19:00"),
            _every(SUNDAY_TO_THURSDAY, (time(8), time(13)), (time(16), time(19))),
        ),
        StartingWeek(
            "six_days", t("ستة أيام: السبت إلى الخميس 08:00–14:00", "Six days: Sat–Thu 08:00–14:00"),
            _every(SATURDAY_TO_THURSDAY, (time(8), time(14))),
        ),
        StartingWeek(
            "shifts",
            t("مناوبتان كل يوم: 06:00–22:00", "Two shifts every day: 06:00–22:00"),
            _every(range(7), (time(6), time(14)), (time(14), time(22))),
        ),
    )
}  # fmt: skip


def country_of(agency: Agency) -> Country:
    """The country of the agency's time zone; Oman for a zone of none of them."""
    return next((one for one in COUNTRIES.values() if one.zone == agency.time_zone), COUNTRIES["OM"])
