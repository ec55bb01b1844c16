"""The list on a map: what lies where, from afar in numbers, near by one by one, and never more than one may read."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.desk.tests.makers import make_roads
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_huda, make_noora, make_person, sign_in

pytestmark = pytest.mark.django_db

WORLD = "-90,-180,90,180"


def put(agency: Agency, lat: str, lon: str, **more: Any) -> Case:
    case = make_case(agency=agency, **more)
    Case.objects.filter(pk=case.pk).update(lat=Decimal(lat), lon=Decimal(lon))
    return case


def ask(person: Any, *, box: str = WORLD, zoom: Any = 5, **query: Any) -> Any:
    return sign_in(Client(), person).get("/desk/map/points", {"view": "open", "box": box, "zoom": zoom, **query})


def test_neighbours_are_one_number_from_afar_and_single_cases_near_by(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    one, other = put(agency, "23.6100", "58.1800"), put(agency, "23.6140", "58.1860")
    put(agency, "17.0200", "54.0900")

    afar, near = ask(noora).json()["spots"], ask(noora, zoom=17, box="23.5,58.1,23.7,58.3").json()["spots"]

    assert sorted(spot["n"] for spot in afar) == [1, 2]
    assert [spot["n"] for spot in near] == [1, 1]
    assert {spot["cases"][0]["url"] for spot in near} == {
        f"/desk/cases/{one.reference}",
        f"/desk/cases/{other.reference}",
    }


def test_cases_of_the_very_same_spot_are_named_where_nearer_would_not_help(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    put_there = {put(agency, "23.6100", "58.1800").reference for _ in range(3)}

    (spot,) = ask(noora, zoom=18).json()["spots"]

    assert spot["n"] == 3
    assert {one["url"].rsplit("/", 1)[1] for one in spot["cases"]} == put_there


def test_only_the_part_asked_for_and_only_the_list(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    put(agency, "23.61", "58.18", channel="phone")
    put(agency, "23.62", "58.19", channel="portal")

    assert ask(noora, box="17,54,18,55").json() == {"spots": []}
    assert [spot["n"] for spot in ask(noora, channel="phone").json()["spots"]] == [1]


def test_nobody_sees_on_the_map_what_the_list_does_not_show(home: Any) -> None:
    agency = make_working_agency()
    unit = make_roads(agency)
    put(agency, "23.61", "58.18", service=make_service("SEC", agency=agency, unit=unit, confidential=True))

    assert ask(make_huda(), whose="all").json() == {"spots": []}
    assert [spot["n"] for spot in ask(make_person("auditor", unit=unit), whose="all").json()["spots"]] == [1]


@pytest.mark.parametrize(
    ("box", "zoom"),
    [("", 5), ("1,2,3", 5), ("a,b,c,d", 5), ("nan,0,1,1", 5), ("9,0,1,1", 5), (WORLD, "x"), (WORLD, 40)],
)
def test_what_is_no_part_of_a_map_is_told_so(home: Any, box: str, zoom: Any) -> None:
    answer = ask(make_noora(make_roads(make_working_agency())), box=box, zoom=zoom)

    assert answer.status_code == 400
    assert "error" in answer.json()


def test_the_page_says_by_place_what_the_map_draws(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    make_case(agency=agency)
    put(agency, "23.61", "58.18")

    page = sign_in(Client(), noora).get("/desk/map", {"view": "open"}).content.decode()

    assert 'data-frame="23.61,58.18,23.61,58.18"' in page
    assert "بلا ولاية" in page
    assert "بلا موضع على الخريطة" in page
