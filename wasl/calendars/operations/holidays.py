"""Holidays: added, moved, taken back; proposed from a public table and confirmed by a person."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from wasl.accounts.models import User
from wasl.calendars import proposals, queries
from wasl.calendars.events import HolidayConfirmed
from wasl.calendars.models import Holiday, WorkingCalendar
from wasl.calendars.operations.refusals import HolidayRefused
from wasl.calendars.operations.telling import new_edition, tell
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency

LONGEST_HOLIDAY_DAYS = 30


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
    """Free days for one calendar, or for all of the agency that are not always open. Raises HolidayRefused."""
    on_to = on_to or on_from
    check_holiday(agency, name=name, on_from=on_from, on_to=on_to, calendar=calendar, at=at)
    _check_announcement(announced_on, agency, at)
    holiday = Holiday.objects.create(
        agency=agency,
        code=code,
        is_proposal=is_proposal,
        hijri_month=proposals.hijri_month_of(name) if is_proposal else None,
        calendar=calendar,
        name=name,
        on_from=on_from,
        on_to=on_to,
        announced_on=announced_on,
        source=source,
    )
    _tell(holiday, "holiday_added", at=at, by=by)
    return holiday


def check_holiday(
    agency: Agency,
    *,
    name: Localized,
    on_from: date,
    on_to: date,
    at: datetime,
    calendar: WorkingCalendar | None = None,
) -> None:
    """Raises HolidayRefused for days that could not be added."""
    _check_days(on_from, on_to, agency, at)
    _check_alone(agency.pk, calendar.pk if calendar else None, name, on_from, on_to)


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
    """The authority announced other days, or confirmed the same: a new row stands for the old, which is taken back.

    Raises HolidayRefused: also for a proposal that becomes official without its source and day of announcement.
    """
    holiday = Holiday.objects.select_for_update(of=("self",)).select_related("agency").get(pk=holiday.pk)
    on_to, name = on_to or on_from, name or holiday.name
    stays = (on_from, on_to) == (holiday.on_from, holiday.on_to)
    if not stays:
        _check_days(on_from, on_to, holiday.agency, at)
    _check_announcement(announced_on, holiday.agency, at)
    _check_alone(holiday.agency_id, holiday.calendar_id, name, on_from, on_to, but=holiday)
    confirms = holiday.is_proposal and not is_proposal
    if confirms:
        _check_official(source, announced_on)
    moved = replace(
        holiday,
        at=at,
        on_from=on_from,
        on_to=on_to,
        name=name,
        announced_on=announced_on,
        source=source,
        is_proposal=is_proposal,
        **_confirmation(holiday, is_proposal=is_proposal, at=at, by=by),
    )
    if confirms:
        _tell_confirmed(moved, at=at, by=by)
    if not stays:
        first, last = min(holiday.on_from, on_from), max(holiday.on_to, on_to)
        tell(holiday.agency_id, holiday.calendar_id, first, last, "holiday_moved", at=at, by=by)
    new_edition(holiday.agency_id)
    return moved


def _confirmation(holiday: Holiday, *, is_proposal: bool, at: datetime, by: User | None) -> dict[str, Any]:
    """Who confirmed the days and when; kept as long as they are no proposal again."""
    if is_proposal:
        return {"confirmed_by": None, "confirmed_at": None}
    if holiday.is_proposal:
        return {"confirmed_by": by, "confirmed_at": at}
    return {"confirmed_by": holiday.confirmed_by, "confirmed_at": holiday.confirmed_at}


def confirm_holiday(
    holiday: Holiday, *, source: str, announced_on: date | None, at: datetime, by: User | None = None
) -> Holiday:
    """The authority announced the proposed days as they stand. Raises HolidayRefused."""
    return move_holiday(
        holiday,
        on_from=holiday.on_from,
        on_to=holiday.on_to,
        source=source,
        announced_on=announced_on,
        at=at,
        by=by,
    )


@transaction.atomic
def remove_holiday(holiday: Holiday, *, at: datetime, by: User | None = None) -> None:
    """Take a holiday back, or decline a proposal; nothing happens if it was taken back before."""
    if Holiday.objects.filter(pk=holiday.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        _tell(holiday, "holiday_removed", at=at, by=by)


@transaction.atomic
def propose_holidays(
    agency: Agency, *, country: str, years: Iterable[int], at: datetime, by: User | None = None
) -> list[Holiday]:
    """Propose what the public table knows of a country's years and the agency has not; gives what is new.

    What was moved or declined before is not proposed again, nor what is over.
    """
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    missing = queries.missing_proposals(agency, country=country, years=years, at=at)
    fresh = [from_proposal(agency, proposal) for proposal in missing]
    Holiday.objects.bulk_create(fresh)
    if fresh:
        first, last = min(row.on_from for row in fresh), max(row.on_to for row in fresh)
        tell(agency.pk, None, first, last, "holidays_proposed", at=at, by=by)
    return fresh


def from_proposal(agency: Agency, proposal: proposals.Proposal) -> Holiday:
    """The row of a proposal, not yet written."""
    return Holiday(
        agency=agency,
        name=proposal.name,
        on_from=proposal.on_from,
        on_to=proposal.on_to,
        source=proposal.source,
        hijri_month=proposals.hijri_month_of(proposal.name),
        is_proposal=True,
    )


def replace(holiday: Holiday, *, at: datetime, **other: object) -> Holiday:
    """A row that stands for another, which is taken back; what is not named stays. Tells nobody."""
    Holiday.objects.filter(pk=holiday.pk).update(withdrawn_at=at)
    kept = ("agency_id", "calendar_id", "hijri_month", "name", "on_from", "on_to", "announced_on", "source")
    values = {name: getattr(holiday, name) for name in (*kept, "is_proposal", "confirmed_by", "confirmed_at")}
    return Holiday.objects.create(**{**values, **other, "code": holiday.known_as, "replaces": holiday})


def _check_days(on_from: date, on_to: date, agency: Agency, at: datetime) -> None:
    if on_to < on_from:
        raise HolidayRefused(t("اليوم الأخير قبل الأول.", "The last day lies before the first."), field="on_to")
    if (on_to - on_from).days >= LONGEST_HOLIDAY_DAYS:
        raise HolidayRefused(
            t(
                "الإجازة أطول من {n} يوماً. قسّمها، أو أضف ساعات خاصة لتلك الأيام.",
                "A holiday of more than {n} days. Split it, or add special hours for those days.",
                n=LONGEST_HOLIDAY_DAYS,
            ),
            field="on_to",
        )
    if on_to < _today(agency, at) and _was_counted(agency, on_to):
        raise HolidayRefused(
            t(
                "مضت هذه الأيام كلها. لا تُضاف إجازة إلى الماضي، فما أُنجز فيه حُسب بما كان.",
                "These days are all over. No holiday is added to the past: what was done then was counted as it was.",
            ),
            field="on_from",
        )


def _was_counted(agency: Agency, day: date) -> bool:
    """Had the agency a calendar on that day already? A new one may know the holidays of the history it brings in."""
    next_midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=agency.zone)
    return WorkingCalendar.objects.filter(agency=agency, valid_from__lt=next_midnight).exists()


def _check_announcement(announced_on: date | None, agency: Agency, at: datetime) -> None:
    if announced_on is not None and announced_on > _today(agency, at):
        raise HolidayRefused(
            t("يوم الإعلان لم يأتِ بعد.", "The day of the announcement is still to come."), field="announced_on"
        )


def _check_official(source: str, announced_on: date | None) -> None:
    if not source.strip():
        raise HolidayRefused(
            t(
                "اكتب مصدر الإعلان، كرقم القرار أو البيان.",
                "Name the source of the announcement, such as the number of the decision.",
            ),
            field="source",
        )
    if announced_on is None:
        raise HolidayRefused(t("اكتب يوم الإعلان.", "Give the day of the announcement."), field="announced_on")


def _check_alone(
    agency_id: int,
    calendar_id: int | None,
    name: Localized,
    on_from: date,
    on_to: date,
    *,
    but: Holiday | None = None,
) -> None:
    """Raises HolidayRefused when a holiday of this name stands on one of these days."""
    touching = Holiday.objects.filter(
        agency_id=agency_id,
        calendar_id=calendar_id,
        withdrawn_at__isnull=True,
        on_from__lte=on_to,
        on_to__gte=on_from,
    )
    names = proposals.names_of(name)
    for other in touching:
        if other != but and names & proposals.names_of(other.name):
            raise HolidayRefused(
                t(
                    "«{name}» مسجلة في هذه الأيام من قبل. افتحها وغيّرها بدل إضافة ثانية.",
                    "“{name}” stands on these days already. Open that and change it instead of adding another.",
                    name=name,
                ),
                field="name",
            )


def _today(agency: Agency, at: datetime) -> date:
    return at.astimezone(agency.zone).date()


def _tell(holiday: Holiday, change: str, *, at: datetime, by: User | None) -> None:
    tell(holiday.agency_id, holiday.calendar_id, holiday.on_from, holiday.on_to, change, at=at, by=by)


def _tell_confirmed(holiday: Holiday, *, at: datetime, by: User | None) -> None:
    announced_on = holiday.announced_on.isoformat() if holiday.announced_on else ""
    fact = HolidayConfirmed(
        holiday.pk, holiday.on_from.isoformat(), holiday.on_to.isoformat(), announced_on, holiday.source
    )
    events.publish(fact, agency_id=holiday.agency_id, at=at, by=by)
