"""Doing something to a case from its page."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import accepted_case, make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.core.tests.makers import picture
from wasl.desk.acts import ACTS
from wasl.desk.tests.makers import HOUR, make_roads
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_salem, make_unit, sign_in

pytestmark = pytest.mark.django_db
LATER = SUNDAY_9AM + 3 * HOUR


def send(person: User, case: Case, code: str, *, at: datetime = LATER, **given: Any) -> Any:
    """Press the button of an act with this input, as the page of the present version would send it."""
    given.setdefault("version", Case.objects.get(pk=case.pk).version)
    body = {f"{code}-{name}": value for name, value in given.items()}
    with clock.frozen(at):
        return sign_in(Client(), person).post(f"/desk/cases/{case}/{code}", body)


def field(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_every_act_of_the_page_can_be_done() -> None:
    agency = make_working_agency()
    above = make_unit("DG", agency=agency, kind="directorate")
    roads, lamps = make_unit("ROADS", parent=above), make_unit("LAMPS", agency=agency)
    huda, noora, jaber = make_huda(), make_noora(roads), make_person("head", above)
    service = make_service(agency=agency)
    original = make_case(agency=agency)
    waiting = make_case(agency=agency, service=service, service_proposed=True, channel="email")
    later = {"reason_code": "budget", "review_on": "2026-11-30", "text": "ننتظر الاعتماد"}
    director = make_person("director")
    actors = {"decide": jaber, "extension": director, "review": director}
    story: list[tuple[Case, str, dict[str, Any], str]] = [
        (waiting, "acknowledge", {}, "acknowledged"),
        (waiting, "classify", {"kind": "complaint", "service": service.pk}, "triage"),
        (waiting, "importance", {"importance": "P1", "reason": "قرب مدرسة"}, "triage"),
        (waiting, "refer", {"unit": lamps.pk, "reason": "افحصوا الموضع"}, "referred"),
        (waiting, "return", {"reason": "ليس من اختصاصنا", "whose": roads.pk}, "triage"),
        (waiting, "refer", {"unit": above.pk, "reason": ""}, "referred"),
        (waiting, "return", {"reason": "للطرق", "whose": "outside", "body": "نماء"}, "triage"),
        (waiting, "owner", {"unit": roads.pk, "reason": "الموضع في الطريق"}, "referred"),
        (waiting, "accept", {}, "accepted"),
        (
            waiting,
            "raise",
            {"unit": above.pk, "question": "من يدفع؟", "handed_tried": "عاينّا الموضع"},
            "accepted",
        ),
        (waiting, "decide", {"decision": "من ميزانية الصيانة", "stays": "back", "public": ""}, "accepted"),
        (waiting, "assign", {"to": noora.pk}, "accepted"),
        (waiting, "escalate", {"reason": "طال الانتظار"}, "accepted"),
        (waiting, "ask", {"question": "أين الحفرة؟"}, "pending_beneficiary"),
        (waiting, "answer", {"text": "أمام البوابة"}, "accepted"),
        (waiting, "schedule", {"scheduled_for": "2026-11-26T09:00", "text": "صباح الخميس"}, "scheduled"),
        (waiting, "start", {}, "in_progress"),
        (
            waiting,
            "hold",
            {"reason_code": "materials", "review_on": "2026-11-30", "text": "ننتظر الأسفلت"},
            "pending_internal",
        ),
        *((waiting, "hold", later, "pending_internal") for _ in range(3)),
        (waiting, "extension", {"approve": "yes", "review_on": "2026-12-01", "reason": ""}, "pending_internal"),
        (waiting, "note", {"text": "وصل الأسفلت"}, "pending_internal"),
        (waiting, "reply", {"text": "نعود إليك غداً"}, "pending_internal"),
        (waiting, "resolve", {"text": "رُدمت الحفرة"}, "resolved"),
        (waiting, "reopen", {"reason": "عادت الحفرة"}, "reopened"),
        (waiting, "merge", {"into": original.reference}, "duplicate"),
        (waiting, "unmerge", {}, "reopened"),
        (waiting, "reject", {"reason": "طريق خاص"}, "rejected"),
        (waiting, "appeal", {"words": "هو طريق عام", "channel": "phone"}, "rejected"),
        (waiting, "review", {"outcome": "stands", "reasons": "الصك يثبت الملكية"}, "rejected"),
        (waiting, "close", {}, "closed"),
        (original, "exclude", {"reason": "تجربة"}, "spam"),
    ]

    for case, code, given, state in story:
        answer = send(actors.get(code, huda), case, code, **given)
        assert (code, answer.status_code, fresh(case).state) == (code, 302, state)

    # Those around the closed compartment have a story of their own (test_staff_complaints).
    assert {code for _, code, _, _ in story} | {"staff", "accused", "lift"} == set(ACTS)


def test_what_is_missing_comes_back_with_the_form_open_and_the_words_kept() -> None:
    noora = make_noora(make_roads())
    case = accepted_case(by=noora)

    answer = send(noora, case, "hold", reason_code="materials", review_on="", text="ننتظر القاطع البديل")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "ننتظر القاطع البديل" in page
    assert '<details class="act" name="act" open id="act-hold"' in page
    assert "data-error-summary" in page
    assert fresh(case).state == "accepted"


def test_a_rule_of_the_operation_is_told_in_the_form() -> None:
    noora = make_noora(make_roads())
    case = accepted_case(by=noora)

    answer = send(noora, case, "schedule", scheduled_for="2026-11-01T09:00", text="غداً صباحاً")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "اختر موعداً في المستقبل." in page
    assert "غداً صباحاً" in page


def test_who_was_slower_sees_both_texts_and_may_apply_theirs() -> None:
    roads, lamps = make_roads(), make_unit("LAMPS", agency=make_working_agency())
    noora, huda = make_noora(roads), make_huda(roads)
    case = accepted_case(by=noora)
    version = fresh(case).version
    assert send(huda, case, "note", text="اتصلت مريم وتستعجل").status_code == 302

    late = send(noora, case, "refer", version=version, unit=lamps.pk, reason="الرجاء تغيير القاطع الثالث")

    page = late.content.decode()
    assert late.status_code == 409
    assert "اتصلت مريم وتستعجل" in page
    assert "هدى" in page
    assert "الرجاء تغيير القاطع الثالث" in page
    assert f'<option value="{lamps.pk}" selected>' in page
    assert fresh(case).unit_id == roads.pk
    again = send(
        noora, case, "refer", version=field(page, "refer-version"), unit=lamps.pk, reason="الرجاء تغيير القاطع الثالث"
    )
    assert again.status_code == 302
    assert fresh(case).unit_id == lamps.pk


def test_an_act_that_no_longer_fits_gives_the_words_back(home: Any) -> None:
    noora, huda = make_noora(make_roads()), make_huda(make_roads())
    case = accepted_case(by=noora)
    version = fresh(case).version
    send(huda, case, "resolve", text="انتهى العمل")

    late = send(noora, case, "ask", version=version, question="أين المدخل الشمالي؟")

    page = late.content.decode()
    assert late.status_code == 409
    assert "أين المدخل الشمالي؟" in page
    assert "لم يعد هذا الإجراء ممكناً" in page
    assert "انتهى العمل" in page
    assert 'name="ask-question"' not in page


def test_photos_survive_an_error_and_a_conflict(home: Any) -> None:
    roads = make_roads()
    noora, huda = make_noora(roads), make_huda(roads)
    case = accepted_case(by=noora)
    version = fresh(case).version
    photo = SimpleUploadedFile("بعد.jpg", picture())

    wrong = send(noora, case, "resolve", version=version, text="", attachments=photo).content.decode()
    assert "بعد.jpg" in wrong
    send(huda, case, "note", text="لحظة")
    held = field(wrong, "resolve-held")
    stale = send(noora, case, "resolve", version=version, text="رُدمت الحفرة", held=held)
    assert stale.status_code == 409
    page = stale.content.decode()
    held, version = field(page, "resolve-held"), int(field(page, "resolve-version"))
    done = send(noora, case, "resolve", version=version, text="رُدمت الحفرة", held=held)

    assert done.status_code == 302
    assert [file.role for file in fresh(case).files.all()] == ["resolution"]


def test_held_files_of_another_case_or_person_are_not_taken(home: Any) -> None:
    roads = make_roads()
    noora, huda = make_noora(roads), make_huda(roads)
    case, other = accepted_case(by=noora), accepted_case(by=noora)
    photo = SimpleUploadedFile("بعد.jpg", picture())
    held = field(send(noora, case, "resolve", text="", attachments=photo).content.decode(), "resolve-held")

    send(huda, case, "note", text="صورة؟", held=held)
    send(noora, other, "resolve", text="انتهى", held=held)
    send(noora, case, "note", text="مزيف", held=held[:-3] + "abc")

    assert fresh(case).files.count() == 0
    assert fresh(other).files.count() == 0


def test_a_refused_file_is_named_in_the_persons_language(home: Any) -> None:
    noora = make_noora(make_roads())
    case = accepted_case(by=noora)
    program = SimpleUploadedFile("صورة.jpg", b"MZ\x90\x00" + b"\0" * 200)

    answer = send(noora, case, "resolve", text="رُدمت الحفرة", attachments=program)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "لا نستقبل البرامج" in page
    assert "رُدمت الحفرة" in page
    assert fresh(case).state == "accepted"


def test_who_may_not_add_files_cannot_send_one_along_with_a_note(home: Any) -> None:
    case = accepted_case(by=make_noora(make_roads()))
    photo = SimpleUploadedFile("a.jpg", picture())

    answer = send(make_salem(), case, "note", text="اتصلت مريم", attachments=photo)

    assert answer.status_code == 302
    assert fresh(case).files.count() == 0


def test_a_case_that_was_handed_on_leaves_its_specialist_for_the_list() -> None:
    lamps = make_unit("LAMPS", agency=make_working_agency())
    noora = make_noora(make_roads())
    case = accepted_case(by=noora)

    answer = send(noora, case, "refer", unit=lamps.pk, reason="من اختصاصكم")

    assert answer["Location"] == "/desk/"


def test_a_case_that_moved_out_of_sight_gives_the_words_back_and_tells_nothing() -> None:
    lamps = make_unit("LAMPS", agency=make_working_agency())
    noora, huda = make_noora(make_roads()), make_huda()
    case = accepted_case(by=noora)
    version = fresh(case).version
    send(huda, case, "refer", unit=lamps.pk, reason="إلى الإنارة")

    gone = send(noora, case, "ask", version=version, question="أين المدخل؟")
    never = sign_in(Client(), noora).post("/desk/cases/MR-2611-99999-9/ask", {"ask-question": "أين المدخل؟"})

    assert gone.status_code == never.status_code == 404
    assert "أين المدخل؟" in gone.content.decode()
    assert case.title not in gone.content.decode()
    assert _main(gone) == _main(never)


def _main(answer: Any) -> str:
    page = answer.content.decode()
    return str(page[page.index("<main") : page.index("</main>")])


def test_one_class_for_an_agent_more_for_a_supervisor() -> None:
    agency = make_working_agency()
    case = make_case(agency=agency, service=make_service(agency=agency), service_proposed=True)
    far = "P4" if fresh(case).importance in ("P1", "P2") else "P1"

    refused = send(make_salem(), case, "importance", importance=far, reason="رأيي")
    done = send(make_huda(), case, "importance", importance=far, reason="رأيي")

    assert refused.status_code == 422
    assert "وما زاد فللمشرف" in refused.content.decode()
    assert done.status_code == 302


def test_a_double_press_does_it_once() -> None:
    noora = make_noora(make_roads())
    case = make_case()
    version = fresh(case).version

    first, second = (send(noora, case, "accept", version=version) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert EventRecord.objects.filter(case_id=case.pk, kind="ReferralAccepted").count() == 1


def test_nothing_is_done_by_opening_an_address() -> None:
    noora = make_noora(make_roads())
    case = make_case()

    with clock.frozen(LATER):
        answers = {
            sign_in(Client(), noora).get(f"/desk/cases/{case}/{code}").status_code for code in ("accept", "refer")
        }

    assert answers == {405}
    assert fresh(case).version == case.version


def test_hostile_words_stay_words() -> None:
    noora = make_noora(make_roads())
    case = accepted_case(by=noora)
    cases.add_note(case, text="<script>alert(1)</script> ‮معكوس", by=noora, at=LATER)

    with clock.frozen(LATER):
        page = sign_in(Client(), noora).get(f"/desk/cases/{case}").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "‮" not in page
