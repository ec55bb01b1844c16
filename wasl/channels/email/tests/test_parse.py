"""Whatever strangers send is understood as far as it can be, and never stops the next mail."""

import random
from dataclasses import replace

import pytest

from wasl.channels.contract import ParseFailed
from wasl.channels.email.parse import parse
from wasl.channels.email.tests import mails

BIDI_CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u0000")


@pytest.mark.parametrize("name", mails.UNDERSTOOD)
def test_what_can_be_understood_is(name: str) -> None:
    mail = mails.UNDERSTOOD[name]

    message = parse(mail.content, envelope_from=mail.envelope_from)

    assert mail.says in message.text
    for field, value in mail.expect.items():
        assert getattr(message, field) == value, field
    if mail.files:
        assert tuple(file.name for file in message.attachments) == mail.files
    shown = [message.subject, message.sender_name, message.text, *(file.name for file in message.attachments)]
    assert not BIDI_CONTROLS & set("".join(shown))


@pytest.mark.parametrize("name", mails.REFUSED)
def test_what_cannot_be_understood_says_why(name: str) -> None:
    content, reason = mails.REFUSED[name]

    with pytest.raises(ParseFailed) as failed:
        parse(content)

    assert failed.value.reason == reason


def test_attachments_keep_their_bytes_and_claims() -> None:
    message = parse(mails.WINDOWS_1256_WITH_TWO_FILES)

    photo, document = message.attachments
    assert (photo.content, photo.content_type, photo.inline) == (mails.PNG, "image/png", False)
    assert (document.content, document.content_type) == (b"%PDF-1.4 x", "application/pdf")


def test_an_inline_picture_is_kept_with_its_id() -> None:
    message = parse(mails.UNDERSTOOD["inline picture"].content)

    (picture,) = message.attachments
    assert (picture.inline, picture.content_id, picture.content) == (True, "pic@x", mails.PNG)


def test_no_active_part_of_html_survives() -> None:
    for name in ("html with a script", "html rebuilt by one-pass strippers"):
        html = parse(mails.UNDERSTOOD[name].content).html

        assert not any(bad in html for bad in ("<script", "onclick", "spy.example.net", "<img")), html


def test_the_quoted_letter_stays_in_the_full_text() -> None:
    message = parse(mails.UNDERSTOOD["answer in Arabic"].content)

    assert "MR-2611-04173-2" not in message.text
    assert "MR-2611-04173-2" in message.full_text


def test_a_report_names_our_message_and_whether_it_is_final() -> None:
    (failed,) = parse(mails.REPORT).failures
    (delayed,) = parse(mails.REPORT_OF_DELAY).failures
    (by_headers,) = parse(mails.REPORT_WITH_HEADERS_ONLY).failures

    assert (failed.message_id, failed.recipient, failed.status) == (
        "<our-key@example.om>",
        "nobody@example.org",
        "5.1.1",
    )
    assert (failed.is_final, delayed.is_final) == (True, False)
    assert by_headers.message_id == "<our-key@example.om>"


def test_the_nearest_server_s_findings_are_read() -> None:
    results = b"Authentication-Results: mx.example.om; spf=pass smtp.mailfrom=x; dkim=none; dmarc=fail\r\n"

    hint = parse(
        mails.simple(b"x", extra=results + b"Authentication-Results: evil.example; dmarc=pass\r\n")
    ).authentication

    assert (hint.server, hint.spf, hint.dkim, hint.dmarc) == ("mx.example.om", "pass", "none", "fail")


def mutated(content: bytes, dice: random.Random) -> bytes:
    """Byte flips, cuts, doubled stretches and shuffled header lines."""
    content = content[:20_000]
    act = dice.randrange(4)
    if act == 0:
        changed = bytearray(content)
        for _ in range(dice.randint(1, 30)):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        return bytes(changed)
    if act == 1:
        return content[: dice.randrange(len(content))]
    if act == 2:
        start = dice.randrange(len(content))
        return content[:start] + content[start : start + 200] * dice.randint(2, 20) + content[start:]
    head, _, body = content.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    dice.shuffle(lines)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def test_six_hundred_mutated_mails_raise_nothing_but_parse_failed() -> None:
    dice = random.Random(3834)
    originals = [mail.content for mail in mails.UNDERSTOOD.values()]
    understood = 0
    reasons: set[str] = set()

    for _ in range(600):
        try:
            message = parse(mutated(dice.choice(originals), dice))
        except ParseFailed as failed:
            reasons.add(failed.reason)
            continue
        understood += 1
        assert message == replace(message)
        assert "\x00" not in message.full_text

    assert understood > 400
    assert reasons <= {"empty", "no_headers", "no_sender", "too_deep"}
