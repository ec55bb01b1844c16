"""A citizen complains of an employee: asked of complaints alone, in their own words, in both languages."""

import pytest
from django.test import Client

from wasl.cases.accused import Accused
from wasl.cases.models import Case
from wasl.directory.models import Agency, Unit
from wasl.directory.operations import take_staff_complaints
from wasl.directory.tests.makers import LONG_AGO, make_person, make_unit
from wasl.portal.tests.makers import DETAILS, choose, fill_place, send

pytestmark = pytest.mark.django_db

WORDS = "موظف الشباك الثالث صباح الأحد"


@pytest.fixture
def committee(site: Agency) -> Unit:
    unit = take_staff_complaints(make_unit("CONDUCT", agency=site), 1, by=None, at=LONG_AGO)
    make_person("specialist", unit)
    return unit


def at_details(citizen: Client) -> None:
    citizen.post("/report", {"kind": "complaint"})
    fill_place(citizen)


def test_it_is_registered_in_the_compartment_with_the_words(citizen: Client, committee: Unit) -> None:
    at_details(citizen)

    citizen.post("/report/details", {**DETAILS, "about_staff": "yes", "staff_words": WORDS})
    check = citizen.get("/report/check").content.decode()
    send(citizen)

    assert WORDS in check
    assert "وحدة مستقلة عمن تشكو منه" in check
    assert Case.objects.get().compartment == committee
    assert (Accused.objects.get().words, Accused.objects.get().user) == (WORDS, None)
    assert citizen.get("/report/done").status_code == 200


@pytest.mark.parametrize(
    ("language", "question"), [("ar", "هل شكواك على موظف؟"), ("en", "Is your complaint about an employee?")]
)
def test_complaints_alone_are_asked_in_both_languages(
    citizen: Client, committee: Unit, language: str, question: str
) -> None:
    citizen.cookies["wasl_language"] = language
    at_details(citizen)
    assert question in citizen.get("/report/details").content.decode()

    choose(citizen)
    fill_place(citizen)

    assert question not in citizen.get("/report/details").content.decode()


def test_yes_without_a_word_is_asked_again_and_no_is_an_ordinary_complaint(citizen: Client, committee: Unit) -> None:
    at_details(citizen)

    again = citizen.post("/report/details", {**DETAILS, "about_staff": "yes", "staff_words": " "})
    citizen.post("/report/details", {**DETAILS, "about_staff": "no", "staff_words": WORDS})
    send(citizen)

    assert 'id="id_staff_words-error"' in again.content.decode()
    assert Case.objects.get().compartment is None


def test_no_name_of_staff_is_ever_offered(citizen: Client, committee: Unit) -> None:
    make_person("agent", name="اسم موظف لا يُعرض")
    at_details(citizen)

    page = citizen.get("/report/details").content.decode()

    assert "اسم موظف لا يُعرض" not in page
    assert "<datalist" not in page
