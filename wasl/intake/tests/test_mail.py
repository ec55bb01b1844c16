"""A mail becomes a case; an answer lands on it; what a stranger sends into a thread stays internal."""

from email.message import EmailMessage

import pytest

from wasl.alerts.tests.makers import make_alert
from wasl.alerts.writing import write_now
from wasl.cases import operations as cases
from wasl.cases import timeline
from wasl.cases.models import Case
from wasl.cases.operations import promise_of
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.dispatch import deliver_event
from wasl.core.events import subscribers_of
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_said, make_salem
from wasl.intake import limits
from wasl.messaging import operations as messaging
from wasl.messaging.models import ChannelAccount, Message, RawDelivery
from wasl.messaging.tests.makers import make_account
from wasl.sla.explanation import Kind, explain
from wasl.tasks.models import Task

pytestmark = pytest.mark.django_db

MARYAM = "maryam@example.org"


@pytest.fixture
def account() -> ChannelAccount:
    agency = make_working_agency()
    make_service("LT-OUT", agency=agency, name={"ar": "عمود إنارة لا يعمل", "en": "Street light out"},
                 keywords=["عمود إنارة", "الإنارة مطفأة"], priority="P3")  # fmt: skip
    return make_account(agency)


def letter(text: str, *, subject: str = "عمود إنارة لا يعمل", sender: str = MARYAM, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Maryam <{sender}>"
    mail["To"] = "cases@mun.example.om"
    mail["Subject"] = subject
    mail["Message-ID"] = headers.pop("message_id", "<one@example.org>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def deliver(account: ChannelAccount, mail: EmailMessage, key: str = "1", at=SUNDAY_9AM) -> str:  # type: ignore[no-untyped-def]
    envelope = {"mail_from": MARYAM, "rcpt_to": [account.address]}
    raw = messaging.receive_raw(account=account, provider_key=key, content=mail.as_bytes(), at=at, envelope=envelope)
    return messaging.handle((raw[0] if isinstance(raw, tuple) else raw).pk, at=at)


def tell_all() -> None:
    for record in EventRecord.objects.order_by("id"):
        for name in subscribers_of(record.kind):
            deliver_event(record.pk, name)


@pytest.mark.requirement("F-10")
def test_a_mail_becomes_a_case_with_the_sender_and_a_proposed_service(account: ChannelAccount) -> None:
    assert deliver(account, letter("عمود الإنارة أمام بيتنا لا يعمل منذ أسبوع.")) == RawDelivery.State.PARSED

    case = Case.objects.get()
    assert case.title == "عمود إنارة لا يعمل"
    assert case.service is not None
    assert case.service.code == "LT-OUT"
    assert case.service_proposed
    assert case.state == "new"
    assert case.unit.is_triage
    assert case.beneficiary is not None
    assert [one.value for one in case.beneficiary.addresses.all()] == [MARYAM]
    assert case.messages.count() == 1


@pytest.mark.requirement("H-16")
def test_a_mail_at_ten_in_the_evening_is_registered_and_its_clocks_start_with_the_next_opening(
    account: ChannelAccount,
) -> None:
    at_ten, opening = SUNDAY_9AM.replace(hour=22), (SUNDAY_9AM + 22 * HOUR).replace(minute=30)

    with clock.frozen(at_ten):
        deliver(account, letter("عمود الإنارة لا يعمل"), at=at_ten)

    case = Case.objects.get()
    acknowledge = case.clocks.get(kind="acknowledge")
    promise = promise_of(acknowledge)
    first = next(span for span in explain(promise, acknowledge.started_at) if span.kind is Kind.COUNTED)
    assert (case.channel, case.registered_at) == ("email", at_ten)
    assert first.from_ == opening
    assert acknowledge.due_at == opening + 4 * HOUR
    # Whoever asks for the same at a counter as it opens has the same promises from the same moment.
    at_counter = make_case(agency=account.agency, at=opening, service=case.service, channel="counter")
    assert at_counter.clocks.get(kind="acknowledge").due_at == acknowledge.due_at


def test_the_same_mail_twice_makes_one_case(account: ChannelAccount) -> None:
    deliver(account, letter("عمود الإنارة لا يعمل"), "1")
    deliver(account, letter("عمود الإنارة لا يعمل"), "2")

    assert Case.objects.count() == 1


def test_an_answer_lands_on_the_case_and_is_shown_to_its_sender(account: ChannelAccount) -> None:
    deliver(account, letter("عمود الإنارة لا يعمل"))
    case = Case.objects.get()

    deliver(account, letter("رقم العمود SB-0482", subject=f"Re: {case.reference}", message_id="<two@example.org>"), "2")

    assert Case.objects.count() == 1
    assert timeline.public_timeline(case)[0].text == "رقم العمود SB-0482"


def test_an_answer_to_a_letter_lands_on_a_case_that_came_through_the_portal(account: ChannelAccount) -> None:
    case = make_case(agency=account.agency)
    tell_all()
    told = Message.objects.get(direction="out")

    answer = letter("البوابة الثانية", message_id="<two@example.org>", In_Reply_To=told.message_id)
    assert deliver(account, answer, "2", SUNDAY_9AM + HOUR) == RawDelivery.State.PARSED

    assert Case.objects.get() == case
    assert timeline.public_timeline(case)[0].text == "البوابة الثانية"
    assert case.messages.count() == 1


def test_who_joined_with_a_duplicate_answers_no_question_of_another_and_shows_that_one_nothing(
    account: ChannelAccount,
) -> None:
    deliver(account, letter("عمود الإنارة لا يعمل"))
    duplicate, main = Case.objects.get(), make_case(agency=account.agency)
    cases.merge(duplicate, into=main, by=make_huda(), at=SUNDAY_9AM + HOUR)
    cases.ask_beneficiary(main, question="أي عمود؟", by=make_salem(), at=SUNDAY_9AM + HOUR)

    more = letter("رقم هاتفي 92147705", subject=f"Re: {duplicate.reference}", message_id="<two@example.org>")
    deliver(account, more, "2", SUNDAY_9AM + 2 * HOUR)

    main.refresh_from_db()
    assert main.state == "pending_beneficiary"
    assert timeline.public_timeline(main)[0].kind == "BeneficiaryAsked"
    assert any("92147705" in item.text for item in timeline.staff_timeline(main))


def test_an_answer_to_a_question_lets_the_clock_run_again(account: ChannelAccount) -> None:
    deliver(account, letter("عمود الإنارة لا يعمل"))
    case = Case.objects.get()
    cases.ask_beneficiary(case, question="ما رقم العمود؟", by=make_salem(), at=SUNDAY_9AM + HOUR)

    answer = letter("SB-0482", subject=f"Re: {case.reference}", message_id="<two@example.org>")
    deliver(account, answer, "2", SUNDAY_9AM + 2 * HOUR)

    case.refresh_from_db()
    assert case.state != "pending_beneficiary"
    assert case.clocks.get(kind="resolve").paused_at is None


def test_words_of_a_stranger_in_the_thread_are_not_shown_to_the_public(account: ChannelAccount) -> None:
    deliver(account, letter("عمود الإنارة لا يعمل"))
    case = Case.objects.get()
    cases.reply(case, text="وصلنا", by=make_noora(), at=SUNDAY_9AM + HOUR)
    conversation = case.conversations.get().conversation
    sent = messaging.queue_message(
        conversation=conversation, dedupe_key="x", subject="رد", text="وصلنا", language="ar", at=SUNDAY_9AM + HOUR
    )

    stranger = letter("أنا جاره", sender="other@example.org", message_id="<3@example.org>", In_Reply_To=sent.message_id)
    deliver(account, stranger, "3", SUNDAY_9AM + 2 * HOUR)

    assert Case.objects.count() == 1
    assert all("جاره" not in item.text for item in timeline.public_timeline(case))
    assert any("جاره" in item.text for item in timeline.staff_timeline(case))


@pytest.mark.parametrize(
    "header",
    [{"Auto_Submitted": "auto-replied"}, {"List_Id": "<news.example.org>"}, {"Precedence": "bulk"}],
)
def test_automatic_mail_makes_no_case(account: ChannelAccount, header: dict[str, str]) -> None:
    deliver(account, letter("أنا في إجازة", **header))

    assert not Case.objects.exists()
    assert not Message.objects.filter(direction="out").exists()


def test_a_mail_without_subject_or_known_words_waits_for_a_person(account: ChannelAccount) -> None:
    deliver(account, letter("السلام عليكم", subject=""))

    case = Case.objects.get()
    assert case.title == "السلام عليكم"
    assert case.service is None
    assert case.kind == "inquiry"
    assert EventRecord.objects.filter(kind="CaseRegistered", case_id=case.pk).exists()


def test_parked_mail_becomes_a_task_for_somebody(account: ChannelAccount) -> None:
    raw = messaging.receive_raw(
        account=account, provider_key="9", content=b"", at=SUNDAY_9AM, envelope={"rcpt_to": [account.address]}
    )
    messaging.park(raw, note="empty", at=SUNDAY_9AM)
    record = EventRecord.objects.get(kind="DeliveryParked")

    deliver_event(record.pk, "wasl.intake.subscribers.call_a_person")

    task = Task.objects.get()
    assert task.kind == "parked"
    assert task.unit.is_triage


def flood(account: ChannelAccount, number: int, sender: str = MARYAM) -> str:
    mail = letter("عمود الإنارة لا يعمل", message_id=f"<{number}-{sender}>", sender=sender)
    return deliver(account, mail, f"{number} {sender}")


def test_more_mail_than_a_person_writes_waits_for_somebody(account: ChannelAccount) -> None:
    for number in range(limits.PER_SENDER):
        assert flood(account, number) == RawDelivery.State.PARSED

    assert flood(account, 30) == RawDelivery.State.PARKED

    parked = RawDelivery.objects.get(state=RawDelivery.State.PARKED)
    assert (parked.note, str(parked.reason)) == ("too_many", "رسائل كثيرة جداً من المرسل نفسه خلال ساعة")
    assert Case.objects.count() == limits.PER_SENDER
    assert flood(account, 1, "other@example.org") == RawDelivery.State.PARSED
    with clock.frozen(SUNDAY_9AM + 2 * HOUR):
        assert flood(account, 31) == RawDelivery.State.PARSED


def test_mail_of_a_flood_that_a_person_lets_in_becomes_a_case(
    account: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_SENDER", 0)
    assert flood(account, 1) == RawDelivery.State.PARKED
    parked = RawDelivery.objects.get()

    assert messaging.unpark(parked, by=make_noora(), at=SUNDAY_9AM)

    assert messaging.handle(parked.pk, at=SUNDAY_9AM) == RawDelivery.State.PARSED
    assert Case.objects.count() == 1


def test_a_colleague_who_answers_a_digest_makes_no_case(account: ChannelAccount) -> None:
    said = make_said()
    make_alert(said, urgent=True, agency=account.agency)
    (told,) = write_now(said.pk, at=SUNDAY_9AM)
    assert told.message is not None
    answer = letter("سأنظر فيه اليوم.", sender=said.email, In_Reply_To=told.message.message_id)

    assert deliver(account, answer) == RawDelivery.State.PARKED

    assert not Case.objects.exists()
    assert RawDelivery.objects.get().reason == "رد موظف على رسالة تنبيه أو موجز"
