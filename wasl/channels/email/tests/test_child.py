"""The parser in its own process gives what the parser gives, and its death costs one mail only."""

import pytest

from wasl.channels.contract import ParseFailed
from wasl.channels.email import child
from wasl.channels.email.parse import parse
from wasl.channels.email.tests import mails


@pytest.mark.parametrize(
    "name", ["windows-1256 with two files", "delivery report", "answer in Arabic", "five megabytes of file"]
)
def test_the_answer_is_the_same_as_without_a_process(name: str) -> None:
    content = mails.UNDERSTOOD[name].content

    assert child.parse_apart(content, envelope_from="maryam@example.org") == parse(
        content, envelope_from="maryam@example.org"
    )


def test_an_unreadable_mail_is_refused_with_its_reason() -> None:
    with pytest.raises(ParseFailed) as failed:
        child.parse_apart(b"To: x\r\n\r\nhello")

    assert failed.value.reason == "no_sender"


def test_a_mail_that_needs_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    bomb = mails.simple(b"a" * 300_000_000)

    with pytest.raises(ParseFailed) as failed:
        child.parse_apart(bomb)

    assert failed.value.reason in {"too_large", "parser_died"}


def test_a_parser_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "WALL_SECONDS", 0.01)

    with pytest.raises(ParseFailed) as failed:
        child.parse_apart(mails.simple(b"hello"))

    assert failed.value.reason == "too_slow"


def test_a_25_megabyte_mail_fits_into_the_limits() -> None:
    large = mails.parts(mails.text_part("صور"), mails.file_part(b"attachment; filename=a.bin", b"\xfe" * 18_000_000))

    message = child.parse_apart(large)

    assert len(message.attachments[0].content) == 18_000_000
