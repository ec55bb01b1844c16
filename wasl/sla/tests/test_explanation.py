"""The explanation of a due moment: its stretches add up, and the strip reads as in the office's own example."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.calendars.tests.strategies import MUSCAT, SPLIT, moments, oman
from wasl.calendars.working_time import Period, WorkingTime, always_open, week
from wasl.core.localized import both
from wasl.core.tests.chance import tries
from wasl.sla.clocks import Promise, amount, consumed, due_at
from wasl.sla.explanation import RUNNING, Kind, Span, day_strip, explain, explain_sentence
from wasl.sla.tests.test_clocks import pauses_after, promises

ten_years = settings(max_examples=tries(150), deadline=None)
NATIONAL_DAY = both("اليوم الوطني", "National Day")


def muscat(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MUSCAT)  # type: ignore[arg-type,misc]


def lengths(spans: list[Span], *kinds: Kind) -> timedelta:
    return sum((span.length for span in spans if span.kind in kinds), timedelta())


@ten_years
@given(promises(), moments, st.data(), st.integers(0, 60 * 24 * 60))
def test_the_minutes_add_up_exactly_to_the_promise(
    promise: Promise, started_at: datetime, data: st.DataObject, minutes: int
) -> None:
    pauses, now = data.draw(pauses_after(started_at)), started_at + timedelta(minutes=minutes)

    spans = explain(promise, started_at, pauses, now=now)

    assert lengths(spans, *RUNNING) == amount(promise, started_at)
    assert sum(span.minutes for span in spans) == round(amount(promise, started_at) / timedelta(minutes=1))
    due = due_at(promise, started_at, pauses, at=now)
    assert lengths(spans, Kind.COUNTED) == consumed(promise, started_at, pauses, at=min(now, due))
    assert spans[-1].to == due


@ten_years
@given(promises(), moments, st.data())
def test_the_stretches_follow_each_other_and_never_cross_midnight(
    promise: Promise, started_at: datetime, data: st.DataObject
) -> None:
    spans = explain(promise, started_at, data.draw(pauses_after(started_at)))

    utc = [(span.from_.astimezone(UTC), span.to.astimezone(UTC)) for span in spans]
    assert all(start < end for start, end in utc)
    assert all(before[1] <= after[0] for before, after in pairwise(utc))
    for span in spans:
        assert span.from_.date() == span.day
        assert (span.to.astimezone(UTC) - timedelta(microseconds=1)).astimezone(span.to.tzinfo).date() == span.day


@ten_years
@given(promises(), moments, st.data())
def test_every_day_from_the_start_to_the_due_moment_has_its_box(
    promise: Promise, started_at: datetime, data: st.DataObject
) -> None:
    strip = day_strip(promise, started_at, data.draw(pauses_after(started_at)), now=started_at)

    assert strip[0].day == promise.working_time.local_day(started_at)
    assert all(after.day - before.day == timedelta(days=1) for before, after in pairwise(strip))
    assert [box.is_due for box in strip] == [False] * (len(strip) - 1) + [True]
    assert strip[0].is_now
    assert all(
        segment.start >= 0 and segment.start + segment.width <= 100.02 for box in strip for segment in box.segments
    )


def office_example() -> tuple[Promise, datetime, list[tuple[datetime, datetime | None]]]:
    free = {muscat(2026, 11, day).date(): NATIONAL_DAY for day in (25, 26)}
    return (
        Promise("resolve", oman(holidays=free), working_days=3),
        muscat(2026, 11, 20, 19, 58),
        [(muscat(2026, 11, 23, 8, 10), muscat(2026, 11, 24, 11, 40))],
    )


def test_the_strip_of_the_office_example() -> None:
    promise, reported_at, pauses = office_example()

    strip = day_strip(promise, reported_at, pauses, now=muscat(2026, 11, 29, 11, 5))

    assert [(box.day.day, box.kind.value, box.label["ar"], box.minutes) for box in strip] == [
        (20, "weekend", "ورود الطلب", 0),
        (21, "weekend", "عطلة الأسبوع", 0),
        (22, "counted", "7:00 ساعات", 420),
        (23, "counted", "0:40 ثم وقف", 40),
        (24, "counted", "وقف ثم 2:50", 170),
        (25, "holiday", "اليوم الوطني", 0),
        (26, "holiday", "اليوم الوطني", 0),
        (27, "weekend", "عطلة الأسبوع", 0),
        (28, "weekend", "عطلة الأسبوع", 0),
        (29, "counted", "الآن 11:05", 420),
        (30, "remaining", "الموعد 11:00", 210),
    ]
    assert sum(box.minutes for box in strip) == 21 * 60
    assert [box.day.day for box in strip if box.is_now] == [29]
    monday = [(segment.kind.value, segment.start, segment.width) for segment in strip[3].segments]
    assert monday == [("counted", 0, 9.52), ("paused", 9.52, 90.48)]
    sunday = [(segment.kind.value, segment.start, segment.width) for segment in strip[9].segments]
    assert sunday == [("counted", 0, 51.19), ("remaining", 51.19, 48.81)]


def test_the_sentence_of_the_office_example() -> None:
    promise, reported_at, _ = office_example()

    assert explain_sentence(promise, reported_at, "ar") == (
        "21 ساعة دوام من 07:30 إلى 14:30، تبدأ أول يوم عمل بعد الورود."
    )
    assert explain_sentence(promise, reported_at, "en") == (
        "21 working hours between 07:30 and 14:30, starting on the first working day after receipt."
    )


@pytest.mark.parametrize(
    ("minutes", "arabic", "english"),
    [
        (30, "30 دقيقة دوام", "30 minutes of working time"),
        (60, "ساعة دوام واحدة", "1 working hour"),
        (120, "ساعتا دوام", "2 working hours"),
        (240, "4 ساعات دوام", "4 working hours"),
        (150, "ساعتا دوام و30 دقيقة", "2 working hours and 30 minutes"),
    ],
)
def test_sentences_count_as_arabic_does(minutes: int, arabic: str, english: str) -> None:
    promise = Promise("acknowledge", oman(), amount_minutes=minutes)
    sunday = muscat(2026, 11, 22, 8, 0)

    assert explain_sentence(promise, sunday, "ar") == f"{arabic} من 07:30 إلى 14:30، تبدأ من لحظة الورود."
    assert explain_sentence(promise, sunday, "en") == (
        f"{english} between 07:30 and 14:30, starting at the moment of receipt."
    )


def test_the_sentence_says_when_it_waits_for_the_office_to_open_and_when_it_does_not() -> None:
    friday = muscat(2026, 11, 20, 19, 58)
    split = WorkingTime(MUSCAT, [Period(week(dict.fromkeys(range(7), SPLIT)))])

    assert explain_sentence(Promise("acknowledge", oman(), amount_minutes=240), friday, "ar") == (
        "4 ساعات دوام من 07:30 إلى 14:30، تبدأ مع أول دوام بعد الورود."
    )
    assert explain_sentence(Promise("acknowledge", split, amount_minutes=240), friday, "ar") == (
        "4 ساعات دوام حسب أوقات الدوام، تبدأ مع أول دوام بعد الورود."
    )
    assert explain_sentence(Promise("resolve", always_open(MUSCAT), amount_minutes=360), friday, "ar") == (
        "6 ساعات على مدار الساعة، تبدأ من لحظة الورود."
    )


def test_the_break_of_a_split_shift_is_closed_and_the_day_before_the_count_too() -> None:
    split = WorkingTime(MUSCAT, [Period(week(dict.fromkeys(range(7), SPLIT)))])

    spans = explain(Promise("resolve", split, amount_minutes=300), muscat(2026, 11, 22, 12, 0))

    assert [(f"{span.from_:%H:%M}", f"{span.to:%H:%M}", span.kind.value, span.minutes) for span in spans] == [
        ("08:00", "12:00", "closed", 0),
        ("12:00", "13:00", "counted", 60),
        ("13:00", "16:00", "closed", 0),
        ("16:00", "19:00", "counted", 180),
        ("08:00", "09:00", "counted", 60),
    ]


def test_a_start_with_seconds_still_gives_whole_minutes_that_add_up() -> None:
    spans = explain(Promise("resolve", oman(), amount_minutes=600), muscat(2026, 11, 22, 9, 17, 31))

    assert [span.minutes for span in spans if span.kind == Kind.COUNTED] == [312, 288]
    assert spans[-1].to == muscat(2026, 11, 23, 12, 17, 31)


def test_a_pause_that_still_runs_ends_now_in_the_explanation() -> None:
    promise = Promise("resolve", oman(), amount_minutes=120)
    running = [(muscat(2026, 11, 22, 9, 0), None)]

    spans = explain(promise, muscat(2026, 11, 22, 8, 0), running, now=muscat(2026, 11, 22, 12, 0))

    assert [(span.kind.value, span.minutes) for span in spans] == [
        ("closed", 0),
        ("counted", 60),
        ("paused", 0),
        ("remaining", 60),
    ]
