"""Complaints about staff at the desk: said at registration and on the case page, named and lifted by the committee."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wasl.accounts.models import User
from wasl.cases.accused import Accused
from wasl.cases.models import Case
from wasl.cases.operations import AboutStaff
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.directory.models import Agency, Unit
from wasl.directory.operations import take_staff_complaints
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person, make_salem, make_unit, sign_in

pytestmark = pytest.mark.django_db

KEY = "staffcomplaintkey0001"


@pytest.fixture(autouse=True)
def now() -> Any:
    with clock.frozen(SUNDAY_9AM):
        yield


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def committee(agency: Agency) -> Unit:
    return take_staff_complaints(make_unit("CONDUCT", agency=agency), 1, by=None, at=LONG_AGO)


@pytest.fixture
def member(committee: Unit) -> User:
    return make_person("specialist", committee, name="عضو اللجنة")


@pytest.fixture
def salem(agency: Agency) -> User:
    return make_salem()


def registered(page: Client, **more: str) -> Any:
    given = {
        "key": KEY, "channel": "phone", "who_state": "new", "name": "مريم بنت سعيد", "phone": "+96892147705",
        "preferred_channel": "sms", "language": "ar", "person_kind": "citizen", "kind": "complaint",
        "description": "أنهى المكالمة مرتين", "staff_words": "موظف الهاتف صباح الأحد",
    }  # fmt: skip
    return page.post(reverse("desk:register"), given | more)


def test_an_agent_takes_it_down_and_keeps_no_more_than_its_number(
    client: Client, committee: Unit, member: User, salem: User
) -> None:
    noora = make_person("specialist", make_unit("ROADS"), name="نورة الكندية")
    page = sign_in(client, salem)

    answer = registered(page, staff_who="نورة الكندية")

    case = Case.objects.get()
    assert (case.compartment, Accused.objects.get().user) == (committee, noora)
    assert answer["Location"] == reverse("desk:receipt", args=[case.reference])
    assert case.reference in page.get(answer["Location"]).content.decode()
    assert page.get(reverse("desk:case", args=[case.reference])).status_code == 404
    with clock.frozen(SUNDAY_9AM.replace(minute=11)):
        assert page.get(answer["Location"]).status_code == 404


def test_a_name_that_means_several_or_nobody_is_asked_again(client: Client, committee: Unit, salem: User) -> None:
    for number in range(2):
        make_person("specialist", make_unit("ROADS"), name=f"نورة {number}")
    page = sign_in(client, salem)

    for name in ("نورة", "لا أحد بهذا الاسم"):
        answer = registered(page, staff_who=name)
        assert 'id="id_staff_who-error"' in answer.content.decode()
    assert not Case.objects.exists()


def test_it_is_said_of_an_open_case_and_the_page_is_gone(
    client: Client, committee: Unit, member: User, salem: User
) -> None:
    case = make_case()
    page = sign_in(client, salem)
    where = reverse("desk:case", args=[case.reference])
    assert reverse("desk:do_staff", args=[case.reference]) in page.get(where).content.decode()

    answer = page.post(reverse("desk:do_staff", args=[case.reference]), {"staff-words": "المفتش"})

    assert answer["Location"] == reverse("desk:home")
    assert page.get(where).status_code == 404
    assert Case.objects.get().compartment == committee


def test_the_committee_names_lifts_and_neither_refers_nor_raises(
    client: Client, committee: Unit, member: User, agency: Agency
) -> None:
    roads = make_unit("ROADS")
    noora = make_person("specialist", roads, name="نورة الكندية")
    case = make_case(agency=agency, about_staff=AboutStaff("من الشباك الثالث"))
    page = sign_in(client, member)
    where = reverse("desk:case", args=[case.reference])
    shown = page.get(where).content.decode()
    assert "من الشباك الثالث" in shown
    assert reverse("desk:do_refer", args=[case.reference]) not in shown
    assert reverse("desk:do_raise", args=[case.reference]) not in shown

    page.post(reverse("desk:do_accused", args=[case.reference]), {"accused-who": noora.email})
    assert "نورة الكندية" in page.get(where).content.decode()
    given = {"lift-unit": roads.pk, "lift-reason": "هي على الخدمة"}
    answer = page.post(reverse("desk:do_lift", args=[case.reference]), given)

    case.refresh_from_db()
    assert answer.status_code == 302
    assert (case.compartment, case.unit) == (None, roads)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_pages_say_it_in_both_languages(client: Client, committee: Unit, salem: User, language: str) -> None:
    User.objects.filter(pk=salem.pk).update(language=language)
    page = sign_in(client, User.objects.get(pk=salem.pk))
    page.cookies["wasl_language"] = language

    text = page.get(reverse("desk:register")).content.decode()

    assert {"ar": "الشكوى على موظف", "en": "It is about a colleague"}[language] in text
