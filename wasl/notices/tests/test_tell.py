"""People are told once, in their language, by the means nearest to their wish, and every notice comes to an end."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import pytest

from wasl.calendars import operations as calendars
from wasl.channels.contract import Outcome, Result
from wasl.core import clock, events, references
from wasl.core.dispatch import deliver_event, dispatch_event
from wasl.core.localized import Localized, both
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency
from wasl.messaging import operations as messaging
from wasl.messaging.jobs import send_message
from wasl.messaging.models import Message
from wasl.messaging.tests.makers import MARYAM, clear_jobs, jobs, make_account, puppet
from wasl.notices import operations, queries
from wasl.notices.jobs import sweep
from wasl.notices.means import Addresses, choose
from wasl.notices.models import Notice, Template
from wasl.notices.starting import starting_wordings
from wasl.notices.telling import Told, declared, tells
from wasl.tasks import operations as tasks
from wasl.tasks.models import Task

pytestmark = pytest.mark.django_db
BOTH = Addresses(email=MARYAM, phone="+96892345678")
VALUES: dict[str, Any] = {
    "reference": "MR-2611-00001-0",
    "service": both("حفرة في الطريق", "Pothole"),
    "unit": both("دائرة الطرق", "Roads"),
    "due": date(2026, 11, 29),
    "link": "https://example.om/t/abc",
}


def tell(**more: Any) -> Notice:
    agency = more.pop("agency", None) or make_agency()
    more = {
        "template": "case_registered", "language": "ar", "wished_channel": "email", "addresses": BOTH, "values": VALUES,
        "dedupe_key": "1:case_registered", "at": SUNDAY_9AM, "case_id": 7, "reference": "MR-2611-00001-0",
    } | more  # fmt: skip
    return operations.tell(agency=agency, **more)


def run_events() -> None:
    """Hand every fact to its subscribers, as the worker does."""
    for _ in range(5):
        waiting = [*jobs("core.dispatch_event"), *jobs("core.deliver_event")]
        dispatched, delivered = jobs("core.dispatch_event"), jobs("core.deliver_event")
        clear_jobs()
        for arguments, _at in dispatched:
            dispatch_event(**arguments)
        for arguments, _at in delivered:
            deliver_event(**arguments)
        if not waiting:
            return


def send(notice: Notice, *outcomes: Outcome) -> Notice:
    assert notice.message is not None
    with puppet(*outcomes), clock.frozen(SUNDAY_9AM + timedelta(minutes=2)):
        send_message(notice.message.pk)
    run_events()
    notice.refresh_from_db()
    return notice


@pytest.mark.parametrize(
    ("wished", "addresses", "can_mail", "means"),
    [
        ("email", BOTH, True, "email"),
        ("sms", BOTH, True, "email"),
        ("call", BOTH, True, "call"),
        ("", BOTH, True, "email"),
        ("email", BOTH, False, "call"),
        ("email", Addresses(phone="+968"), True, "call"),
        ("sms", Addresses(phone="+968"), True, "call"),
        ("call", Addresses(email=MARYAM), True, "email"),
        ("call", Addresses(), True, ""),
        ("email", Addresses(email=MARYAM), False, ""),
    ],
)
def test_the_means_is_the_nearest_to_the_wish(wished: str, addresses: Addresses, can_mail: bool, means: str) -> None:
    assert choose(wished, addresses, can_mail=can_mail) == means


def test_a_notice_by_mail_is_written_in_the_language_and_time_of_the_person() -> None:
    make_account()

    notice = tell()

    message = notice.message
    assert message is not None
    assert message.subject == "سجّلنا طلبك \u2066MR-2611-00001-0\u2069"
    assert "الجهة المسؤولة: \u2068دائرة الطرق\u2069" in message.text
    assert "الأحد 29 نوفمبر 2026" in message.text
    assert message.text.startswith("— الرد يُكتب فوق هذا السطر —")
    assert 'dir="rtl"' in message.html
    assert 'lang="ar"' in message.html
    assert (notice.channel_used, notice.state, message.to_address) == ("email", "created", MARYAM)


def test_in_english_it_is_english() -> None:
    make_account()

    message = tell(language="en").message

    assert message is not None
    assert "Responsible unit: \u2068Roads\u2069" in message.text
    assert "Sunday 29 November 2026" in message.text
    assert '<html lang="en" dir="ltr">' in message.html


def test_the_same_key_tells_once() -> None:
    make_account()

    assert tell().pk == tell().pk
    assert Message.objects.count() == 1


def test_two_agencies_tell_each_for_itself() -> None:
    here, there = make_account(), make_account(make_agency("HOU"))

    first, second = tell(), tell(agency=there.agency)

    assert first.pk != second.pk
    assert first.message is not None
    assert second.message is not None
    assert first.message.conversation.account == here
    assert second.message.conversation.account == there


def test_notices_of_one_case_share_a_conversation_that_knows_the_reference() -> None:
    make_account()
    reference = references.allocate(letters="MR", on=SUNDAY_9AM.date())

    first = tell(reference=str(reference))
    second = tell(reference=str(reference), template="case_referred", dedupe_key="2")

    assert first.message is not None
    assert second.message is not None
    assert first.message.conversation == second.message.conversation
    assert first.message.conversation.reference == reference.digits


def test_a_sent_mail_is_a_sent_notice() -> None:
    make_account()

    notice = send(tell())

    assert (notice.state, notice.finished_at is not None) == ("sent", True)


def test_a_mail_on_its_way_shows_so() -> None:
    make_account()
    notice = send(tell(), Outcome(Result.TEMPORARY, detail="451"))

    assert (notice.state, notice.present_state, notice.tone) == ("created", "temporary_failure", "warn")
    assert queries.of_case(7) == [notice]


def test_a_mail_that_cannot_be_delivered_becomes_a_call() -> None:
    make_account()

    notice = send(tell(), Outcome(Result.PERMANENT, detail="550"))

    task = Task.objects.get()
    assert (notice.channel_used, notice.task, notice.state) == ("call", task, "temporary_failure")
    assert task.phone == "+96892345678"
    assert "دائرة الطرق" in task.note
    tasks.finish(task, outcome="reached", by=None, at=SUNDAY_9AM)
    run_events()
    notice.refresh_from_db()
    assert (notice.state, notice.phone) == ("delivered", "")


def test_a_mail_that_cannot_be_delivered_and_no_phone_is_a_visible_failure() -> None:
    make_account()

    notice = send(tell(addresses=Addresses(email=MARYAM)), Outcome(Result.PERMANENT, detail="550"))

    assert (notice.state, notice.finished_at is not None) == ("permanent_failure", True)


def test_a_bounce_after_sending_still_counts() -> None:
    make_account()
    notice = send(tell())
    assert notice.message is not None

    messaging.report_failure(
        message_id=notice.message.message_id, agency_id=notice.agency_id, detail="550", at=SUNDAY_9AM
    )
    run_events()

    notice.refresh_from_db()
    assert notice.channel_used == "call"


def test_a_wish_for_a_call_is_a_task_of_the_centre_with_the_words() -> None:
    notice = tell(wished_channel="call")

    task = Task.objects.get()
    assert (notice.channel_used, notice.state, notice.task) == ("call", "sending", task)
    assert (task.kind, task.case_id, task.phone) == ("call", 7, "+96892345678")
    assert "سجّلنا طلبك" in task.title["ar"]
    assert "registered" in task.title["en"]
    assert SUNDAY_9AM < task.due_at <= SUNDAY_9AM + timedelta(days=4)


def test_a_call_is_due_by_the_calendar_of_the_centre() -> None:
    agency = make_agency()
    calendars.load_starting_calendars(agency, at=SUNDAY_9AM)
    evening = calendars.add_calendar(
        agency, code="evening", name=both("مسائي", "Evening"), spans={6: [(time(16), time(0))]}, at=SUNDAY_9AM
    )
    calendars.use_calendar(agency, calendar=evening, unit=directory.triage_unit(agency), at=SUNDAY_9AM)

    tell(agency=agency, wished_channel="call")

    assert Task.objects.get().due_at == SUNDAY_9AM.astimezone(agency.zone).replace(hour=0) + timedelta(days=1)


def test_a_call_nobody_made_yet_says_the_newest_thing() -> None:
    first = tell(wished_channel="call")
    second = tell(wished_channel="call", template="case_referred", dedupe_key="2", at=SUNDAY_9AM + timedelta(hours=1))

    first.refresh_from_db()
    assert Task.objects.count() == 1
    assert first.state == "superseded"
    assert second.task == Task.objects.get()
    assert "أحيل" in Task.objects.get().note


@pytest.mark.parametrize(("outcome", "state"), [("reached", "delivered"), ("not_reached", "permanent_failure")])
def test_the_call_decides_what_became_of_the_notice(outcome: str, state: str) -> None:
    notice = tell(wished_channel="call")
    assert notice.task is not None

    tasks.finish(notice.task, outcome=outcome, by=None, at=SUNDAY_9AM)
    run_events()

    notice.refresh_from_db()
    assert notice.state == state


def test_without_any_means_the_notice_says_so() -> None:
    notice = tell(addresses=Addresses())

    assert (notice.state, notice.finished_at) == ("unreachable", SUNDAY_9AM)


def test_of_two_facts_of_one_moment_only_the_newer_is_told() -> None:
    make_account()

    first = tell(coalesce_key="case:7")
    second = tell(coalesce_key="case:7", template="case_referred", dedupe_key="2", at=SUNDAY_9AM + timedelta(seconds=3))

    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "created")
    assert first.message is not None
    assert first.message.state == "cancelled"
    assert second.message is not None
    assert second.message.next_try_at == SUNDAY_9AM + timedelta(seconds=13)


def test_what_is_sent_already_or_older_than_a_minute_stays_told() -> None:
    make_account()
    old = tell(coalesce_key="case:7")
    tell(coalesce_key="case:7", dedupe_key="2", at=SUNDAY_9AM + timedelta(seconds=61))
    sent = send(tell(coalesce_key="case:8", dedupe_key="3", case_id=8, reference=""))
    tell(coalesce_key="case:8", dedupe_key="4", case_id=8, reference="", at=SUNDAY_9AM + timedelta(seconds=30))

    old.refresh_from_db()
    sent.refresh_from_db()
    assert (old.state, sent.state) == ("created", "sent")


def test_a_fourth_automatic_answer_within_the_hour_is_held_back() -> None:
    make_account()

    notices = [tell(answers_mail=True, dedupe_key=str(number), reference="") for number in range(4)]

    assert [notice.state for notice in notices] == ["created", "created", "created", "suppressed"]
    assert notices[0].message is not None
    assert notices[0].message.automatic == "auto-replied"


def test_words_of_a_person_are_no_automatic_message() -> None:
    make_account()

    message = tell(template="reply", values={**VALUES, "reply": "تم\nالإصلاح"}, by_person=True).message

    assert message is not None
    assert (message.automatic, "تم\nالإصلاح" in message.text) == ("", True)


def test_an_agency_s_own_wording_is_used_from_its_day_on() -> None:
    agency = make_account().agency
    text = Localized(ar="بلاغك {reference} عندنا", en="We have {reference}")

    operations.save_template(agency=agency, code="case_registered", subject=text, body=text, by=None, at=SUNDAY_9AM)

    assert queries.wording_for(agency, "case_registered", at=SUNDAY_9AM).subject == text
    assert queries.wording_for(agency, "case_registered", at=SUNDAY_9AM - timedelta(1)).subject != text
    assert queries.wording_for(make_agency("HOU"), "case_registered", at=SUNDAY_9AM).subject != text
    with pytest.raises(operations.UnknownPlace):
        operations.save_template(
            agency=agency, code="case_registered", subject=Localized(ar="{password}"), body=text, by=None, at=SUNDAY_9AM
        )


def test_a_newer_wording_ends_the_older() -> None:
    agency = make_agency()
    for number in (1, 2):
        text = Localized(ar=f"نص {number}")
        at = SUNDAY_9AM + timedelta(hours=number)
        operations.save_template(agency=agency, code="reply", subject=text, body=text, by=None, at=at)

    assert Template.objects.filter(valid_to__isnull=True).count() == 1
    assert Template.objects.count() == 2


def test_the_starting_wordings_can_be_loaded_once() -> None:
    assert operations.load_starting_templates(at=SUNDAY_9AM) == len(starting_wordings())
    assert operations.load_starting_templates(at=SUNDAY_9AM) == 0


def test_a_notice_whose_end_was_not_heard_of_is_found() -> None:
    make_account()
    notice = tell()
    assert notice.message is not None
    with puppet(), clock.frozen(SUNDAY_9AM):
        send_message(notice.message.pk)
    clear_jobs()

    with clock.frozen(SUNDAY_9AM):
        sweep(0)

    notice.refresh_from_db()
    assert notice.state == "sent"


def test_phones_are_forgotten_when_no_bounce_is_to_be_expected() -> None:
    make_account()
    notice = send(tell())

    operations.forget_phones(at=SUNDAY_9AM + timedelta(days=6))
    notice.refresh_from_db()
    kept = notice.phone
    operations.forget_phones(at=SUNDAY_9AM + timedelta(days=8))
    notice.refresh_from_db()

    assert (kept, notice.phone) == ("+96892345678", "")


@events.event(version=1)
@dataclass(frozen=True)
class RoadClosed(events.Event):
    road_id: int


@tells(RoadClosed, template="case_referred")
def closed(fact: RoadClosed, record: EventRecord) -> list[Told]:
    agency = make_agency()
    return [
        Told(agency, Addresses(email=f"{name}@example.org"), values=VALUES, recipient=name)
        for name in ("maryam", "salem")
    ]


def test_a_room_declares_what_it_tells_and_everybody_is_told_once() -> None:
    make_account()
    record = events.publish(RoadClosed(3), agency_id=make_agency().pk, at=SUNDAY_9AM, case_id=9)
    clear_jobs()

    for _ in range(2):
        for template, name in declared()["RoadClosed"]:
            assert template == "case_referred"
            deliver_event(record.pk, name)

    assert set(Message.objects.values_list("to_address", flat=True)) == {"maryam@example.org", "salem@example.org"}
    assert {notice.event_id for notice in Notice.objects.all()} == {record.pk}
    assert {notice.case_id for notice in Notice.objects.all()} == {9}
