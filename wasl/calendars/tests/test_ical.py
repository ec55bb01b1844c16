"""Calendar files: what is written can be read, what comes from elsewhere is understood or left out with a reason."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from wasl.calendars.ical import HOLIDAY, HOURS, LARGEST, BadCalendar, Entry, read, written
from wasl.calendars.tests.strategies import MUSCAT, dates
from wasl.core.localized import both
from wasl.core.tests.chance import tries

AT = datetime(2026, 11, 22, 9, tzinfo=MUSCAT)
NATIONAL = Entry(
    HOLIDAY,
    "2026-11-25-national-day",
    date(2026, 11, 25),
    date(2026, 11, 26),
    both("اليوم الوطني", "National Day"),
    source="قرار 14/2026; رقم 3, فقرة أ",
    announced_on=date(2026, 11, 20),
    is_proposal=False,
)
RAMADAN = Entry(
    HOURS,
    "work-2027",
    date(2027, 2, 8),
    date(2027, 3, 9),
    both("دوام رمضان", "Ramadan hours"),
    calendar="work",
    spans=((6, time(9), time(14)), (0, time(9), time(12)), (0, time(20), time(0))),
)


def file_of(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n{body}END:VCALENDAR\r\n".encode()


def event(**more: str) -> str:
    lines = {"UID": "a@b", "SUMMARY": "عيد", "DTSTART;VALUE=DATE": "20270101"} | more
    return "\r\n".join(f"{name}:{value}" for name, value in lines.items() if value)


def write(*entries: Entry) -> bytes:
    return written(entries, agency="MUN", name=both("الدوام الرسمي", "Office hours"), zone="Asia/Muscat", at=AT)


def test_what_is_written_says_the_days_as_other_programs_read_them() -> None:
    (found,) = Calendar.from_ical(write(NATIONAL)).walk("VEVENT")

    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2026, 11, 25), date(2026, 11, 27))
    assert found["DTSTART"].params["VALUE"] == "DATE"
    assert str(found["UID"]) == "holiday-2026-11-25-national-day@mun.wasl"
    assert str(found["SUMMARY"]) == "اليوم الوطني"
    assert "National Day" in str(found["DESCRIPTION"])
    assert str(found["STATUS"]) == "CONFIRMED"


def test_a_proposal_is_tentative_and_says_so() -> None:
    proposed = Entry(HOLIDAY, "x", date(2027, 1, 1), date(2027, 1, 1), both("عيد", "Feast"), is_proposal=True)

    (found,) = Calendar.from_ical(write(proposed)).walk("VEVENT")

    assert str(found["STATUS"]) == "TENTATIVE"
    assert "تقديري" in str(found["DESCRIPTION"])


def test_what_is_written_is_read_back_whole() -> None:
    found = read(write(NATIONAL, RAMADAN), agency="MUN")

    assert found.entries == [NATIONAL, RAMADAN]
    assert found.left_out == []


@settings(max_examples=tries(60), deadline=None)
@given(
    st.lists(
        st.tuples(dates(date(2032, 1, 1)), st.integers(0, 29), st.text(min_size=1, max_size=60).map(str.strip)),
        max_size=4,
    )
)
def test_any_days_and_names_survive_a_file(rows: list[tuple[date, int, str]]) -> None:
    # What the room keeps has gone through `clean_line`: no control marks, one line.
    entries = [
        Entry(HOLIDAY, f"code-{n}", first, first + timedelta(days=days), both(_line(name), "Feast, day; \\ one"))
        for n, (first, days, name) in enumerate(rows)
    ]
    if not entries:
        with pytest.raises(BadCalendar):
            read(write(), agency="MUN")
        return

    assert read(write(*entries), agency="MUN").entries == entries


def _line(text: str) -> str:
    from wasl.core.text import clean_line

    return clean_line(text) or "عيد"


def test_the_days_of_a_hijri_month_are_written_for_people_and_not_read_back() -> None:
    moon = Entry(**{**RAMADAN.__dict__, "follows_moon": True})

    found = read(write(moon, NATIONAL), agency="MUN")

    assert (found.entries, found.left_out) == ([NATIONAL], [])


def test_an_event_from_elsewhere_keeps_one_code_however_often_it_is_read() -> None:
    one, again = (read(file_of(event(UID="20270101@google.com", SUMMARY=name)), agency="MUN") for name in ("عيد", "ع"))
    other = read(file_of(event(UID="other@google.com")), agency="MUN")
    of_another_house = read(write(NATIONAL), agency="HOU")

    codes = [found.entries[0].code for found in (one, again, other, of_another_house)]
    assert codes[0] == codes[1] != codes[2]
    assert all(code.startswith("ics-") and len(code) <= 40 for code in codes)


@pytest.mark.parametrize(
    ("summary", "arabic", "english"),
    [
        ("عيد الفطر / Eid al-Fitr", "عيد الفطر", "Eid al-Fitr"),
        ("National Day - اليوم الوطني", "اليوم الوطني", "National Day"),
        ("عيد الفطر", "عيد الفطر", "عيد الفطر"),
        ("Eid al-Fitr", "Eid al-Fitr", "Eid al-Fitr"),
    ],
)
def test_names_are_taken_by_their_letters(summary: str, arabic: str, english: str) -> None:
    (found,) = read(file_of(event(SUMMARY=summary)), agency="MUN").entries

    assert (found.name["ar"], found.name["en"]) == (arabic, english)


@pytest.mark.parametrize(
    ("more", "last"),
    [
        ({}, date(2027, 1, 1)),
        ({"DTEND;VALUE=DATE": "20270104"}, date(2027, 1, 3)),
        ({"DURATION": "P2D"}, date(2027, 1, 2)),
        ({"DTSTART;VALUE=DATE": "", "DTSTART": "20270101T000000", "DTEND": "20270103T000000"}, date(2027, 1, 2)),
    ],
)
def test_the_end_of_an_event_is_the_day_after_its_last(more: dict[str, str], last: date) -> None:
    (found,) = read(file_of(event(**more)), agency="MUN").entries

    assert (found.on_from, found.on_to) == (date(2027, 1, 1), last)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"DTSTART;VALUE=DATE": "", "DTSTART": "20270101T090000Z", "DTEND": "20270101T100000Z"}, "ساعات"),
        ({"RRULE": "FREQ=YEARLY"}, "متكرر"),
        ({"DTEND;VALUE=DATE": "20261231"}, "قبل"),
        ({"DTEND;VALUE=DATE": "20270101"}, "قبل"),
        ({"SUMMARY": ""}, "اسم"),
        ({"DTSTART;VALUE=DATE": ""}, "بداية"),
    ],
)
def test_an_event_that_is_no_holiday_is_left_out_and_the_others_are_taken(more: dict[str, str], word: str) -> None:
    found = read(file_of(event(**more), event(UID="good")), agency="MUN")

    assert len(found.entries) == 1
    assert word in found.left_out[0].sentence


def test_the_same_uid_twice_counts_once() -> None:
    found = read(file_of(event(), event(SUMMARY="آخر")), agency="MUN")

    assert [entry.name["ar"] for entry in found.entries] == ["عيد"]
    assert "UID" in found.left_out[0].sentence


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 not a calendar",
        "ليس تقويماً".encode(),
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:",
        b"x" * (LARGEST + 1),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(BadCalendar) as refused:
        read(content, agency="MUN")

    assert len(str(refused.value)) > 10


@settings(max_examples=tries(80), deadline=None)
@given(st.binary(max_size=200), st.integers(0, 2000))
def test_no_file_brings_the_reader_down(junk: bytes, at: int) -> None:
    good = write(NATIONAL, RAMADAN)
    broken = good[: at % len(good)] + junk + good[at % len(good) :]

    try:
        found = read(broken, agency="MUN")
    except BadCalendar:
        return
    assert all(entry.on_from <= entry.on_to for entry in found.entries)
