"""What comes in is stored before it is understood, read once, and parked when nobody can place it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from wasl.channels.email.tests import mails
from wasl.core.models import EventRecord, StoredFile
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_person
from wasl.messaging import operations, queries, receiving
from wasl.messaging.delivery import TRIES
from wasl.messaging.models import ChannelAccount, Message, RawDelivery
from wasl.messaging.receiving import Received
from wasl.messaging.replies import base_address, conversation_named_by, reply_token
from wasl.messaging.tests.makers import (
    MARYAM,
    Puppet,
    clear_jobs,
    jobs,
    make_account,
    make_conversation,
    make_message,
    puppet,
)

pytestmark = pytest.mark.django_db
LATER = SUNDAY_9AM + timedelta(hours=5)


@pytest.fixture(autouse=True)
def _quick(home: object) -> Iterator[None]:
    with puppet():
        yield


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[Received]:
    """A receiver that records what people wrote, and all it was handed."""
    heard: list[Received] = []

    def take(each: Received) -> None:
        heard.append(each)
        conversation = each.conversation or operations.open_conversation(
            account=each.account, address=each.inbound.sender_address, at=each.at
        )
        operations.record_inbound(
            delivery=each.delivery, inbound=each.inbound, conversation=conversation, kept_files=each.files, at=each.at
        )

    monkeypatch.setitem(receiving._receivers, "email", take)
    return heard


def deliver(
    content: bytes, account: ChannelAccount | None = None, key: str = "k", envelope: dict[str, Any] | None = None
) -> RawDelivery:
    account = account or make_account()
    return operations.receive_raw(
        account=account,
        provider_key=key,
        content=content,
        envelope={"mail_from": MARYAM} if envelope is None else envelope,
        at=SUNDAY_9AM,
    )


def handled(delivery: RawDelivery, at: Any = SUNDAY_9AM) -> RawDelivery:
    operations.handle(delivery.pk, at=at)
    delivery.refresh_from_db()
    return delivery


def test_a_delivery_is_stored_with_its_job_and_only_once() -> None:
    account = make_account()

    first, second = deliver(b"x", account), deliver(b"x", account)

    assert first.pk == second.pk
    assert bytes(RawDelivery.objects.get().content) == b"x"
    assert [arguments for arguments, _ in jobs("messaging.handle_delivery")] == [{"delivery_id": first.pk}]


def test_a_person_s_mail_reaches_the_room_above_with_its_files(received: list[Received]) -> None:
    delivery = handled(deliver(mails.WINDOWS_1256_WITH_TWO_FILES))

    message = Message.objects.get()
    assert delivery.state == "parsed"
    assert (message.text, message.subject) == (mails.POTHOLE, mails.SUBJECT)
    assert (message.from_address, message.direction, message.state) == (MARYAM, "in", "delivered")
    assert {link.file.state for link in message.files.all()} == {"kept"}
    assert received[0].conversation is None


def test_the_same_mail_over_two_doors_is_one_message(received: list[Received]) -> None:
    account = make_account()

    handled(deliver(mails.UNDERSTOOD["plain utf-8"].content, account, "imap:1"))
    traced = b"Received: from elsewhere\r\n" + mails.UNDERSTOOD["plain utf-8"].content
    handled(deliver(traced, account, "smtp:2"))

    assert Message.objects.count() == 1
    assert queries.already_received(account, received[1].inbound) == Message.objects.get()


def test_an_attached_program_is_left_out_and_named(received: list[Received]) -> None:
    content = mails.parts(
        mails.text_part("x"), mails.file_part(b"attachment; filename=photo.jpg", b"MZ" + b"\x00" * 200)
    )

    handled(deliver(content))

    assert received[0].left_out == ("photo.jpg: program",)
    assert not StoredFile.objects.exists()


def test_an_unknown_attachment_is_kept_as_a_mere_download(received: list[Received]) -> None:
    handled(deliver(mails.UNDERSTOOD["winmail.dat"].content))

    (file,) = received[0].files
    assert file.content_type == "application/ms-tnef"


@pytest.mark.parametrize("name", mails.REFUSED)
def test_what_cannot_be_understood_is_parked_for_a_person(name: str, received: list[Received]) -> None:
    content, reason = mails.REFUSED[name]

    delivery = handled(deliver(content))

    assert (delivery.state, delivery.note, received) == ("parked", reason, [])
    assert EventRecord.objects.filter(kind="DeliveryParked").count() == 1
    assert list(queries.parked_deliveries([delivery.agency_id])) == [delivery]


@pytest.mark.parametrize(
    "name", [name for name, mail in mails.UNDERSTOOD.items() if mail.expect.get("automatic") is not None]
)
def test_automatic_mail_reaches_nobody_and_stays_readable(name: str, received: list[Received]) -> None:
    mail = mails.UNDERSTOOD[name]
    envelope = {"mail_from": mail.envelope_from} if mail.envelope_from is not None else {}

    delivery = handled(deliver(mail.content, envelope=envelope))

    assert (delivery.state, delivery.note, received) == ("ignored", str(mail.expect["automatic"]), [])


@pytest.mark.parametrize("name", [name for name, mail in mails.UNDERSTOOD.items() if not mail.expect.get("automatic")])
def test_every_person_s_mail_is_taken_in(name: str, received: list[Received]) -> None:
    delivery = handled(deliver(mails.UNDERSTOOD[name].content))

    assert (delivery.state, len(received)) == ("parsed", 1)


def test_mail_from_our_own_address_is_a_loop(received: list[Received]) -> None:
    account = make_account()
    content = mails.simple(b"x").replace(MARYAM.encode(), account.address.encode())

    assert handled(deliver(content, account)).state == "ignored"
    assert received == []


def test_a_bounce_ends_the_message_it_names() -> None:
    account = make_account()
    message = make_message(make_conversation(account))
    operations.claim(message.pk, at=SUNDAY_9AM)
    report = mails.REPORT.replace(b"<our-key@example.om>", message.message_id.encode())

    handled(deliver(mails.REPORT_OF_DELAY.replace(b"<our-key@example.om>", message.message_id.encode()), account, "1"))
    message.refresh_from_db()
    delayed = message.state
    handled(deliver(report, account, "2"))
    message.refresh_from_db()

    assert (delayed, message.state) == ("sending", "permanent_failure")
    assert "no such" in message.error


def test_a_receiver_that_fails_is_tried_again_and_parked_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(each: Received) -> None:
        operations.open_conversation(account=each.account, address="x@example.org", at=each.at)
        raise ZeroDivisionError

    monkeypatch.setitem(receiving._receivers, "email", broken)
    delivery, at = deliver(mails.simple(b"x")), SUNDAY_9AM

    for attempt in range(1, TRIES):
        handled(delivery, at)
        assert (delivery.state, delivery.attempts, delivery.note) == ("stored", attempt, "ZeroDivisionError")
        at = delivery.next_try_at
    handled(delivery, at)

    assert (delivery.state, delivery.note) == ("parked", "ZeroDivisionError")
    assert not delivery.account.conversations.exists()


def test_without_a_room_above_the_mail_waits_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "_receivers", {})

    assert handled(deliver(mails.simple(b"x"))).note == "no_receiver"


def test_a_worker_killed_while_reading_is_replaced(received: list[Received]) -> None:
    delivery = deliver(mails.simple(b"x"))
    from wasl.messaging.operations.receive import READING, _begin

    _begin(delivery.pk, SUNDAY_9AM)  # it dies here
    clear_jobs()

    assert queries.deliveries_to_handle(at=SUNDAY_9AM + timedelta(seconds=10)) == []
    assert handled(delivery, SUNDAY_9AM + timedelta(seconds=10)).state == "stored"
    assert queries.deliveries_to_handle(at=SUNDAY_9AM + READING) == [delivery.pk]
    assert handled(delivery, SUNDAY_9AM + READING).state == "parsed"


def test_a_stored_delivery_no_job_covers_is_found() -> None:
    delivery = deliver(b"x")
    clear_jobs()

    assert queries.deliveries_to_handle(at=SUNDAY_9AM + timedelta(seconds=59)) == []
    assert queries.deliveries_to_handle(at=SUNDAY_9AM + timedelta(seconds=60)) == [delivery.pk]


def test_a_parked_delivery_can_be_sent_through_again_or_set_aside(received: list[Received]) -> None:
    salem = make_person("agent")
    again, aside = deliver(mails.simple(b"x")), deliver(b"", key="2", account=make_account(make_agency("HOU")))
    operations.park(again, note="odd", at=SUNDAY_9AM)
    operations.park(aside, note="odd", at=SUNDAY_9AM)

    assert operations.unpark(again, by=salem, at=LATER)
    assert not operations.unpark(again, by=salem, at=LATER)
    assert operations.ignore(aside, note="spam", by=salem, at=LATER)

    assert handled(again, LATER).state == "parsed"
    assert handled(aside, LATER).state == "ignored"


def test_agencies_do_not_see_each_other_s_parked_mail() -> None:
    delivery = deliver(b"")
    operations.park(delivery, note="odd", at=SUNDAY_9AM)
    other = make_agency("HOU")

    assert list(queries.parked_deliveries([other.pk])) == []
    assert queries.delivery_within([other.pk], delivery.public_id) is None
    assert queries.delivery_within([delivery.agency_id], delivery.public_id) == delivery


# --- where an answer belongs --------------------------------------------------------------------------------------


def answer(**more: Any) -> Any:
    from wasl.channels.contract import InboundMessage

    return InboundMessage(**{"sender_address": MARYAM, "recipients": ("cases@mun.example.om",)} | more)


def test_a_signed_token_leads_home_in_any_case_of_letters() -> None:
    conversation = make_conversation()
    address = f"Cases+{reply_token(conversation.public_id).upper()}@mun.example.om"

    match = queries.conversation_of_reply(answer(), account=conversation.account, recipients=[address], at=LATER)

    assert match == (conversation, "token")
    assert base_address(address) == "cases@mun.example.om"
    assert len(address.split("@")[0]) <= 64


def test_a_forged_or_old_token_leads_nowhere() -> None:
    conversation = make_conversation()
    token = reply_token(conversation.public_id)
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    late = SUNDAY_9AM + timedelta(days=181)

    for recipient, at in ((forged, LATER), (token, late), ("abc", LATER)):
        match = queries.conversation_of_reply(
            answer(recipients=(f"cases+{recipient}@mun.example.om",)), account=conversation.account, at=at
        )
        assert match == (None, "")


def test_a_token_of_another_agency_leads_nowhere() -> None:
    theirs = make_conversation(make_account(make_agency("HOU")))
    here = make_account()

    match = queries.conversation_of_reply(
        answer(recipients=(f"cases+{reply_token(theirs.public_id)}@mun.example.om",)), account=here, at=LATER
    )

    assert match.conversation is None


def test_the_id_of_our_message_leads_home() -> None:
    message = make_message()
    account = message.conversation.account

    by_answer = queries.conversation_of_reply(answer(in_reply_to=message.message_id), account=account, at=LATER)
    by_thread = queries.conversation_of_reply(
        answer(in_reply_to="<x@y.example>", references=(message.message_id, "<z@y.example>")), account=account, at=LATER
    )
    invented = queries.conversation_of_reply(answer(in_reply_to="<guess@mun.example.om>"), account=account, at=LATER)

    assert by_answer == by_thread == (message.conversation, "message_id")
    assert invented.conversation is None


def test_a_reference_counts_only_from_the_known_sender() -> None:
    from wasl.channels.contract import AuthenticationHint
    from wasl.core import references

    reference = references.allocate(letters="MR", on=SUNDAY_9AM.date())
    conversation = make_conversation(reference=reference.digits)
    account = conversation.account
    subject = f"رد: سجّلنا طلبك {reference}"
    failed = AuthenticationHint("mx", dmarc="fail")
    passed = AuthenticationHint("mx.example.om", dmarc="pass")

    def match(**more: Any) -> Any:
        return queries.conversation_of_reply(answer(subject=subject, **more), account=account, at=LATER).conversation

    assert match() == conversation
    assert match(sender_address="stranger@example.org") is None
    assert match(authentication=failed) is None
    account.settings = {"trusts_results_of": ["mx.example.om"]}
    assert match() is None
    assert match(authentication=passed) == conversation
    assert queries.references_in("بخصوص ٢٦١١ و MR-2611-99999-0") == []


def test_a_sender_is_proven_only_by_a_server_we_named() -> None:
    from wasl.channels.contract import AuthenticationHint

    passed = answer(authentication=AuthenticationHint("mx.example.om", dmarc="pass"))
    forged = answer(authentication=AuthenticationHint("mx.evil.example", dmarc="pass"))
    blind = make_account()
    trusting = make_account(make_agency("HOU"), settings={"trusts_results_of": ["MX.example.om"]})

    proven = [queries.is_sender_proven(each, trusting) for each in (passed, forged, answer())]

    assert proven == [True, False, False]
    assert not queries.is_sender_proven(passed, blind)
    assert queries.is_sender_credible(answer(), blind)


def test_every_reason_a_mail_is_set_aside_has_its_words() -> None:
    from wasl.channels.contract import AutomaticKind
    from wasl.messaging import reasons

    codes = [reason for _, reason in mails.REFUSED.values()] + [str(kind) for kind in AutomaticKind]

    assert all(reasons.words(code) != reasons.words("ZeroDivisionError") for code in codes)


def test_a_token_is_only_read_from_an_address() -> None:
    assert conversation_named_by("0f" * 20) is None


def test_a_reply_lands_in_its_conversation_end_to_end(received: list[Received]) -> None:
    conversation = make_conversation()
    make_message(conversation)
    recipient = f"cases+{reply_token(conversation.public_id)}@mun.example.om"

    handled(
        deliver(
            mails.UNDERSTOOD["answer in Arabic"].content,
            conversation.account,
            envelope={"mail_from": MARYAM, "rcpt_to": [recipient]},
        )
    )

    assert (received[0].conversation, received[0].how) == (conversation, "token")
    assert received[0].is_known_sender
    assert conversation.messages.count() == 2
    follow_up = make_message(conversation, dedupe_key="two")
    assert follow_up.in_reply_to == "<one@example.org>"


def test_erasing_a_person_leaves_no_word_of_theirs(received: list[Received]) -> None:
    from wasl.contacts.operations import find_or_make

    account = make_account()
    maryam = find_or_make(account.agency, name="مريم", email=MARYAM, at=SUNDAY_9AM)
    conversation = make_conversation(account, beneficiary=maryam, subject="حفرة")
    handled(
        deliver(
            mails.UNDERSTOOD["inline picture"].content,
            account,
            envelope={"mail_from": MARYAM, "rcpt_to": [f"c+{reply_token(conversation.public_id)}@x"]},
        )
    )

    operations.erase(maryam)

    message = Message.objects.get()
    conversation.refresh_from_db()
    assert (message.text, message.from_address, message.html, conversation.address) == ("", "", "", "")
    assert bytes(RawDelivery.objects.get().content) == b""
    assert message.files.get().file.state == "gone"


def test_the_puppet_reads_like_the_real_adapter() -> None:
    assert Puppet().parse(mails.simple(b"x"), {}).sender_address == MARYAM
