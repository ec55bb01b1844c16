"""Arabic as people type it: cleaned at the edge, and found again in its other spellings."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.core import text


@pytest.mark.parametrize(
    "words",
    [
        ("بلاغ", "بلاغات", "البلاغات", "بَلاغٌ", "والبلاغ"),
        ("مياه", "المياه", "الميــاه", "بالمياه"),
        ("حاوية", "حاويات", "الحاويه", "والحاويات"),
        ("قمامة", "القمامه", "للقمامة"),
        ("شارع", "والشارع", "الشارع", "للشارع"),
        ("إنارة", "انارة", "الإناره", "أنارة"),
    ],
)
def test_spellings_and_forms_of_a_word_meet(words: tuple[str, ...]) -> None:
    assert len({tuple(text.search_tokens(word)) for word in words}) == 1


@pytest.mark.parametrize(("one", "other"), [("بلاغ", "بلاط"), ("ماء", "سماء"), ("شارع", "شراع"), ("5000", "500")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert text.search_tokens(one) != text.search_tokens(other)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("شَكْوَى", "شكوي"),
        ("مســـقط", "مسقط"),
        ("أإآٱا", "اا"),
        ("مسؤول شئون", "مسوول شيون"),
        ("گهوه چاي پيتزا ڤيلا ک ی", "كهوه جاي بيتزا فيلا ك ي"),
        ("هاااااتف", "هااتف"),
        ("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹", "0123456789 0123456789"),
        ("٥٠٠٠", "5000"),
        ("  A\u200fB \u202e C\n", "ab c"),
        ("ﻻ", "لا"),
        ("ABC", "abc"),
    ],
)
def test_folding_follows_the_list(written: str, folded: str) -> None:
    assert text.fold(written) == folded


@given(st.text(max_size=80))
def test_searching_never_breaks_and_marks_make_no_difference(written: str) -> None:
    assert isinstance(text.search_tokens(written), list)
    marked = "".join(letter + "\u0651" if "\u0621" <= letter <= "\u064a" else letter for letter in written)
    assert text.fold(marked) == text.fold(written) or unicodedata.normalize("NFKC", marked) != marked


def test_a_slip_shares_most_trigrams() -> None:
    right, slip, other = (text.trigrams(word) for word in ("الصرف الصحي", "الصرف الصحيي", "حديقة عامة"))

    assert len(right & slip) / len(right | slip) > 0.6
    assert not right & other


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("a\x00b\x07c", "abc"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066x\u2069\u061c\u200f\u200e\ufeff", "x"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("e\u0301", "é"),
        ("  مرحبا  ", "مرحبا"),
        ("a\ud800b", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_cleaning_takes_what_harms_and_leaves_what_means(written: str, clean: str) -> None:
    assert text.clean(written) == clean


@given(st.text(max_size=200))
def test_clean_text_can_be_stored_and_is_clean(written: str) -> None:
    once = text.clean(written)

    assert "\x00" not in once
    once.encode("utf-8")
    assert text.clean(once) == once


def test_a_line_is_one_line() -> None:
    assert text.clean_line(" Re:\r\n Bcc: x@example.om\u2028 y ") == "Re: Bcc: x@example.om y"


def test_digits_go_both_ways() -> None:
    assert text.latin_digits("٩٦٨ ۹۶۸ 968") == "968 968 968"
    assert text.arabic_indic_digits("968") == "٩٦٨"
