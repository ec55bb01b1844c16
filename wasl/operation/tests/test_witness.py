"""The newest seal goes to its witness once, and again when it did not arrive."""

import json
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from wasl.core import seals
from wasl.core.models import EventRecord, SealState
from wasl.operation import jobs, telling, witness

SUNDAY_9AM = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
HOOK = "https://witness.example.om/wasl"

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    sent: list[EmailMessage] = []
    monkeypatch.setattr(telling, "send", sent.append)
    return sent


def seal_a_fact() -> str:
    EventRecord.objects.create(kind="Fact", version=1, agency_id=1, at=SUNDAY_9AM)
    seals.seal_settled()
    newest = seals.head()
    assert newest is not None
    return str(seals.line_of(newest))


def test_each_new_seal_is_mailed_once(settings: Any, mails: list[EmailMessage]) -> None:
    settings.WASL_SEALS_TO = ["auditor@example.om"]
    lines = [seal_a_fact()]
    jobs.send_seal(0)
    jobs.send_seal(0)
    lines.append(seal_a_fact())
    jobs.send_seal(0)

    assert [line in mail.get_content() for line, mail in zip(lines, mails, strict=True)] == [True, True]
    assert mails[0]["To"] == "auditor@example.om"


def test_nobody_is_told_where_nobody_is_named(settings: Any, mails: list[EmailMessage]) -> None:
    seal_a_fact()

    assert not witness.send_newest(at=SUNDAY_9AM)
    assert mails == []


def test_the_hook_is_given_the_line_and_tried_again(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WASL_SEALS_HOOK = HOOK
    line, heard = seal_a_fact(), []

    def post(address: str, body: bytes) -> None:
        heard.append((address, json.loads(body)["line"]))
        if len(heard) == 1:
            raise ValueError("the hook answered 500")

    monkeypatch.setattr(telling, "post", post)
    assert not witness.send_newest(at=SUNDAY_9AM)
    assert SealState.objects.get().told == 0
    assert witness.send_newest(at=SUNDAY_9AM)

    assert heard == [(HOOK, line), (HOOK, line)]
