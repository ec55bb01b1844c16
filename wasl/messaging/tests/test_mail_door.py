"""The door takes what is ours, and says so only when it is stored for good."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import OperationalError, connections

from wasl.channels.email import door, fetch
from wasl.channels.email.tests import mails
from wasl.channels.email.tests.test_fetch import Mailbox, use
from wasl.core.tests.ports import free_port
from wasl.messaging import mail_door
from wasl.messaging.models import RawDelivery
from wasl.messaging.tests.makers import MARYAM, clear_jobs, jobs, make_account

pytestmark = pytest.mark.django_db(transaction=True)
OURS = "cases@mun.example.om"


@pytest.fixture(autouse=True)
def _clean_queue() -> Iterator[None]:
    yield
    clear_jobs()  # the queue's tables are not Django's to empty after a test with real commits


@contextmanager
def open_door(**more: Any) -> Iterator[int]:
    """The real door on a free port, in a loop of its own."""
    port, ready, loop = free_port(), threading.Event(), asyncio.new_event_loop()
    threads = ThreadPoolExecutor(2)

    async def serve() -> None:
        server = await door.open_door(mail_door.house(threads), host="127.0.0.1", port=port, **more)
        ready.set()
        async with server:
            await server.serve_forever()

    def run() -> None:
        asyncio.set_event_loop(loop)
        task = loop.create_task(serve())
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        finally:
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield port
    finally:
        for _ in range(2):
            threads.submit(connections.close_all)
        threads.shutdown()
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        thread.join(60)


def send(port: int, content: bytes, *recipients: str, sender: str = MARYAM) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        return client.sendmail(sender, recipients or (OURS,), content)


def test_a_mail_is_stored_byte_for_byte_with_its_job() -> None:
    account = make_account()
    content = mails.WINDOWS_1256_WITH_TWO_FILES

    with open_door() as port:
        send(port, content, "Cases+token@mun.example.om")

    stored = RawDelivery.objects.get()
    assert bytes(stored.content) == content
    assert (stored.account, stored.state) == (account, "stored")
    assert stored.envelope == {"mail_from": MARYAM, "rcpt_to": ["cases+token@mun.example.om"], "peer": "127.0.0.1"}
    assert [arguments for arguments, _ in jobs("messaging.handle_delivery")] == [{"delivery_id": stored.pk}]


def test_the_same_mail_again_is_stored_once_and_taken_again() -> None:
    make_account()

    with open_door() as port:
        for _ in range(3):
            assert send(port, mails.simple(b"x")) == {}

    assert RawDelivery.objects.count() == 1


def test_strangers_addresses_are_refused() -> None:
    make_account()

    with open_door() as port, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(port, mails.simple(b"x"), "somebody@example.net")

    assert refused.value.recipients["somebody@example.net"][0] == 550
    assert not RawDelivery.objects.exists()


def test_a_closed_account_takes_no_mail() -> None:
    make_account(is_active=False)

    with open_door() as port, pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, mails.simple(b"x"))


def test_a_mail_too_large_is_refused() -> None:
    make_account()

    with open_door(max_mail=10_000) as port, pytest.raises(smtplib.SMTPResponseException) as refused:
        send(port, mails.simple(b"a\r\n" * 10_000))

    assert refused.value.smtp_code == 552
    assert not RawDelivery.objects.exists()


def test_a_bounce_has_an_empty_sender_and_is_taken() -> None:
    make_account()

    with open_door() as port:
        send(port, mails.REPORT, sender="")

    assert RawDelivery.objects.get().envelope["mail_from"] == ""


def test_a_database_that_is_away_means_later(monkeypatch: pytest.MonkeyPatch) -> None:
    make_account()

    def away(**values: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(mail_door.operations, "receive_raw", away)
    with open_door() as port, pytest.raises(smtplib.SMTPDataError) as refused:
        send(port, mails.simple(b"x"))

    assert refused.value.smtp_code == 451


def test_a_fault_of_ours_means_later_too(monkeypatch: pytest.MonkeyPatch) -> None:
    make_account()

    def broken(address: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(mail_door.queries, "account_for_address", broken)
    with open_door() as port, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(port, mails.simple(b"x"))

    assert refused.value.recipients[OURS][0] == 451


def test_one_mail_for_two_accounts_is_two_deliveries_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from wasl.directory.tests.makers import make_agency

    make_account()
    other = make_account(make_agency("HOU"))
    real = mail_door.operations.receive_raw

    def second_fails(**values: Any) -> Any:
        if values["account"] == other:
            raise OperationalError
        return real(**values)

    monkeypatch.setattr(mail_door.operations, "receive_raw", second_fails)
    with open_door() as port, pytest.raises(smtplib.SMTPDataError):
        send(port, mails.simple(b"x"), OURS, other.address)
    after_failure = RawDelivery.objects.count()
    monkeypatch.setattr(mail_door.operations, "receive_raw", real)
    with open_door() as port:
        send(port, mails.simple(b"x"), OURS, other.address)

    assert after_failure == 0
    assert {delivery.account.address for delivery in RawDelivery.objects.all()} == {OURS, other.address}


def test_over_lmtp_each_recipient_gets_an_answer() -> None:
    make_account()

    with open_door(is_lmtp=True) as port:
        client = smtplib.LMTP("127.0.0.1", port)
        client.ehlo()
        client.mail(MARYAM)
        client.rcpt(OURS)
        client.rcpt("cases+two@mun.example.om")
        answers = [client.data(mails.simple(b"x")), client.getreply()]
        client.close()

    assert [code for code, _ in answers] == [250, 250]
    assert RawDelivery.objects.get().envelope["rcpt_to"] == [OURS, "cases+two@mun.example.om"]


def test_lines_longer_than_the_standard_allows_stop_nobody() -> None:
    make_account()

    with open_door() as port:
        with suppress(smtplib.SMTPException):
            send(port, mails.simple(b"b" * 3_000_000))
        send(port, mails.simple(b"a" * 100_000))
        send(port, mails.simple(b"next"))

    ends = {bytes(stored.content).rstrip()[-4:] for stored in RawDelivery.objects.all()}
    assert ends == {b"aaaa", b"next"}


def test_a_round_over_the_mailboxes_stores_and_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    make_account(settings={"imap": {"host": "127.0.0.1"}})
    mailbox = Mailbox({3: mails.simple(b"three")})
    use(monkeypatch, mailbox)

    assert mail_door.fetch_all() == 1
    assert RawDelivery.objects.get().provider_key == "imap:INBOX:7:3"
    assert mailbox.seen == {3}


def test_a_mailbox_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from wasl.directory.tests.makers import make_agency

    make_account(settings={"imap": {"host": "127.0.0.1"}})
    make_account(make_agency("HOU"), settings={"imap": {"host": "127.0.0.1"}})
    good = Mailbox({1: mails.simple(b"x")})

    @contextmanager
    def opened(account: Any) -> Iterator[Any]:
        if account.address == OURS:
            raise OSError("no route")
        yield good

    monkeypatch.setattr(fetch, "_open", opened)

    assert mail_door.fetch_all() == 1
