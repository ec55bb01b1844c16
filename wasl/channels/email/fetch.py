"""Fetching over IMAP: each unseen mail is stored by the caller first, and marked as seen only after that.

Cut at any point, the next round fetches again what was not marked; the caller knows it by its key.
"""

import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from wasl.channels.contract import AccountFacts

CONNECT_SECONDS = 5
READ_SECONDS = 10
MAX_ROUND = 100
Store = Callable[[str, bytes], None]


@dataclass(frozen=True)
class Round:
    """What one look into the mailbox brought. `error` is empty when it ended well."""

    stored: int = 0
    error: str = ""


def fetch(account: AccountFacts, store: Store, *, max_bytes: int) -> Round:
    """Hand every unseen mail to `store(provider_key, content)`; raises nothing but what `store` raises.

    A mail larger than `max_bytes` is handed over cut, so that a person learns of it.
    """
    stored = 0
    try:
        with _open(account) as mailbox:
            for provider_key, uid, content in _unseen(mailbox, _folder(account), max_bytes):
                store(provider_key, content)
                mailbox.add_flags([uid], [rb"\Seen"])
                stored += 1
    except (IMAPClientError, OSError, ValueError) as error:
        return Round(stored, f"{type(error).__name__}"[:200])
    return Round(stored)


def is_set(account: AccountFacts) -> bool:
    """Has the account a mailbox to fetch from?"""
    return bool((account.settings.get("imap") or {}).get("host"))


def _open(account: AccountFacts) -> Any:
    imap = account.settings.get("imap") or {}
    is_tls = imap.get("security", "tls") == "tls"
    client = IMAPClient(
        str(imap["host"]),
        port=int(imap.get("port") or (993 if is_tls else 143)),
        ssl=is_tls,
        ssl_context=ssl.create_default_context() if is_tls else None,
        timeout=SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
    )
    if imap.get("security") == "starttls":
        client.starttls(ssl.create_default_context())
    client.login(str(imap.get("username") or account.address), str(account.secret.get("imap_password") or ""))
    return client


def _folder(account: AccountFacts) -> str:
    return str((account.settings.get("imap") or {}).get("folder") or "INBOX")


def _unseen(mailbox: Any, folder: str, max_bytes: int) -> Iterable[tuple[str, int, bytes]]:
    selected = mailbox.select_folder(folder)
    validity = selected.get(b"UIDVALIDITY", 0)
    for uid in sorted(mailbox.search("UNSEEN"))[:MAX_ROUND]:
        # PEEK of a bounded part: looking must not mark the mail, and a huge one must not fill our memory.
        answer = mailbox.fetch([uid], [f"BODY.PEEK[]<0.{max_bytes}>"]).get(uid, {})
        content = next((value for key, value in answer.items() if key.startswith(b"BODY[]")), None)
        if content is not None:
            yield f"imap:{folder}:{validity}:{uid}"[:200], uid, content
