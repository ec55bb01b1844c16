"""Calendar files (iCalendar, RFC 5545): holidays and special hours written and read; no database.

All days are whole days, so DTEND is the day after the last one. An event is known by its UID: what Wasl writes names
the row by its code, and what comes from elsewhere gets a code made of its UID, so that bringing in a file twice
changes nothing. What the format has no word for travels in X-WASL properties, which other programs pass over.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event
from icalendar.error import BrokenCalendarProperty

from wasl.calendars.working_time import ONE_DAY
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.core.text import clean_line

LARGEST = 1_000_000
MOST_EVENTS = 2000
HOLIDAY, HOURS = "holiday", "hours"
# RFC 5545 3.3.10; Monday first, as Python counts.
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_NAME, LONGEST_SOURCE = 200, 200

_OWN_UID = re.compile(r"(holiday|hours)-(.+)@([a-z0-9-]+)\.wasl")
_SPAN = re.compile(r"([A-Z]{2}) (\d{2})(\d{2})-(\d{2})(\d{2})")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LATIN = re.compile(r"[A-Za-z]")

Span = tuple[int, time, time]


class BadCalendar(ValueError):
    """This is no calendar file that can be read; the sentence says why."""


@dataclass(frozen=True)
class Entry:
    """One event: a holiday, or (with `spans`) special hours. `code` names the row; both days included.

    `is_proposal` None means that the file does not say. `follows_moon`: days of a Hijri month, written for people only.
    """

    kind: str
    code: str
    on_from: date
    on_to: date
    name: Localized
    calendar: str = ""
    source: str = ""
    announced_on: date | None = None
    is_proposal: bool | None = None
    spans: tuple[Span, ...] = ()
    is_cancelled: bool = False
    follows_moon: bool = False


@dataclass(frozen=True)
class LeftOut:
    """An event that was not taken, and why."""

    name: str
    sentence: str
    on_from: date | None = None


@dataclass
class ReadCalendar:
    """What a file says."""

    entries: list[Entry] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def written(entries: Iterable[Entry], *, agency: str, name: Localized, zone: str, at: datetime) -> bytes:
    """The file of an agency's calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//Wasl//Working time//AR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name.in_language("ar"))
    calendar.add("x-wr-timezone", zone)
    for entry in entries:
        calendar.add_component(_event(entry, agency, at))
    content: bytes = calendar.to_ical()
    return content


def read(content: bytes, *, agency: str) -> ReadCalendar:
    """The events of a file: those that can be taken, and the others with the reason. Raises BadCalendar."""
    if len(content) > LARGEST:
        raise BadCalendar(t("الملف أكبر من 1 م.بايت.", "The file is larger than 1 MB."))
    found, seen = ReadCalendar(), set[str]()
    for number, event in enumerate(_events(content)):
        if number >= MOST_EVENTS:
            raise BadCalendar(
                t("في الملف أكثر من {n} حدث. قسّمه.", "The file holds more than {n} events. Split it.", n=MOST_EVENTS)
            )
        try:
            entry = _entry(event, agency)
        except _NotTaken as reason:
            found.left_out.append(LeftOut(_shown(event), str(reason), _start(event)))
            continue
        if entry.code in seen:
            again = t("يتكرر معرّفه (UID) في الملف.", "Its UID stands in the file twice.")
            found.left_out.append(LeftOut(_shown(event), again, entry.on_from))
        elif not entry.follows_moon:
            found.entries.append(entry)
        seen.add(entry.code)
    return found


# --- writing ----------------------------------------------------------------------------------------------------------


def _event(entry: Entry, agency: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.kind}-{entry.code}@{agency.lower()}.wasl")
    event.add("dtstamp", at)
    event.add("dtstart", entry.on_from)
    event.add("dtend", entry.on_to + ONE_DAY)
    event.add("summary", entry.name.in_language("ar"), parameters={"language": "ar"})
    event.add("description", "\n".join(_described(entry)))
    event.add("transp", "TRANSPARENT" if entry.spans else "OPAQUE")
    event.add("status", "TENTATIVE" if entry.is_proposal else "CONFIRMED")
    for name, value in _own_words(entry):
        event.add(name, value)
    return event


def _described(entry: Entry) -> Iterator[str]:
    yield entry.name.in_language("en")
    for weekday, opens, closes in entry.spans:
        yield f"{WEEKDAYS[weekday]} {opens:%H:%M}-{closes:%H:%M}"
    if entry.is_proposal:
        yield "تقديري، لم يُعلن بعد / estimated, not announced yet"
    if entry.source:
        yield entry.source


