"""The front page, the services, and the pages about the site; and that none of them costs more with more cases."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wasl.analytics import queries as analytics
from wasl.analytics.measures import Cohort
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.portal import figures
from wasl.portal.tests.makers import choose, fill_details, fill_place, key_on, report, send
from wasl.web.doors import door_of

pytestmark = pytest.mark.django_db


def test_the_front_page_begins_with_search_and_topics(citizen: Client) -> None:
    page = citizen.get("/").content.decode()

    assert page.index('name="q"') < page.index("الإنارة")
    assert "1111" in page


@pytest.mark.parametrize("path", ["/services", "/privacy", "/accessibility", "/contact", "/track", "/report"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_speaks_both_languages(citizen: Client, path: str, language: str) -> None:
    page = citizen.get(path, {"lang": language})

    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


def test_services_are_found_in_the_citizens_spelling(citizen: Client) -> None:
    assert "/services/RD-POTHOLE" in citizen.get("/services", {"q": "حفره"}).content.decode()


def test_words_that_fit_nothing_are_answered(citizen: Client) -> None:
    assert "لم نجد خدمة" in citizen.get("/services", {"q": "ققققق"}).content.decode()


def test_a_service_tells_its_unit_and_its_date(citizen: Client) -> None:
    page = citizen.get("/services/LT-OUT").content.decode()

    assert "وحدة LIGHT" in page
    assert "نوفمبر 2026" in page


def test_a_service_that_ended_is_not_found(citizen: Client) -> None:
    from wasl.portal.tests.makers import service

    ended = service()
    ended.valid_to = SUNDAY_9AM - timedelta(days=1)
    ended.save()

    assert citizen.get("/services/LT-OUT").status_code == 404


def test_a_site_without_an_agency_says_so_calmly() -> None:
    for path in ("/", "/report", "/track", "/t/abcdefgh234567"):
        assert Client().get(path).status_code == 503


def multiply(case: Case, number: int) -> None:
    """So many rows like this one, as an import would write them."""
    registered = [case.registered_at - timedelta(days=1, seconds=n) for n in range(number)]
    rows = []
    for n, at in enumerate(registered):
        copy = Case.objects.get(pk=case.pk)
        copy.pk, copy.reference, copy.digits = None, f"MR-2610-{n:05d}-0", f"2610{n:05d}0"
        copy.public_id, copy.access_code_hash = f"copy{n}", cases.code_hash(f"copy{n}")
        copy.registered_at, copy.state, copy.is_open = at, "resolved", False
        copy.resolved_at = at + timedelta(hours=12)
        rows.append(copy)
    Case.objects.bulk_create(rows)


def test_figures_are_shown_once_there_is_enough_to_tell(citizen: Client) -> None:
    case = report()
    assert "آخر 30 يوماً" not in citizen.get("/").content.decode()

    multiply(case, 24)
    figures.forget()
    page = citizen.get("/").content.decode()

    assert "آخر 30 يوماً" in page
    assert figures.lately(case.agency, at=SUNDAY_9AM) == figures.Figures(25, 24, 0.5, SUNDAY_9AM)


def test_the_figures_of_the_front_page_are_the_same_as_on_the_dashboard(citizen: Client) -> None:
    case = report()
    multiply(case, 24)
    again = Case.objects.exclude(pk=case.pk).order_by("pk")[0]
    cases.reopen(again, reason="لم يُحل", at=SUNDAY_9AM)
    at = SUNDAY_9AM + timedelta(hours=1)
    figures.forget()

    shown = figures.lately(case.agency, at=at)
    days = Cohort(
        agency_id=case.agency.pk,
        zone=case.agency.zone,
        start=at - timedelta(days=30),
        end=at + timedelta(hours=1),
        as_of=at,
    )
    counted = analytics.figures(days)

    assert shown is not None
    assert (shown.received, shown.done) == (counted["received"], counted["completed"])


def pages(code: str) -> dict[str, str]:
    """Every page that can be asked for, once the draft of this browser has reached its last step."""
    return {
        "home": "/",
        "services": "/services?q=حفرة",
        "service": "/services/LT-OUT",
        "topics": "/report?q=حفرة",
        "hits": "/report/hits?q=حفرة",
        "place": "/report/place",
        "around": "/report/around?lat=23.5912&lon=58.1703",
        "details": "/report/details",
        "check": "/report/check",
        "track": "/track",
        "case": f"/t/{code}",
    }


def test_no_page_costs_more_statements_with_a_thousand_cases_than_with_ten(citizen: Client, site: Agency) -> None:
    case = report()
    choose(citizen)
    fill_place(citizen)
    fill_details(citizen)
    code = cases.access_code(case)

    def costs() -> dict[str, int]:
        counted = {}
        for name, path in pages(code).items():
            citizen.get(path)
            figures.forget()
            with CaptureQueriesContext(connection) as captured:
                assert citizen.get(path).status_code == 200, name
            counted[name] = len(captured)
        return counted

    multiply(case, 10)
    with_ten = costs()
    Case.objects.exclude(pk=case.pk).delete()
    multiply(case, 1000)

    assert costs() == with_ten
    assert max(with_ten.values()) <= 25, with_ten


def test_sending_costs_a_known_number_of_statements(citizen: Client) -> None:
    report(citizen)
    choose(citizen)
    fill_place(citizen, address_text="مكان آخر")
    fill_details(citizen, phone="92147799")
    key = key_on(citizen)

    with CaptureQueriesContext(connection) as captured:
        assert send(citizen, key)["Location"] == "/report/done"

    told = [query["sql"] for query in captured.captured_queries]
    statements = [sql for sql in told if not sql.startswith(("SAVEPOINT", "RELEASE"))]
    # One of them asks for the questions of the service.
    assert len(statements) <= 14, "\n".join(sql[:150] for sql in statements)


def test_every_address_of_the_site_has_its_door() -> None:
    from wasl.portal.urls import urlpatterns

    for pattern in urlpatterns:
        door = door_of(pattern.callback)
        assert door is not None, pattern
        assert door.kind == "public"
