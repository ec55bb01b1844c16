"""Fetching over IMAP: stored first, marked afterwards, and a cut line loses nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from imapclient.exceptions import IMAPClientError

from wasl.channels.contract import AccountFacts
from wasl.channels.email import fetch

ACCOUNT = AccountFacts("email", "x", "cases@example.om", {"imap": {"host": "127.0.0.1"}})


class Mailbox:
    """What imapclient gives, in memory. `cut_at` breaks the line before that call."""

    def __init__(self, mails: dict[int, bytes], cut_at: str = "") -> None:
        self.mails, self.seen, self.cut_at = mails, set[int](), cut_at

    def _line(self, call: str) -> None:
        if self.cut_at == call:
            raise IMAPClientError("connection lost")

    def select_folder(self, folder: str) -> dict[bytes, int]:
        self._line("select")
        return {b"UIDVALIDITY": 7}

    def search(self, what: str) -> list[int]:
        self._line("search")
        return [uid for uid in self.mails if uid not in self.seen]

    def fetch(self, uids: list[int], what: list[str]) -> dict[int, dict[bytes, bytes]]:
        self._line("fetch")
        most = int(what[0].split("<0.")[1].rstrip(">"))
        return {uid: {b"SEQ": b"1", b"BODY[]<0>": self.mails[uid][:most]} for uid in uids}

    def add_flags(self, uids: list[int], flags: list[bytes]) -> None:
        self._line("flag")
        assert flags == [rb"\Seen"]
        self.seen.update(uids)


def use(monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> None:
    @contextmanager
    def opened(account: AccountFacts) -> Iterator[Any]:
        yield mailbox

    monkeypatch.setattr(fetch, "_open", opened)


def test_every_unseen_mail_is_stored_and_then_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox, stored = Mailbox({3: b"three", 5: b"five"}), {}
    use(monkeypatch, mailbox)

    done = fetch.fetch(ACCOUNT, stored.__setitem__, max_bytes=100)

    assert stored == {"imap:INBOX:7:3": b"three", "imap:INBOX:7:5": b"five"}
    assert (done.stored, done.error, mailbox.seen) == (2, "", {3, 5})


@pytest.mark.parametrize("cut_at", ["select", "search", "fetch", "flag"])
def test_a_cut_line_loses_nothing(monkeypatch: pytest.MonkeyPatch, cut_at: str) -> None:
    mailbox, stored = Mailbox({3: b"three", 5: b"five"}, cut_at), {}
    use(monkeypatch, mailbox)

    cut = fetch.fetch(ACCOUNT, stored.__setitem__, max_bytes=100)
    mailbox.cut_at = ""
    fetch.fetch(ACCOUNT, stored.__setitem__, max_bytes=100)

    assert cut.error
    assert stored == {"imap:INBOX:7:3": b"three", "imap:INBOX:7:5": b"five"}
    assert mailbox.seen == {3, 5}


def test_what_could_not_be_stored_is_not_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox({3: b"three"})
    use(monkeypatch, mailbox)

    def full(key: str, content: bytes) -> None:
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        fetch.fetch(ACCOUNT, full, max_bytes=100)

    assert mailbox.seen == set()


def test_a_mail_too_large_arrives_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox, stored = Mailbox({3: b"x" * 1000}), {}
    use(monkeypatch, mailbox)

    fetch.fetch(ACCOUNT, stored.__setitem__, max_bytes=100)

    assert len(stored["imap:INBOX:7:3"]) == 100


def test_a_mailbox_that_cannot_be_reached_is_told_not_raised() -> None:
    unreachable = AccountFacts(
        "email", "x", "a@example.om", {"imap": {"host": "127.0.0.1", "port": 1, "security": "none"}}
    )

    assert fetch.fetch(unreachable, lambda key, content: None, max_bytes=100).error
