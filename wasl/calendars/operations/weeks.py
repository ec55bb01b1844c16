"""Calendars and their weekly hours, and other hours between two days or in a Hijri month."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.models import Q

from wasl.accounts.models import User
from wasl.calendars.events import CalendarEnded, CalendarRenamed, CalendarResumed
from wasl.calendars.models import SpecialHours, SpecialSpan, Weekday, WorkingCalendar, WorkingHours
from wasl.calendars.operations.refusals import CalendarRefused, NeverOpen, SpansOverlap
from wasl.calendars.operations.telling import tell
from wasl.calendars.working_time import MINUTES_OF_DAY, Hours
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency

# Weekday (0 is Monday) -> spans of times of the clock; weekdays not named are closed.
Spans = Mapping[int, Sequence[tuple[time, time]]]


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
    """Add a calendar with its week; without spans it is always open. Raises SpansOverlap, NeverOpen."""
    calendar = WorkingCalendar.objects.create(
        agency=agency, code=code, name=name, always_open=spans is None, is_default=is_default, valid_from=at
    )
    if spans is not None:
        write_hours(calendar, spans, from_on=hours_from)
    tell(agency.pk, calendar.pk, None, None, "calendars_loaded", at=at, by=by)
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
    tell(calendar.agency_id, None, None, None, "default_chosen", at=at, by=by)


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
    """From a day on other weekly hours hold; what held before stays true for the days before.

    Without a day they hold for all time, also the past. Raises SpansOverlap, NeverOpen.
    """
    calendar = WorkingCalendar.objects.select_for_update().get(pk=calendar.pk)
    hours = WorkingHours.objects.filter(calendar=calendar)
    if from_on is None:
        hours.delete()
    else:
        hours.filter(valid_from__gte=from_on).delete()
        still_holding = Q(valid_to__isnull=True) | Q(valid_to__gte=from_on)
        hours.filter(still_holding).update(valid_to=from_on - timedelta(days=1))
    write_hours(calendar, spans, from_on=from_on)
    tell(calendar.agency_id, calendar.pk, from_on, None, "hours_set", at=at, by=by)


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
    """Other hours between two days; weekdays not named are closed.

    Raises SpansOverlap, NeverOpen; CalendarRefused for days the wrong way round.
    """
    if to_on < from_on:
        raise CalendarRefused(t("اليوم الأخير قبل الأول.", "The last day lies before the first."), field="to_on")
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
        for weekday, opens, closes in checked(spans)
    )
    tell(calendar.agency_id, calendar.pk, from_on, to_on, "special_hours_added", at=at, by=by)
    return special


@transaction.atomic
def remove_special_hours(special: SpecialHours, *, at: datetime, by: User | None = None) -> None:
    """Take special hours back; nothing happens if they were taken back before."""
    if SpecialHours.objects.filter(pk=special.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        calendar = special.calendar
        tell(calendar.agency_id, calendar.pk, special.from_on, special.to_on, "special_hours_removed", at=at, by=by)


def write_hours(calendar: WorkingCalendar, spans: Spans, *, from_on: date | None) -> None:
    """The rows of a week. Raises SpansOverlap, NeverOpen."""
    WorkingHours.objects.bulk_create(
        WorkingHours(calendar=calendar, weekday=weekday, opens=opens, closes=closes, valid_from=from_on)
        for weekday, opens, closes in checked(spans)
    )


def checked(spans: Spans) -> list[tuple[int, time, time]]:
    """Each span with its weekday. Raises SpansOverlap, NeverOpen."""
    if not any(spans.values()):
        raise NeverOpen
    for weekday, times in spans.items():
        _check_day(weekday, times)
    return [(weekday, opens, closes) for weekday, times in spans.items() for opens, closes in times]


def _check_day(weekday: int, times: Sequence[tuple[time, time]]) -> None:
    hours = sorted(Hours.from_times(opens, closes) for opens, closes in times)
    day = Weekday(weekday).label
    if any(later.opens < earlier.closes for earlier, later in pairwise(hours)):
        raise SpansOverlap(
            t(
                "فترتان من يوم {day} تتداخلان. اجعلهما فترة واحدة أو صحّح الأوقات.",
                "Two spans of {day} overlap. Make them one, or correct the times.",
                day=day,
            ),
            field="hours",
        )
    if hours and hours[-1].closes - MINUTES_OF_DAY > hours[0].opens:
        raise SpansOverlap(
            t(
                "فترة الليل يوم {day} تمتد إلى ما بعد بداية صباحه. قصّر الليل أو أخّر الصباح.",
                "The night of {day} runs into its own morning. Shorten the night or begin later.",
                day=day,
            ),
            field="hours",
        )
