"""A mail server of the tests: takes every mail over real SMTP and keeps it."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from wasl.core.tests.ports import free_port


@dataclass(frozen=True)
class Letter:
    """One mail as it arrived."""

    sender: str
    recipient: str
    content: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def mail(self) -> EmailMessage:
        """The mail, read by Python's own parser."""
        return cast(EmailMessage, message_from_bytes(self.content, policy=policy.default))

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def text(self) -> str:
        """The plain text."""
        body = self.mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def html(self) -> str:
        """The same for programs that show pictures of pages."""
        body = self.mail.get_body(("html",))
        assert body is not None
        return str(body.get_content())

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Sink:
    """The server, in a thread of its own, on this machine alone."""

    def __init__(self) -> None:
        self._letters: list[Letter] = []
        self._arrived = threading.Condition()
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        with self._arrived:
            for recipient in envelope.rcpt_tos:
                self._letters.append(Letter(envelope.mail_from, recipient.lower(), envelope.content))
            self._arrived.notify_all()
        return "250 Kept"

    def letters(self, recipient: str = "") -> list[Letter]:
        """All letters, or those to one address, in the order of their arrival."""
        with self._arrived:
            return [letter for letter in self._letters if recipient in ("", letter.recipient)]

    def wait_for(
        self, recipient: str, says: Callable[[Letter], bool] = lambda letter: True, *, seconds: float = 60
    ) -> Letter:
        """The first letter to an address of which `says` is true."""
        end = time.monotonic() + seconds
        with self._arrived:
            while True:
                found = [letter for letter in self._letters if letter.recipient == recipient and says(letter)]
                if found:
                    return found[0]
                left = end - time.monotonic()
                assert left > 0, f"no such letter to {recipient}; came: {[one.subject for one in self._to(recipient)]}"
                self._arrived.wait(left)

    def _to(self, recipient: str) -> list[Letter]:
        return [letter for letter in self._letters if letter.recipient == recipient]
