"""Which unit and which queue is counted by which calendar."""

from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.calendars.events import CalendarUseChanged
from wasl.calendars.models import CalendarUse, WorkingCalendar
from wasl.calendars.operations.refusals import CalendarRefused
from wasl.calendars.operations.telling import new_edition
from wasl.core import events
from wasl.core.i18n import t
from wasl.directory.models import Agency, Unit


@transaction.atomic
def use_calendar(
    agency: Agency,
    *,
    calendar: WorkingCalendar,
    at: datetime,
    unit: Unit | None = None,
    queue: str = "",
    by: User | None = None,
) -> CalendarUse:
    """From now on count the unit (or its queue, or the queue of all units) by this calendar.

    What is promised already keeps its calendar. Raises CalendarRefused.
    """
    _check(agency, calendar, unit, queue)
    standing = CalendarUse.objects.select_for_update().filter(
        agency=agency, unit=unit, queue=queue, valid_to__isnull=True
    )
    for earlier in standing:
        if earlier.calendar_id == calendar.pk:
            return earlier
    standing.update(valid_to=at)
    use = CalendarUse.objects.create(agency=agency, unit=unit, queue=queue, calendar=calendar, valid_from=at)
    _tell(use, at=at, by=by)
    return use


@transaction.atomic
def end_use(use: CalendarUse, *, at: datetime, by: User | None = None) -> None:
    """From now on the unit or queue is counted as what stands above it; nothing happens if it ended before."""
    if CalendarUse.objects.filter(pk=use.pk, valid_to__isnull=True).update(valid_to=at):
        _tell(use, at=at, by=by, ends=True)


def _check(agency: Agency, calendar: WorkingCalendar, unit: Unit | None, queue: str) -> None:
    if unit is None and not queue:
        raise CalendarRefused(
            t(
                "اختر وحدة أو اكتب طابوراً. تقويم الجهة كلها هو «التقويم المعتمد».",
                "Choose a unit or name a queue. The calendar of the whole agency is its default calendar.",
            ),
            field="unit",
        )
    if calendar.agency_id != agency.pk or (unit is not None and unit.agency_id != agency.pk):
        raise CalendarRefused(t("هذا من جهة أخرى.", "This belongs to another agency."), field="calendar")
    if calendar.valid_to is not None:
        raise CalendarRefused(
            t("انتهى العمل بهذا التقويم؛ اختر تقويماً سارياً.", "This calendar has ended; choose another."),
            field="calendar",
        )


def _tell(use: CalendarUse, *, at: datetime, by: User | None, ends: bool = False) -> None:
    new_edition(use.agency_id)
    fact = CalendarUseChanged(use.calendar_id, use.unit_id, use.queue, ends)
    events.publish(fact, agency_id=use.agency_id, at=at, by=by)
