"""One try to send: what goes over the wire, and what each answer of a server means."""

import socket
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from wasl.channels.contract import AccountFacts, Attachment, OutboundMessage, Result
from wasl.channels.email import send
from wasl.channels.email.adapter import EmailAdapter
from wasl.channels.email.automatic import AutomaticKind
from wasl.channels.email.parse import parse
from wasl.channels.email.tests.servers import scripted, smtp_sink
from wasl.core.tests.ports import free_port

NOTICE = OutboundMessage(
    to_address="maryam@example.org",
    subject="سجّلنا طلبك \u2066MR-2611-04173-2\u2069",
    text="وصلنا طلبك.\n.سطر يبدأ بنقطة",
    html='<p dir="rtl">وصلنا طلبك.</p>',
    language="ar",
    message_id="<abc@example.om>",
    in_reply_to="<one@example.org>",
    references=("<zero@example.org>",),
    reply_token="0f" * 20,
    written_at=datetime(2026, 11, 22, 5, 0, tzinfo=UTC),
)


def account(port: int, **smtp: object) -> AccountFacts:
    settings = {"smtp": {"host": "127.0.0.1", "port": port, "security": "none", **smtp}}
    return AccountFacts("email", "مركز الاتصال", "cases@example.om", settings)


def test_a_real_server_gets_a_whole_mail() -> None:
    with smtp_sink() as (sink, port):
        outcome = send.send(account(port), NOTICE)

    assert outcome.result is Result.SENT
    mail = message_from_bytes(sink.mails[0])
    assert str(make_header(decode_header(mail["Subject"]))) == NOTICE.subject
    assert mail["Message-ID"] == "<abc@example.om>"
    assert mail["In-Reply-To"] == "<one@example.org>"
    assert mail["References"].split() == ["<zero@example.org>", "<one@example.org>"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert f"cases+{'0f' * 20}@example.om" in mail["Reply-To"]
    assert mail["List-Unsubscribe"] is None
    plain, html = mail.get_payload()
    assert plain.get_payload(decode=True).decode().splitlines() == NOTICE.text.splitlines()
    assert 'dir="rtl"' in html.get_payload(decode=True).decode()


def test_our_own_mail_is_known_as_our_own() -> None:
    with smtp_sink() as (sink, port):
        send.send(account(port), replace(NOTICE, automatic=""))

    assert parse(sink.mails[0]).automatic is AutomaticKind.OWN


def test_words_of_a_person_are_not_marked_as_automatic_and_carry_files() -> None:
    reply = replace(NOTICE, automatic="", attachments=(Attachment("خريطة.pdf", "application/pdf", b"%PDF-1.4"),))

    with smtp_sink() as (sink, port):
        send.send(account(port), reply)

    mail = message_from_bytes(sink.mails[0])
    assert mail["Auto-Submitted"] is None
    assert [file.name for file in parse(sink.mails[0]).attachments] == ["خريطة.pdf"]


def test_a_subject_cannot_smuggle_a_header() -> None:
    with smtp_sink() as (sink, port):
        send.send(account(port), replace(NOTICE, subject="x\r\nBcc: everyone@example.org"))

    assert message_from_bytes(sink.mails[0])["Bcc"] is None


@pytest.mark.parametrize(
    ("script", "result", "uncertain"),
    [
        ({"greeting": "421 busy"}, Result.TEMPORARY, False),
        ({"greeting": "554 go away"}, Result.PERMANENT, False),
        ({"mail": "451 later"}, Result.TEMPORARY, False),
        ({"rcpt": "450 greylisted"}, Result.TEMPORARY, False),
        ({"rcpt": "550 no such user"}, Result.PERMANENT, False),
        ({"data": "452 full"}, Result.TEMPORARY, False),
        ({"end": "451 cannot write"}, Result.TEMPORARY, False),
        ({"end": "552 too large"}, Result.PERMANENT, False),
        ({"rcpt": "drop"}, Result.TECHNICAL, False),
        ({"end": "drop"}, Result.TECHNICAL, True),
        ({"end": "hang"}, Result.TECHNICAL, True),
        ({"mail": "hang"}, Result.TECHNICAL, False),
        ({"mail": "nonsense"}, Result.TECHNICAL, False),
    ],
)
def test_what_a_server_answers_becomes_an_outcome(
    script: dict[str, str], result: Result, uncertain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "READ_SECONDS", 0.3)

    with scripted(**script) as (heard, port):
        outcome = EmailAdapter().send(account(port), NOTICE)

    assert (outcome.result, outcome.uncertain) == (result, uncertain), (outcome, heard)


def test_nobody_listening_is_a_technical_failure() -> None:
    assert send.send(account(free_port()), NOTICE).result is Result.TECHNICAL


def test_a_server_that_never_greets_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "CONNECT_SECONDS", 0.3)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        outcome = send.send(account(silent.getsockname()[1]), NOTICE)

    assert outcome.result is Result.TECHNICAL


def test_encryption_that_is_demanded_and_missing_sends_nothing() -> None:
    with scripted() as (heard, port):
        outcome = send.send(account(port, security="starttls"), NOTICE)

    assert outcome.result is Result.TECHNICAL
    assert "mail" not in heard


def test_without_any_server_the_outcome_says_so() -> None:
    outcome = send.send(AccountFacts("email", "x", "cases@example.om"), NOTICE)

    assert outcome.result is Result.TECHNICAL
    assert "no SMTP server" in outcome.detail


def test_the_letterbox_of_the_demo_keeps_a_message_once(tmp_path: Path) -> None:
    demo = AccountFacts("email", "x", "cases@example.om", {"letterbox": str(tmp_path / "box")})

    outcomes = [send.send(demo, NOTICE) for _ in range(2)]

    assert [outcome.result for outcome in outcomes] == [Result.SENT, Result.SENT]
    (mail,) = (tmp_path / "box").glob("*.eml")
    assert b"Message-ID: <abc@example.om>" in mail.read_bytes()
