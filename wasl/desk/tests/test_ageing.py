"""The ageing board: units and bands, each figure opens exactly its cases, causes, and the bulletin's list."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wasl.accounts.models import User
from wasl.cases import ageing
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import accepted_case, make_case, make_working_agency
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.desk.tests.makers import DAY, HOUR, make_roads
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora, make_person, make_salem, make_unit, sign_in

pytestmark = pytest.mark.django_db
# A day on which cases can be as old as one likes, at an hour after which nothing of the day before is today's.
NOW = SUNDAY_9AM + 100 * DAY
AGES = (0, 2, 3, 5, 6, 10, 11, 20, 21, 60, 61, 90)
BAND_OF = dict(zip(AGES, ("d0", "d0", "d3", "d3", "d6", "d6", "d11", "d11", "d21", "d21", "d61", "d61"), strict=True))


def ask(person: User, path: str, **query: Any) -> Any:
    with clock.frozen(NOW):
        return sign_in(Client(), person).get(f"/desk/{path}", query)


def held_for(days: int, *, by: User, agency: Agency, reason: str = "materials") -> Case:
    case = accepted_case(by=by, at=NOW - days * DAY - 3 * HOUR, agency=agency)
    at = NOW - days * DAY
    cases.hold(case, reason_code=reason, review_on=(at + 3 * DAY).date(), text="ننتظر", by=by, at=at)
    return case


def listed(page: str) -> set[str]:
    return {one for one in Case.objects.values_list("reference", flat=True) if one in page}


def test_every_day_falls_into_its_band_and_each_figure_opens_exactly_its_cases() -> None:
    agency = make_working_agency()
    moza = make_person("follow_up", make_unit("FOLLOW", agency=agency))
    made = {days: make_case(agency=agency, at=NOW - days * DAY) for days in AGES}

    page = ask(moza, "ageing").content.decode()
    opened = page[: page.index("hourglass")]

    for band in ageing.BANDS:
        wanted = {made[days].reference for days in AGES if BAND_OF[days] == band.code}
        (address, count) = re.findall(rf'href="(/desk/\?[^"]*age={band.code}[^"]*)"[^>]*>(\d+)</a>', opened)[0]
        assert int(count) == len(wanted)
        answer = ask(moza, unescape(address).removeprefix("/desk/"))
        assert listed(answer.content.decode()) == wanted


def test_what_is_held_is_counted_from_its_first_hold() -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    case = held_for(12, by=noora, agency=agency)
    at = NOW - 8 * DAY
    cases.hold(
        case, reason_code="budget", review_on=(at + 3 * DAY).date(), text="ننتظر", by=noora, at=at, external=True
    )

    page = ask(noora, "ageing").content.decode()
    held = page[page.index("hourglass") :]

    (address,) = re.findall(r'href="(/desk/\?[^"]*lasting=d11[^"]*)"', held)
    assert case.reference in ask(noora, unescape(address).removeprefix("/desk/")).content.decode()
    assert "Budget approval" in held or "اعتماد مالي" in held


def test_a_unit_sees_its_own_and_an_agent_does_not_see_the_board() -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    stranger = make_person("liaison", make_unit("LIGHT", agency=agency))
    make_case(agency=agency, at=NOW - 30 * DAY)

    assert "age=d21" in ask(noora, "ageing").content.decode()
    assert "age=d21" not in ask(stranger, "ageing").content.decode()
    assert ask(make_salem(), "ageing").status_code in (403, 404)


def test_the_board_costs_the_same_for_two_cases_and_for_twenty() -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    spent = []
    for more in (2, 18):
        for number in range(more):
            held_for(70 + number, by=noora, agency=agency)
        ask(noora, "ageing")
        with CaptureQueriesContext(connection) as queries:
            ask(noora, "ageing")
        spent.append(len(queries))

    assert spent[0] == spent[1]


def test_the_board_is_one_grouped_statement() -> None:
    agency = make_working_agency()
    for days in AGES:
        make_case(agency=agency, at=NOW - days * DAY)

    with CaptureQueriesContext(connection) as queries:
        (row,) = ageing.board(Case.objects.all(), midnight=NOW.replace(hour=0))

    assert len(queries) == 1
    assert "GROUP BY" in queries[0]["sql"]
    assert sum(row.opened.values()) == len(AGES)


def test_the_bulletin_lists_what_waits_for_more_than_sixty_days_with_its_cause_and_nobodys_number() -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    long, short = held_for(61, by=noora, agency=agency, reason="budget"), held_for(60, by=noora, agency=agency)

    answer = ask(noora, "ageing/bulletin.csv")
    table = answer.content.decode()

    assert long.reference in table
    assert short.reference not in table
    assert "اعتماد مالي" in table
    assert "92147705" not in table
    assert "مريم" not in table
    taken = EventRecord.objects.get(kind="CasesExported")
    assert (taken.actor_id, taken.data["count"]) == (noora.pk, 1)


def test_the_list_of_one_state_can_be_narrowed_to_how_long_it_lasts() -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    old, new = held_for(15, by=noora, agency=agency), held_for(1, by=noora, agency=agency)

    page = ask(noora, "rows", state="held", lasting="d11", whose="all").content.decode()

    assert old.reference in page
    assert new.reference not in page
