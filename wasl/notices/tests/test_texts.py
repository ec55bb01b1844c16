"""Notices by text message: the wish, the wording that fits, what happens when it fails, and who asked for fewer."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from wasl.channels.contract import DeliveryReport, Fate, Outcome, Result
from wasl.channels.sms import segments
from wasl.contacts import operations as contacts
from wasl.core import clock, references
from wasl.core.localized import Localized, both
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency
from wasl.messaging import operations as messaging
from wasl.messaging.jobs import send_message
from wasl.messaging.models import Message
from wasl.messaging.tests.makers import clear_jobs, jobs, make_account
from wasl.notices import operations, queries
from wasl.notices.means import Addresses, choose
from wasl.notices.models import Notice, Template
from wasl.notices.starting import starting_wordings
from wasl.tasks import operations as tasks
from wasl.tasks.models import Task

pytestmark = pytest.mark.django_db
PHONE, MAIL = "+96892147705", "maryam@example.org"
# The longest a house will see: four letters, eight figures; a site address and an access code of usual length.
REFERENCE = references.compose(letters="MUSC", on=SUNDAY_9AM.date(), number=12345678)
LONGEST: dict[str, Any] = {
    "reference": str(REFERENCE),
    "main_reference": str(references.compose(letters="MUSC", on=SUNDAY_9AM.date(), number=12345679)),
    "due": date(2026, 9, 30),
    "review_on": date(2026, 9, 30),
    "reopen_until": date(2026, 9, 30),
    "scheduled_for": datetime.fromisoformat("2026-09-30T12:45+04:00"),
    "link": "https://contact.muscat.example.om/t/AbCdEfGhIjKlMnOpQrStUv",
    "service": both("خدمة", "Service"),
    "unit": both("وحدة", "Unit"),
}


def make_text_account(agency: Any = None, **more: Any) -> Any:
    more = {"settings": {"gateway": "simulator"}} | more
    return messaging.save_account(
        agency=agency or make_agency(),
        channel="sms",
        code="sms",
        name="البلدية",
        address="MUSCAT",
        at=SUNDAY_9AM,
        **more,
    )


def tell(agency: Any, **more: Any) -> Notice:
    more = {
        "template": "case_registered", "language": "ar", "wished_channel": "sms", "values": LONGEST,
        "addresses": Addresses(email=MAIL, phone=PHONE), "dedupe_key": "1", "at": SUNDAY_9AM, "case_id": 7,
        "reference": str(REFERENCE),
    } | more  # fmt: skip
    return operations.tell(agency=agency, **more)


def end(notice: Notice, outcome: Outcome) -> Notice:
    """As if the provider had answered so, and the facts had been handed on."""
    assert notice.message is not None
    message = messaging.claim(notice.message.pk, at=SUNDAY_9AM + timedelta(minutes=1))
    assert message is not None
    messaging.record_outcome(message.pk, lease_token=message.lease_token, outcome=outcome, at=SUNDAY_9AM)
    return follow(notice)


def follow(notice: Notice) -> Notice:
    assert notice.message is not None
    operations.follow_message(Message.objects.get(pk=notice.message.pk), at=SUNDAY_9AM)
    notice.refresh_from_db()
    return notice


def text_of(code: str, language: str) -> str:
    """A wording of the house with the longest values, as it is sent."""
    agency = make_agency()
    told = starting_wordings()[code].for_channel("sms")
    return operations.written(told, LONGEST, agency, language, "sms").text


# --- the wording ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("code", sorted(starting_wordings()))
def test_every_notice_fits_two_parts_and_begins_with_number_and_state(code: str, language: str) -> None:
    text = text_of(code, language)
    count = segments.count(text)
    first = segments.split(text)[0].split("\n")[0]

    assert count.parts <= 2
    assert LONGEST["reference"] in first
    assert len(first) > len(LONGEST["reference"]) + 8
    assert count.encoding == ("ucs2" if language == "ar" else "gsm")
    assert not set(text) & set("\u2066\u2067\u2068\u2069\u200e\u200f")


def test_news_without_a_link_fits_one_part() -> None:
    one_part = [code for code in starting_wordings() if segments.count(text_of(code, "ar")).parts == 1]
    dated = {"case_acknowledged", "case_accepted", "case_in_work", "case_referred", "case_parted", "case_scheduled"}

    assert dated | {"case_closed", "case_merged", "case_reopened", "case_withdrawn"} <= set(one_part)


def test_a_line_without_its_value_is_left_out() -> None:
    agency = make_agency()
    told = starting_wordings()["case_registered"].for_channel("sms")

    assert "الموعد" not in operations.written(told, LONGEST | {"due": ""}, agency, "ar", "sms").text


def test_an_agencys_own_text_is_sent_and_its_mail_is_not_touched() -> None:
    agency = make_agency()
    account, mail = make_text_account(agency), make_account(agency)
    operations.save_template(
        agency=agency,
        code="case_registered",
        channel="sms",
        subject=Localized(),
        body=both("رقمك {reference}", "{reference}"),
        by=None,
        at=SUNDAY_9AM,
    )

    text, letter = tell(agency), tell(agency, wished_channel="email", dedupe_key="2")

    assert text.message is not None
    assert letter.message is not None
    assert (text.message.text, text.message.conversation.account) == (f"رقمك {REFERENCE}", account)
    assert "وصلنا طلبك" in letter.message.text
    assert letter.message.conversation.account == mail


def test_a_text_with_an_unknown_place_or_of_too_many_parts_is_refused() -> None:
    agency = make_agency()
    saved = {
        "agency": agency,
        "code": "case_closed",
        "channel": "sms",
        "subject": Localized(),
        "by": None,
        "at": SUNDAY_9AM,
    }

    with pytest.raises(operations.UnknownPlace) as unknown:
        operations.save_template(body=both("{reference} {password}", "x"), **saved)
    with pytest.raises(operations.TooLong):
        operations.save_template(body=both("ا" * 500, "x"), **saved)

    assert unknown.value.places == "password"
    assert not Template.objects.exists()


def test_versions_keep_their_dates_and_the_house_takes_over_again() -> None:
    agency = make_agency()
    for number in range(2):
        operations.save_template(
            agency=agency,
            code="case_closed",
            channel="sms",
            subject=Localized(),
            body=both(f"{number} {{reference}}", "x"),
            by=None,
            at=SUNDAY_9AM + timedelta(days=number),
        )
    operations.end_template(
        agency=agency, code="case_closed", channel="sms", by=None, at=SUNDAY_9AM + timedelta(days=2)
    )

    old = queries.versions(agency, "case_closed", "sms")
    then = queries.wording_for(agency, "case_closed", at=SUNDAY_9AM + timedelta(hours=1), channel="sms")
    now = queries.wording_for(agency, "case_closed", at=SUNDAY_9AM + timedelta(days=3), channel="sms")

    assert [(one.valid_from, one.valid_to) for one in old] == [
        (SUNDAY_9AM + timedelta(days=1), SUNDAY_9AM + timedelta(days=2)),
        (SUNDAY_9AM, SUNDAY_9AM + timedelta(days=1)),
    ]
    assert then.body["ar"].startswith("0")
    assert now.body == starting_wordings()["case_closed"].sms


# --- the means -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wished", "email", "phone", "can_text", "means"),
    [
        ("sms", MAIL, PHONE, True, "sms"),
        ("sms", MAIL, PHONE, False, "email"),
        ("sms", "", PHONE, False, "call"),
        ("email", MAIL, PHONE, True, "email"),
        ("email", "", PHONE, True, "sms"),
        ("call", MAIL, PHONE, True, "call"),
        ("call", MAIL, "", True, "email"),
        ("", "", PHONE, True, "sms"),
    ],
)
def test_the_means_is_the_nearest_to_the_wish(wished: str, email: str, phone: str, can_text: bool, means: str) -> None:
    assert choose(wished, Addresses(email, phone), can_mail=True, can_text=can_text) == means


@pytest.mark.parametrize("phone", ["+96824123456", "+88213001234", "+447911123456"])
def test_landlines_and_other_countries_get_no_text(phone: str) -> None:
    agency = make_agency()
    make_text_account(agency)
    make_account(agency)

    assert tell(agency, addresses=Addresses(MAIL, phone)).channel_used == "email"


def test_a_text_goes_into_the_conversation_of_its_channel_whatever_the_case_came_by() -> None:
    agency = make_agency()
    make_text_account(agency)
    mailed = messaging.open_conversation(account=make_account(agency), address=MAIL, at=SUNDAY_9AM)

    notice = tell(agency, conversation=mailed)

    assert notice.message is not None
    assert (notice.message.to_address, notice.message.html) == (PHONE, "")
    assert notice.message.conversation.reference == REFERENCE.digits


# --- the end -------------------------------------------------------------------------------------------------------


def test_sent_then_delivered() -> None:
    agency = make_agency()
    account = make_text_account(agency)
    notice = end(tell(agency), Outcome(Result.SENT, "p-1"))
    assert (notice.state, notice.state_words) == ("sent", "أُرسل")

    messaging.record_receipt(account, DeliveryReport("p-1", "", Fate.DELIVERED), at=SUNDAY_9AM)
    notice = follow(notice)

    assert (notice.state, str(notice.state_words)) == ("delivered", "وصل")


def test_without_a_receipt_staff_read_that_nobody_knows() -> None:
    agency = make_agency()
    make_text_account(agency)
    notice = end(tell(agency), Outcome(Result.SENT, "p-1"))

    messaging.give_up_receipts(at=SUNDAY_9AM + timedelta(days=3))
    shown = queries.of_case(7)[0]

    assert notice.state == "sent"
    assert str(shown.state_words) == "أُرسل، ولم يصل تأكيد بالتسليم"


def test_a_failed_text_is_followed_by_a_letter_and_that_by_a_call() -> None:
    agency = make_agency()
    make_text_account(agency)
    make_account(agency)
    maryam = contacts.find_or_make(agency, name="مريم", phone=PHONE, email=MAIL, at=SUNDAY_9AM)

    notice = end(tell(agency, beneficiary=maryam), Outcome(Result.PERMANENT, detail="no such number"))
    letter = notice.message
    assert letter is not None
    assert (notice.channel_used, notice.finished_at, letter.to_address) == ("email", None, MAIL)
    assert f"تم تسجيل طلبك {REFERENCE}" in letter.text
    assert str(REFERENCE) in letter.subject

    notice = end(notice, Outcome(Result.PERMANENT, detail="550"))
    assert notice.task is not None
    assert (notice.channel_used, notice.task.phone) == ("call", PHONE)
    assert "تعذر البريد" in notice.task.title["ar"]


@pytest.mark.requirement("H-21")
def test_a_failed_text_without_an_address_becomes_a_call() -> None:
    agency = make_agency()
    make_text_account(agency)

    notice = end(tell(agency), Outcome(Result.PERMANENT, detail="no such number"))

    assert notice.task is not None
    assert "تعذرت الرسالة النصية" in notice.task.title["ar"]


def test_a_text_reported_as_undelivered_after_it_was_sent_is_followed_too() -> None:
    agency = make_agency()
    account = make_text_account(agency)
    notice = end(tell(agency), Outcome(Result.SENT, "p-1"))

    messaging.record_receipt(account, DeliveryReport("p-1", "", Fate.FAILED, "EXPIRED"), at=SUNDAY_9AM)
    notice = follow(notice)

    assert notice.task is not None


def test_who_asked_for_fewer_texts_gets_the_needful_only() -> None:
    agency = make_agency()
    make_text_account(agency)
    messaging.opt_out(agency=agency, channel="sms", address=PHONE, at=SUNDAY_9AM)

    progress = tell(agency, template="case_in_work", dedupe_key="2")
    result = tell(agency, template="case_resolved", dedupe_key="3")

    assert (progress.state, progress.message) == ("declined", None)
    assert result.message is not None


def test_twenty_texts_a_day_are_enough_for_anybody() -> None:
    agency = make_agency()
    make_text_account(agency)

    states = [tell(agency, dedupe_key=str(number)).state for number in range(21)]

    assert states == ["created"] * 20 + ["suppressed"]


def test_what_is_urgent_is_queued_before_bulk() -> None:
    agency = make_agency()
    make_text_account(agency)
    clear_jobs()
    tell(agency, lane="bulk", dedupe_key="1")
    urgent = tell(agency, lane="urgent", dedupe_key="2")
    assert urgent.message is not None

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'messaging.send_message' ORDER BY priority DESC"
        )
        first = str(cursor.fetchone()[0])

    assert str(urgent.message.pk) in first
    assert len(jobs("messaging.send_message")) == 2


# --- calls ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_tellings_at_once_open_one_call() -> None:
    agency = make_agency()
    person = contacts.find_or_make(agency, name="سالم", phone=PHONE, at=SUNDAY_9AM)
    begun, told = threading.Event(), threading.Event()
    call = {"wished_channel": "call", "addresses": Addresses(phone=PHONE), "beneficiary": person}

    def tell_slowly() -> None:
        with transaction.atomic():
            tell(agency, dedupe_key="1", **call)
            begun.set()
            told.wait(0.5)
        connection.close()

    slow = threading.Thread(target=tell_slowly)
    slow.start()
    begun.wait(60)
    second = tell(agency, dedupe_key="2", template="case_resolved", **call)
    told.set()
    slow.join()

    [task] = Task.objects.all()
    assert second.task == task
    assert task.title["ar"].startswith("تمت معالجة")
    assert Notice.objects.get(dedupe_key="1").state == "superseded"


def test_a_call_after_a_finished_one_is_a_new_one() -> None:
    agency = make_agency()
    person = contacts.find_or_make(agency, name="سالم", phone=PHONE, at=SUNDAY_9AM)
    call = {"wished_channel": "call", "addresses": Addresses(phone=PHONE), "beneficiary": person}

    first = tell(agency, dedupe_key="1", **call)
    assert first.task is not None
    tasks.finish(first.task, outcome="reached", by=None, at=SUNDAY_9AM)
    second = tell(agency, dedupe_key="2", **call)
    third = tell(agency, dedupe_key="3", **call)

    assert second.task != first.task
    assert third.task == second.task


def test_a_task_shows_the_whole_reference_and_keeps_the_figures() -> None:
    agency = make_agency()
    notice = tell(agency, wished_channel="call", reference="2611041732")

    assert notice.task is not None
    assert notice.task.reference == "2611041732"
    assert notice.task.full_reference in (f"{agency.letters}-2611-04173-2", "2611041732")


def test_a_send_job_runs_through_the_adapter_of_its_channel(settings: Any) -> None:
    agency = make_agency()
    make_text_account(agency)
    settings.WASL_SMS_SIMULATOR_PORT = ""
    notice = tell(agency)
    assert notice.message is not None

    with clock.frozen(SUNDAY_9AM):
        send_message(notice.message.pk)
    notice.message.refresh_from_db()

    assert notice.message.error == "no gateway is set for this account"
