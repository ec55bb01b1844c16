"""Why due moments moved: what was changed in the calendar, in words for staff and for citizens."""

from dataclasses import dataclass
from datetime import date

from wasl.calendars import queries as calendars
from wasl.core.localized import Localized, both
from wasl.core.models import EventRecord

_CHANGES: dict[str, Localized] = {
    "holiday_added": both("إضافة إجازة", "a holiday that was added"),
    "holiday_moved": both("نقل إجازة", "a holiday that was moved"),
    "holiday_removed": both("إلغاء إجازة", "a holiday that was withdrawn"),
    "holidays_proposed": both("إضافة إجازات متوقعة", "holidays that are expected"),
    "hours_set": both("تغيّر أوقات الدوام", "other working hours"),
    "special_hours_added": both("أوقات دوام خاصة", "special working hours"),
    "special_hours_removed": both("إلغاء أوقات دوام خاصة", "special working hours that were taken back"),
    "hijri_hours_added": both("أوقات دوام شهر هجري", "the working hours of a Hijri month"),
    "hijri_hours_removed": both("إلغاء أوقات دوام شهر هجري", "hours of a Hijri month that were taken back"),
    "month_sighted": both("ثبوت رؤية الهلال", "the sighting of the new moon"),
}
_OTHER = both("تغيّر التقويم", "a change of the calendar")


@dataclass(frozen=True)
class Cause:
    """What moved the due moments; `holiday` is its name where one did."""

    change: Localized
    holiday: Localized | None
    from_on: date | None
    to_on: date | None

    @property
    def words(self) -> Localized:
        """«إضافة إجازة: يوم الذكرى، 3 ديسمبر 2026»."""
        return both(self._in("ar"), self._in("en"))

    @property
    def sentence(self) -> Localized:
        """The same as a sentence for owners."""
        return both(f"السبب: {self._in('ar')}.", f"Because of {self._in('en')}.")

    def _in(self, language: str) -> str:
        text = self.change.in_language(language)
        if self.holiday is None:
            return text
        comma, colon = ("، ", ": ") if language == "ar" else (", ", ": ")
        return f"{text}{colon}{self.holiday.in_language(language)}{comma}{self._days(language)}"

    def _days(self, language: str) -> str:
        if self.from_on is None or self.to_on is None:
            return ""
        if self.from_on == self.to_on:
            return f"{self.from_on:%Y-%m-%d}"
        until = "إلى" if language == "ar" else "to"
        return f"{self.from_on:%Y-%m-%d} {until} {self.to_on:%Y-%m-%d}"


def cause_of(change: EventRecord) -> Cause:
    """The cause that a CalendarChanged tells of."""
    data = change.data
    from_on, to_on = (date.fromisoformat(data[name]) if data.get(name) else None for name in ("from_on", "to_on"))
    said = _CHANGES.get(data.get("change", ""), _OTHER)
    is_holiday = str(data.get("change", "")).startswith("holiday_") and from_on is not None and to_on is not None
    found = [
        row
        for row in (calendars.all_holidays(change.agency_id) if is_holiday else [])
        if from_on is not None and to_on is not None and row.on_from <= to_on and row.on_to >= from_on
    ]
    return Cause(said, found[-1].name if found else None, from_on, to_on)
