"""A reference survives telephones, keyboards and tired eyes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from wasl.core import references
from wasl.core.text import arabic_indic_digits

DAY = date(2026, 11, 22)
numbers = st.integers(min_value=1, max_value=10**11)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2079, 12, 31))


def test_it_reads_as_the_design_says() -> None:
    reference = references.compose(letters="MR", on=DAY, number=4173)

    assert str(reference).startswith("MR-2611-04173-")
    assert references.parse(str(reference)) == reference


@given(number=numbers, on=days)
def test_every_reference_is_read_back_with_letters_and_as_digits_alone(number: int, on: date) -> None:
    reference = references.compose(letters="MR", on=on, number=number)

    assert references.parse(str(reference)) == reference
    alone = references.parse(reference.digits)
    assert alone is not None
    assert (alone.digits, alone.letters) == (reference.digits, "")


@given(number=numbers, on=days)
def test_every_single_wrong_digit_is_caught(number: int, on: date) -> None:
    digits = references.compose(letters="", on=on, number=number).digits

    for place, right in enumerate(digits):
        for wrong in "0123456789".replace(right, ""):
            assert references.parse(digits[:place] + wrong + digits[place + 1 :]) is None


@given(number=numbers, on=days)
def test_every_swap_of_neighbours_is_caught(number: int, on: date) -> None:
    digits = references.compose(letters="", on=on, number=number).digits

    for place in range(len(digits) - 1):
        if digits[place] != digits[place + 1]:
            swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
            assert references.parse(swapped) is None


@pytest.mark.parametrize(
    "shape",
    [
        "{letters}-{year_month}-{running}-{check}",
        "{letters} {year_month} {running} {check}",
        "{letters}{year_month}{running}{check}",
        " {letters}/{year_month}/{running}/{check} ",
        "#{letters}–{year_month}—{running}.{check}",
        "\u200f\u2066{letters}-{year_month}-{running}-{check}\u2069",
        "{year_month}\u00a0{running}\u200b{check}\n",
    ],
)
def test_separators_of_all_kinds_are_left_out(shape: str) -> None:
    reference = references.compose(letters="MR", on=DAY, number=4173)
    written = shape.format(
        letters=reference.letters.lower(),
        year_month=reference.year_month,
        running=reference.running,
        check=reference.check,
    )

    for text in (written, arabic_indic_digits(written)):
        found = references.parse(text)
        assert found is not None
        assert found.digits == reference.digits


@pytest.mark.parametrize(
    "text",
    ["", "MR", "123", "MR-2611", "0" * 500, "MR-2611-04173-", "२६११०४१७३२", "MR-2611-04173-²", "بلاغ", "\x00" * 9],
)
def test_what_is_no_reference_is_none(text: str) -> None:
    assert references.parse(text) is None


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = references.parse(text)

    assert found is None or found.digits.isascii()


@pytest.mark.django_db(transaction=True)
def test_five_thousand_references_of_several_threads_are_all_different() -> None:
    def some(_: int) -> list[str]:
        try:
            return [references.allocate(letters="MR", on=DAY).digits for _ in range(500)]
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as threads:
        found = [digits for digits_of_one in threads.map(some, range(10)) for digits in digits_of_one]

    assert len(set(found)) == 5000


@pytest.mark.django_db
def test_the_running_number_goes_on_over_the_month_and_grows_past_five_digits() -> None:
    november = references.allocate(letters="MR", on=date(2026, 11, 30))
    december = references.allocate(letters="MH", on=date(2026, 12, 1))

    assert int(december.running) > int(november.running)
    assert references.compose(letters="MR", on=DAY, number=123_456).running == "123456"
