"""Calendar files and the rows of working time: what is written into one, and one turned into rows to be looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from wasl.administration import queries as rows
from wasl.administration import registry, yaml_files
from wasl.administration.kinds.timed import hours_of_week
from wasl.administration.registry import ENDED, Document
from wasl.calendars import hijri_hours, operations
from wasl.calendars import queries as calendars
from wasl.calendars.ical import HOLIDAY, HOURS, Entry, LeftOut, Span, read, written
from wasl.calendars.models import HijriHours, HijriSpan, Holiday, SpecialHours, SpecialSpan, WorkingCalendar
from wasl.calendars.proposals import Proposal
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency

# What is older is in nobody's diary any more.
WRITTEN_PAST = timedelta(days=400)
MOON_YEARS = 3


@dataclass(frozen=True)
class Offered:
    """A calendar file as rows of a configuration file, and the events that are left out."""

    text: str
    rows: int
    left_out: list[LeftOut]


def calendar_file(agency: Agency, calendar: WorkingCalendar | None, *, at: datetime) -> bytes:
    """The holidays of a calendar (None: those of all), its special hours and the months with hours of their own."""
    since = at.astimezone(agency.zone).date() - WRITTEN_PAST
    entries = [entry for entry in _entries(agency, calendar, at) if entry.on_to >= since]
    entries.sort(key=lambda entry: (entry.on_from, entry.code))
    name = calendar.name if calendar is not None else agency.name
    return written(entries, agency=agency.code, name=name, zone=agency.time_zone, at=at)


def offered(content: bytes, *, agency: Agency, official: bool, source: str, at: datetime) -> Offered:
    """What a file would bring in. `official` says whether days from elsewhere are announced. Raises BadCalendar."""
    found = read(content, agency=agency.code)
    left_out, documents = list(found.left_out), {HOLIDAY: list[Document](), HOURS: list[Document]()}
    for entry in found.entries:
        kind = HOURS if entry.spans else HOLIDAY
        there = rows.documents(registry.kind_of(_KINDS[kind]), agency, at).get(entry.code)
        why_not = _why_not(agency, entry, there, at)
        if why_not:
            left_out.append(LeftOut(str(entry.name), why_not, entry.on_from))
            continue
        documents[kind].append(_document(entry, there, official=official, source=source))
    text = _as_text(agency, [(_KINDS[kind], found) for kind, found in documents.items()])
    return Offered(text, sum(map(len, documents.values())), left_out)


def as_proposals(agency: Agency, proposals: Iterable[Proposal]) -> str:
    """Holidays of a public table as a configuration file."""
    documents = [
        {
            "code": "",
            "name": dict(proposal.name),
            "on_from": proposal.on_from.isoformat(),
            "on_to": proposal.on_to.isoformat(),
            "calendar": "",
            "is_proposal": True,
            "announced_on": "",
            "source": proposal.source,
        }
        for proposal in proposals
    ]
    kind = registry.kind_of("holidays")
    for document in documents:
        document["code"] = kind.code_for(document)
    return _as_text(agency, [("holidays", documents)])


_KINDS = {HOLIDAY: "holidays", HOURS: "special_hours"}


def _as_text(agency: Agency, documents: list[tuple[str, list[Document]]]) -> str:
    found = [(registry.kind_of(code), rows) for code, rows in documents if rows]
    return yaml_files.written(code=agency.code, name=agency.name, rows=found)


def _why_not(agency: Agency, entry: Entry, there: Document | None, at: datetime) -> str:
    """Why an event cannot be brought in; empty when it can."""
    if entry.is_cancelled and there is None:
        return t("أُلغي، وليس مسجلاً هنا.", "It is cancelled, and not here.")
    if there is not None and there.get(ENDED):
        return "" if entry.is_cancelled else t("رُفض أو أُنهي هنا من قبل.", "It was declined or ended here before.")
    if entry.spans:
        return _why_no_hours(agency, entry)
    same_days = there is not None and (there["on_from"], there["on_to"]) == (_iso(entry.on_from), _iso(entry.on_to))
    if entry.is_cancelled or same_days:
        return ""
    calendar = calendars.calendar_by_code(agency.pk, entry.calendar) if entry.calendar else None
    # A row that moves may stand on its own days.
    name = Localized({"ar": entry.code}) if there is not None else entry.name
    try:
        operations.check_holiday(agency, name=name, on_from=entry.on_from, on_to=entry.on_to, calendar=calendar, at=at)
    except operations.HolidayRefused as refused:
        return str(refused)
    return ""


def _why_no_hours(agency: Agency, entry: Entry) -> str:
    if calendars.calendar_by_code(agency.pk, entry.calendar) is not None:
        return ""
    return t("لا يوجد تقويم بهذا الرمز: {code}", "No calendar has this code: {code}", code=entry.calendar or "-")


def _document(entry: Entry, there: Document | None, *, official: bool, source: str) -> Document:
    """The row an event means; what the file does not say stays as it is."""
    document: Document = {
        "code": entry.code,
        "calendar": entry.calendar,
        "source": entry.source or source,
        "announced_on": _iso(entry.announced_on) if entry.announced_on else "",
        "is_proposal": not official if entry.is_proposal is None else entry.is_proposal,
        **{name: value for name, value in (there or {}).items() if name != "is_proposal" or entry.is_proposal is None},
        "name": dict(entry.name),
    }
    if entry.source:
        document["source"] = entry.source
    first, last = ("from_on", "to_on") if entry.spans else ("on_from", "on_to")
    document |= {first: _iso(entry.on_from), last: _iso(entry.on_to)}
    if entry.spans:
        days: dict[int, list[tuple[time, time]]] = {}
        for weekday, opens, closes in entry.spans:
            days.setdefault(weekday, []).append((opens, closes))
        document["hours"] = hours_of_week(days)
    return document | ({ENDED: True} if entry.is_cancelled else {})


def _entries(agency: Agency, calendar: WorkingCalendar | None, at: datetime) -> Iterator[Entry]:
    of_calendar = (None, calendar.pk) if calendar is not None else (None,)
    for holiday in calendars.all_holidays(agency.pk):
        if holiday.withdrawn_at is None and (calendar is None or holiday.calendar_id in of_calendar):
            yield _of_holiday(holiday)
    for special in calendars.all_special_hours(agency.pk):
        if special.withdrawn_at is None and (calendar is None or special.calendar_id == calendar.pk):
            yield _of_special(special)
    for hours in calendars.all_hijri_hours(agency.pk):
        if hours.withdrawn_at is None and (calendar is None or hours.calendar_id == calendar.pk):
            yield from _of_month(hours, agency, at)


def _of_holiday(row: Holiday) -> Entry:
    return Entry(
        kind=HOLIDAY,
        code=row.known_as,
        on_from=row.on_from,
        on_to=row.on_to,
        name=row.name,
        calendar=row.calendar.code if row.calendar else "",
        source=row.source,
        announced_on=row.announced_on,
        is_proposal=row.is_proposal,
    )


def _of_special(row: SpecialHours) -> Entry:
    return Entry(
        kind=HOURS,
        code=row.known_as,
        on_from=row.from_on,
        on_to=row.to_on,
        name=row.name,
        calendar=row.calendar.code,
        source=row.source,
        announced_on=row.announced_on,
        spans=_spans(row.spans.all()),
    )


def _of_month(row: HijriHours, agency: Agency, at: datetime) -> Iterator[Entry]:
    today = at.astimezone(agency.zone).date()
    offsets = calendars.hijri_offsets(agency.pk)
    hours = calendars.month_hours(row)
    years = zip(hours.years, hijri_hours.periods(hours, offsets), strict=True)
    coming = [(year, period) for year, period in years if period.to_on >= today]
    for year, period in coming[:MOON_YEARS]:
        yield Entry(
            kind=HOURS,
            code=f"{row.code}-{year}",
            on_from=period.from_on,
            on_to=period.to_on,
            name=row.name,
            calendar=row.calendar.code,
            source=row.source,
            spans=_spans(row.spans.all()),
            follows_moon=True,
        )


def _spans(spans: Iterable[SpecialSpan | HijriSpan]) -> tuple[Span, ...]:
    found = [(span.weekday, span.opens, span.closes) for span in spans]
    return tuple(sorted(found, key=lambda span: ((span[0] + 1) % 7, span[1])))


def _iso(day: date) -> str:
    return day.isoformat()
