"""What happens to calendars."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class CalendarChanged(Event):
    """Working time between two days (both included, ISO) may have become another: running promises count anew.

    `calendar_id` is 0 when all calendars of the agency are meant; an empty one has no bound.
    `change` says what was done: holiday_added, holiday_moved, holiday_removed, hours_set, special_hours_added,
    special_hours_removed, hijri_hours_added, hijri_hours_removed, month_sighted, holidays_proposed, calendars_loaded,
    default_chosen.
    """

    calendar_id: int
    from_on: str
    to_on: str
    change: str


@event(version=1)
@dataclass(frozen=True)
class HijriMonthSighted(Event):
    """A Hijri month began `days` later (or earlier, below 0) than the Umm al-Qura calendar says."""

    year: int
    month: int
    days: int


@event(version=1)
@dataclass(frozen=True)
class CalendarRenamed(Event):
    """A calendar is called something else; its working time is as before."""

    calendar_id: int


@event(version=1)
@dataclass(frozen=True)
class CalendarEnded(Event):
    """A calendar is offered no more; what is counted by it goes on."""

    calendar_id: int


@event(version=1)
@dataclass(frozen=True)
class CalendarResumed(Event):
    """A calendar that had ended is offered again."""

    calendar_id: int


@event(version=1)
@dataclass(frozen=True)
class CalendarUseChanged(Event):
    """A unit, one of its queues, or (without a unit) a queue everywhere is counted by this calendar, or no more so.

    What is promised already keeps its calendar.
    """

    calendar_id: int
    unit_id: int | None
    queue: str
    ends: bool


@event(version=1)
@dataclass(frozen=True)
class HolidayConfirmed(Event):
    """The authority announced days that were proposed before (ISO days); working time may be as it was."""

    holiday_id: int
    on_from: str
    on_to: str
    announced_on: str
    source: str
