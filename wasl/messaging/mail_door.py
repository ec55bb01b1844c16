"""The mail process: the SMTP door that stores before it says so, the rounds over IMAP mailboxes, and signs of life."""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction

from wasl.channels.email import fetch
from wasl.channels.email.door import MAX_MAIL, House, NotNow, Taken, open_door
from wasl.core import clock, heartbeat
from wasl.core.marks import mark
from wasl.messaging import operations, queries
from wasl.messaging.models import ChannelAccount

THREADS = 4
FETCH_EVERY = 30.0
PROCESS = "mail"
Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


async def run(*, host: str, port: int, is_lmtp: bool = False, max_mail: int = MAX_MAIL) -> None:
    """Keep the door open until SIGTERM or SIGINT; mail under way is finished or comes again."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="mail") as threads:
        server = await open_door(house(threads), host=host, port=port, is_lmtp=is_lmtp, max_mail=max_mail)
        logger.info("The mail door is open", extra={"host": host, "port": port})
        with heartbeat.beating(PROCESS), fetching():
            await stopped.wait()
            server.close()


def house(threads: ThreadPoolExecutor) -> House:
    """The door's questions, answered by our tables."""
    return House(is_ours=is_ours, store=store, threads=threads)


def is_ours(address: str) -> bool:
    """Has an active account this address? Raises NotNow when the database is away."""
    mark("door.recipient_named")
    return _with_database(lambda: queries.account_for_address(address) is not None)


def store(taken: Taken) -> None:
    """Store the mail once for each account it is for, all or nothing. Raises NotNow when the database is away."""
    mark("door.content_heard")
    _with_database(lambda: _store(taken))
    mark("door.after_commit")


@transaction.atomic
def _store(taken: Taken) -> None:
    mark("door.transaction_begun")
    for account, recipients in _by_account(taken.recipients).items():
        operations.receive_raw(
            account=account,
            # The Message-ID is part of what is hashed: a sender who heard no answer and comes again changes nothing.
            provider_key=f"smtp:{sha256(taken.content).hexdigest()}",
            content=taken.content,
            envelope={"mail_from": taken.mail_from, "rcpt_to": recipients, "peer": taken.peer},
            at=clock.now(),
        )
    mark("door.before_commit")


def _by_account(recipients: tuple[str, ...]) -> dict[ChannelAccount, list[str]]:
    found: dict[ChannelAccount, list[str]] = {}
    for recipient in recipients:
        account = queries.account_for_address(recipient)
        if account is None:  # it was closed between RCPT and DATA; the sender will be told the next time
            raise NotNow
        found.setdefault(account, []).append(recipient.lower())
    return found


def fetch_all() -> int:
    """One round over all mailboxes; gives how many mails were stored. A mailbox that fails costs the others nothing."""
    stored = [_fetch_one(account) for account in queries.accounts_to_fetch()]
    return sum(stored)


def _fetch_one(account: ChannelAccount) -> int:
    def keep(provider_key: str, content: bytes) -> None:
        operations.receive_raw(account=account, provider_key=provider_key, content=content, at=clock.now())

    done = fetch.fetch(queries.account_facts(account), keep, max_bytes=MAX_MAIL)
    if done.error:
        logger.warning("A mailbox could not be read to its end", extra={"account_id": account.pk, "why": done.error})
    return done.stored


class fetching:  # noqa: N801 - reads as a word in a with statement
    """Rounds over the mailboxes, from a thread, while the body runs."""

    def __init__(self, every: float = FETCH_EVERY) -> None:
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._rounds, name="fetch", daemon=True)

    def __enter__(self) -> "fetching":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join(5)

    def _rounds(self) -> None:
        while not self._stopped.is_set():
            try:
                fetch_all()
            except (DatabaseError, InterfaceError):
                logger.warning("The database is away; mailboxes wait")
            except Exception:
                logger.exception("A round over the mailboxes failed")
            finally:
                connection.close()
            self._stopped.wait(self._every)


def _with_database(question: Callable[[], Answer]) -> Answer:
    close_old_connections()
    try:
        return question()
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        raise NotNow from error
