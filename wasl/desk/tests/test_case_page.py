"""The page of a case: what it shows to whom."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.desk.tests.makers import DAY, HOUR, make_photo, make_roads, make_told_case
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_salem, make_unit, sign_in

pytestmark = pytest.mark.django_db
LATER = SUNDAY_9AM + 2 * DAY
NOTE = "الفرقة 3 مشغولة حتى الظهر."


def page_of(case: Case, person: User, query: str = "", *, at: datetime = LATER, language: str = "ar") -> str:
    client = sign_in(Client(), person)
    client.cookies["wasl_language"] = language
    with clock.frozen(at):
        answer = client.get(f"/desk/cases/{case}{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_tells_who_where_what_and_the_clocks(home: Any) -> None:
    noora = make_noora(make_roads())
    case = make_told_case(noora)

    page = page_of(case, noora)

    for words in (case.reference, "مريم بنت سعيد", "+968 9214 7705", "شارع الحديقة", "حفرة عميقة", "لماذا يستحق"):
        assert words in page
    assert 'data-point="23.585000,58.405000"' in page
    assert "بحسب مدد الخدمة" in page
    assert "موقوفة من" in page or "موقوفة منذ" in page
    assert NOTE in page


def test_the_english_page_carries_no_arabic_of_the_house(home: Any) -> None:
    noora = make_noora(make_roads())
    case = make_told_case(noora)

    page = page_of(case, noora, language="en")

    assert '<html lang="en" dir="ltr"' in page
    for words in ("Resolution</bdi>” due then?", "What the citizen sees", "Timeline", "Internal note", "Hold"):
        assert words in page


def test_a_director_reads_the_course_without_name_number_and_notes(home: Any) -> None:
    roads = make_roads()
    noora = make_noora(roads)
    case = make_told_case(noora)
    secret = make_photo(case.agency, name="داخلي.jpg")
    cases.add_note(case, text="صورة للفريق", files=[secret], by=noora, at=SUNDAY_9AM + DAY)

    page = page_of(case, make_person("director", roads))

    for words in ("مريم بنت سعيد", "9214", "maryam@", "م س", NOTE, "داخلي.jpg", "صورة للفريق"):
        assert words not in page
    assert "الاسم محجوب" in page
    assert "بدأ العمل" in page
    assert "أمام البوابة الشمالية." in page
    assert set(re.findall(rf'action="/desk/cases/{case.reference}/(\w+)"', page)) == {"staff"}


def test_an_agent_reads_another_units_case_without_its_contact_and_notes() -> None:
    case = make_told_case_without_files(make_noora(make_roads()))

    page = page_of(case, make_salem())

    assert "مريم بنت سعيد" not in page
    assert NOTE not in page
    assert "+968 9" in page
    assert "9214 7705" not in page
    assert "92147705" not in page
    assert f"/desk/cases/{case}/note" in page, "whoever takes a call about it may write down what was said"
    assert f"/desk/cases/{case}/refer" not in page


def make_told_case_without_files(by: User) -> Case:
    return make_told_case(by, files=[])


def test_an_auditor_sees_the_contact_only_after_showing_a_code(home: Any) -> None:
    roads = make_roads()
    case = make_told_case(make_noora(roads))
    auditor = make_person("auditor", roads)
    with clock.frozen(LATER):
        before = sign_in(Client(), auditor, second_factor=False).get(f"/desk/cases/{case}").content.decode()

    after = page_of(case, auditor)

    assert "مريم بنت سعيد" not in before
    assert "مريم بنت سعيد" in after


def test_other_cases_of_the_person_are_named_only_where_they_may_be_read() -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    case = make_case(agency=agency)
    other = make_case(agency=agency, service=make_service("WT", agency=agency, unit=make_unit("WATER", agency=agency)))
    closed = make_case(agency=agency, service=make_service("ST", agency=agency, confidential=True))
    same = make_case(agency=agency)

    page = page_of(case, noora)

    assert same.reference in page
    assert other.reference not in page
    assert closed.reference not in page


def test_other_cases_of_one_moment_always_stand_in_the_same_order() -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    case, *others = [make_case(agency=agency) for _ in range(4)]
    others[1].save(update_fields=["title"])  # The database puts a changed row behind the others.

    page = page_of(case, noora)

    assert [one.reference for one in others] == sorted((one.reference for one in others), key=page.index, reverse=True)


def test_a_closed_case_is_not_there_for_the_centre() -> None:
    agency = make_working_agency()
    closed = make_case(agency=agency, service=make_service("ST", agency=agency, confidential=True))
    huda, quality = make_huda(), make_person("quality", closed.unit)

    with clock.frozen(LATER):
        refused = sign_in(Client(), huda).get(f"/desk/cases/{closed}").status_code
        read = sign_in(Client(), quality).get(f"/desk/cases/{closed}")

    assert refused == 404
    assert "سري" in read.content.decode()


def test_a_proposed_service_is_marked_and_the_form_waits_to_confirm_it() -> None:
    agency = make_working_agency()
    service = make_service(agency=agency)
    case = make_case(agency=agency, service=service, service_proposed=True, channel="email")

    page = page_of(case, make_huda())

    assert "خدمة مقترحة" in page
    assert f'<option value="{service.pk}" selected>' in page
    assert "صنّف الطلب أولاً لنقترح الوحدة." in page


def test_at_triage_the_unit_that_routing_finds_is_chosen_with_the_reason() -> None:
    agency = make_working_agency()
    roads = make_roads(agency)
    case = make_case(agency=agency, service=make_service(agency=agency, unit=roads), service_proposed=True)
    huda = make_huda()
    cases.classify(case, kind="report", service=case.service, by=huda, at=SUNDAY_9AM + HOUR)

    page = page_of(case, huda)

    assert f'<option value="{roads.pk}" selected>' in page
    assert "الوحدة المسؤولة عن هذه الخدمة" in page


def test_colleagues_on_the_page_are_shown(home: Any) -> None:
    roads = make_roads()
    noora, huda = make_noora(roads), make_huda(roads)
    case = make_told_case(noora)
    with clock.frozen(LATER):
        told = sign_in(Client(), noora).post(f"/desk/cases/{case}/presence").json()

    page = page_of(case, huda)

    assert told == {"people": [], "version": case.version}
    assert "نورة" in page[page.index("data-people") : page.index("data-changed")]
    with clock.frozen(LATER):
        sign_in(Client(), noora).post(f"/desk/cases/{case}/presence", {"leave": "1"})
        chips = sign_in(Client(), huda).get(f"/desk/cases/{case}/people").content.decode()
    assert "نورة" not in chips


def test_the_citizens_view_shows_what_the_citizen_may_know(home: Any) -> None:
    roads = make_roads()
    noora = make_noora(roads)
    case = make_told_case(noora)

    page = page_of(case, noora, "?view=citizen")

    shown = page[page.index('id="content"') :]
    assert "قيد المعالجة" in shown
    assert NOTE not in shown
    assert "نورة" not in shown


def test_tabs_divide_the_timeline() -> None:
    noora = make_noora(make_roads())
    case = make_told_case_without_files(noora)

    internal, public = page_of(case, noora, "?tab=internal"), page_of(case, noora, "?tab=public")

    assert NOTE in internal
    assert NOTE not in public
    assert "أمام البوابة الشمالية." in public
    assert page_of(case, noora, "?tab=nonsense").count('<li class="ev') >= 6
