"""A generalist finishes at the first contact: registered and resolved in one, number and answer in one word."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from wasl.accounts.models import User
from wasl.cases import notices
from wasl.cases.events import CaseAcknowledged, CaseRegistered, CaseResolved
from wasl.cases.models import Case, CaseEntry
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_service
from wasl.core.models import EventRecord
from wasl.core.tests.makers import picture
from wasl.desk.tests.test_register import agency as agency
from wasl.desk.tests.test_register import filled, get, post
from wasl.desk.tests.test_register import house as house
from wasl.desk.tests.test_register import salem as salem
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person, make_unit
from wasl.routing import generalists
from wasl.routing.generalists import Named

pytestmark = pytest.mark.django_db
DONE = "جُدّدت البطاقة وسُلّمت له."


@pytest.fixture
def card(agency: Agency) -> Service:
    return make_service("CARD", agency=agency, unit=make_unit("SOCIAL", agency=agency), kind="transaction")


@pytest.fixture
def generalist(salem: User, agency: Agency, card: Service) -> User:
    generalists.set_generalist(agency, Named(person=salem), services=[card], by=None, at=LONG_AGO)
    return salem


def at_counter(**more: Any) -> dict[str, Any]:
    return filled(service="CARD", channel="counter", finish="1", finished=DONE) | more


def test_what_a_generalist_finished_is_registered_and_resolved_without_a_referral(generalist: User) -> None:
    answer = post(generalist, **at_counter())

    case = Case.objects.get()
    assert answer["Location"] == reverse("desk:receipt", args=[case.reference])
    assert (case.state, case.line, case.was_finished_at_once) == ("resolved", 1, True)
    assert not case.referrals.exists()
    kinds = list(EventRecord.objects.filter(case_id=case.pk).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["CaseRegistered", "CaseAcknowledged", "CaseResolved", "FinishedAtFirstContact"]
    assert CaseEntry.objects.get(case=case, public=True).text == DONE
    receipt = get(generalist, answer["Location"]).content.decode()
    assert DONE in receipt
    assert "الإنجاز المتوقع" not in receipt


def test_the_citizen_hears_number_and_answer_in_one_word(generalist: User) -> None:
    post(generalist, **at_counter())
    case = Case.objects.get()
    facts = {record.kind: record for record in EventRecord.objects.filter(case_id=case.pk)}

    first = list(notices.registered(CaseRegistered(**facts["CaseRegistered"].data), facts["CaseRegistered"]))
    seen = list(notices.acknowledged(CaseAcknowledged(**facts["CaseAcknowledged"].data), facts["CaseAcknowledged"]))
    (word,) = notices.resolved(CaseResolved(**facts["CaseResolved"].data), facts["CaseResolved"])

    assert first == seen == []
    assert (word.values["reference"], word.values["resolution"]) == (case.reference, DONE)


def test_the_same_form_sent_twice_finishes_once(generalist: User) -> None:
    first, second = post(generalist, **at_counter()), post(generalist, **at_counter())

    assert first["Location"] == second["Location"]
    assert EventRecord.objects.filter(kind="CaseResolved").count() == 1


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [({"finished": ""}, "id_finished"), ({"service": "RD-POTHOLE"}, "id_finish")],
)
def test_what_cannot_be_finished_so_is_told_at_its_field_and_nothing_is_registered(
    generalist: User, changes: dict[str, str], anchor: str
) -> None:
    answer = post(generalist, **at_counter(**changes))

    assert answer.status_code == 422
    assert f'href="#{anchor}"' in answer.content.decode()
    assert not Case.objects.exists()


def test_the_photo_that_the_service_wants_is_wanted_here_too(generalist: User, card: Service) -> None:
    Service.objects.filter(pk=card.pk).update(needs_photo=True)

    assert post(generalist, **at_counter()).status_code == 422
    photo = SimpleUploadedFile("card.jpg", picture(), "image/jpeg")
    assert post(generalist, **at_counter(photos=[photo])).status_code == 302
    assert Case.objects.get().state == "resolved"


def test_nobody_else_is_offered_it_or_gets_it_by_sending_the_field(salem: User, card: Service) -> None:
    page = get(salem, reverse("desk:register")).content.decode()
    answer = post(salem, **at_counter())

    assert "id_finish" not in page
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_the_offer_stands_on_the_page_of_a_generalist_and_comes_with_the_service(generalist: User) -> None:
    page = get(generalist, reverse("desk:register")).content.decode()
    of_card = post(generalist, "desk:register_outlook", **at_counter(finish="")).content.decode()
    of_other = post(generalist, "desk:register_outlook", **filled()).content.decode()

    assert "id_finish" in page
    assert "finish" in of_card.split("data-flags=")[1].split(">")[0]
    assert "finish" not in of_other.split("data-flags=")[1].split(">")[0]


def test_a_generalist_at_a_desk_of_the_second_line_is_offered_nothing(agency: Agency, card: Service) -> None:
    specialist = make_person("specialist", make_unit("ROADS-2", agency=agency))
    generalists.set_generalist(agency, Named(person=specialist), services=[card], by=None, at=LONG_AGO)

    assert post(specialist, **at_counter()).status_code == 422
    assert SUNDAY_9AM > LONG_AGO
