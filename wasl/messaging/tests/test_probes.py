"""What messaging says of its own health."""

from datetime import timedelta

import pytest

from wasl.core.probes import Answer, ask_all
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency
from wasl.messaging.models import ChannelAccount, Conversation, Message, RawDelivery

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM + timedelta(days=1)


@pytest.fixture
def account() -> ChannelAccount:
    agency = make_agency("MUN")
    return ChannelAccount.objects.create(
        agency=agency, channel="email", code="desk", name="البلدية", address="desk@example.om"
    )


def write(account: ChannelAccount, state: str, *, minutes_ago: int = 5, attempts: int = 1) -> Message:
    made_at = AT - timedelta(minutes=minutes_ago)
    conversation, _ = Conversation.objects.get_or_create(
        agency=account.agency,
        account=account,
        address="maryam@example.org",
        defaults={"started_at": made_at, "last_at": made_at},
    )
    return Message.objects.create(
        agency=account.agency,
        conversation=conversation,
        direction="out",
        state=state,
        attempts=attempts,
        created_at=made_at,
        sent_at=made_at if state == "sent" else None,
        dedupe_key=str(Message.objects.count()),
    )


def found(code: str) -> Answer:
    return next(answer for answer in ask_all(AT) if answer.code == code)


@pytest.mark.parametrize(("minutes", "level"), [(2, "ok"), (20, "warn"), (90, "bad")])
def test_the_outbox_is_judged_by_its_oldest_message(account: ChannelAccount, minutes: int, level: str) -> None:
    write(account, "created", minutes_ago=minutes)

    assert found("outbox").finding.level == level
    assert found("outbox").finding.figure == 1
    assert found("outbox:age").finding.figure == minutes * 60


@pytest.mark.parametrize(("failed", "level"), [(0, "ok"), (2, "warn"), (6, "bad")])
def test_a_provider_is_judged_by_the_share_of_tries_that_fail(account: ChannelAccount, failed: int, level: str) -> None:
    for number in range(10):
        write(account, "temporary_failure" if number < failed else "sent")

    finding = found("account:MUN/desk").finding

    assert finding.level == level
    assert finding.figure == failed / 10
    assert "البلدية" in str(finding.sentence)
    assert "maryam" not in str(finding.sentence)


def test_a_few_failures_say_nothing_of_a_provider(account: ChannelAccount) -> None:
    write(account, "permanent_failure")
    write(account, "permanent_failure", minutes_ago=600)

    assert found("account:MUN/desk").finding.level == "ok"


@pytest.mark.parametrize(("hours", "level"), [(1, "ok"), (5, "warn")])
def test_parked_mail_that_nobody_looks_at_is_told(account: ChannelAccount, hours: int, level: str) -> None:
    deliver(account, "parked", hours)

    assert found("parked").finding.level == level


def test_mail_that_was_taken_in_and_not_read_is_a_fault(account: ChannelAccount) -> None:
    deliver(account, "stored", 1)

    assert found("unread").finding.level == "bad"


def deliver(account: ChannelAccount, state: str, hours_ago: int) -> None:
    RawDelivery.objects.create(
        agency=account.agency,
        account=account,
        channel="email",
        provider_key="1",
        content=b"x",
        state=state,
        received_at=AT - timedelta(hours=hours_ago),
    )


def test_ages_are_said_in_the_right_form_of_arabic(account: ChannelAccount) -> None:
    write(account, "created", minutes_ago=12)
    assert "ومضى على أقدمها: 12 دقيقة" in str(found("outbox").finding.sentence)
    write(account, "created", minutes_ago=180)
    assert "ومضى على أقدمها: 3 ساعات" in str(found("outbox").finding.sentence)
