"""The SMTP (or LMTP) door: takes mail for our accounts only, and says "250" only when the caller has it for good.

It knows no database: whoever runs it passes in which addresses are ours and how a mail is stored.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from wasl.core.marks import mark

MAX_MAIL = 25 * 1024 * 1024
MAX_RECIPIENTS = 50
# Mail programs should break lines at 998 bytes; some do not, and their users are people too.
MAX_LINES = 1024 * 1024
MAX_CONNECTIONS = 50
IDLE_SECONDS = 60.0

OK = "250 2.0.0 Stored"
UNKNOWN = "550 5.1.1 No such mailbox here"
TOO_MANY = "452 4.5.3 Too many recipients"
LATER = "451 4.3.0 Cannot be stored just now, please try again"

logger = logging.getLogger(__name__)
# At "info" the library writes addresses into the log.
logging.getLogger("mail.log").setLevel(logging.WARNING)


class NotNow(Exception):
    """The mail cannot be stored at the moment; the sender shall try again."""


@dataclass(frozen=True)
class Taken:
    """One mail as the door heard it."""

    mail_from: str
    recipients: tuple[str, ...]
    content: bytes
    peer: str


@dataclass(frozen=True)
class House:
    """What the door asks of the house. Both may raise NotNow; both run in `threads`."""

    is_ours: Callable[[str], bool]
    store: Callable[[Taken], None]
    threads: Executor


class Handler:
    """The hooks of aiosmtpd."""

    def __init__(self, house: House, *, is_lmtp: bool) -> None:
        self._house = house
        self._is_lmtp = is_lmtp

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: Any, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Ours, or not at all: this door relays nothing."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return TOO_MANY
        answer = await self._ask(self._house.is_ours, address)
        if answer is None:
            return LATER
        if not answer:
            return UNKNOWN
        mark("door.recipient_known")
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Stored first, then said so."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        peer = str(session.peer[0]) if isinstance(session.peer, tuple) else ""
        taken = Taken((envelope.mail_from or "").strip("<>"), tuple(envelope.rcpt_tos), content, peer)
        stored = await self._ask(self._store, taken)
        answer = OK if stored else LATER
        mark("door.before_answer")
        # LMTP wants one answer for each recipient (RFC 2033).
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if self._is_lmtp else answer

    def _store(self, taken: Taken) -> bool:
        self._house.store(taken)
        return True

    async def _ask(self, question: Callable[[Any], bool], value: Any) -> bool | None:
        """The house's answer, from a thread; None when it has none now, whatever the reason."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._house.threads, question, value)
        except NotNow:
            return None
        except Exception:
            # Never lose a mail to a fault of ours: the sender keeps it and comes again.
            logger.exception("The mail door could not store or look up")
            return None


class _Limited(asyncio.Protocol):
    """Refuses a connection too many politely, so that nobody can take all of them."""

    _open = 0

    def connection_made(self, transport: Any) -> None:
        _Limited._open += 1
        if _Limited._open > MAX_CONNECTIONS:
            transport.write(b"421 4.3.2 Too many connections, please try again later\r\n")
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        _Limited._open -= 1
        super().connection_lost(exc)


class SmtpDoor(_Limited, SMTP):
    line_length_limit = MAX_LINES


class LmtpDoor(_Limited, LMTP):
    line_length_limit = MAX_LINES


async def open_door(
    house: House, *, host: str, port: int, is_lmtp: bool = False, max_mail: int = MAX_MAIL, name: str = "wasl"
) -> asyncio.Server:
    """Start to listen; the caller closes the server."""
    protocol = LmtpDoor if is_lmtp else SmtpDoor

    def connection() -> Any:
        return protocol(
            Handler(house, is_lmtp=is_lmtp),
            data_size_limit=max_mail,
            enable_SMTPUTF8=True,
            timeout=IDLE_SECONDS,
            hostname=name,
            ident="Wasl",
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
        )

    return await asyncio.get_running_loop().create_server(connection, host=host, port=port)
