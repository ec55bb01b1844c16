"""The pages: every number opens exactly its cases, for whom may see them."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client

from wasl.analytics import asked, board, people
from wasl.analytics.tests.makers import DAY, make_many
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_unit, sign_in

pytestmark = pytest.mark.django_db

AT = SUNDAY_9AM + 3 * DAY
NUMBER = re.compile(r'<a class="num [^"]*" href="(/figures/cases\?[^"]*)">([0-9,]+)</a>')


@pytest.fixture(autouse=True)
def wednesday() -> object:
    with clock.frozen(AT):
        yield


@pytest.fixture
def agency() -> Agency:
    """A few days of everything."""
    agency = make_working_agency()
    roads, lamps = make_unit("ROADS", agency=agency), make_unit("LAMPS", agency=agency)
    huda = make_huda(roads)
    for unit in (roads, lamps):
        service = make_service(f"S-{unit.code}", agency=agency, unit=unit)
        case = resolved_case(agency=agency, service=service, by=huda)
        cases.rate(case, rating=4, comment="", at=SUNDAY_9AM + DAY)
        again = resolved_case(agency=agency, service=service, by=huda, at=SUNDAY_9AM + HOUR)
        cases.reopen(again, reason="لم يُحل", at=SUNDAY_9AM + DAY)
        make_case(agency=agency, service=service, channel="phone", at=SUNDAY_9AM + 4 * HOUR)
    cases.exclude(make_case(agency=agency), reason="إعلان", by=huda, at=SUNDAY_9AM + HOUR)
    return agency


def numbers(page: str) -> list[tuple[str, int]]:
    """The numbers of a page that can be opened, with their addresses."""
    return [(unescape(address), int(shown.replace(",", ""))) for address, shown in NUMBER.findall(page)]


def listed(page: str) -> int:
    return page.count('href="/desk/cases/')


def test_every_number_of_the_dashboard_opens_exactly_so_many_cases(client: Client, agency: Agency) -> None:
    sign_in(client, make_huda())

    told = numbers(client.get("/figures/").content.decode())

    assert len(told) > 60
    for address, shown in dict.fromkeys(told):
        assert listed(client.get(address).content.decode()) == shown, address


def test_the_numbers_of_a_narrowed_and_past_question_open_their_cases_too(client: Client, agency: Agency) -> None:
    sign_in(client, make_noora(make_unit("ROADS", agency=agency)))

    told = numbers(client.get("/figures/?period=week&as_of=2026-11-22&channel=portal").content.decode())

    assert {shown for _, shown in told} > {0, 2}
    for address, shown in dict.fromkeys(told):
        assert listed(client.get(address).content.decode()) == shown, address


def test_who_may_open_no_case_sees_figures_without_lists(agency: Agency) -> None:
    reader = replace(people.reader_of(make_person("analyst"), "", at=AT), may_list=False)

    told = board.build(asked.read(reader, {}, at=AT))

    assert told.links["received"] == board.Link(6)
    links = [*told.links.values(), *(row.received for row in told.units.rows), *(step.received for step in told.course)]
    assert {link.address for link in links} == {""}


def test_an_administrator_has_neither_figures_nor_lists(client: Client, agency: Agency) -> None:
    sign_in(client, make_person("administrator"))

    for path in ("/figures/", "/figures/figures.csv", "/figures/cases?measure=received"):
        assert client.get(path).status_code == 404


def test_confidential_cases_are_counted_but_not_listed(client: Client, agency: Agency) -> None:
    make_case(agency=agency, service=make_service("S-X", agency=agency, confidential=True))
    sign_in(client, make_huda())

    page = client.get("/figures/cases?measure=received").content.decode()

    assert listed(page) == 6
    assert ">7</span>" in page
    assert re.search(r"الرقم .*7.*: .*6.* في هذه القائمة، و.*1.* محسوبة", page)


def test_nobody_reaches_the_figures_of_another_agency(client: Client, agency: Agency) -> None:
    foreign = make_working_agency("HOU")
    unit = make_unit("LANDS", agency=foreign)
    make_case(agency=foreign, service=make_service("H-1", agency=foreign, unit=unit))
    sign_in(client, make_huda())

    assert client.get("/figures/?agency=HOU").status_code == 404
    assert client.get("/figures/cases?agency=HOU&measure=received").status_code == 404
    page = client.get(f"/figures/cases?measure=received&unit={unit.pk}").content.decode()
    assert listed(page) == 6


@pytest.mark.parametrize("measure", ["nothing", "completion_rate", "csat"])
def test_only_counts_have_lists(client: Client, agency: Agency, measure: str) -> None:
    sign_in(client, make_huda())

    assert client.get("/figures/cases", {"measure": measure}).status_code == 404


def test_a_long_list_is_paged_without_losing_or_repeating_a_case(client: Client, agency: Agency) -> None:
    make_many(Case.objects.order_by("pk")[0], 70)
    sign_in(client, make_huda())
    address, seen = "/figures/cases?measure=received", []

    for _ in range(3):
        page = client.get(address).content.decode()
        seen += re.findall(r'href="/desk/cases/([^"]+)"', page)
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        address = unescape(onward[1]) if onward else ""
        if not address:
            break

    assert len(seen) == len(set(seen)) == 76
    assert client.get("/figures/cases?measure=received&after=x~1").status_code == 200


def test_the_definition_of_a_figure_is_one_click_away_and_open_to_everybody(client: Client, agency: Agency) -> None:
    anonymous = client.get("/figures/definitions").content.decode()
    sign_in(client, make_huda())
    page = client.get("/figures/").content.decode()

    for code in set(re.findall(r'popovertarget="what-(\w+)"', page)):
        assert f'id="what-{code}"' in page
        assert f'id="{code}"' in anonymous


def test_the_csv_is_a_download_of_the_same_question(client: Client, agency: Agency) -> None:
    sign_in(client, make_huda())

    answer = client.get("/figures/figures.csv?period=week&channel=phone")

    assert answer["Content-Disposition"] == 'attachment; filename="figures-MUN-2026-11-22-2026-11-28.csv"'
    assert "total,الكل,received,الوارد,2,طلب,,1" in answer.content.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("role", "place"),
    [("director", "/figures/"), ("analyst", "/figures/"), ("agent", "/desk/"), ("specialist", "/desk/")],
)
def test_who_steers_by_figures_begins_the_day_with_them(client: Client, agency: Agency, role: str, place: str) -> None:
    sign_in(client, make_person(role))

    assert client.get("/start")["Location"] == place


def test_a_director_who_also_answers_calls_begins_at_the_desk(client: Client, agency: Agency) -> None:
    from wasl.directory import operations as directory
    from wasl.directory import queries

    person = make_person("director")
    directory.grant_role(person, role="agent", unit=queries.triage_unit(agency), by=None, at=SUNDAY_9AM)
    sign_in(client, person)

    assert client.get("/start")["Location"] == "/desk/"


def test_own_figures_of_an_agent(client: Client, agency: Agency) -> None:
    salem = make_person("agent", make_unit("ROADS", agency=agency))
    accepted_case(agency=agency, by=salem)
    sign_in(client, salem)

    page = client.get("/figures/").content.decode()

    assert "ما أُسند إليك" in page
    assert ("/figures/cases?measure=received", 1) in numbers(page)
