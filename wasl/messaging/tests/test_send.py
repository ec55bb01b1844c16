"""A message is made once, tried under a lease, and always ends visibly."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from wasl.channels.contract import Outcome, Result
from wasl.channels.email.tests.servers import scripted, smtp_sink
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency
from wasl.messaging import operations
from wasl.messaging.delivery import LEASE, TRIES, WAITS
from wasl.messaging.jobs import send_message, sweep
from wasl.messaging.models import Message
from wasl.messaging.tests.makers import (
    MARYAM,
    clear_jobs,
    jobs,
    make_account,
    make_conversation,
    make_message,
    puppet,
)

pytestmark = pytest.mark.django_db
BUSY = Outcome(Result.TEMPORARY, detail="451 busy")
SILENT = Outcome(Result.TECHNICAL, detail="timed out", uncertain=True)


def run(message: Message, at: object = SUNDAY_9AM) -> Message:
    with clock.frozen(at):
        send_message(message.pk)
    message.refresh_from_db()
    return message


def facts() -> list[str]:
    return list(EventRecord.objects.filter(kind__startswith="Message").order_by("pk").values_list("kind", flat=True))


def test_the_same_dedupe_key_makes_one_message_and_one_job() -> None:
    conversation = make_conversation()

    first, second = make_message(conversation), make_message(conversation, text="other words")

    assert first.pk == second.pk
    assert Message.objects.get().text == "وصلنا طلبك."
    assert len(jobs("messaging.send_message")) == 1


def test_the_same_key_in_two_agencies_is_two_messages() -> None:
    here = make_message(make_conversation(make_account(make_agency("MUN"))))
    there = make_message(make_conversation(make_account(make_agency("HOU"))))

    assert here.pk != there.pk
    assert here.message_id != there.message_id


def test_a_taken_message_is_sent_for_good() -> None:
    message = make_message()

    with puppet() as adapter:
        run(message)
        run(message, SUNDAY_9AM + timedelta(hours=1))

    assert (message.state, message.sent_at, message.attempts) == ("sent", SUNDAY_9AM, 1)
    assert len(adapter.sent) == 1
    assert facts() == ["MessageSent"]


def test_it_goes_over_a_real_server_with_the_token_of_its_conversation() -> None:
    with smtp_sink() as (sink, port):
        account = make_account(settings={"smtp": {"host": "127.0.0.1", "port": port, "security": "none"}})
        message = run(make_message(make_conversation(account)))

    assert message.state == "sent"
    assert b"Reply-To:" in sink.mails[0]
    assert message.message_id.encode() in sink.mails[0]


def test_a_refused_address_is_final_at_once() -> None:
    message = make_message()

    with puppet(Outcome(Result.PERMANENT, detail="550 no such user")):
        run(message)

    assert (message.state, message.error) == ("permanent_failure", "550 no such user")
    assert facts() == ["MessageFailed"]


def test_a_busy_server_is_tried_eight_times_over_about_four_hours_and_then_given_up() -> None:
    message, at = make_message(), SUNDAY_9AM
    ids = set()

    with puppet(*[BUSY] * TRIES) as adapter:
        for _ in range(TRIES - 1):
            run(message, at)
            assert message.state == "temporary_failure"
            wait = message.next_try_at - at
            planned = WAITS[message.attempts - 1]
            assert planned * 0.8 <= wait <= planned * 1.2
            assert run(message, at + wait / 2).attempts == message.attempts
            at = message.next_try_at
        run(message, at)
        ids = {sent.message_id for sent in adapter.sent}

    assert (message.state, message.attempts) == ("technical_failure", TRIES)
    assert timedelta(hours=3) < at - SUNDAY_9AM < timedelta(hours=5)
    assert ids == {message.message_id}
    assert facts() == ["MessageFailed"]


def test_a_server_that_falls_silent_after_the_data_is_tried_once_more_only() -> None:
    message = make_message()

    with puppet(SILENT, SILENT) as adapter:
        run(message)
        run(message, message.next_try_at)

    assert (message.state, len(adapter.sent)) == ("technical_failure", 2)


def test_a_scripted_server_that_drops_after_the_data_leaves_the_message_to_be_tried_again() -> None:
    with scripted(end="drop") as (_, port):
        account = make_account(settings={"smtp": {"host": "127.0.0.1", "port": port, "security": "none"}})
        message = run(make_message(make_conversation(account)))

    assert (message.state, message.uncertain) == ("temporary_failure", 1)


def test_a_worker_killed_before_it_sent_is_replaced_after_its_lease() -> None:
    message = make_message()
    operations.claim(message.pk, at=SUNDAY_9AM)
    clear_jobs()

    with clock.frozen(SUNDAY_9AM + timedelta(seconds=30)):
        sweep(0)
    early = jobs("messaging.send_message")
    with clock.frozen(SUNDAY_9AM + LEASE + timedelta(seconds=61)):
        sweep(0)

    assert early == []
    assert [arguments for arguments, _ in jobs("messaging.send_message")] == [{"message_id": message.pk}]


def test_a_worker_killed_between_sending_and_writing_sends_once_more_under_the_same_id() -> None:
    message = make_message()

    with puppet() as adapter:
        claimed = operations.claim(message.pk, at=SUNDAY_9AM)
        assert claimed is not None
        adapter.sent.append(claimed)  # handed over; the worker dies here
        assert run(message, SUNDAY_9AM + timedelta(seconds=30)).state == "sending"
        run(message, SUNDAY_9AM + LEASE + timedelta(seconds=1))
        run(message, SUNDAY_9AM + LEASE * 3)

    assert message.state == "sent"
    assert [sent.message_id for sent in adapter.sent] == [message.message_id] * 2


def test_a_worker_that_slept_past_its_lease_writes_nothing() -> None:
    message = make_message()
    slow = operations.claim(message.pk, at=SUNDAY_9AM)
    quick = operations.claim(message.pk, at=SUNDAY_9AM + LEASE * 2)
    assert slow is not None
    assert quick is not None

    written = operations.record_outcome(
        message.pk, lease_token=slow.lease_token, outcome=Outcome(Result.PERMANENT), at=SUNDAY_9AM + LEASE * 2
    )
    operations.record_outcome(
        message.pk, lease_token=quick.lease_token, outcome=Outcome(Result.SENT), at=SUNDAY_9AM + LEASE * 2
    )

    message.refresh_from_db()
    assert written is False
    assert message.state == "sent"


def test_a_second_worker_waits_for_the_end_of_the_lease() -> None:
    message = make_message()
    operations.claim(message.pk, at=SUNDAY_9AM)
    clear_jobs()

    with puppet() as adapter:
        run(message, SUNDAY_9AM + timedelta(seconds=5))

    assert adapter.sent == []
    assert [at for _, at in jobs("messaging.send_message")] == [SUNDAY_9AM + LEASE]


def test_the_sweep_makes_no_second_job_where_one_waits() -> None:
    make_message()

    with clock.frozen(SUNDAY_9AM + timedelta(minutes=5)):
        sweep(0)
        sweep(0)

    assert len(jobs("messaging.send_message")) == 1


def test_an_adapter_that_breaks_is_an_outcome_too() -> None:
    message = make_message()

    with puppet(ZeroDivisionError()):
        run(message)

    assert (message.state, message.error) == ("temporary_failure", "ZeroDivisionError")


def test_states_only_move_forward() -> None:
    message = make_message()
    with puppet():
        run(message)
    assert operations.report_failure(
        message_id=message.message_id, agency_id=message.agency_id, detail="550", at=SUNDAY_9AM
    )

    again = operations.report_failure(
        message_id=message.message_id, agency_id=message.agency_id, detail="550", at=SUNDAY_9AM
    )

    message.refresh_from_db()
    assert again is False
    assert message.state == "permanent_failure"
    assert facts() == ["MessageSent", "MessageFailed"]


def test_a_bounce_of_another_agency_changes_nothing() -> None:
    message = make_message()
    with puppet():
        run(message)

    other = make_agency("HOU")

    assert not operations.report_failure(message_id=message.message_id, agency_id=other.pk, detail="", at=SUNDAY_9AM)


def test_at_most_three_automatic_answers_an_hour_go_to_one_address() -> None:
    conversation = make_conversation()
    for number in range(3):
        make_message(conversation, dedupe_key=f"answer {number}", automatic="auto-replied")

    with pytest.raises(operations.TooManyAnswers):
        make_message(conversation, dedupe_key="answer 4", automatic="auto-replied")
    notice = make_message(conversation, dedupe_key="notice")
    words = make_message(conversation, dedupe_key="person", automatic="")
    later = make_message(
        conversation, dedupe_key="answer 5", automatic="auto-replied", at=SUNDAY_9AM + timedelta(minutes=61)
    )

    assert {notice.state, words.state, later.state} == {"created"}


def test_a_flood_of_notices_to_one_address_ends_within_the_day() -> None:
    conversation = make_conversation()
    for number in range(40):
        make_message(conversation, dedupe_key=f"notice {number}")

    with pytest.raises(operations.TooManyAnswers):
        make_message(conversation, dedupe_key="notice 41")
    assert make_message(make_conversation(conversation.account, address="x@example.org"), dedupe_key="other")


def test_a_message_no_worker_began_can_be_withdrawn() -> None:
    waiting, begun = make_message(), make_message(make_conversation(make_account(make_agency("HOU"))))
    operations.claim(begun.pk, at=SUNDAY_9AM)

    assert operations.cancel(waiting) is True
    assert operations.cancel(begun) is False
    with puppet() as adapter:
        run(waiting)
    assert adapter.sent == []


def test_a_held_message_waits() -> None:
    message = make_message(hold=timedelta(seconds=10))

    assert operations.claim(message.pk, at=SUNDAY_9AM + timedelta(seconds=9)) is None
    assert operations.claim(message.pk, at=SUNDAY_9AM + timedelta(seconds=10)) is not None


def test_more_than_the_account_may_send_waits_for_its_turn() -> None:
    account = make_account(settings={"per_minute": 1})
    first = make_message(make_conversation(account), dedupe_key="1")
    second = make_message(make_conversation(account, address="x@example.org"), dedupe_key="2")
    clear_jobs()

    with puppet() as adapter:
        run(first)
        run(second)

    assert [sent.to_address for sent in adapter.sent] == [MARYAM]
    ((_, at),) = jobs("messaging.send_message")
    assert at is not None
    assert at > SUNDAY_9AM


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once() -> None:
    message = make_message()
    gate = threading.Barrier(4)
    claims = []

    def work() -> None:
        gate.wait()
        claims.append(operations.claim(message.pk, at=SUNDAY_9AM))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    clear_jobs()

    assert len([claim for claim in claims if claim is not None]) == 1
