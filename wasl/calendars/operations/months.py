"""Hours of a Hijri month, and the sighting of the moon by which months begin."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.calendars import queries
from wasl.calendars.events import HijriMonthSighted
from wasl.calendars.models import HijriHours, HijriOffset, HijriSpan, WorkingCalendar
from wasl.calendars.operations.holidays import replace
from wasl.calendars.operations.refusals import CalendarRefused
from wasl.calendars.operations.telling import new_edition, tell
from wasl.calendars.operations.weeks import Spans, checked
from wasl.calendars.umm_al_qura import month_begins
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency

FARTHEST_SIGHTING = 2


@transaction.atomic
def add_hijri_hours(
    calendar: WorkingCalendar,
    *,
    code: str,
    name: Localized,
    month: int,
    spans: Spans,
    at: datetime,
    by: User | None = None,
    from_year: int | None = None,
    to_year: int | None = None,
    announced_on: date | None = None,
    source: str = "",
) -> HijriHours:
    """Other hours in a month of every Hijri year; weekdays not named are closed.

    Raises SpansOverlap, NeverOpen; CalendarRefused for years the wrong way round.
    """
    if from_year and to_year and to_year < from_year:
        raise CalendarRefused(t("السنة الأخيرة قبل الأولى.", "The last year lies before the first."), field="to_year")
    hours = HijriHours.objects.create(
        calendar=calendar,
        code=code,
        name=name,
        month=month,
        from_year=from_year,
        to_year=to_year,
        announced_on=announced_on,
        source=source,
    )
    HijriSpan.objects.bulk_create(
        HijriSpan(hijri_hours=hours, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in checked(spans)
    )
    _tell_hours(hours, "hijri_hours_added", at=at, by=by)
    return hours


@transaction.atomic
def remove_hijri_hours(hours: HijriHours, *, at: datetime, by: User | None = None) -> None:
    """Take the hours of a month back; nothing happens if they were taken back before."""
    if HijriHours.objects.filter(pk=hours.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        _tell_hours(hours, "hijri_hours_removed", at=at, by=by)


@transaction.atomic
def note_month(
    agency: Agency,
    *,
    year: int,
    month: int,
    days: int,
    at: datetime,
    by: User | None = None,
    announced_on: date | None = None,
    source: str = "",
) -> None:
    """Note how many days later than Umm al-Qura a Hijri month began.

    Hours of Hijri months take their new days, proposals that hang on the month move along; what is announced stays.
    Raises CalendarRefused.
    """
    _check_sighting(agency, year, month, days, announced_on, at)
    moves = queries.moves_of_month(agency.pk, year=year, month=month, days=days)
    said = {"days": days, "announced_on": announced_on, "source": source}
    HijriOffset.objects.update_or_create(agency=agency, year=year, month=month, defaults=said)
    new_edition(agency.pk)
    events.publish(HijriMonthSighted(year, month, days), agency_id=agency.pk, at=at, by=by)
    for move in moves:
        if move.holiday is not None:
            replace(move.holiday, at=at, on_from=move.after[0], on_to=move.after[1])
    _tell_moves(agency, moves, at=at, by=by)


def _tell_moves(agency: Agency, moves: Iterable[queries.MonthMove], *, at: datetime, by: User | None) -> None:
    """One fact over all days that were touched, so that running promises are counted anew once."""
    touched = [day for move in moves for day in move.touched]
    if touched:
        tell(agency.pk, None, min(touched), max(touched), "month_sighted", at=at, by=by)


def _check_sighting(agency: Agency, year: int, month: int, days: int, announced_on: date | None, at: datetime) -> None:
    if abs(days) > FARTHEST_SIGHTING:
        first = month_begins(year, month)
        raise CalendarRefused(
            t(
                "يبعد هذا اليوم عن تقويم أم القرى ({day}) أكثر من يومين. راجع السنة والشهر.",
                "This is more than two days from the Umm al-Qura calendar ({day}). Look at the year and the month.",
                day=f"{first:%Y-%m-%d}",
            ),
            field="begins_on",
        )
    if announced_on is not None and announced_on > at.astimezone(agency.zone).date():
        raise CalendarRefused(
            t("يوم الإعلان لم يأتِ بعد.", "The day of the announcement is still to come."), field="announced_on"
        )


def _tell_hours(hours: HijriHours, change: str, *, at: datetime, by: User | None) -> None:
    calendar = hours.calendar
    first = month_begins(hours.from_year, hours.month) if hours.from_year else None
    last = month_begins(hours.to_year + 1, hours.month) if hours.to_year else None
    tell(calendar.agency_id, calendar.pk, first, last, change, at=at, by=by)
