"""Accounts, conversations and messages for tests, made by the real operations; and an adapter that does as told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection

from wasl.channels import registry
from wasl.channels.contract import AccountFacts, InboundMessage, OutboundMessage, Outcome, Result
from wasl.channels.email.parse import parse
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency
from wasl.messaging import operations
from wasl.messaging.models import ChannelAccount, Conversation, Message

MARYAM = "maryam@example.org"


def make_account(agency: Agency | None = None, **more: Any) -> ChannelAccount:
    """The e-mail account of an agency, with no server of its own."""
    agency = agency or make_agency()
    more = {"code": "mail", "name": "مركز الاتصال", "address": f"cases@{agency.code.lower()}.example.om"} | more
    return operations.save_account(agency=agency, at=SUNDAY_9AM, **more)


def make_conversation(account: ChannelAccount | None = None, **more: Any) -> Conversation:
    """A conversation with Maryam."""
    more = {"address": MARYAM, "at": SUNDAY_9AM} | more
    return operations.open_conversation(account=account or make_account(), **more)


def make_message(conversation: Conversation | None = None, **more: Any) -> Message:
    """A message to Maryam, queued."""
    more = {
        "dedupe_key": "one",
        "subject": "سجّلنا طلبك",
        "text": "وصلنا طلبك.",
        "language": "ar",
        "at": SUNDAY_9AM,
    } | more
    return operations.queue_message(conversation=conversation or make_conversation(), **more)


class Puppet:
    """An adapter: `outcomes` are given one after another, then "sent"; what it was handed stands in `sent`."""

    outcomes: list[Outcome | Exception] = []
    sent: list[OutboundMessage] = []

    def parse(self, content: bytes, envelope: dict[str, Any]) -> InboundMessage:
        return parse(content, envelope_from=envelope.get("mail_from"))

    def send(self, account: AccountFacts, message: OutboundMessage) -> Outcome:
        Puppet.sent.append(message)
        outcome = Puppet.outcomes.pop(0) if Puppet.outcomes else Outcome(Result.SENT, "queued as 1")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@contextmanager
def puppet(*outcomes: Outcome | Exception) -> Iterator[type[Puppet]]:
    """Let the puppet serve e-mail while the body runs: quick, and in this process."""
    Puppet.outcomes, Puppet.sent = list(outcomes), []
    before = registry._paths["email"]
    registry.register("email", "wasl.messaging.tests.makers.Puppet")
    try:
        yield Puppet
    finally:
        registry.register("email", before)


def jobs(name: str) -> list[tuple[dict[str, Any], datetime | None]]:
    """The waiting jobs of that name: arguments and planned time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' ORDER BY id",
            [name],
        )
        rows = cursor.fetchall()
    import json

    return [(row[0] if isinstance(row[0], dict) else json.loads(row[0]), row[1]) for row in rows]


def clear_jobs() -> None:
    """As if the queue had lost everything."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
