"""A service's own questions on their way through the wizard to the case, and what is shown of them."""

import json
from dataclasses import replace

import pytest
from django.test import Client

from wasl.cases.models import Case
from wasl.catalogue import operations as catalogue
from wasl.catalogue.forms import Condition, Datatype, Limits, Question, Value
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person, sign_in
from wasl.portal.tests.makers import choose, fill_details, fill_place, picture, send, service, upload

pytestmark = pytest.mark.django_db

POLES = (Value("one", both("عمود واحد", "One")), Value("street", both("الشارع كله", "The whole street")))
FORM = [
    Question("how_many", both("كم عموداً؟", "How many?"), Datatype.ONE, required=True, values=POLES),
    Question(
        "pole",
        both("رقم العمود", "Number on the pole"),
        required=True,
        condition=Condition("how_many", ("one",)),
        limits=Limits(mask="A-99"),
    ),
    Question("since", both("منذ متى؟", "Since when?"), Datatype.DATE, limits=Limits(when="past")),
]
ANSWERED = {"q_how_many": "one", "q_pole": "b-٤٢", "q_since": "٢٠/١١/٢٠٢٦"}


@pytest.fixture
def asking(site: Agency) -> Agency:
    """The street lights ask three questions."""
    catalogue.set_questions(service(), FORM, by=None, at=LONG_AGO)
    return site


def test_the_answers_of_a_citizen_reach_the_case_and_its_pages(asking: Agency) -> None:
    citizen = Client()
    choose(citizen)
    fill_place(citizen)
    assert fill_details(citizen, **ANSWERED)["Location"] == "/report/check"
    check = citizen.get("/report/check").content.decode()
    assert "عمود واحد" in check
    assert "B-42" in check

    send(citizen)

    case = Case.objects.get()
    assert [(one["code"], one["value"]) for one in case.answers] == [
        ("how_many", "one"),
        ("pole", "B-42"),
        ("since", "2026-11-20"),
    ]
    assert case.answers[0]["text"] == {"ar": "عمود واحد", "en": "One"}
    link = citizen.get("/report/done").context["receipt"].path
    assert "B-42" in Client().get(link).content.decode()
    specialist = Client()
    sign_in(specialist, make_person("specialist", case.unit))
    desk = specialist.get(f"/desk/cases/{case.reference}").content.decode()
    assert "رقم العمود" in desk
    assert "B-42" in desk


def test_wrong_answers_come_back_with_their_words_and_a_way_to_mend_them(asking: Agency) -> None:
    citizen = Client()
    choose(citizen)
    fill_place(citizen)

    answer = fill_details(citizen, q_how_many="one", q_pole="اثنان وأربعون", q_since="1/1/2027")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_q_pole"' in page
    assert "اكتبه على هذا الشكل: A-12" in page
    assert "اختر يوماً لا يأتي بعد اليوم." in page
    assert 'value="اثنان وأربعون"' in page
    assert Case.objects.count() == 0


def test_a_question_that_is_not_asked_does_not_stand_in_the_way(asking: Agency) -> None:
    case = _with_answers(q_how_many="street", q_pole="شيء")

    assert [one["code"] for one in case.answers] == ["how_many"]


def test_without_script_every_question_stands_there_with_its_condition_in_words(asking: Agency) -> None:
    citizen = Client()
    choose(citizen)
    fill_place(citizen)

    page = citizen.get("/report/details").content.decode()

    assert "أجب إن اخترت «عمود واحد» في «كم عموداً؟»" in page
    assert 'name="q_pole"' in page
    assert "hidden" not in page[page.index('data-only-if="q_how_many"') :][:80]


def test_a_question_made_required_meanwhile_leads_back_before_sending(asking: Agency) -> None:
    citizen = Client()
    choose(citizen)
    fill_place(citizen)
    fill_details(citizen, q_how_many="street")
    catalogue.set_questions(service(), [*FORM[:2], replace(FORM[2], required=True)], by=None, at=SUNDAY_9AM)

    assert citizen.get("/report/check")["Location"] == "/report/details"
    assert "عمود" in citizen.get("/report/details").content.decode()


def test_a_case_keeps_the_words_of_its_day_when_the_form_changes(asking: Agency) -> None:
    case = _with_answers(**ANSWERED)

    catalogue.set_questions(service(), [replace(FORM[0], label=both("العدد", "Number"))], by=None, at=SUNDAY_9AM)

    case.refresh_from_db()
    assert str(case.answers_told[0][0]) == "كم عموداً؟"
    assert len(case.answers_told) == 3


def test_answers_stand_in_no_fact(asking: Agency) -> None:
    _with_answers(**ANSWERED)

    told = json.dumps(list(EventRecord.objects.values_list("data", flat=True)), ensure_ascii=False)

    assert "B-42" not in told
    assert "عمود واحد" not in told


def test_photos_come_before_the_place_without_asking_for_it(site: Agency) -> None:
    citizen = Client()
    choose(citizen)
    nowhere = {"lat": "", "lon": "", "wilayat": "", "area_text": ""}

    added = fill_place(citizen, add="1", photos=[upload(picture())], **nowhere)
    photo = citizen.get("/report/place").context["photos"][0]
    removed = fill_place(citizen, remove=photo.public_id, **nowhere)

    assert added["Location"] == removed["Location"] == "/report/place#photos"
    assert citizen.get("/report/details")["Location"] == "/report/place"
    assert fill_place(citizen, **nowhere).status_code == 422


def _with_answers(**answers: str) -> Case:
    citizen = Client()
    choose(citizen)
    fill_place(citizen)
    assert fill_details(citizen, **answers).status_code == 302
    send(citizen)
    return Case.objects.latest("pk")