def _own_words(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "x-wasl-name-ar", entry.name.get("ar", "")
    yield "x-wasl-name-en", entry.name.get("en", "")
    if entry.calendar:
        yield "x-wasl-calendar", entry.calendar
    if entry.source:
        yield "x-wasl-source", entry.source
    if entry.announced_on:
        yield "x-wasl-announced", entry.announced_on.isoformat()
    if entry.is_proposal is not None:
        yield "x-wasl-proposal", "TRUE" if entry.is_proposal else "FALSE"
    if entry.spans:
        shown = (f"{WEEKDAYS[day]} {opens:%H%M}-{closes:%H%M}" for day, opens, closes in entry.spans)
        yield "x-wasl-hours", " + ".join(shown)
    if entry.follows_moon:
        yield "x-wasl-follows-moon", "TRUE"


# --- reading ----------------------------------------------------------------------------------------------------------


class _NotTaken(ValueError):
    """Why an event is left out."""


def _events(content: bytes) -> list[Any]:
    try:
        components = Calendar.from_ical(content, multiple=True)
        events = [event for one in components for event in one.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError):
        raise BadCalendar(
            t(
                "ليس هذا ملف تقويم سليماً. صدّره من برنامج التقويم بصيغة iCal (‎.ics).",
                "This is no sound calendar file. Export it from the calendar program as iCal (.ics).",
            )
        ) from None
    if not events:
        raise BadCalendar(t("لا حدث في هذا الملف.", "There is no event in this file."))
    return events


def _entry(event: Any, agency: str) -> Entry:
    on_from, on_to = _days(event)
    if event.get("RRULE") or event.get("RDATE"):
        raise _NotTaken(
            t(
                "حدث متكرر. صدّره سنة سنة، فأيام الإجازة تُعلن كل سنة.",
                "It repeats. Export it year by year: holidays are announced each year.",
            )
        )
    kind, code = _known_as(event, agency, on_from)
    is_own = not code.startswith("ics-")
    spans = _spans(_text(event, "X-WASL-HOURS")) if is_own else ()
    said = _text(event, "X-WASL-PROPOSAL").upper()
    return Entry(
        kind=kind,
        code=code,
        on_from=on_from,
        on_to=on_to,
        name=_name(event),
        calendar=_text(event, "X-WASL-CALENDAR") if is_own else "",
        source=_text(event, "X-WASL-SOURCE")[:LONGEST_SOURCE] if is_own else "",
        announced_on=_day(_text(event, "X-WASL-ANNOUNCED")) if is_own else None,
        is_proposal={"TRUE": True, "FALSE": False}.get(said) if is_own else None,
        spans=spans,
        is_cancelled=_text(event, "STATUS").upper() == "CANCELLED",
        follows_moon=is_own and _text(event, "X-WASL-FOLLOWS-MOON") == "TRUE",
    )


def _known_as(event: Any, agency: str, on_from: date) -> tuple[str, str]:
    uid = _text(event, "UID") or f"{on_from.isoformat()} {_shown(event)}"
    own = _OWN_UID.fullmatch(uid)
    if own is not None and own[3] == agency.lower() and len(own[2]) <= 40:
        return own[1], own[2]
    return HOLIDAY, f"ics-{hashlib.sha256(uid.encode()).hexdigest()[:20]}"


def _days(event: Any) -> tuple[date, date]:
    """The first and the last day. Raises _NotTaken for what does not fill whole days."""
    start, end = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if start is None:
        raise _NotTaken(t("بلا يوم بداية سليم.", "It has no sound first day."))
    if end is None:
        end = start + (_length(event) or (ONE_DAY if not isinstance(start, datetime) else timedelta()))
    if isinstance(start, datetime) or isinstance(end, datetime):
        start, end = _whole_days(start, end)
    if end <= start:
        raise _NotTaken(t("ينتهي قبل أن يبدأ.", "It ends before it begins."))
    return start, end - ONE_DAY


def _whole_days(start: date, end: date) -> tuple[date, date]:
    both_at_midnight = all(isinstance(one, datetime) and one.time() == time() for one in (start, end))
    if not both_at_midnight or not isinstance(start, datetime) or not isinstance(end, datetime):
        raise _NotTaken(t("حدث بساعات، لا بأيام كاملة.", "An event of some hours, not of whole days."))
    return start.date(), end.date()


def _moment(event: Any, name: str) -> date | None:
    value = _value(event, name)
    return value if isinstance(value, date) else None


def _value(event: Any, name: str) -> Any:
    try:
        return getattr(event.get(name), "dt", None)
    except BrokenCalendarProperty:
        return None


def _length(event: Any) -> timedelta | None:
    value = _value(event, "DURATION")
    return value if isinstance(value, timedelta) else None


def _start(event: Any) -> date | None:
    start = _moment(event, "DTSTART")
    return start.date() if isinstance(start, datetime) else start


def _name(event: Any) -> Localized:
    arabic, english = (_text(event, f"X-WASL-NAME-{part}")[:LONGEST_NAME] for part in ("AR", "EN"))
    if arabic:
        return both(arabic, english)
    summary = _shown(event)
    if not summary:
        raise _NotTaken(t("بلا اسم.", "It has no name."))
    # Many calendars give both languages in one line: «عيد الفطر / Eid al-Fitr».
    parts = [part.strip() for part in re.split(r" [/·|–-] ", summary)]
    in_arabic = next((part for part in parts if _ARABIC.search(part)), "")
    in_latin = next((part for part in parts if _LATIN.search(part) and not _ARABIC.search(part)), "")
    return both(in_arabic or summary, in_latin or summary)


def _shown(event: Any) -> str:
    return _text(event, "SUMMARY")[:LONGEST_NAME]


def _text(event: Any, name: str) -> str:
    value = event.get(name)
    if isinstance(value, list):
        value = value[0] if value else ""
    return clean_line(str(value)) if value is not None else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _spans(text: str) -> tuple[Span, ...]:
    if not text:
        return ()
    try:
        return tuple(_span(part.strip()) for part in text.split("+"))
    except ValueError:
        raise _NotTaken(t("ساعاته مكتوبة كتابة لا تُقرأ.", "Its hours cannot be read.")) from None


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None or found[1] not in WEEKDAYS:
        raise ValueError(text)
    return WEEKDAYS.index(found[1]), time(int(found[2]), int(found[3])), time(int(found[4]), int(found[5]))
