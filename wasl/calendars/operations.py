"""Changing calendars. Each change is published, so whoever counts by them counts anew, and is thereby audited."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.models import Q

from wasl.accounts.models import User
from wasl.calendars import proposals
from wasl.calendars.events import (
    CalendarChanged,
    CalendarEnded,
    CalendarRenamed,
    CalendarResumed,
    HijriMonthSighted,
)
from wasl.calendars.models import (
    CalendarEdition,
    HijriOffset,
    Holiday,
    SpecialHours,
    SpecialSpan,
    WorkingCalendar,
    WorkingHours,
    new_token,
)
from wasl.calendars.working_time import MINUTES_OF_DAY, Hours
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.directory.models import Agency

# Weekday (0 is Monday) -> spans of times of the clock; weekdays not named are closed.
Spans = Mapping[int, Sequence[tuple[time, time]]]

OMAN_WEEK: Spans = {weekday: [(time(7, 30), time(14, 30))] for weekday in (6, 0, 1, 2, 3)}
DEFAULT_CODE, CENTRE_CODE = "work", "centre"


class SpansOverlap(ValueError):
    """Two spans of one weekday share working time."""


class CalendarRefused(ValueError):
    """The calendar cannot be changed so; the sentence says why."""


@transaction.atomic
def add_calendar(
    agency: Agency,
    *,
    code: str,
    name: Localized,
    at: datetime,
    by: User | None = None,
    spans: Spans | None = None,
    is_default: bool = False,
    hours_from: date | None = None,
) -> WorkingCalendar:
    """Add a calendar with its week; without spans it is always open. Raises SpansOverlap."""
    calendar = WorkingCalendar.objects.create(
        agency=agency, code=code, name=name, always_open=spans is None, is_default=is_default, valid_from=at
    )
    _write_hours(calendar, spans or {}, from_on=hours_from)
    _publish(agency.pk, calendar.pk, None, None, "calendars_loaded", at=at, by=by)
    return calendar


@transaction.atomic
def rename_calendar(calendar: WorkingCalendar, *, name: Localized, at: datetime, by: User | None = None) -> None:
    """Call a calendar something else; no working time changes."""
    WorkingCalendar.objects.filter(pk=calendar.pk).update(name=name)
    events.publish(CalendarRenamed(calendar.pk), agency_id=calendar.agency_id, at=at, by=by)


@transaction.atomic
def make_default(calendar: WorkingCalendar, *, at: datetime, by: User | None = None) -> None:
    """Count by this calendar whatever names none. Raises CalendarRefused for one that has ended."""
    if calendar.valid_to is not None:
        raise CalendarRefused(
            t("انتهى العمل بهذا التقويم؛ اختر تقويماً سارياً.", "This calendar has ended; choose another.")
        )
    of_agency = WorkingCalendar.objects.select_for_update().filter(agency_id=calendar.agency_id)
    list(of_agency.order_by("pk"))
    of_agency.filter(is_default=True).update(is_default=False)
    of_agency.filter(pk=calendar.pk).update(is_default=True)
    _publish(calendar.agency_id, None, None, None, "default_chosen", at=at, by=by)


@transaction.atomic
def end_calendar(calendar: WorkingCalendar, *, at: datetime, by: User | None = None) -> None:
    """Offer a calendar no more; what is counted by it goes on. Raises CalendarRefused for the default calendar."""
    calendar = WorkingCalendar.objects.select_for_update().get(pk=calendar.pk)
    if calendar.is_default:
        raise CalendarRefused(
            t(
                "هذا هو التقويم المعتمد في الجهة. اجعل تقويماً آخر معتمداً أولاً.",
                "This is the agency's default calendar. Make another the default first.",
            )
        )
    if calendar.valid_to is None:
        WorkingCalendar.objects.filter(pk=calendar.pk).update(valid_to=at)
        events.publish(CalendarEnded(calendar.pk), agency_id=calendar.agency_id, at=at, by=by)


@transaction.atomic
def resume_calendar(calendar: WorkingCalendar, *, at: datetime, by: User | None = None) -> None:
    """Offer a calendar again that had ended."""
    if WorkingCalendar.objects.filter(pk=calendar.pk, valid_to__isnull=False).update(valid_to=None):
        events.publish(CalendarResumed(calendar.pk), agency_id=calendar.agency_id, at=at, by=by)


@transaction.atomic
def set_hours(
    calendar: WorkingCalendar, *, spans: Spans, from_on: date | None, at: datetime, by: User | None = None
) -> None:
    """From a day on other weekly hours hold; what held before stays true for the days before. Raises SpansOverlap.

    Without a day they hold for all time, also the past.
    """
    calendar = WorkingCalendar.objects.select_for_update().get(pk=calendar.pk)
    hours = WorkingHours.objects.filter(calendar=calendar)
    if from_on is None:
        hours.delete()
    else:
        hours.filter(valid_from__gte=from_on).delete()
        still_holding = Q(valid_to__isnull=True) | Q(valid_to__gte=from_on)
        hours.filter(still_holding).update(valid_to=from_on - timedelta(days=1))
    _write_hours(calendar, spans, from_on=from_on)
    _publish(calendar.agency_id, calendar.pk, from_on, None, "hours_set", at=at, by=by)


@transaction.atomic
def add_special_hours(
    calendar: WorkingCalendar,
    *,
    name: Localized,
    from_on: date,
    to_on: date,
    spans: Spans,
    at: datetime,
    by: User | None = None,
    announced_on: date | None = None,
    source: str = "",
    code: str = "",
) -> SpecialHours:
    """Other hours between two days, such as those of Ramadan; weekdays not named are closed. Raises SpansOverlap."""
    special = SpecialHours.objects.create(
        calendar=calendar,
        code=code,
        name=name,
        from_on=from_on,
        to_on=to_on,
        announced_on=announced_on,
        source=source,
    )
    SpecialSpan.objects.bulk_create(
        SpecialSpan(special_hours=special, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in _checked(spans)
    )
    _publish(calendar.agency_id, calendar.pk, from_on, to_on, "special_hours_added", at=at, by=by)
    return special


@transaction.atomic
def remove_special_hours(special: SpecialHours, *, at: datetime, by: User | None = None) -> None:
    """Take special hours back; nothing happens if they were taken back before."""
    if SpecialHours.objects.filter(pk=special.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        calendar = special.calendar
        _publish(calendar.agency_id, calendar.pk, special.from_on, special.to_on, "special_hours_removed", at=at, by=by)


@transaction.atomic
def add_holiday(
    agency: Agency,
    *,
    name: Localized,
    on_from: date,
    at: datetime,
    on_to: date | None = None,
    calendar: WorkingCalendar | None = None,
    announced_on: date | None = None,
    source: str = "",
    code: str = "",
    is_proposal: bool = False,
    by: User | None = None,
) -> Holiday:
    """Free days for one calendar, or for all of the agency that are not always open."""
    holiday = Holiday.objects.create(
        agency=agency,
        code=code,
        is_proposal=is_proposal,
        calendar=calendar,
        name=name,
        on_from=on_from,
        on_to=on_to or on_from,
        announced_on=announced_on,
        source=source,
    )
    _publish_holiday(holiday, "holiday_added", at=at, by=by)
    return holiday


@transaction.atomic
def move_holiday(
    holiday: Holiday,
    *,
    on_from: date,
    at: datetime,
    on_to: date | None = None,
    announced_on: date | None = None,
    source: str = "",
    name: Localized | None = None,
    is_proposal: bool = False,
    by: User | None = None,
) -> Holiday:
    """The authority announced other days, or confirmed the same: a new row stands for the old, which is taken back."""
    holiday = Holiday.objects.select_for_update().get(pk=holiday.pk)
    Holiday.objects.filter(pk=holiday.pk).update(withdrawn_at=at)
    moved = Holiday.objects.create(
        agency_id=holiday.agency_id,
        calendar_id=holiday.calendar_id,
        code=holiday.known_as,
        is_proposal=is_proposal,
        name=name or holiday.name,
        on_from=on_from,
        on_to=on_to or on_from,
        announced_on=announced_on,
        source=source,
        replaces=holiday,
    )
    first, last = min(holiday.on_from, moved.on_from), max(holiday.on_to, moved.on_to)
    _publish(holiday.agency_id, holiday.calendar_id, first, last, "holiday_moved", at=at, by=by)
    return moved


@transaction.atomic
def remove_holiday(holiday: Holiday, *, at: datetime, by: User | None = None) -> None:
    """Take a holiday back; nothing happens if it was taken back before."""
    if Holiday.objects.filter(pk=holiday.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        _publish_holiday(holiday, "holiday_removed", at=at, by=by)


@transaction.atomic
def note_month(agency: Agency, *, year: int, month: int, days: int, at: datetime, by: User | None = None) -> None:
    """Note how many days later than Umm al-Qura a Hijri month began. Dates in words change, working time does not."""
    HijriOffset.objects.update_or_create(agency=agency, year=year, month=month, defaults={"days": days})
    _new_edition(agency.pk)
    events.publish(HijriMonthSighted(year, month, days), agency_id=agency.pk, at=at, by=by)


@transaction.atomic
def load_starting_calendars(
    agency: Agency, *, at: datetime, years: Iterable[int] = range(2025, 2029), by: User | None = None
) -> None:
    """Give an agency Oman's working week, a calendar that is always open, and the proposed holidays of these years.

    Nothing happens to an agency that has calendars already.
    """
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if WorkingCalendar.objects.filter(agency=agency).exists():
        return
    work = WorkingCalendar.objects.create(
        agency=agency, code=DEFAULT_CODE, name=both("الدوام الرسمي", "Office hours"), is_default=True, valid_from=at
    )
    _write_hours(work, OMAN_WEEK, from_on=None)
    WorkingCalendar.objects.create(
        agency=agency,
        code=CENTRE_CODE,
        name=both("مركز الاتصال على مدار الساعة", "Contact centre, round the clock"),
        always_open=True,
        valid_from=at,
    )
    Holiday.objects.bulk_create(
        Holiday(
            agency=agency,
            name=proposal.name,
            on_from=proposal.on_from,
            on_to=proposal.on_to,
            source=proposal.source,
            is_proposal=True,
        )
        for proposal in proposals.holidays_of_oman(years)
    )
    _publish(agency.pk, None, None, None, "calendars_loaded", at=at, by=by)


def _write_hours(calendar: WorkingCalendar, spans: Spans, *, from_on: date | None) -> None:
    WorkingHours.objects.bulk_create(
        WorkingHours(calendar=calendar, weekday=weekday, opens=opens, closes=closes, valid_from=from_on)
        for weekday, opens, closes in _checked(spans)
    )


def _checked(spans: Spans) -> list[tuple[int, time, time]]:
    for weekday, times in spans.items():
        hours = sorted(Hours.from_times(opens, closes) for opens, closes in times)
        if any(later.opens < earlier.closes for earlier, later in pairwise(hours)):
            raise SpansOverlap(f"Spans of weekday {weekday} overlap.")
        if hours and hours[-1].closes - MINUTES_OF_DAY > hours[0].opens:
            raise SpansOverlap(f"The night of weekday {weekday} runs into its own morning.")
    return [(weekday, opens, closes) for weekday, times in spans.items() for opens, closes in times]


def _publish_holiday(holiday: Holiday, change: str, *, at: datetime, by: User | None) -> None:
    _publish(holiday.agency_id, holiday.calendar_id, holiday.on_from, holiday.on_to, change, at=at, by=by)


def _publish(
    agency_id: int,
    calendar_id: int | None,
    from_on: date | None,
    to_on: date | None,
    change: str,
    *,
    at: datetime,
    by: User | None,
) -> None:
    _new_edition(agency_id)
    fact = CalendarChanged(calendar_id or 0, _iso(from_on), _iso(to_on), change)
    events.publish(fact, agency_id=agency_id, at=at, by=by)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _new_edition(agency_id: int) -> None:
    CalendarEdition.objects.update_or_create(agency_id=agency_id, defaults={"token": new_token()})
