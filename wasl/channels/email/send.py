"""One try to hand a mail to an SMTP server, with every wait bounded; what the server answers becomes an `Outcome`."""

import smtplib
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from wasl.channels.contract import AccountFacts, OutboundMessage, Outcome, Result
from wasl.channels.email.compose import compose
from wasl.core.marks import mark
from wasl.core.text import clean_line

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
# The whole try: less than the lease under which a worker holds a message (`messaging.delivery.LEASE`).
PATIENCE = 45.0


@dataclass(frozen=True)
class Server:
    """Where and how to connect. `security` is "starttls" (demanded), "tls" (from the first byte) or "none"."""

    host: str
    port: int
    security: str = "starttls"
    username: str = ""
    password: str = ""

    @classmethod
    def of(cls, account: AccountFacts) -> "Server | None":
        """The server of an account; None when none is set."""
        smtp: Mapping[str, Any] = account.settings.get("smtp") or {}
        if not smtp.get("host"):
            return None
        return cls(
            host=str(smtp["host"]),
            port=int(smtp.get("port") or 587),
            security=str(smtp.get("security") or "starttls"),
            username=str(smtp.get("username") or ""),
            password=str(account.secret.get("smtp_password") or ""),
        )


def send(account: AccountFacts, message: OutboundMessage) -> Outcome:
    """Try once. Raises nothing: whatever happens is told by the outcome."""
    server, letterbox = Server.of(account), str(account.settings.get("letterbox") or "")
    if server is None and not letterbox:
        return Outcome(Result.TECHNICAL, detail="no SMTP server is set for this account")
    try:
        content = compose(account, message)
    except (ValueError, TypeError, IndexError) as error:
        return Outcome(Result.PERMANENT, detail=f"cannot be written as a mail: {type(error).__name__}")
    if server is None:
        return _drop(Path(letterbox), message.message_id, content)
    return _Try(server).hand_over(account.address, message.to_address, content)


def _drop(letterbox: Path, message_id: str, content: bytes) -> Outcome:
    """For the demo: the mail as a file on this machine; the same message again is the same file."""
    name = sha256(message_id.encode()).hexdigest()[:24]
    try:
        letterbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = letterbox / f".{name}"
        beside.write_bytes(content)
        beside.rename(letterbox / f"{name}.eml")
    except OSError as error:
        return Outcome(Result.TECHNICAL, detail=_said(error))
    return Outcome(Result.SENT, provider_id=f"{name}.eml")


class _Try:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._ends_at = time.monotonic() + PATIENCE
        self._is_data_sent = False

    def hand_over(self, sender: str, recipient: str, content: bytes) -> Outcome:
        connection: smtplib.SMTP | None = None
        try:
            connection = self._connect()
            self._greet(connection)
            return self._transfer(connection, sender, recipient, content)
        except smtplib.SMTPResponseException as error:
            return _by_reply(error.smtp_code, _text(error.smtp_error))
        except (OSError, smtplib.SMTPException, ValueError, EOFError) as error:
            return Outcome(Result.TECHNICAL, detail=_said(error), uncertain=self._is_data_sent)
        finally:
            if connection is not None:
                connection.close()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=CONNECT_SECONDS, context=context)
        return smtplib.SMTP(server.host, server.port, timeout=CONNECT_SECONDS)

    def _greet(self, connection: smtplib.SMTP) -> None:
        self._wait(connection)
        connection.ehlo_or_helo_if_needed()
        if self._server.security == "starttls":
            self._wait(connection)
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        if self._server.username:
            self._wait(connection)
            connection.login(self._server.username, self._server.password)

    def _transfer(self, connection: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> Outcome:
        self._wait(connection)
        _expect(connection.mail(sender, [f"SIZE={len(content)}"] if connection.has_extn("size") else []), 250)
        self._wait(connection)
        _expect(connection.rcpt(recipient), 250, 251)
        self._wait(connection)
        _expect(connection.docmd("DATA"), 354)
        self._wait(connection)
        # From here on the server may have the mail even if we never hear so.
        self._is_data_sent = True
        connection.send(_dot_stuffed(content))
        mark("send.content_gone")
        self._wait(connection)
        code, said = connection.getreply()
        if code != 250:
            self._is_data_sent = False
            return _by_reply(code, _text(said))
        return Outcome(Result.SENT, provider_id=_text(said)[:200])

    def _wait(self, connection: smtplib.SMTP) -> None:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the whole try took too long")
        if connection.sock is not None:
            connection.sock.settimeout(min(READ_SECONDS, left))


def _expect(reply: tuple[int, bytes], *codes: int) -> None:
    if reply[0] not in codes:
        raise smtplib.SMTPResponseException(reply[0], reply[1])


def _by_reply(code: int, said: str) -> Outcome:
    detail = f"{code} {said}"[:300]
    if 400 <= code < 500:
        return Outcome(Result.TEMPORARY, detail=detail)
    # Wrong credentials are our own fault and not the citizen's address.
    if 500 <= code < 600 and code not in (530, 534, 535, 538):
        return Outcome(Result.PERMANENT, detail=detail)
    return Outcome(Result.TECHNICAL, detail=detail)


def _dot_stuffed(content: bytes) -> bytes:
    lines = b"\r\n".join(content.splitlines())
    stuffed = (b"\r\n" + lines).replace(b"\r\n.", b"\r\n..")[2:]
    return stuffed + b"\r\n.\r\n"


def _text(said: bytes | str) -> str:
    return clean_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {clean_line(str(error))}"[:300]
