"""Promised times as the catalogue writes them."""

import pytest

from wasl.sla.durations import BadDuration, Duration, parse


@pytest.mark.parametrize(
    ("text", "mode", "duration"),
    [
        ("30m", "24x7", Duration(minutes=30, always_open=True)),
        ("4h", "work", Duration(minutes=240)),
        ("24h", "24x7", Duration(minutes=1440, always_open=True)),
        ("3d", "work", Duration(working_days=3)),
        ("2d", "24x7", Duration(minutes=2880, always_open=True)),
        (" 45D ", "work", Duration(working_days=45)),
        ("٣d", "work", Duration(working_days=3)),
    ],
)
def test_times_are_read_by_the_clock_they_belong_to(text: str, mode: str, duration: Duration) -> None:
    assert parse(text, mode) == duration


@pytest.mark.parametrize("text", ["", "0d", "-1d", "3", "d", "3w", "1.5h", "3d4h", "999999d", "3 أيام"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(BadDuration):
        parse(text, "work")


@pytest.mark.parametrize(
    ("text", "arabic", "english"),
    [
        ("3d", "3 أيام عمل", "3 working days"),
        ("1d", "يوم عمل واحد", "1 working day"),
        ("4h", "4 ساعات", "4 hours"),
        ("30m", "30 دقيقة", "30 minutes"),
        ("90m", "90 دقيقة", "90 minutes"),
    ],
)
def test_times_in_words(text: str, arabic: str, english: str) -> None:
    words = parse(text, "work").in_words()

    assert (words["ar"], words["en"]) == (arabic, english)
