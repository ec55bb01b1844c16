"""Questions about working time and Hijri months.

Snapshots are kept in each process for one edition of the configuration (`core.edition`), so a holiday that another
process has committed counts from the very next question on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from wasl.calendars import hijri_hours
from wasl.calendars.models import (
    CalendarUse,
    HijriHours,
    HijriOffset,
    HijriSpan,
    Holiday,
    SpecialHours,
    SpecialSpan,
    WorkingCalendar,
    WorkingHours,
)
from wasl.calendars.proposals import Proposal, hijri_month_of, hijri_year_of, holidays_of, names_of
from wasl.calendars.umm_al_qura import Offsets, OutOfRange, month_begins
from wasl.calendars.working_time import ONE_DAY, Hours, Period, Week, WorkingTime, week
from wasl.calendars.working_time import always_open as round_the_clock
from wasl.core import edition
from wasl.core.localized import Localized, both
from wasl.directory import queries as directory
from wasl.directory.models import Agency

ESTIMATED = both("تقديري", "estimated")
# A row of the same name so near is the same holiday of the same year, moved or declined before.
SAME_HOLIDAY = timedelta(days=20)
Days = tuple[date, date]


class NoSuchCalendar(LookupError):
    """The agency has no calendar of this number."""


@dataclass(frozen=True)
class MonthMove:
    """What takes other days when a Hijri month begins on another: the hours of a calendar, or a proposed holiday."""

    name: Localized
    before: Days
    after: Days
    calendar: WorkingCalendar | None = None
    holiday: Holiday | None = None

    @property
    def touched(self) -> Days:
        """The first and the last day whose working time may become another."""
        return min(self.before[0], self.after[0]), max(self.before[1], self.after[1])


@dataclass
class _Kept:
    """What this process holds of an agency, for one edition."""

    zone: ZoneInfo
    snapshots: dict[int | None, WorkingTime] = field(default_factory=dict)
    offsets: dict[tuple[int, int], int] | None = None


def working_time(*, agency_id: int, calendar_id: int | None = None, always_open: bool = False) -> WorkingTime:
    """The working time of a calendar of the agency, or of its default calendar; or round the clock in its zone.

    One statement while nothing has changed. An agency without a default calendar is taken as always open. Raises
    NoSuchCalendar for a number of another agency's.
    """
    return working_times(agency_id=agency_id, wanted=[(calendar_id, always_open)])[0]


def working_times(*, agency_id: int, wanted: Iterable[tuple[int | None, bool]]) -> list[WorkingTime]:
    """The same for several (calendar_id, always_open) at once, for the price of one."""
    kept = _edition(agency_id)
    return [
        round_the_clock(kept.zone) if all_hours else _snapshot(kept, agency_id, calendar_id)
        for calendar_id, all_hours in wanted
    ]


def calendar_of(agency_id: int, unit_id: int | None = None, queue: str = "", at: datetime | None = None) -> int | None:
    """The calendar by which a queue of a unit is counted: the nearest unit upwards that has one, its queue first.

    None stands for the agency's default calendar. At a moment, or (without one) by what has no end. No statement more
    than the one for the edition.
    """
    uses = {(use.unit_id, use.queue): use.calendar_id for use in _uses(agency_id) if use.holds(at)}
    if not uses:
        return None
    for unit in (*_unit_and_above(agency_id, unit_id), None):
        for wanted in dict.fromkeys((queue, "")):
            if (unit, wanted) in uses:
                return uses[unit, wanted]
    return None


def all_uses(agency_id: int) -> list[CalendarUse]:
    """Every use of a calendar, ended ones too, in the order they were made; each knows its unit and calendar."""
    rows = CalendarUse.objects.filter(agency_id=agency_id).select_related("unit", "calendar")
    return list(rows.order_by("pk"))


def default_calendar(agency_id: int) -> WorkingCalendar | None:
    """The calendar by which promises are counted unless they name another."""
    return WorkingCalendar.objects.filter(agency_id=agency_id, is_default=True, valid_to__isnull=True).first()


def known_calendar(agency_id: int, number: int | None) -> WorkingCalendar | None:
    """A calendar by its number, or the default one, from memory."""
    rows = edition.kept(("calendars.rows", agency_id), lambda: calendars(agency_id))
    if number is None:
        return next((row for row in rows if row.is_default and row.valid_to is None), None)
    return next((row for row in rows if row.pk == number), None)


def calendar_by_code(agency_id: int, code: str) -> WorkingCalendar | None:
    """A calendar of the agency by its code."""
    return WorkingCalendar.objects.filter(agency_id=agency_id, code=code).first()


def calendars(agency_id: int) -> list[WorkingCalendar]:
    """All calendars of an agency, ended ones too, in the order they were made."""
    return list(WorkingCalendar.objects.filter(agency_id=agency_id).order_by("pk"))


def latest_hours(calendar: WorkingCalendar) -> list[WorkingHours]:
    """The weekly hours that were set last and have no end."""
    return list(WorkingHours.objects.filter(calendar=calendar, valid_to__isnull=True).order_by("pk"))


def latest_hours_from(calendar: WorkingCalendar) -> date | None:
    """From which day the hours that were set last hold; None for always."""
    return max((row.valid_from for row in latest_hours(calendar) if row.valid_from), default=None)


def all_special_hours(agency_id: int) -> list[SpecialHours]:
    """All special hours of an agency in the order they were made, those taken back too; each knows its calendar."""
    rows = SpecialHours.objects.filter(calendar__agency_id=agency_id)
    return list(rows.select_related("calendar").prefetch_related("spans").order_by("pk"))


def all_hijri_hours(agency_id: int) -> list[HijriHours]:
    """All hours of Hijri months in the order they were made, those taken back too; each knows its calendar."""
    rows = HijriHours.objects.filter(calendar__agency_id=agency_id)
    return list(rows.select_related("calendar").prefetch_related("spans").order_by("pk"))


def all_holidays(agency_id: int) -> list[Holiday]:
    """All holidays of an agency, those taken back too, in the order they were made; each knows its calendar."""
    return list(Holiday.objects.filter(agency_id=agency_id).select_related("calendar").order_by("pk"))


def holidays(agency_id: int, *, from_on: date, to_on: date) -> list[Holiday]:
    """The holidays that touch these days, earliest first, without those taken back."""
    touching = Holiday.objects.filter(
        agency_id=agency_id, withdrawn_at__isnull=True, on_from__lte=to_on, on_to__gte=from_on
    )
    return list(touching.order_by("on_from", "pk"))


def hijri_offsets(agency_id: int) -> Offsets:
    """How many days later than Umm al-Qura each Hijri month began, for the months the agency has noted."""
    kept = _edition(agency_id)
    if kept.offsets is None:
        rows = HijriOffset.objects.filter(agency_id=agency_id).values_list("year", "month", "days")
        kept.offsets = {(year, month): days for year, month, days in rows}
    return kept.offsets


def proposed_holidays(agency_id: int) -> list[Holiday]:
    """The holidays nobody has announced yet, earliest first."""
    return _standing_proposals(agency_id)


def missing_proposals(agency: Agency, *, country: str, years: Iterable[int], at: datetime | None) -> list[Proposal]:
    """What the public table knows of a country's years and the agency has not, earliest first.

    Neither what was moved or declined before nor what is over at the moment; None: that too.
    """
    known = [(names_of(row.name), row.on_from) for row in Holiday.objects.filter(agency=agency)]
    today = at.astimezone(agency.zone).date() if at is not None else date.min
    return [
        proposal
        for proposal in holidays_of(country, years)
        if proposal.on_to >= today and not _is_known(proposal, known)
    ]


def _is_known(proposal: Proposal, known: list[tuple[set[str], date]]) -> bool:
    names = names_of(proposal.name)
    return any(names & others and abs(day - proposal.on_from) <= SAME_HOLIDAY for others, day in known)


def sightings(agency_id: int) -> list[HijriOffset]:
    """The months whose beginning the agency has noted, earliest first."""
    return list(HijriOffset.objects.filter(agency_id=agency_id).order_by("year", "month"))


def moves_of_month(agency_id: int, *, year: int, month: int, days: int) -> list[MonthMove]:
    """What takes other days when this month begins `days` later than Umm al-Qura says; earliest first.

    Also what hangs on the months after it, as far as they follow from this one.
    """
    before = hijri_offsets(agency_id)
    after = {**before, (year, month): days}
    moves = [*_moved_hours(agency_id, before, after), *_moved_proposals(agency_id, before, after)]
    return sorted(moves, key=lambda move: (move.touched, str(move.name)))


def proposals_by_month(agency_id: int) -> dict[tuple[int, int], list[Holiday]]:
    """The proposed holidays that hang on the beginning of a Hijri month, by (year, month), earliest first."""
    found: dict[tuple[int, int], list[Holiday]] = {}
    for row in _standing_proposals(agency_id):
        if (hung := _hangs_on(row)) is not None:
            found.setdefault(hung, []).append(row)
    return found


def _moved_hours(agency_id: int, before: Offsets, after: Offsets) -> Iterator[MonthMove]:
    for row in all_hijri_hours(agency_id):
        if row.withdrawn_at is not None:
            continue
        hours = month_hours(row)
        pairs = zip(hijri_hours.periods(hours, before), hijri_hours.periods(hours, after), strict=True)
        for then, now in pairs:
            if then != now:
                days = (then.from_on, then.to_on), (now.from_on, now.to_on)
                yield MonthMove(row.name, *days, calendar=row.calendar)


def _moved_proposals(agency_id: int, before: Offsets, after: Offsets) -> Iterator[MonthMove]:
    for row in _standing_proposals(agency_id):
        hung = _hangs_on(row)
        if hung is None:
            continue
        shift = month_begins(*hung, after) - month_begins(*hung, before)
        if shift:
            yield MonthMove(row.name, (row.on_from, row.on_to), (row.on_from + shift, row.on_to + shift), holiday=row)


def _standing_proposals(agency_id: int) -> list[Holiday]:
    rows = Holiday.objects.filter(agency_id=agency_id, withdrawn_at__isnull=True, is_proposal=True)
    return list(rows.order_by("on_from", "pk"))


def _hangs_on(holiday: Holiday) -> tuple[int, int] | None:
    # Rows from before the month was noted are known by their name.
    month = holiday.hijri_month or hijri_month_of(holiday.name)
    try:
        return None if month is None else (hijri_year_of(holiday.on_to, month), month)
    except OutOfRange:
        return None


def _uses(agency_id: int) -> list[CalendarUse]:
    def read() -> list[CalendarUse]:
        return list(CalendarUse.objects.filter(agency_id=agency_id).order_by("pk"))

    return edition.kept(("calendars.uses", agency_id), read)


def _unit_and_above(agency_id: int, unit_id: int | None) -> Iterator[int]:
    units, seen = directory.known_units(agency_id), set[int]()
    while unit_id is not None and unit_id not in seen:
        yield unit_id
        seen.add(unit_id)
        unit_id = units[unit_id].parent_id if unit_id in units else None


def _edition(agency_id: int) -> _Kept:
    return edition.kept(("calendars", agency_id), lambda: _Kept(Agency.objects.get(pk=agency_id).zone))


def _snapshot(kept: _Kept, agency_id: int, calendar_id: int | None) -> WorkingTime:
    snapshot = kept.snapshots.get(calendar_id)
    if snapshot is None:
        snapshot = kept.snapshots[calendar_id] = _read(kept.zone, agency_id, calendar_id)
    return snapshot


def _read(zone: ZoneInfo, agency_id: int, calendar_id: int | None) -> WorkingTime:
    calendar = _calendar(agency_id, calendar_id)
    if calendar is None or calendar.always_open:
        return round_the_clock(zone)
    periods = (*_special_periods(calendar), *_hijri_periods(calendar), *_usual_periods(calendar))
    return WorkingTime(zone, periods=periods, holidays=_free_days(calendar))


def _calendar(agency_id: int, calendar_id: int | None) -> WorkingCalendar | None:
    if calendar_id is None:
        return default_calendar(agency_id)
    try:
        return WorkingCalendar.objects.get(pk=calendar_id, agency_id=agency_id)
    except WorkingCalendar.DoesNotExist:
        raise NoSuchCalendar(f"Calendar {calendar_id} is none of agency {agency_id}.") from None


def _special_periods(calendar: WorkingCalendar) -> Iterator[Period]:
    # Where two overlap the later announcement holds.
    rows = SpecialHours.objects.filter(calendar=calendar, withdrawn_at__isnull=True).prefetch_related("spans")
    for row in rows.order_by("-pk"):
        yield Period(_week((span.weekday, span) for span in row.spans.all()), row.from_on, row.to_on)


def _hijri_periods(calendar: WorkingCalendar) -> Iterator[Period]:
    rows = HijriHours.objects.filter(calendar=calendar, withdrawn_at__isnull=True).prefetch_related("spans")
    offsets: Offsets | None = None
    for row in rows.order_by("-pk"):
        offsets = hijri_offsets(calendar.agency_id) if offsets is None else offsets
        yield from hijri_hours.periods(month_hours(row), offsets)


def month_hours(row: HijriHours) -> hijri_hours.MonthHours:
    """What a row of hours of a Hijri month means; its spans come along best."""
    spans = _week((span.weekday, span) for span in row.spans.all())
    return hijri_hours.MonthHours(spans, row.month, row.from_year, row.to_year)


def _usual_periods(calendar: WorkingCalendar) -> Iterator[Period]:
    rows = list(WorkingHours.objects.filter(calendar=calendar).order_by("pk"))
    starts = {row.valid_from or date.min for row in rows} | {row.valid_to + ONE_DAY for row in rows if row.valid_to}
    changes = sorted({date.min, *starts})
    ends = [change - ONE_DAY for change in changes[1:]] + [date.max]
    for from_on, to_on in zip(changes, ends, strict=True):
        holding = [
            (row.weekday, row)
            for row in rows
            if (row.valid_from or date.min) <= from_on and (row.valid_to is None or to_on <= row.valid_to)
        ]
        if holding:
            yield Period(_week(holding), from_on, to_on)


def _week(spans: Iterable[tuple[int, WorkingHours | SpecialSpan | HijriSpan]]) -> Week:
    days: dict[int, list[Hours]] = {}
    for weekday, span in spans:
        days.setdefault(weekday, []).append(Hours.from_times(span.opens, span.closes))
    return week(days)


def _free_days(calendar: WorkingCalendar) -> dict[date, Localized]:
    rows = Holiday.objects.filter(
        Q(calendar__isnull=True) | Q(calendar=calendar), agency_id=calendar.agency_id, withdrawn_at__isnull=True
    )
    free: dict[date, Localized] = {}
    for row in rows.order_by("pk"):
        for n in range((row.on_to - row.on_from).days + 1):
            free[row.on_from + timedelta(days=n)] = marked(row.name) if row.is_proposal else row.name
    return free


def marked(name: Localized) -> Localized:
    """The name of a holiday that nobody has announced yet: «عيد الفطر (تقديري)»."""
    return Localized(
        {language: f"{text} ({ESTIMATED.in_language(language)})" for language, text in name.items() if text}
    )
