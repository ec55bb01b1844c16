"""A gateway described by settings: what goes over the wire, what its answers mean, and whose calls are believed."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from wasl.channels.contract import AccountFacts, Call, Fate, OutboundMessage, ParseFailed, Result
from wasl.channels.sms import callbacks, exchange
from wasl.channels.sms.gateway import Gateway, field_of, problems
from wasl.core.http import Answer
from wasl.directory.tests.makers import SUNDAY_9AM

TEXT = 'سُجّل طلبك MR-2611-04173-2 & "شكراً" {to}'
WORDS = OutboundMessage(to_address="+96892147705", subject="", text=TEXT, message_id="abc123")


def facts(**settings: Any) -> AccountFacts:
    settings = {"url": "https://sms.example.om/send"} | settings
    return AccountFacts("sms", "البلدية", "MUSCAT", settings, {"key": "k-1", "hook_secret": "h-1"})


def request(**settings: Any) -> exchange.Request:
    account = facts(**settings)
    return exchange.request_for(Gateway.of(account), account, WORDS)


def test_values_go_into_json_as_values_and_never_as_markup() -> None:
    sent = request(
        template='{"messages": [{"dest": "{to}", "body": "{text}"}], "type": "{unicode}", "ref": "{reference}"}'
    )

    assert json.loads(sent.body) == {
        "messages": [{"dest": "+96892147705", "body": TEXT}],
        "type": "1",
        "ref": "abc123",
    }
    assert sent.headers["Authorization"] == "Bearer k-1"
    assert sent.headers["Content-Type"].startswith("application/json")


def test_a_form_is_coded_and_numbers_are_written_as_the_gateway_wants_them() -> None:
    sent = request(
        format="form",
        template="msisdn: {to}\nmsg: {text}\nsender: {from}",
        number_format="zeros",
        auth="basic",
        username="u",
    )

    assert parse_qs(sent.body.decode()) == {"msisdn": ["0096892147705"], "msg": [TEXT], "sender": ["MUSCAT"]}
    assert base64.b64decode(sent.headers["Authorization"].split()[1]) == b"u:k-1"


def test_a_get_carries_everything_in_its_address() -> None:
    sent = request(
        method="GET",
        format="query",
        template="to: {to}\ntext: {text}",
        number_format="digits",
        auth="query",
        auth_name="pw",
    )
    query = parse_qs(urlsplit(sent.url).query)

    assert query == {"pw": ["k-1"], "to": ["96892147705"], "text": [TEXT]}
    assert sent.body == b""


def test_the_same_message_makes_the_same_request_in_every_try() -> None:
    assert request() == request()


def test_a_text_is_made_plain_where_that_spares_money_and_never_longer_than_allowed() -> None:
    short = OutboundMessage(to_address="+968", subject="", text="It’s done")
    long = OutboundMessage(to_address="+968", subject="", text="ا" * 5000)

    assert exchange.text_of(short) == "It's done"
    assert exchange.segments.count(exchange.text_of(long)).parts == exchange.MAX_PARTS


@pytest.mark.parametrize(
    ("status", "body", "result", "uncertain", "provider_id"),
    [
        (200, '{"id": "m-1", "code": "0"}', Result.SENT, False, "m-1"),
        (202, '{"data": 1, "id": 77, "code": "0"}', Result.SENT, False, "77"),
        (200, '{"code": "21"}', Result.PERMANENT, False, ""),
        (200, '{"code": "30"}', Result.TEMPORARY, False, ""),
        (200, '{"code": "99"}', Result.TECHNICAL, False, ""),
        (200, "<html>It works!</html>", Result.TECHNICAL, True, ""),
        (200, "", Result.TECHNICAL, True, ""),
        (400, '{"error": "invalid number"}', Result.PERMANENT, False, ""),
        (400, '{"code": "30"}', Result.TEMPORARY, False, ""),
        (401, "", Result.TECHNICAL, False, ""),
        (403, "", Result.TECHNICAL, False, ""),
        (302, "", Result.TECHNICAL, False, ""),
        (404, "", Result.TECHNICAL, False, ""),
        (429, "", Result.TEMPORARY, False, ""),
        (500, "oops", Result.TEMPORARY, False, ""),
        (502, "", Result.TEMPORARY, True, ""),
        (504, "", Result.TEMPORARY, True, ""),
        (200, "[" * 100_000, Result.TECHNICAL, True, ""),
    ],
)
def test_what_an_answer_means(status: int, body: str, result: Result, uncertain: bool, provider_id: str) -> None:
    gateway = Gateway.read(
        {"success_field": "code", "success_values": "0", "code_field": "code", "permanent_codes": "21, 22",
         "temporary_codes": ["30"]}
    )  # fmt: skip

    outcome = exchange.outcome_of(gateway, Answer(status, body.encode()))

    assert (outcome.result, outcome.uncertain, outcome.provider_id) == (result, uncertain, provider_id)


def test_a_plain_answer_is_read_word_by_word() -> None:
    gateway = Gateway.read({"success_field": "0", "success_values": "OK", "id_field": "1"})

    taken = exchange.outcome_of(gateway, Answer(200, b"OK: 12345"))
    refused = exchange.outcome_of(gateway, Answer(200, b"ERR: 7"))

    assert (taken.result, taken.provider_id) == (Result.SENT, "12345")
    assert (refused.result, refused.uncertain) == (Result.TECHNICAL, False)


def test_paths_lead_into_lists_and_never_to_an_error() -> None:
    data = {"results": [{"id": 5, "none": None}]}

    assert field_of(data, "results.0.id") == "5"
    assert [field_of(data, path) for path in ("results.1.id", "results.x", "results", "results.0.none", "a.b")] == [
        ""
    ] * 5


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"url": "ftp://example.om"}, "url"),
        ({"url": ""}, "url"),
        ({"template": '{"to": "{to}"}'}, "template"),
        ({"template": '{"to": "{to}", "text": "{text}", "x": "{nobody}"}'}, "template"),
        ({"template": '{"to": "{to}", "text": "{text}"'}, "template"),
        ({"format": "xml"}, "format"),
        ({"auth": "magic"}, "auth"),
        ({"headers": "X Y: 1"}, "headers"),
        ({"per_minute": 0}, "per_minute"),
        ({"per_minute": "many"}, "per_minute"),
        ({"prefixes": "968"}, "prefixes"),
        ({"receipt_hours": 1000}, "receipt_hours"),
    ],
)
def test_settings_that_cannot_work_are_named(written: dict[str, Any], field: str) -> None:
    assert field in problems({"url": "https://sms.example.om/send"} | written)


def test_good_settings_and_the_simulator_have_no_problems() -> None:
    assert problems({"url": "https://sms.example.om/send"}) == {}
    assert problems({"gateway": "simulator"}) == {}


# --- calls ---------------------------------------------------------------------------------------------------------

BODY = b'{"id": "m-1", "status": "DELIVRD"}'


def signed(at_seconds: int, body: bytes = BODY, secret: bytes = b"h-1") -> Call:
    value = hmac.new(secret, f"{at_seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return Call("POST", "", BODY, {"x-signature": f"sha256={value}", "x-time": str(at_seconds)})


NOW = int(SUNDAY_9AM.timestamp())
HMAC = {"hook_auth": "hmac", "hook_name": "X-Signature", "hook_time_name": "X-Time"}
BASIC = {"hook_auth": "basic", "hook_username": "u"}


def basic(pair: str) -> Call:
    return Call("POST", "", BODY, {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()})


@pytest.mark.parametrize(
    ("settings", "call", "genuine"),
    [
        ({}, Call("POST", "", BODY, {"x-hook-secret": "h-1"}), True),
        ({}, Call("POST", "", BODY, {"x-hook-secret": "h-2"}), False),
        ({}, Call("POST", "X-Hook-Secret=h-1", BODY), False),
        ({"hook_auth": "query", "hook_name": "s"}, Call("GET", "s=h-1&id=1", b""), True),
        ({"hook_auth": "query", "hook_name": "s"}, Call("GET", "id=1", b""), False),
        (BASIC, basic("u:h-1"), True),
        (BASIC, basic("u:h-2"), False),
        (BASIC, Call("POST", "", BODY, {"authorization": "Basic %%%"}), False),
        (HMAC, signed(NOW), True),
        (HMAC, signed(NOW - 299), True),
        (HMAC, signed(NOW - 301), False),
        (HMAC, signed(NOW + 301), False),
        (HMAC, signed(NOW, secret=b"other"), False),
        (HMAC, signed(NOW, body=b"{}"), False),
        (HMAC, Call("POST", "", BODY, {"x-signature": "", "x-time": str(NOW)}), False),
        (HMAC, Call("POST", "", BODY, {"x-signature": "ا", "x-time": "ا"}), False),
    ],
)
def test_only_who_knows_the_secret_is_believed(settings: dict[str, str], call: Call, genuine: bool) -> None:
    assert callbacks.is_genuine(Gateway.of(facts(**settings)), call, SUNDAY_9AM) is genuine


def test_without_a_secret_nobody_is_believed() -> None:
    account = AccountFacts("sms", "", "MUSCAT", {}, {})

    assert not callbacks.is_genuine(Gateway.of(account), Call("POST", "", BODY, {"x-hook-secret": ""}), SUNDAY_9AM)


def test_the_secret_of_an_address_is_not_kept() -> None:
    gateway = Gateway.of(facts(hook_auth="query", hook_name="s"))

    assert callbacks.without_secret(gateway, Call("GET", "s=h-1&id=1&x=", b"")).query == "id=1&x="


def test_receipts_in_their_many_shapes() -> None:
    plain = callbacks.read(Gateway(), BODY, {})
    form = callbacks.read(Gateway(), b"id=m-1&status=UNDELIV", {})
    query = callbacks.read(Gateway(), b"", {"query": "id=m-1&status=EXPIRED"})
    listed = callbacks.read(
        Gateway.read({"hook_list": "results", "receipt_id": "msg.id", "receipt_delivered": "5"}),
        b'{"results": [{"msg": {"id": 1}, "status": 5}, {"msg": {"id": 2}, "status": "queued"}, 7]}',
        {},
    )

    assert [report.fate for report in plain.reports] == [Fate.DELIVERED]
    assert [report.fate for report in form.reports] == [Fate.FAILED]
    assert [report.fate for report in query.reports] == [Fate.FAILED]
    assert [(report.provider_id, report.fate) for report in listed.reports] == [
        ("1", Fate.DELIVERED),
        ("2", Fate.UNDER_WAY),
    ]


def test_no_item_of_a_long_call_is_left_out_in_silence() -> None:
    gateway = Gateway.read({})
    many = [{"id": f"g-{number}", "status": "DELIVRD"} for number in range(1500)]

    assert len(callbacks.read(gateway, json.dumps(many).encode(), {}).reports) == len(many)
    with pytest.raises(ParseFailed):
        callbacks.read(gateway, json.dumps(many * 4).encode(), {})


def test_messages_of_people_are_read_with_their_number() -> None:
    gateway = Gateway()
    read = callbacks.read(gateway, '{"id": "1", "from": "0096892147705", "text": "لم تُحل \u202e😀"}'.encode(), {})
    [message] = read.messages

    assert (message.sender_address, message.text, message.language) == ("+96892147705", "لم تُحل 😀", "ar")
    assert message.automatic is None


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("+968 9214 7705", "+96892147705"),
        ("96892147705", "+96892147705"),
        ("92147705", "+96892147705"),
        ("٠٠٩٦٨٩٢١٤٧٧٠٥", "+96892147705"),
        ("90909", "90909"),
        ("OmanTel", "omantel"),
    ],
)
def test_senders_are_numbers_or_names(written: str, sender: str) -> None:
    assert callbacks.sender_of(written) == sender


def test_a_shop_that_writes_is_no_person() -> None:
    [message] = callbacks.read(Gateway(), b'{"id": "1", "from": "OmanTel", "text": "Offer"}', {}).messages

    assert message.automatic is not None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"7", b"\xff\xfe", b"[" * 50_000, b'{"a": 1}', b"a=1"])
def test_what_nobody_understands_is_parked(content: bytes) -> None:
    with pytest.raises(ParseFailed):
        callbacks.read(Gateway(), content, {})


def test_numbers_of_dear_countries_are_not_written_to() -> None:
    assert Gateway().may_write_to("+96892147705")
    assert not Gateway().may_write_to("+88213001234")
    assert timedelta(hours=Gateway().receipt_hours) == timedelta(days=2)
