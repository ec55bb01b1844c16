"""Numbers, shares, sizes and phones as people read them."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import formats, translation

from wasl.web import figures


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"), (81234, "81,234"), (4.6, "4.6"), (Decimal("1234.50"), "1,234.5"), ("7", "7"), (None, ""),
        ("غير رقم", "غير رقم"), (float("nan"), "nan"),
    ],
)  # fmt: skip
def test_numbers_have_a_point_and_commas(value: object, shown: str) -> None:
    assert figures.number(value) == shown


def test_arabic_indic_digits_are_a_wish_for_arabic_pages_only() -> None:
    with figures.digits_shown("arab"), translation.override("ar"):
        assert figures.number(81234.5) == "٨١٬٢٣٤٫٥"
        assert figures.percent(98) == "٩٨٪"
    with figures.digits_shown("arab"), translation.override("en"):
        assert figures.percent(98) == "98%"


def test_an_unknown_digit_set_means_latin_digits() -> None:
    figures.set_digits("klingon")

    assert figures.number(12) == "12"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+96892147705", "+968 9214 7705"),
        ("+96812", "+96812"),
        ("+442079460958", "+44 20 7946 0958"),
        ("ليس رقماً", "ليس رقماً"),
        ("", ""),
    ],
)
def test_phones_are_grouped_as_they_are_read_aloud(value: str, shown: str) -> None:
    assert figures.grouped_phone(value) == shown


def test_a_masked_phone_keeps_its_ends_only() -> None:
    masked = figures.masked_phone("+96892147705")

    assert masked.startswith("+968 9")
    assert masked.endswith("05")
    assert not any(digit in masked[6:-2] for digit in "0123456789")


@pytest.mark.parametrize(
    ("size", "english"),
    [(0, "0 B"), (1023, "1,023 B"), (1536, "1.5 KB"), (5 * 1024**2, "5.0 MB"), (63 * 1024**2, "63 MB")],
)
def test_sizes_of_files(size: int, english: str) -> None:
    with translation.override("en"):
        assert figures.file_size(size) == english


def test_a_share_keeps_its_sign_behind_it_in_arabic() -> None:
    html = Template("{% load wasl %}{{ 98|percent }}").render(Context())

    assert html == '<bdi dir="ltr" class="num">98%</bdi>'


@pytest.mark.parametrize("language", ["ar", "en"])
def test_django_itself_formats_like_the_house(language: str, settings: object) -> None:
    settings.USE_THOUSAND_SEPARATOR = True
    with translation.override(language):
        assert formats.number_format(81234.5) == "81,234.5"
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 0
        assert formats.get_format("DATE_INPUT_FORMATS")[0] == "%Y-%m-%d"
