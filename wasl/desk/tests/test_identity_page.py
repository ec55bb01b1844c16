"""The identity number on the page of a case: masked, shown for a reason behind the code, never kept by a browser."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wasl.accounts.models import User
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case
from wasl.catalogue.tests.makers import make_service
from wasl.contacts import operations as contacts
from wasl.contacts.models import Beneficiary, IdentityReading
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.desk.tests.makers import make_roads
from wasl.directory import queries
from wasl.directory.substitutes import appoint_substitute
from wasl.directory.tests.makers import (
    SUNDAY_9AM,
    make_noora,
    make_person,
    make_said,
    make_salem,
    make_unit,
    sign_in,
)

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM + timedelta(hours=1)
NUMBER, REASON = "12873465", "مطابقة صاحب الطلب مع البطاقة"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.frozen(AT):
        yield


@pytest.fixture
def case(home: Path) -> Case:
    found = make_case(service=make_service(agency=make_roads().agency, unit=make_roads()))
    assert found.beneficiary is not None
    contacts.set_identity(found.beneficiary, number=NUMBER, by=None, at=SUNDAY_9AM)
    return found


def page(client: Client, case: Case) -> str:
    return client.get(reverse("desk:case", args=[case.reference])).content.decode()


def show(client: Client, case: Case, reason: str = REASON) -> Any:
    return client.post(reverse("desk:identity", args=[case.reference]), {"reason": reason})


def test_pages_show_its_last_digits_only(case: Case, client: Client) -> None:
    sign_in(client, make_noora())

    shown = page(client, case)

    assert "•••••465" in shown
    assert NUMBER not in shown


def test_it_is_shown_once_for_a_reason_and_the_browser_keeps_nothing(case: Case, client: Client) -> None:
    noora = make_noora()
    sign_in(client, noora)

    answer = show(client, case)

    assert NUMBER in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert NUMBER not in client.get(reverse("desk:identity", args=[case.reference])).content.decode()
    reading = IdentityReading.objects.get()
    assert (reading.by, reading.reason, reading.case_id) == (noora, REASON, case.pk)
    assert "اطّلاع على رقم الهوية" in page(client, case)


def test_without_a_reason_it_stays_covered(case: Case, client: Client) -> None:
    sign_in(client, make_noora())

    answer = show(client, case, reason="  ")

    assert answer.status_code == 422
    assert NUMBER not in answer.content.decode()
    assert not IdentityReading.objects.exists()


def test_without_the_code_one_is_sent_to_show_it_and_comes_back_to_the_question(case: Case, client: Client) -> None:
    sign_in(client, make_noora(), second_factor=False)

    answer = show(client, case)

    there = reverse("desk:identity", args=[case.reference])
    assert answer["Location"] == f"/sign-in/again?next={there.replace('/', '%2F')}"
    assert not IdentityReading.objects.exists()
    assert f'href="{there}"' in page(client, case), "the form would lose the reason on the way to the code"


@pytest.mark.parametrize("role", ["liaison", "field", "quality", "director", "administrator"])
def test_others_find_no_such_page_and_no_number_on_the_case(case: Case, client: Client, role: str) -> None:
    sign_in(client, make_person(role, make_roads()))

    assert show(client, case).status_code == 404
    shown = page(client, case)
    assert "•465" not in shown
    assert NUMBER not in shown


def test_an_agent_of_another_desk_reads_the_case_but_not_the_number(case: Case, client: Client) -> None:
    sign_in(client, make_salem())

    assert client.get(reverse("desk:case", args=[case.reference])).status_code == 200
    assert show(client, case).status_code == 404


def test_a_number_is_recorded_and_a_wrong_one_explained(case: Case, client: Client) -> None:
    sign_in(client, make_noora())
    there = reverse("desk:record_identity", args=[case.reference])

    wrong = client.post(there, {"number": "1287", "country": "OM"})
    right = client.post(there, {"number": "٩٩٨٨٧٧٦٦", "country": "OM"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "من 6 إلى 9" in wrong.content.decode()
    assert Beneficiary.objects.get().identity_masked == "•••••766"


def test_reading_a_confidential_case_is_recorded_and_an_open_one_of_the_own_unit_is_not(
    case: Case, client: Client
) -> None:
    mona = make_person("quality", make_roads())
    closed = make_case(service=make_service("S-1", agency=case.agency, unit=make_roads(), confidential=True))
    sign_in(client, mona)

    for one in (case, closed, closed):
        page(client, one)

    fact = EventRecord.objects.get(kind="PersonalDataRead")
    assert (fact.actor_id, fact.case_id) == (mona.pk, closed.pk)
    assert (fact.data["what"], fact.data["outside"]) == ("confidential", False)


def test_an_auditor_who_sees_contact_data_behind_the_code_leaves_a_trace(case: Case, client: Client) -> None:
    laila = make_person("auditor")
    sign_in(client, laila, second_factor=False)
    page(client, case)
    before = EventRecord.objects.filter(kind="PersonalDataRead").count()
    sign_in(client, laila)

    page(client, case)

    facts = EventRecord.objects.filter(kind="PersonalDataRead", case_id=case.pk).order_by("pk")
    assert before == 1
    assert [(fact.data["what"], fact.data["outside"]) for fact in facts] == [("case", True), ("contact", True)]


def test_what_is_done_in_the_place_of_an_absent_colleague_is_told_so(case: Case, client: Client) -> None:
    roads = make_roads()
    said, salem = make_said(roads), make_person("specialist", make_unit("PARKS"), name="ناصر المناوب")
    appoint_substitute(
        said, substitute=salem, unit=roads, valid_from=AT, valid_to=AT + timedelta(days=2), by=said, at=AT
    )
    sign_in(client, User.objects.get(pk=salem.pk))

    answer = client.post(reverse("desk:do_accept", args=[case.reference]))

    assert answer.status_code == 302
    fact = EventRecord.objects.get(kind="ReferralAccepted")
    assert (fact.actor_id, fact.data["acts_for"]) == (salem.pk, said.pk)
    assert "ناصر المناوب نيابةً عن سعيد" in page(client, case)
    assert queries.stands_in_for(said, queries.Right.HOLD, agency_id=roads.agency_id, unit_id=roads.pk, at=AT) is None


def test_the_search_finds_the_cases_of_a_whole_number_for_those_who_may_see_whose_they_are(case: Case) -> None:
    def found(role: str, words: str) -> bool:
        browser = sign_in(Client(), make_person(role, make_roads()))
        return case.title in browser.get(reverse("desk:home"), {"view": "all", "q": words}).content.decode()

    assert found("specialist", "١٢٨٧٣٤٦٥")
    assert not found("specialist", NUMBER[:-1])
    assert not found("director", NUMBER)
