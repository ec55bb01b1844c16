"""Following a case: the proof that is asked, what is shown, what can be done, and what guessing brings."""

import re
from datetime import timedelta
from typing import Any

import pytest
import segno
from django.test import Client

from wasl.cases import appeals, reviewers
from wasl.cases import operations as cases
from wasl.cases.models import AppealFile, Case, CaseFile
from wasl.cases.personal import forget
from wasl.core import clock
from wasl.core.models import EventRecord, StoredFile
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, sign_in
from wasl.portal.tests.makers import PHONE, choose, fill_details, fill_place, picture, report, send, upload
from wasl.portal.views import track

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WITHDRAW = 'data-act="withdraw"'


def link(case: Case) -> str:
    return f"/t/{cases.access_code(case)}"


def ask(client: Client, number: str, contact: str = PHONE, **more: Any) -> Any:
    return client.post("/track", {"number": number, "contact": contact}, **more)


def resolved(case: Case) -> Case:
    noora = make_person("specialist", unit=case.unit)
    cases.accept_referral(case, by=noora, at=SUNDAY_9AM + HOUR)
    cases.resolve(case, text="عادت الأعمدة إلى العمل", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    return case


@pytest.mark.parametrize("written", ["{ref}", "{digits}", " {ref} ", "{arabic}"])
def test_number_and_phone_lead_to_the_case_however_they_are_written(citizen: Client, written: str) -> None:
    case = report()
    arabic = case.digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    answer = ask(citizen, written.format(ref=case.reference, digits=case.digits, arabic=arabic), "٩٢١٤٧٧٠٥")

    assert answer["Location"] == link(case)


def test_number_and_email_do_as_well(citizen: Client) -> None:
    case = report(preferred_channel="email", email="Maryam@Example.org", phone="")

    assert ask(citizen, case.reference, "maryam@example.ORG")["Location"] == link(case)


def test_what_does_not_fit_gets_one_answer_whatever_the_reason(citizen: Client) -> None:
    case = report()
    anonymous = report(preferred_channel="none", phone="")

    answers = [
        ask(citizen, case.reference, "92147799"),
        ask(citizen, "MR-2611-99999-9"),
        ask(citizen, "قطعة"),
        ask(citizen, anonymous.reference),
        ask(citizen, case.reference, "'; drop table"),
    ]

    sentences = {str(answer.context["form"].non_field_errors()) for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(sentences) == 1


def test_wrong_guesses_at_one_case_are_slowed_down_from_wherever_they_come(citizen: Client) -> None:
    case = report()

    for number in range(3):
        ask(citizen, case.reference, f"9214779{number}", REMOTE_ADDR=f"203.0.113.{number}")
    answer = ask(citizen, case.reference, REMOTE_ADDR="203.0.113.200")

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1
    assert "انتظر" in answer.content.decode()


def test_an_unknown_number_is_slowed_down_just_like_a_known_one(citizen: Client) -> None:
    statuses = [ask(citizen, "MR-2611-99999-9", REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(4)]

    assert statuses == [422, 422, 422, 429]


def test_waiting_opens_the_door_again(citizen: Client) -> None:
    case = report()
    for number in range(3):
        ask(citizen, case.reference, f"9214779{number}")

    with clock.frozen(SUNDAY_9AM + timedelta(minutes=6)):
        assert ask(citizen, case.reference)["Location"] == link(case)


def test_a_case_of_another_agency_is_not_found(citizen: Client) -> None:
    from wasl.portal.tests.makers import make_site

    other = make_site("HOU")
    case = report()
    Case.objects.filter(pk=case.pk).update(agency=other)

    assert ask(citizen, case.reference).status_code == 422
    assert citizen.get(link(case)).status_code == 404


@pytest.mark.requirement("H-35")
def test_the_page_tells_state_unit_and_dates_and_hides_the_person(citizen: Client) -> None:
    case = report(description="أنا مريم ورقمي 92147705")

    answer = citizen.get(link(case))
    page = answer.content.decode()

    assert case.reference in page
    assert "أُحيل إلى الجهة المختصة" in page
    assert "وحدة LIGHT" in page
    assert "هـ" in page
    assert "مريم" not in page
    assert "92147705" not in page
    assert "9••• 7705" in page


def test_the_address_of_the_page_is_told_to_no_other_site(citizen: Client) -> None:
    case = report()

    for path in (link(case), "/track", f"{link(case)}/qr.svg"):
        answer = citizen.get(path)
        assert answer["Referrer-Policy"] == "same-origin"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]


def test_a_wrong_link_opens_nothing_and_many_of_them_close_the_door(citizen: Client) -> None:
    case = report()
    statuses = [citizen.get(f"/t/{'x' * 13}{n}").status_code for n in range(10)]
    assert set(statuses) == {404}

    for number in range(track.WRONG_LINKS):
        citizen.get(f"/t/wrong{number}")

    assert citizen.get(link(case)).status_code == 429
    assert citizen.get(link(case), REMOTE_ADDR="203.0.113.5").status_code == 200


@pytest.mark.requirement("H-35")
def test_the_square_code_is_a_picture_of_the_private_link(citizen: Client, settings: Any) -> None:
    settings.WASL_BASE_URL = "https://wasl.example.om"
    path = link(report())

    answer = citizen.get(f"{path}/qr.svg")

    drawn = segno.make(f"https://wasl.example.om{path}", error="m", micro=False)
    assert answer["Content-Type"] == "image/svg+xml"
    line = re.search(r'd="([^"]+)"', drawn.svg_inline(scale=4, border=2))
    assert line is not None
    assert line[1] in answer.content.decode()


def test_photos_are_shown_by_links_that_end_soon(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen, photos=[upload(picture())])
    fill_details(citizen)
    send(citizen)
    case = Case.objects.get()

    page = citizen.get(link(case))
    photo = page.context["followed"].lines[-1].photos[0]

    assert citizen.get(photo.thumb).status_code == 200
    with clock.frozen(SUNDAY_9AM + timedelta(minutes=11)):
        assert citizen.get(photo.thumb).status_code in (403, 404, 410)


def test_information_and_a_photo_are_added(citizen: Client) -> None:
    case = report()

    answer = citizen.post(f"{link(case)}/add", {"text": "الثالث مائل", "photos": [upload(picture())]}, follow=True)

    assert "الثالث مائل" in answer.content.decode()
    assert CaseFile.objects.filter(case=case, public=True).count() == 1


def test_nothing_to_add_is_said_so(citizen: Client) -> None:
    case = report()

    answer = citizen.post(f"{link(case)}/add", {"text": " "})

    assert answer.status_code == 422
    assert "اكتب المعلومة أو أضف صورة" in answer.content.decode()


def test_a_bad_photo_is_refused_with_the_words_kept(citizen: Client) -> None:
    case = report()

    answer = citizen.post(f"{link(case)}/add", {"text": "الثالث مائل", "photos": [upload(b"MZ\x90\x00")]})

    assert answer.status_code == 422
    assert "الثالث مائل" in answer.content.decode()
    assert not CaseFile.objects.exists()


def test_a_question_is_answered_and_the_clock_goes_on(citizen: Client) -> None:
    case = report()
    cases.ask_beneficiary(case, question="كم عمودا؟", by=make_person("specialist", unit=case.unit), at=SUNDAY_9AM)
    assert "كم عمودا؟" in citizen.get(link(case)).content.decode()

    citizen.post(f"{link(case)}/answer", {"text": "ثلاثة"})

    case.refresh_from_db()
    assert case.state == "referred"
    assert not case.clocks.filter(paused_at__isnull=False).exists()


def test_not_solved_reopens_within_fifteen_days(citizen: Client) -> None:
    case = resolved(report())

    with clock.frozen(SUNDAY_9AM + timedelta(days=15)):
        citizen.post(f"{link(case)}/reopen", {"reason": "العمود الثالث ما زال مطفأ"})

    case.refresh_from_db()
    assert (case.state, case.reopened_times) == ("reopened", 1)


def test_after_fifteen_days_it_says_so_and_keeps_the_words(citizen: Client) -> None:
    case = resolved(report())

    with clock.frozen(SUNDAY_9AM + timedelta(days=16)):
        answer = citizen.post(f"{link(case)}/reopen", {"reason": "ما زال مطفأ"})

    assert answer.status_code == 409
    assert "ما زال مطفأ" in answer.content.decode()


def test_the_service_is_rated_with_a_reason(citizen: Client) -> None:
    case = resolved(report())

    citizen.post(f"{link(case)}/rate", {"rating": "4", "comment": "سريع"})

    case.refresh_from_db()
    assert (case.rating, case.rating_comment) == (4, "سريع")


@pytest.mark.parametrize("rating", ["0", "6", "x", ""])
def test_a_rating_is_one_to_five(citizen: Client, rating: str) -> None:
    case = resolved(report())

    assert citizen.post(f"{link(case)}/rate", {"rating": rating}).status_code == 422


def test_an_open_case_cannot_be_rated(citizen: Client) -> None:
    case = report()

    assert citizen.post(f"{link(case)}/rate", {"rating": "5"}).status_code == 409


def test_a_script_with_one_link_is_asked_to_wait(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track, "WRITES", 1)
    case = report()

    citizen.post(f"{link(case)}/add", {"text": "أولى"})
    answer = citizen.post(f"{link(case)}/add", {"text": "ثانية"})

    assert answer.status_code == 429
    assert "ثانية" in answer.content.decode()


def test_a_joined_report_shows_the_state_of_the_one_it_joined(citizen: Client, site: Agency) -> None:
    first, second = report(), report(phone="92147799")
    cases.merge(second, into=first, by=make_person("agent"), at=SUNDAY_9AM + HOUR)
    resolved(Case.objects.get(pk=first.pk))

    page = citizen.get(link(second)).content.decode()

    assert first.reference in page
    assert "تمت المعالجة" in page


def test_an_excluded_case_is_as_if_it_were_not(citizen: Client) -> None:
    case = report()
    cases.exclude(case, reason="إعلان", by=make_person("supervisor"), at=SUNDAY_9AM)

    assert citizen.get(link(case)).status_code == 404
    assert ask(citizen, case.reference).status_code == 422


def test_an_open_request_is_withdrawn_once_and_a_second_press_is_calm(citizen: Client) -> None:
    case = report()
    assert WITHDRAW in citizen.get(link(case)).content.decode()

    first = citizen.post(f"{link(case)}/withdraw", follow=True)
    second = citizen.post(f"{link(case)}/withdraw", follow=True)

    case.refresh_from_db()
    assert (case.state, case.is_open) == ("withdrawn", False)
    assert not case.clocks.filter(stopped_at__isnull=True).exists()
    assert EventRecord.objects.filter(kind="CaseWithdrawn", case_id=case.pk).count() == 1
    for answer in (first, second):
        assert answer.status_code == 200
        assert "سُحب طلبك" in answer.content.decode()
        assert WITHDRAW not in answer.content.decode()


def test_withdrawing_takes_more_than_opening_a_link(citizen: Client) -> None:
    case = report()

    assert citizen.get(f"{link(case)}/withdraw").status_code == 405
    assert citizen.post("/t/2222222222/withdraw").status_code == 404

    case.refresh_from_db()
    assert case.state == "referred"


def test_what_is_done_cannot_be_withdrawn(citizen: Client) -> None:
    case = resolved(report())
    assert WITHDRAW not in citizen.get(link(case)).content.decode()

    answer = citizen.post(f"{link(case)}/withdraw")

    assert answer.status_code == 409
    assert "فلا حاجة إلى سحبه" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "resolved"


REVIEW = 'data-act="review"'


def refused(case: Case) -> Case:
    noora = make_person("specialist", unit=case.unit)
    cases.reject(case, reason="الموقع ملك خاص", by=noora, at=SUNDAY_9AM + HOUR)
    return case


def test_who_was_refused_may_ask_once_for_a_review_and_reads_what_came_of_it(citizen: Client) -> None:
    director, case = make_person("director"), refused(report())
    offered = citizen.get(link(case)).content.decode()
    words = {"words": "هو طريق عام"}
    sent = citizen.post(f"{link(case)}/review", words, follow=True).content.decode()
    again = citizen.post(f"{link(case)}/review", words)
    other = citizen.post(f"{link(case)}/review", {"words": "كلمات أخرى"})

    assert REVIEW in offered
    assert REVIEW not in sent
    assert "تنظر فيها" in sent
    assert (again.status_code, other.status_code) == (302, 422)
    assert "كلمات أخرى" in other.content.decode()
    assert EventRecord.objects.filter(kind="AppealAsked").count() == 1

    cases.decide_appeal(case, outcome="stands", reasons="الصك ساري", by=director, at=clock.now())
    decided = citizen.get(link(case)).content.decode()
    assert "الصك ساري" in decided
    assert "المنصة الوطنية" in decided


def test_a_review_that_is_late_or_rests_promises_no_day_that_will_not_be_kept(citizen: Client) -> None:
    make_person("director")
    case = report()
    assert case.due_at is not None
    asked = cases.ask_appeal(case, words="متى؟", channel="portal", at=case.due_at + HOUR)
    with clock.frozen(asked.due_at + HOUR):
        late = citizen.get(link(case)).content.decode()
    cases.withdraw(case, at=case.due_at + 2 * HOUR)
    rests = citizen.get(link(case)).content.decode()

    assert "كان الجواب حتى" in late
    assert ("الجواب حتى" in rests, "لا ينظر فيها أحد الآن" in rests) == (False, True)


def test_files_with_the_request_for_a_review_are_for_whoever_reviews(citizen: Client) -> None:
    director, case = make_person("director"), refused(report())
    deed = upload(b"%PDF-1.7\n%%EOF\n", "صك.pdf", "application/pdf")
    bad = upload(b"MZ\x90\x00", "صورة.exe")
    refusal = citizen.post(f"{link(case)}/review", {"words": "هو طريق عام", "photos": [deed, bad]})
    deed.seek(0)
    given = {"words": "هو طريق عام", "photos": [deed, upload(picture())]}
    sent = citizen.post(f"{link(case)}/review", given, follow=True)

    assert (refusal.status_code, sent.status_code) == (422, 200)
    assert "صورة.exe" in refusal.content.decode()
    assert "ملفان" in sent.content.decode()
    files = list(AppealFile.objects.order_by("pk"))
    assert [one.file.content_type for one in files] == ["application/pdf", "image/jpeg"]
    assert {one.file.state for one in files} == {"kept"}
    assert not CaseFile.objects.filter(case=case).exists()
    rows, unit = appeals.appeals_of(case), make_person("specialist", unit=case.unit)
    assert reviewers.sees_files(rows, director, at=clock.now())
    assert not reviewers.sees_files(rows, unit, at=clock.now())
    for person, sees in ((director, True), (unit, False)):
        page = sign_in(Client(), person).get(f"/desk/cases/{case.reference}").content.decode()
        assert (files[0].file.public_id in page) == sees
        assert "هو طريق عام" in page

    forget(case)
    assert not AppealFile.objects.exists()
    assert not StoredFile.objects.filter(pk__in=[one.file_id for one in files], state="kept").exists()


def test_a_review_without_words_or_ground_says_what_to_do(citizen: Client) -> None:
    make_person("director")
    case = report()
    without_ground = citizen.post(f"{link(case)}/review", {"words": "راجعوه"})
    refused(case)
    without_words = citizen.post(f"{link(case)}/review", {"words": " "})

    assert REVIEW not in citizen.get(link(report())).content.decode()
    assert without_ground.status_code == without_words.status_code == 422
    assert "تُطلب المراجعة بعد" in without_ground.content.decode()
    assert "اكتب في جملة" in without_words.content.decode()
