"""The arithmetic of text messages, against the tables of 3GPP TS 23.038."""

import pytest

from wasl.channels.sms import segments
from wasl.channels.sms.segments import GSM, UCS2, count


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts", "left"),
    [
        ("", GSM, 0, 0, 160),
        ("a", GSM, 1, 1, 159),
        ("a" * 160, GSM, 160, 1, 0),
        ("a" * 161, GSM, 161, 2, 145),
        ("a" * 306, GSM, 306, 2, 0),
        ("a" * 307, GSM, 307, 3, 152),
        ("@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉÄÖÑÜ§¿äöñüà", GSM, 39, 1, 121),
        ("[€]", GSM, 6, 1, 154),
        ("€" * 80, GSM, 160, 1, 0),
        ("€" * 81, GSM, 162, 2, 143),
        ("ا", UCS2, 1, 1, 69),
        ("ا" * 70, UCS2, 70, 1, 0),
        ("ا" * 71, UCS2, 71, 2, 63),
        ("ا" * 134, UCS2, 134, 2, 0),
        ("ا" * 135, UCS2, 135, 3, 66),
        ("it’s", UCS2, 4, 1, 66),
        ("😀" * 35, UCS2, 70, 1, 0),
        ("😀" * 36, UCS2, 72, 2, 61),
        ("رقم ١٢٣", UCS2, 7, 1, 63),
    ],
)
def test_units_parts_and_what_is_left(text: str, encoding: str, units: int, parts: int, left: int) -> None:
    assert count(text) == segments.Segments(encoding, units, parts, left)


@pytest.mark.parametrize("text", ["€" * 200, "😀" * 100, "ا" * 500, "ا😀" * 90, "a" * 500, "a€" * 300])
def test_no_letter_is_cut_between_parts_and_none_is_lost(text: str) -> None:
    parts = segments.split(text)
    encoding = segments.encoding_of(text)

    assert "".join(parts) == text
    assert all(segments.units_of(part, encoding) <= segments.EACH[encoding] for part in parts)
    assert all(part.encode("utf-16-le", "strict") for part in parts)
    assert len(parts) == count(text).parts


def test_an_emoji_at_the_edge_goes_whole_into_the_next_part() -> None:
    parts = segments.split("ا" * 66 + "😀" + "ب" * 10)

    assert [len(part) for part in parts] == [66, 11]
    assert count("ا" * 66 + "😀" + "ب" * 10).left == 67 - 12


def test_what_makes_a_latin_text_dear_is_named() -> None:
    assert segments.foreign("It’s “done” – see you") == ["’", "“", "”", "–"]
    assert segments.foreign("It's done") == []
    assert segments.foreign("Straße in Łódź") == ["Ł", "ó", "ź"]
    assert segments.foreign("تم https://contact.muscat.example.om/t/AbCdEfGhIjKlMnOp") == []


def test_typographic_signs_become_plain_where_that_spares_the_dear_encoding() -> None:
    assert segments.plainer("It’s “done” – see…") == 'It\'s "done" - see...'
    assert segments.plainer("طلبك – تم") == "طلبك – تم"


@pytest.mark.parametrize("text", ["ا" * 1000, "a" * 1000, "😀" * 400, "[" * 1000])
def test_a_shortened_text_keeps_its_parts_and_says_that_it_was_cut(text: str) -> None:
    short = segments.shorten(text, parts=3)

    assert count(short).parts == 3
    assert short.endswith(("…", "..."))
    assert segments.shorten("قصير", parts=1) == "قصير"
