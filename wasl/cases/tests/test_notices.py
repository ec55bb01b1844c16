"""The citizen is told once at every public stage, over the wished channel, with the private link and no more."""

import pytest

from wasl.cases import operations
from wasl.cases.links import track_link
from wasl.cases.models import Case
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency
from wasl.core.dispatch import deliver_event
from wasl.core.events import subscribers_of
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_unit
from wasl.messaging.models import Message
from wasl.messaging.tests.makers import make_account
from wasl.notices.models import Notice
from wasl.tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_account() -> None:
    make_account(make_working_agency())


def tell_all() -> None:
    """Deliver every fact to everybody who listens, as the worker does."""
    for record in EventRecord.objects.order_by("id"):
        for name in subscribers_of(record.kind):
            deliver_event(record.pk, name)


def letters(case: Case) -> list[str]:
    tell_all()
    return list(Notice.objects.filter(case_id=case.pk).order_by("id").values_list("template", flat=True))


def test_every_stage_is_told_once_by_e_mail() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    operations.resolve(case, text="رُدمت الحفرة.", by=noora, at=SUNDAY_9AM + 5 * HOUR)

    assert letters(case) == ["case_registered", "case_accepted", "case_resolved"]
    assert letters(case) == ["case_registered", "case_accepted", "case_resolved"]
    assert Message.objects.filter(direction="out").count() == 3


def test_what_is_raised_is_told_in_one_calm_letter_and_a_decision_in_its_own_words() -> None:
    noora, committee = make_noora(), make_unit("SAFETY", kind="committee")
    case = accepted_case(by=noora)
    operations.raise_case(
        case, to_unit=committee, question="من يدفع؟", handed={"tried": "عاينّا"}, by=noora, at=SUNDAY_9AM + 2 * HOUR
    )
    rahma = make_person("head", committee)
    operations.decide(
        case, decision="من الصيانة", stays=False, public="يبدأ الإصلاح غداً.", by=rahma, at=SUNDAY_9AM + 3 * HOUR
    )

    assert letters(case) == ["case_registered", "case_accepted", "case_raised", "reply"]
    said = "\n".join(Message.objects.filter(direction="out").values_list("text", flat=True))
    assert "يبدأ الإصلاح غداً." in said
    assert "من يدفع؟" not in said
    assert "من الصيانة" not in said


def test_a_review_is_told_when_asked_with_its_day_and_when_decided_with_its_reasons() -> None:
    noora, case = make_noora(), make_case()
    director = make_person("director")
    operations.reject(case, reason="ملك خاص", by=noora, at=SUNDAY_9AM + HOUR)
    operations.ask_appeal(case, words="هو طريق عام", channel="portal", at=SUNDAY_9AM + 2 * HOUR)
    operations.decide_appeal(
        case, outcome="stands", reasons="الصك يثبت الملكية.", by=director, at=SUNDAY_9AM + 3 * HOUR
    )

    assert letters(case)[-2:] == ["appeal_asked", "appeal_decided"]
    said = "\n".join(Message.objects.filter(direction="out").values_list("text", flat=True))
    assert "الصك يثبت الملكية." in said
    assert "هو طريق عام" not in said


def test_the_letter_of_the_registration_holds_number_link_and_no_typed_words() -> None:
    case = make_case(title="http://evil.example.org اضغط هنا", description="كلمات حرة")
    tell_all()

    message = Message.objects.get(direction="out")
    assert case.reference in message.text
    assert track_link(case) in message.text
    assert "evil" not in message.text + message.html + message.subject
    assert "كلمات حرة" not in message.text


def test_the_letter_of_the_resolution_tells_what_was_done_and_asks_whether_it_was_solved() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    operations.resolve(case, text="رُدمت الحفرة.", by=noora, at=SUNDAY_9AM + 5 * HOUR)
    tell_all()

    text = Message.objects.filter(direction="out").latest("id").text
    assert "رُدمت الحفرة." in text
    assert f"{track_link(case)}#not-solved" in text


def test_whoever_prefers_a_call_gets_a_task_for_the_centre() -> None:
    case = make_case(preferred_channel="call")
    tell_all()

    task = Task.objects.get()
    assert task.kind == "call"
    assert task.case_id == case.pk
    assert not Message.objects.filter(direction="out").exists()


def test_who_joined_with_a_duplicate_is_told_with_the_main_case() -> None:
    main, duplicate = make_case(), make_case()
    operations.merge(duplicate, into=main, by=make_huda(), at=SUNDAY_9AM + HOUR)
    operations.accept_referral(main, by=make_noora(), at=SUNDAY_9AM + 2 * HOUR)
    tell_all()

    told = Notice.objects.filter(template="case_accepted").values_list("reference", flat=True)
    assert sorted(told) == sorted([main.digits, duplicate.digits])


def test_questions_and_replies_go_to_the_person_they_were_written_to_alone() -> None:
    main, duplicate, noora = make_case(), make_case(), make_noora()
    operations.merge(duplicate, into=main, by=make_huda(), at=SUNDAY_9AM + HOUR)
    operations.reply(main, text="وصلتنا صورة بطاقتك", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    operations.ask_beneficiary(main, question="ما رقم عقدك؟", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    tell_all()

    told = Notice.objects.filter(template__in=["reply", "question"]).values_list("reference", flat=True)
    assert list(told) == [main.digits, main.digits]


def test_every_change_the_public_page_shows_is_told() -> None:
    main, case, noora, huda = make_case(), make_case(), make_noora(), make_huda()
    operations.merge(case, into=main, by=huda, at=SUNDAY_9AM + HOUR)
    operations.unmerge(case, by=huda, at=SUNDAY_9AM + 2 * HOUR)
    operations.accept_referral(case, by=noora, at=SUNDAY_9AM + 3 * HOUR)
    operations.start_work(case, by=noora, at=SUNDAY_9AM + 4 * HOUR, ahead=operations.Ahead("route"))
    operations.withdraw(case, at=SUNDAY_9AM + 5 * HOUR)

    assert letters(case) == [
        "case_registered", "case_merged", "case_parted", "case_accepted", "case_in_work", "case_withdrawn",
    ]  # fmt: skip


def test_who_closes_a_case_early_does_not_say_that_the_time_has_passed() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    operations.resolve(case, text="رُدمت الحفرة.", by=noora, at=SUNDAY_9AM + 5 * HOUR)
    operations.close(case, by=noora, at=SUNDAY_9AM + 6 * HOUR)
    tell_all()

    text = Message.objects.get(dedupe_key__contains="case_closed").text
    assert "بعد انتهاء مدة" not in text
    assert "7 ديسمبر 2026" in text


def test_internal_notes_tell_nobody() -> None:
    noora = make_noora()
    case = make_case()
    before = letters(case)

    operations.add_note(case, text="سر", by=noora, at=SUNDAY_9AM + HOUR)

    assert letters(case) == before
