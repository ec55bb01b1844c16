"""A text message becomes a case, or lands on the one it answers; a stranger's lands on nobody else's."""

import json
from datetime import datetime, timedelta

import pytest

from wasl.cases import operations as cases
from wasl.cases import timeline
from wasl.cases.models import Case
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.contacts import operations as contacts
from wasl.core.dispatch import deliver_event
from wasl.core.events import subscribers_of
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_salem
from wasl.intake import limits
from wasl.messaging import operations as messaging
from wasl.messaging import queries as messages
from wasl.messaging.models import ChannelAccount, Message, RawDelivery

pytestmark = pytest.mark.django_db
MARYAM, STRANGER = "+96892147705", "+96899887766"


@pytest.fixture
def account() -> ChannelAccount:
    agency = make_working_agency()
    make_service("LT-OUT", agency=agency, name={"ar": "عمود إنارة لا يعمل", "en": "Street light out"},
                 keywords=["عمود إنارة", "الإنارة مطفأة"], priority="P3")  # fmt: skip
    return messaging.save_account(
        agency=agency, channel="sms", code="sms", name="البلدية", address="MUSCAT", settings={"gateway": "simulator"},
        at=SUNDAY_9AM,
    )  # fmt: skip


def text(
    account: ChannelAccount, words: str, *, sender: str = MARYAM, key: str = "1", at: datetime = SUNDAY_9AM
) -> str:
    body = json.dumps({"id": key, "from": sender, "to": "MUSCAT", "text": words}).encode()
    envelope = {"call": True, "method": "POST", "query": "", "key": key}
    raw = messaging.receive_raw(
        account=account, provider_key=key, content=body, channel="sms", envelope=envelope, at=at
    )
    return messaging.handle(raw.pk, at=at)


def tell_all() -> None:
    for record in EventRecord.objects.order_by("id"):
        for name in subscribers_of(record.kind):
            deliver_event(record.pk, name)


def sent_to(number: str) -> list[str]:
    return list(
        Message.objects.filter(direction="out", to_address=number).order_by("pk").values_list("text", flat=True)
    )


def make_maryams_case(account: ChannelAccount) -> Case:
    maryam = contacts.find_or_make(account.agency, name="مريم", phone=MARYAM, preferred_channel="sms", at=SUNDAY_9AM)
    return make_case(agency=account.agency, beneficiary=maryam, preferred_channel="sms")


@pytest.mark.requirement("M-25")
def test_a_text_becomes_a_case_and_its_number_comes_back_by_text(account: ChannelAccount) -> None:
    assert text(account, "عمود إنارة أمام بيتنا لا يعمل\nمنذ أسبوع") == RawDelivery.State.PARSED
    tell_all()

    case = Case.objects.get()
    assert (case.title, case.channel, case.state, case.unit.is_triage) == (
        "عمود إنارة أمام بيتنا لا يعمل", "sms", "new", True,
    )  # fmt: skip
    assert case.service is not None
    assert case.service_proposed
    assert case.beneficiary is not None
    assert [one.value for one in case.beneficiary.addresses.all()] == [MARYAM]
    [answer] = sent_to(MARYAM)
    assert answer.startswith(f"تم تسجيل طلبك {case.reference}")
    assert "عمود إنارة" not in answer


def test_the_same_text_twice_makes_one_case(account: ChannelAccount) -> None:
    text(account, "عمود إنارة لا يعمل")
    text(account, "عمود إنارة لا يعمل")

    assert Case.objects.count() == 1


def test_an_answer_without_a_number_lands_on_the_case_we_wrote_about(account: ChannelAccount) -> None:
    case = make_maryams_case(account)
    tell_all()
    assert len(sent_to(MARYAM)) == 1

    text(account, "البوابة الثانية", at=SUNDAY_9AM + HOUR)

    assert Case.objects.get() == case
    assert timeline.public_timeline(case)[0].text == "البوابة الثانية"


def test_an_answer_to_a_question_gives_the_case_back_to_us(account: ChannelAccount) -> None:
    case = make_maryams_case(account)
    cases.ask_beneficiary(case, question="أي عمود؟", by=make_salem(), at=SUNDAY_9AM + HOUR)
    tell_all()

    text(account, "SB-0482", at=SUNDAY_9AM + 2 * HOUR)

    case.refresh_from_db()
    assert case.state != "pending_beneficiary"


def test_a_number_in_the_text_names_the_case_even_where_we_never_wrote(account: ChannelAccount) -> None:
    first, second = make_maryams_case(account), make_maryams_case(account)
    figures = first.digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    text(account, f"بخصوص الطلب {figures}: ما زال مكسوراً")

    assert Case.objects.count() == 2
    assert "ما زال مكسوراً" in timeline.public_timeline(first)[0].text
    assert all("مكسور" not in item.text for item in timeline.staff_timeline(second))


def test_a_strangers_text_with_the_number_of_a_case_makes_a_case_of_its_own(account: ChannelAccount) -> None:
    case = make_maryams_case(account)
    tell_all()

    text(account, f"أغلقوا الطلب {case.reference}", sender=STRANGER)

    assert Case.objects.count() == 2
    assert all("أغلقوا" not in item.text for item in timeline.staff_timeline(case))
    assert all(case.title not in words for words in sent_to(STRANGER))


def test_a_text_after_the_case_was_closed_makes_a_new_one(account: ChannelAccount) -> None:
    case = make_maryams_case(account)
    tell_all()
    Case.objects.filter(pk=case.pk).update(state="closed")

    text(account, "رجعت المشكلة")

    assert Case.objects.count() == 2


@pytest.mark.parametrize("words", ["STOP", "stop.", "قف", " إيقاف ", "الغاء", "توقف!"])
def test_stop_is_done_and_answered_once_and_start_takes_it_back(account: ChannelAccount, words: str) -> None:
    text(account, words, key="1")
    text(account, words, key="2")
    assert messages.has_opted_out(account.agency, "sms", MARYAM)
    assert len(sent_to(MARYAM)) == 1
    text(account, "ابدأ", key="3")

    assert not messages.has_opted_out(account.agency, "sms", MARYAM)
    assert len(sent_to(MARYAM)) == 2
    assert Case.objects.count() == 0


def test_a_report_that_begins_with_stop_is_a_report(account: ChannelAccount) -> None:
    text(account, "قف عند الدوار، الإشارة معطلة")

    assert Case.objects.count() == 1
    assert not messages.has_opted_out(account.agency, "sms", MARYAM)


def test_two_machines_that_answer_each_other_fall_silent(account: ChannelAccount) -> None:
    for number in range(40):
        text(account, f"رد آلي {number}", key=str(number), at=SUNDAY_9AM + timedelta(seconds=number))
        if number % 10 == 0:
            tell_all()
    tell_all()

    assert Case.objects.count() <= limits.PER_SENDER
    assert len(sent_to(MARYAM)) <= 3
    assert RawDelivery.objects.filter(state="parked").count() == 40 - limits.PER_SENDER


@pytest.mark.parametrize("sender", ["OmanTel", "90909", "MUSCAT"])
def test_shops_and_our_own_sender_make_no_case(account: ChannelAccount, sender: str) -> None:
    assert text(account, "عرض خاص", sender=sender) == RawDelivery.State.IGNORED
    assert Case.objects.count() == 0


def test_a_number_that_nobody_has_waits_for_a_person(account: ChannelAccount) -> None:
    assert text(account, "مرحبا", sender="+96811111111") == RawDelivery.State.PARKED
    assert Case.objects.count() == 0
