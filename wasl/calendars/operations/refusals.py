"""Why a change of the calendars is refused."""

from wasl.core.i18n import t


class CalendarRefused(ValueError):
    """The calendar cannot be changed so; the sentence says why, `field` names what it speaks of."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class SpansOverlap(CalendarRefused):
    """Two spans of one weekday share working time."""


class NeverOpen(CalendarRefused):
    """Hours without any span: nothing could ever be due."""

    def __init__(self) -> None:
        super().__init__(
            t(
                "لا ساعة عمل في هذا الأسبوع، فلا يُحسب به موعد. أضف يوم دوام واحداً على الأقل.",
                "This week has no working hour, so nothing could ever be due. Add one working day at least.",
            ),
            field="hours",
        )


class HolidayRefused(CalendarRefused):
    """These days cannot be a holiday."""
