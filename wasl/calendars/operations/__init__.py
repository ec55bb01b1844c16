"""Changing calendars. Each change is published, so whoever counts by them counts anew, and is thereby audited."""

from wasl.calendars.operations.holidays import (
    add_holiday,
    check_holiday,
    confirm_holiday,
    move_holiday,
    propose_holidays,
    remove_holiday,
)
from wasl.calendars.operations.months import add_hijri_hours, note_month, remove_hijri_hours
from wasl.calendars.operations.refusals import CalendarRefused, HolidayRefused, NeverOpen, SpansOverlap
from wasl.calendars.operations.starting import CENTRE_CODE, DEFAULT_CODE, load_starting_calendars, starting_calendars
from wasl.calendars.operations.uses import end_use, use_calendar
from wasl.calendars.operations.weeks import (
    Spans,
    add_calendar,
    add_special_hours,
    end_calendar,
    make_default,
    remove_special_hours,
    rename_calendar,
    resume_calendar,
    set_hours,
)

__all__ = [
    "CENTRE_CODE",
    "DEFAULT_CODE",
    "CalendarRefused",
    "HolidayRefused",
    "NeverOpen",
    "Spans",
    "SpansOverlap",
    "add_calendar",
    "add_hijri_hours",
    "add_holiday",
    "add_special_hours",
    "check_holiday",
    "confirm_holiday",
    "end_calendar",
    "end_use",
    "load_starting_calendars",
    "make_default",
    "move_holiday",
    "note_month",
    "propose_holidays",
    "remove_hijri_hours",
    "remove_holiday",
    "remove_special_hours",
    "rename_calendar",
    "resume_calendar",
    "set_hours",
    "starting_calendars",
    "use_calendar",
]
