"""Addresses as people write them become one address, or a sentence that says what to write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.contacts.emails import BadEmail, mask_email, parse_email, show


@pytest.mark.parametrize(
    "written",
    [
        "maryam@example.om",
        " Maryam@Example.OM ",
        "<maryam@example.om>",
        "mailto:maryam@example.om",
        "maryam＠example.om",
        "\u202amaryam@example.om\u202c",
        "maryam@example。om",
    ],
)
def test_every_way_of_writing_one_address_is_one_address(written: str) -> None:
    assert parse_email(written) == "maryam@example.om"


def test_arabic_digits_and_tags_are_kept_as_one_address() -> None:
    assert parse_email("salem٧+city@example.om") == "salem7+city@example.om"


def test_an_arabic_domain_is_kept_as_mail_servers_know_it() -> None:
    stored = parse_email("info@مثال.إختبار")

    assert stored.startswith("info@xn--")
    assert stored.isascii()
    assert parse_email(show(stored)) == stored


@pytest.mark.parametrize(
    "written",
    [
        "",
        "maryam",
        "maryam@",
        "@example.om",
        "maryam@example",
        "a b@example.om",
        "مريم@example.om",
        "a@b@c.om",
        "x" * 65 + "@example.om",
        "a@" + "x" * 300 + ".om",
        "a@example..om",
        "a@-example.om",
        "a@[127.0.0.1]",
        "a@example.om, b@example.om",
        "a@example.om\r\nBcc: b@example.om",
        "a" * 10_000,
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(BadEmail):
        parse_email(written)


@given(st.text(max_size=80))
def test_any_text_gives_an_ascii_address_or_a_refusal(written: str) -> None:
    try:
        address = parse_email(written)
    except BadEmail:
        return
    assert address.isascii()
    assert address == address.lower()
    assert parse_email(address) == address


def test_a_masked_address_shows_one_letter_and_the_domain() -> None:
    assert mask_email("maryam@example.om") == "m•••@example.om"
    assert mask_email("") == "•••"
