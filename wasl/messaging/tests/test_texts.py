"""Text messages through a gateway in all its moods: nothing twice without the same reference, nothing forgotten, and
always a final state in the end."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.test import Client

from wasl.channels.contract import AccountFacts, Call, DeliveryReport, Fate, Outcome, Result
from wasl.channels.sms import adapter as sms_adapter
from wasl.channels.sms import callbacks, simulator
from wasl.channels.sms.gateway import Gateway
from wasl.core import clock
from wasl.core.http import Inside
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency
from wasl.messaging import operations, queries
from wasl.messaging.delivery import NO_RECEIPT, OPEN
from wasl.messaging.jobs import handle_delivery, receipts, send_message
from wasl.messaging.models import ChannelAccount, Message, OptOut, RawDelivery, Receipt, SendingPace
from wasl.messaging.operations.receipts import take_waiting_receipts
from wasl.messaging.receiving import Received, _receivers
from wasl.messaging.tests.makers import clear_jobs, jobs, make_conversation, make_message

pytestmark = pytest.mark.django_db
MARYAM = "+96892147705"
KEY = "the-key-of-the-test"
WORDS = "سُجّل طلبك MR-2611-04173-2"


def make_text_account(**more: Any) -> ChannelAccount:
    more = {
        "agency": more.pop("agency", None) or make_agency(),
        "channel": "sms",
        "code": "sms",
        "name": "البلدية",
        "address": "MUSCAT",
        "settings": {"gateway": "simulator"},
        "at": SUNDAY_9AM,
    } | more
    return operations.save_account(**more)


def make_text(account: ChannelAccount, key: str = "one", **more: Any) -> Message:
    conversation = make_conversation(account, address=more.pop("to", MARYAM))
    return make_message(conversation, dedupe_key=key, subject="", text=WORDS, **more)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[simulator.Gateway, int]]:
    """One simulator for this file, on a real port of this machine."""
    gateway = simulator.Gateway(key=KEY)
    gateway.slow_seconds, gateway.hang_seconds = 0.05, 0.05
    server = simulator.serve(gateway, port=0)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield gateway, server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(running: tuple[simulator.Gateway, int], settings: Any) -> simulator.Gateway:
    """The simulator, well, empty and silent: receipts are made by the tests themselves."""
    gateway, port = running
    gateway.clear()
    gateway.hooks.clear()
    gateway.receipts = "never"
    settings.WASL_SMS_SIMULATOR_PORT, settings.WASL_SMS_SIMULATOR_KEY = str(port), KEY
    settings.WASL_INSIDE = (Inside.read(f"127.0.0.1:{port}"),)
    return gateway


def run(message: Message, at: datetime = SUNDAY_9AM) -> Message:
    with clock.frozen(at):
        send_message(message.pk)
    message.refresh_from_db()
    return message


def run_to_the_end(message: Message) -> Message:
    at = SUNDAY_9AM
    for _ in range(12):
        run(message, at)
        if message.state not in OPEN:
            return message
        at = message.next_try_at or at
    raise AssertionError(f"still {message.state}")


def report(account: ChannelAccount, message: Message, fate: str = "delivered", **more: Any) -> Receipt:
    told = {"provider_id": message.provider_id, "client_reference": "", "fate": Fate(fate)} | more
    return operations.record_receipt(account, DeliveryReport(**told), at=SUNDAY_9AM)


def facts() -> list[str]:
    kinds = ["MessageSent", "MessageFailed", "MessageDelivered", "ReceiptMissed"]
    return list(EventRecord.objects.filter(kind__in=kinds).order_by("pk").values_list("kind", flat=True))


# --- out -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mood", "state", "taken", "tries"),
    [
        ("ok", "sent", 1, 1),
        ("slow", "sent", 1, 1),
        ("twice", "sent", 1, 1),
        ("error", "technical_failure", 0, 8),
        ("busy", "technical_failure", 0, 8),
        ("refuses", "permanent_failure", 0, 1),
        # Taken, perhaps: once more under the same reference, then a person must look.
        ("garbage", "technical_failure", 0, 2),
        ("hangs", "technical_failure", 1, 2),
    ],
)
def test_in_every_mood_of_the_gateway_a_message_comes_to_an_end_and_to_one_phone_once(
    provider: simulator.Gateway, mood: str, state: str, taken: int, tries: int
) -> None:
    provider.mood = mood
    message = run_to_the_end(make_text(make_text_account()))

    assert (message.state, message.attempts) == (state, tries)
    assert len(provider.texts) == taken
    assert {text.reference for text in provider.texts} <= {message.message_id}
    assert facts()[-1:] == ["MessageSent" if state == "sent" else "MessageFailed"]


def test_what_goes_out_is_what_the_person_reads(provider: simulator.Gateway) -> None:
    message = run(make_text(make_text_account()))
    [text] = provider.texts

    assert (text.to, text.sender, text.text) == (MARYAM, "MUSCAT", WORDS)
    assert (message.provider_id, message.receipt_due_at) == (text.id, SUNDAY_9AM + timedelta(hours=48))
    assert text.hook.endswith(f"/hooks/sms/{message.conversation.account.hook_token}")


def test_a_gateway_that_recovers_has_the_message_once(provider: simulator.Gateway) -> None:
    provider.mood = "hangs"
    message = run(make_text(make_text_account()))
    provider.mood = "ok"
    run(message, message.next_try_at)

    assert message.state == "sent"
    assert [text.tries for text in provider.texts] == [2]


def test_wrong_credentials_are_our_fault_and_not_the_numbers(provider: simulator.Gateway, settings: Any) -> None:
    settings.WASL_SMS_SIMULATOR_KEY = "another"

    assert run(make_text(make_text_account())).state == "temporary_failure"
    assert provider.texts == []


def test_no_address_inside_is_called_unless_it_is_listed(provider: simulator.Gateway, settings: Any) -> None:
    settings.WASL_INSIDE = ()
    message = run(make_text(make_text_account()))

    assert (message.state, message.error) == ("temporary_failure", "Refused: inside")
    assert provider.texts == []


def test_an_account_without_a_gateway_sends_nothing_and_says_so(provider: simulator.Gateway) -> None:
    message = run(make_text(make_text_account(settings={})))

    assert (message.state, message.error) == ("temporary_failure", "no gateway is set for this account")


def test_a_dear_country_is_not_written_to(provider: simulator.Gateway) -> None:
    message = run(make_text(make_text_account(), to="+88213001234"))

    assert message.state == "permanent_failure"
    assert provider.texts == []


def test_a_full_bucket_goes_at_once_and_the_rest_at_the_pace_of_the_account() -> None:
    account = make_text_account(settings={"gateway": "simulator", "per_minute": 60})
    taken = [operations.take_turn(account, lane="reply", per_minute=60, at=SUNDAY_9AM) for _ in range(11)]
    later = operations.take_turn(account, lane="reply", per_minute=60, at=SUNDAY_9AM + timedelta(seconds=1))

    assert taken[:10] == [None] * 10
    assert taken[10] == timedelta(seconds=1)
    assert later is None


def test_bulk_leaves_tokens_for_what_is_urgent() -> None:
    account = make_text_account()
    bulk = [operations.take_turn(account, lane="bulk", per_minute=60, at=SUNDAY_9AM) for _ in range(20)]
    urgent = [operations.take_turn(account, lane="urgent", per_minute=60, at=SUNDAY_9AM) for _ in range(5)]

    assert bulk.count(None) == 5
    assert urgent == [None] * 5
    assert SendingPace.objects.get().account == account


# --- receipts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(["under_way", "delivered", "delivered", "unknown"]))[::3])
def test_receipts_in_any_order_and_twice_end_in_delivered(provider: simulator.Gateway, order: tuple[str, ...]) -> None:
    account = make_text_account()
    message = run(make_text(account))

    for fate in order:
        report(account, message, fate)
    message.refresh_from_db()

    assert (message.state, message.receipt_due_at) == ("delivered", None)
    assert facts().count("MessageDelivered") == 1


@pytest.mark.parametrize("first", ["delivered", "failed"])
def test_the_first_final_word_stands(provider: simulator.Gateway, first: str) -> None:
    account = make_text_account()
    message = run(make_text(account))
    other = {"delivered": "failed", "failed": "delivered"}[first]

    report(account, message, first)
    report(account, message, other)
    message.refresh_from_db()

    assert message.state == {"delivered": "delivered", "failed": "permanent_failure"}[first]


def test_a_receipt_before_the_answer_waits_for_its_message(provider: simulator.Gateway) -> None:
    account = make_text_account()
    message = make_text(account)
    early = report(account, message, provider_id="sim-early")
    assert early.message is None

    claimed = operations.claim(message.pk, at=SUNDAY_9AM)
    assert claimed is not None
    operations.record_outcome(
        message.pk, lease_token=claimed.lease_token, outcome=Outcome(Result.SENT, "sim-early"), at=SUNDAY_9AM
    )
    message.refresh_from_db()

    assert message.state == "delivered"


def test_a_receipt_by_our_reference_beats_an_answer_that_never_came(provider: simulator.Gateway) -> None:
    account = make_text_account()
    message = make_text(account)
    claimed = operations.claim(message.pk, at=SUNDAY_9AM)
    assert claimed is not None
    report(account, message, provider_id="x", client_reference=message.message_id)

    lost = Outcome(Result.TECHNICAL, detail="line broke", uncertain=True)
    operations.record_outcome(message.pk, lease_token=claimed.lease_token, outcome=lost, at=SUNDAY_9AM)
    run(message, SUNDAY_9AM + timedelta(hours=1))

    assert (message.state, message.attempts, message.error) == ("delivered", 1, "")
    assert provider.texts == []


def test_a_receipt_that_fits_nothing_is_kept_and_harmless_and_found_by_the_sweep(provider: simulator.Gateway) -> None:
    account = make_text_account()
    message = run(make_text(account))
    stray = Receipt.objects.create(
        agency=account.agency,
        account=account,
        provider_id=message.provider_id,
        fate="delivered",
        received_at=SUNDAY_9AM,
    )
    report(account, message, provider_id="nobody's")

    with clock.frozen(SUNDAY_9AM + timedelta(minutes=1)):
        receipts(0)
    message.refresh_from_db()
    stray.refresh_from_db()

    assert (message.state, stray.message) == ("delivered", message)
    assert Receipt.objects.get(provider_id="nobody's").message is None


def test_receipts_that_never_fit_do_not_stand_in_front_of_one_that_does(provider: simulator.Gateway) -> None:
    account = make_text_account()
    for number in range(3):  # of codes and of tests: no message of ours
        operations.record_receipt(account, DeliveryReport(f"code-{number}", "", Fate.DELIVERED), at=SUNDAY_9AM)
    operations.record_receipt(account, DeliveryReport("late", "", Fate.DELIVERED), at=SUNDAY_9AM)
    message = make_text(account)
    Message.objects.filter(pk=message.pk).update(state="sent", provider_id="late")

    assert operations.match_receipts(at=SUNDAY_9AM, since=SUNDAY_9AM, limit=2) == 1
    message.refresh_from_db()
    assert message.state == "delivered"


def test_a_receipt_of_another_account_changes_nothing(provider: simulator.Gateway) -> None:
    message = run(make_text(make_text_account()))
    other = make_text_account(agency=make_agency("HOU"), address="HOUSING")

    report(other, message)
    message.refresh_from_db()

    assert message.state == "sent"


def test_who_waits_in_vain_stops_waiting_and_a_late_receipt_still_counts(provider: simulator.Gateway) -> None:
    account = make_text_account()
    message = run(make_text(account))

    with clock.frozen(SUNDAY_9AM + timedelta(hours=47)):
        receipts(0)
    message.refresh_from_db()
    assert message.receipt_due_at is not None
    with clock.frozen(SUNDAY_9AM + timedelta(hours=48)):
        receipts(0)
        receipts(0)
    message.refresh_from_db()
    assert (message.state, message.error, message.receipt_due_at) == ("sent", NO_RECEIPT, None)
    report(account, message)
    message.refresh_from_db()

    assert (message.state, message.error) == ("delivered", "")
    assert facts() == ["MessageSent", "ReceiptMissed", "MessageDelivered"]


def test_where_no_receipts_are_given_none_is_waited_for(provider: simulator.Gateway) -> None:
    account = make_text_account(settings={"gateway": "simulator", "gives_receipts": False})

    assert run(make_text(account)).receipt_due_at is None


# --- the door ------------------------------------------------------------------------------------------------------


def knock(account: ChannelAccount, told: Any, *, key: str = KEY, at: datetime = SUNDAY_9AM, **more: Any) -> int:
    body = json.dumps(told, ensure_ascii=False).encode() if not isinstance(told, bytes) else told
    stamp = str(int(at.timestamp()))
    signature = simulator.hmac.new(key.encode(), stamp.encode() + b"." + body, simulator.hashlib.sha256).hexdigest()
    headers = {"X-Time": stamp, "X-Signature": signature} | more
    with clock.frozen(at):
        answer = Client(enforce_csrf_checks=True).post(
            f"/hooks/sms/{account.hook_token}", body, content_type="application/json", headers=headers
        )
    return answer.status_code


def handle_all(at: datetime = SUNDAY_9AM) -> None:
    waiting = jobs("messaging.handle_delivery")
    clear_jobs()
    with clock.frozen(at):
        for arguments, _ in waiting:
            handle_delivery(**arguments)


def test_a_call_is_stored_answered_and_read_by_a_job(provider: simulator.Gateway) -> None:
    account = make_text_account()
    message = run(make_text(account))
    clear_jobs()

    status = knock(account, {"id": message.provider_id, "status": "DELIVRD"})
    message.refresh_from_db()
    assert (status, message.state) == (200, "sent")
    handle_all()
    message.refresh_from_db()

    assert message.state == "delivered"
    assert RawDelivery.objects.get().state == "parsed"


def test_the_same_call_a_hundred_times_is_one(provider: simulator.Gateway) -> None:
    account = make_text_account()
    message = run(make_text(account))
    clear_jobs()

    statuses = {knock(account, {"id": message.provider_id, "status": "DELIVRD"}) for _ in range(100)}
    handle_all()

    assert statuses == {200}
    assert RawDelivery.objects.count() == 1
    assert facts().count("MessageDelivered") == 1


@pytest.mark.parametrize(
    "knocking",
    [
        lambda account: knock(account, {}, key="wrong"),
        lambda account: knock(account, {}, **{"X-Signature": ""}),
        lambda account: knock(account, {}, **{"X-Time": str(int(SUNDAY_9AM.timestamp()) - 3600)}),
    ],
    ids=["wrong key", "no signature", "stale"],
)
def test_a_forged_or_stale_call_is_refused_and_kept_nowhere(
    provider: simulator.Gateway, knocking: Callable[[ChannelAccount], int]
) -> None:
    assert knocking(make_text_account()) == 403
    assert RawDelivery.objects.count() == 0


def test_unknown_and_closed_accounts_answer_like_any_unknown_address(provider: simulator.Gateway) -> None:
    account = make_text_account(is_active=False)

    assert knock(account, {}) == 404
    assert Client().post("/hooks/sms/none", b"{}", content_type="application/json").status_code == 404


def test_who_guesses_is_shut_out_after_twenty_tries(provider: simulator.Gateway) -> None:
    account = make_text_account()
    statuses = [knock(account, {"n": number}, key="wrong") for number in range(22)]

    assert statuses == [403] * 20 + [404] * 2


def test_a_call_too_large_is_refused(provider: simulator.Gateway) -> None:
    assert knock(make_text_account(), b'{"text": "' + b"x" * 300_000 + b'"}') == 413


def test_broken_bytes_are_stored_and_parked_not_lost(provider: simulator.Gateway) -> None:
    account = make_text_account()

    assert knock(account, b"\xff\xfe{{{") == 200
    handle_all()

    assert RawDelivery.objects.get().state == "parked"


@contextmanager
def receiving(into: list[Received]) -> Iterator[None]:
    before = _receivers.get("sms")
    _receivers["sms"] = into.append
    try:
        yield
    finally:
        if before is not None:
            _receivers["sms"] = before


def inbound(text: str, sender: str = MARYAM, number: str = "1") -> dict[str, str]:
    return {"id": number, "from": sender, "to": "MUSCAT", "text": text}


def test_messages_of_people_reach_the_room_above_with_their_conversation(provider: simulator.Gateway) -> None:
    account = make_text_account()
    held = operations.open_conversation(account=account, address=MARYAM, reference="2611041732", at=SUNDAY_9AM)
    heard: list[Received] = []

    with receiving(heard):
        knock(account, inbound("لم تُحل المشكلة"))
        knock(account, inbound("أهلاً", sender="+96899999999", number="2"))
        knock(account, inbound("Offer!", sender="OmanTel", number="3"))
        knock(account, inbound("صدى", sender="muscat", number="4"))
        handle_all()

    assert [(one.inbound.text, one.conversation, one.how) for one in heard] == [
        ("لم تُحل المشكلة", held, "number"),
        ("أهلاً", None, ""),
    ]
    assert RawDelivery.objects.filter(state="ignored").count() == 2


def test_without_ids_a_repeated_call_is_one_and_the_same_words_later_are_new(provider: simulator.Gateway) -> None:
    account = make_text_account(settings={"gateway": "simulator", "inbound_id": ""})
    told = {"from": MARYAM, "text": "نعم"}

    for wait in (0, 5, 3600):
        knock(account, told, at=SUNDAY_9AM + timedelta(seconds=wait))

    assert RawDelivery.objects.count() == 2


def test_the_simulators_own_calls_pass_the_door(provider: simulator.Gateway) -> None:
    account = make_text_account()
    told: list[Call] = []

    class Heard:
        status = 200

        def __enter__(self) -> "Heard":
            return self

        def __exit__(self, *error: object) -> None: ...

    def urlopen(request: urllib.request.Request, timeout: float) -> Heard:
        headers = {name.lower(): value for name, value in request.header_items()}
        told.append(Call("POST", "", request.data, headers))  # type: ignore[arg-type]
        return Heard()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulator.urllib.request, "urlopen", urlopen)
        provider.hooks["MUSCAT"] = "http://127.0.0.1/hook"
        provider.write(sender=MARYAM, to="MUSCAT", text="مرحبا")

    gateway = Gateway.of(queries.account_facts(account))
    assert callbacks.is_genuine(gateway, told[0], clock.true_time(clock.now()))


# --- consent and secrets -------------------------------------------------------------------------------------------


def test_fewer_messages_are_asked_for_once_and_taken_back() -> None:
    agency = make_agency()

    changes = [
        operations.opt_out(agency=agency, channel="sms", address=MARYAM, at=SUNDAY_9AM),
        operations.opt_out(agency=agency, channel="sms", address=MARYAM, at=SUNDAY_9AM),
        queries.has_opted_out(agency, "sms", MARYAM),
        operations.opt_in(agency=agency, channel="sms", address=MARYAM, at=SUNDAY_9AM),
        operations.opt_in(agency=agency, channel="sms", address=MARYAM, at=SUNDAY_9AM),
    ]

    assert changes == [True, False, True, True, False]
    assert not OptOut.objects.exists()


def test_a_changed_secret_leaves_the_others() -> None:
    account = make_text_account(settings={"url": "https://x.example.om"}, secret={"key": "1", "hook_secret": "2"})

    operations.change_secrets(account, {"key": "the new key"})
    account.refresh_from_db()

    assert dict(queries.account_facts(account).secret) == {"key": "the new key", "hook_secret": "2"}
    assert "the new key" not in account.credentials_sealed
    assert "hook_secret" not in account.credentials_sealed


def test_one_active_account_to_an_address() -> None:
    make_text_account()

    with pytest.raises(operations.AddressInUse):
        make_text_account(agency=make_agency("HOU"), code="other")


def test_the_adapter_never_raises() -> None:
    message = sms_adapter.OutboundMessage(to_address=MARYAM, subject="", text="x")
    account = AccountFacts("sms", "", "M", {"url": "https://sms.example.om/", "template": "not json"}, {})

    assert sms_adapter.SmsAdapter().send(account, message).result is Result.TECHNICAL


def test_waiting_receipts_of_others_are_left_alone(provider: simulator.Gateway) -> None:
    account = make_text_account()
    message = make_text(account)

    take_waiting_receipts(message, at=SUNDAY_9AM)

    assert message.receipts.count() == 0
