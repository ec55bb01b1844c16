"""Numbers as people write them become one number, or a sentence that says what to write."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from wasl.contacts.phones import BadPhone, is_mobile, mask_phone, parse_phone, show


@pytest.mark.parametrize(
    "written",
    [
        "92127705",
        "9212 7705",
        "٩٢١٢٧٧٠٥",
        "۹۲۱۲ ۷۷۰۵",
        "+968 92127705",
        "0096892127705",
        "٠٠٩٦٨ ٩٢١٢٧٧٠٥",
        "968 9212-7705",
        "(+968) 92 12 77 05",
        "\u202b+968 92127705\u202c",
        "96892127705+",
        " 92127705\n",
        "＋968 9212.7705",
    ],
)
def test_every_way_of_writing_one_number_is_one_number(written: str) -> None:
    assert parse_phone(written) == "+96892127705"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("24123456", "+96824123456"),
        ("+971 50 123 4567", "+971501234567"),
        ("00966501234567", "+966501234567"),
        ("+919876543210", "+919876543210"),
    ],
)
def test_fixed_lines_and_other_countries_are_taken(written: str, number: str) -> None:
    assert parse_phone(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "abc",
        "9212770",
        "921277055",
        "0501234567",
        "+999 12345678",
        "92127705 / 92127706",
        "1-800-FLOWERS",
        "٩٢١٢",
        "9" * 500,
        "+",
        "00",
        "\x00",
        "92127705 ext 5",
        "92127705&100",
        "<script>",
    ],
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(BadPhone):
        parse_phone(written)


@pytest.mark.parametrize("written", ["9999", "1111", "٩٩٩٩", "80077222"])
def test_short_and_free_numbers_are_refused_as_nobodys(written: str) -> None:
    with pytest.raises(BadPhone) as refusal, translation.override("en"):
        parse_phone(written)

    with translation.override("en"):
        assert "service number" in str(refusal.value)
    with translation.override("ar"):
        assert "رقم خدمة" in str(refusal.value)


@given(st.text(max_size=60))
def test_any_text_gives_a_number_or_a_refusal(written: str) -> None:
    try:
        number = parse_phone(written)
    except BadPhone:
        return
    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdigit()


@given(st.integers(min_value=90_000_000, max_value=99_999_999))
def test_reading_what_is_shown_gives_the_same_number(local: int) -> None:
    try:
        number = parse_phone(str(local))
    except BadPhone:
        return
    assert parse_phone(show(number)) == number


def test_numbers_are_shown_in_groups_and_masked() -> None:
    assert show("+96892127705") == "+968 9212 7705"
    assert mask_phone("+96892127705") == "\u200e+968 9••• 7705"
    assert mask_phone("nonsense") == "•••"
    assert show("nonsense") == "nonsense"


def test_only_mobiles_take_text_messages() -> None:
    assert is_mobile("+96892127705")
    assert not is_mobile("+96824123456")
    assert not is_mobile("")
