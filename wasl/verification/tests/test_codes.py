"""A code by text message proves a telephone: once, soon, and not by guessing."""

from datetime import timedelta
from typing import Any

import pytest

from wasl.channels.contract import AccountFacts, OutboundMessage, Outcome, Result
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency
from wasl.messaging import operations as messaging
from wasl.messaging.models import Message
from wasl.messaging.tests.makers import jobs
from wasl.verification import codes
from wasl.verification import jobs as work
from wasl.verification.models import OneTimeToken
from wasl.verification.operations import BadToken

pytestmark = pytest.mark.django_db
PHONE = "+96892147705"
FOR = {"purpose": "phone", "subject": PHONE}


@pytest.fixture
def agency() -> Agency:
    agency = make_agency()
    messaging.save_account(
        agency=agency,
        channel="sms",
        code="sms",
        name="x",
        address="MUSCAT",
        settings={"gateway": "simulator"},
        at=SUNDAY_9AM,
    )
    return agency


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[OutboundMessage]:
    taken: list[OutboundMessage] = []

    class Taking:
        def send(self, account: AccountFacts, message: OutboundMessage) -> Outcome:
            taken.append(message)
            return Outcome(Result.SENT, "1") if len(taken) > 1 else Outcome(Result.TEMPORARY)

    monkeypatch.setattr(work.registry, "adapter", lambda channel: Taking())
    return taken


def issue(at: Any = SUNDAY_9AM) -> str:
    return codes.issue_code(at=at, **FOR)


def test_a_code_goes_by_text_and_stands_in_no_table(agency: Agency, sent: list[OutboundMessage]) -> None:
    codes.send_code(agency=agency, phone=PHONE, language="ar", **FOR)
    [(arguments, _)] = jobs("verification.send_text_code")

    with clock.frozen(SUNDAY_9AM):
        with pytest.raises(work.NotSent):
            work.send_text_code(**arguments)
        work.send_text_code(**arguments)

    code = sent[-1].text.split(": ")[1].split("\n")[0]
    assert sent[-1].to_address == PHONE
    assert code.isdecimal()
    assert len(code) == codes.DIGITS
    assert not Message.objects.exists()
    assert all(code not in token.token_hash for token in OneTimeToken.objects.all())
    codes.redeem_code(code=code, at=SUNDAY_9AM, **FOR)


def test_neither_queue_nor_log_learns_number_or_code(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    class Repeating:
        def send(self, account: AccountFacts, message: OutboundMessage) -> Outcome:
            told.append(message.text)
            return Outcome(Result.TEMPORARY, detail=f"500 {message.to_address} {message.text}")

    monkeypatch.setattr(work.registry, "adapter", lambda channel: Repeating())
    codes.send_code(agency=agency, phone=PHONE, language="ar", **FOR)
    [(arguments, _)] = jobs("verification.send_text_code")

    with clock.frozen(SUNDAY_9AM), pytest.raises(work.NotSent) as error:
        work.send_text_code(**arguments)

    code = told[0].split(": ")[1].split("\n")[0]
    assert PHONE[-8:] not in str(arguments)
    assert PHONE[-8:] not in str(error.value)
    assert code not in str(error.value)


def test_any_digits_are_taken_and_a_code_is_good_once() -> None:
    code = issue().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    codes.redeem_code(code=f" {code[:3]} {code[3:]}", at=SUNDAY_9AM, **FOR)
    with pytest.raises(BadToken):
        codes.redeem_code(code=code, at=SUNDAY_9AM, **FOR)


def test_a_newer_code_makes_the_older_void_and_ten_minutes_end_it() -> None:
    old, new = issue(), issue(SUNDAY_9AM + timedelta(seconds=30))
    late = SUNDAY_9AM + timedelta(minutes=11)

    if old != new:
        with pytest.raises(BadToken):
            codes.redeem_code(code=old, at=SUNDAY_9AM + timedelta(minutes=1), **FOR)
    with pytest.raises(BadToken):
        codes.redeem_code(code=new, at=late, **FOR)


def test_a_code_is_for_its_number_and_purpose_only() -> None:
    code = issue()

    for other in ({"purpose": "other", "subject": PHONE}, {"purpose": "phone", "subject": "+96899999999"}):
        with pytest.raises(BadToken):
            codes.redeem_code(code=code, at=SUNDAY_9AM, **other)


def test_five_guesses_are_all_there_are() -> None:
    code = issue()
    with clock.frozen(SUNDAY_9AM):
        for guess in range(codes.GUESSES):
            with pytest.raises(BadToken):
                codes.redeem_code(code=f"x{guess}", at=SUNDAY_9AM, **FOR)

        with pytest.raises(BadToken):
            codes.redeem_code(code=code, at=SUNDAY_9AM, **FOR)


def test_a_number_gets_three_codes_an_hour_and_a_dear_one_none(agency: Agency) -> None:
    for _ in range(codes.SENDINGS):
        codes.send_code(agency=agency, phone=PHONE, language="ar", **FOR)

    with pytest.raises(codes.TooManyCodes):
        codes.send_code(agency=agency, phone=PHONE, language="ar", **FOR)
    with pytest.raises(codes.CannotText):
        codes.send_code(agency=agency, phone="+88213001234", language="ar", **FOR)
    with pytest.raises(codes.CannotText):
        codes.send_code(agency=make_agency("HOU"), phone=PHONE, language="ar", **FOR)
