"""The inbox of a unit: what waits for acceptance and until when, in bulk, with who stands in, and nobody else's."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case, Clock
from wasl.cases.tests.makers import accepted_case, make_case, make_working_agency
from wasl.core import clock
from wasl.desk.tests.makers import DAY, HOUR, make_roads
from wasl.directory import substitutes
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora, make_person, make_said, make_salem, make_unit, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def roads(agency: Agency) -> Unit:
    return make_roads(agency)


def ask(person: User, at: Any = SUNDAY_9AM + HOUR, path: str = "inbox") -> Any:
    with clock.frozen(at):
        return sign_in(Client(), person).get(f"/desk/{path}")


def test_what_waits_stands_with_how_long_it_waits_and_until_when(agency: Agency, roads: Unit) -> None:
    said, case = make_said(roads), make_case(agency=agency)
    accept = Clock.objects.get(case=case, kind="accept", stopped_at__isnull=True)

    page = ask(said).content.decode()
    late = ask(said, accept.due_at + HOUR).content.decode()

    assert case.reference in page
    assert f"{accept.due_at.astimezone(agency.zone):%H:%M}" in page
    assert "فات موعد القبول" not in page
    assert "فات موعد القبول" in late


def test_what_is_accepted_or_anothers_is_not_in_the_inbox(agency: Agency, roads: Unit) -> None:
    said = make_said(roads)
    taken = accepted_case(by=make_noora(roads), agency=agency)
    elsewhere = make_case(agency=agency)
    cases.refer(elsewhere, to_unit=make_unit("LIGHT", agency=agency), reason="لكم", by=make_salem(), at=SUNDAY_9AM)

    page = ask(said, path="inbox/rows").content.decode()

    assert taken.reference not in page
    assert elsewhere.reference not in page


def test_many_are_accepted_at_once_from_the_inbox(agency: Agency, roads: Unit) -> None:
    said, waiting = make_said(roads), [make_case(agency=agency) for _ in range(3)]
    client = sign_in(Client(), said)
    with clock.frozen(SUNDAY_9AM + HOUR):
        chosen = [f"{case.pk}:{case.version}" for case in waiting[:2]]
        answer = client.post("/desk/bulk", {"act": "accept", "case": chosen, "query": "view=accept&whose=unit"})
        client.post(f"{answer.url}/apply")

    states = [Case.objects.get(pk=case.pk).state for case in waiting]
    assert states == ["accepted", "accepted", "referred"]


def test_who_is_away_and_who_stands_in_is_shown_with_the_way_to_appoint(agency: Agency, roads: Unit) -> None:
    said, noora = make_said(roads), make_noora(roads)
    substitutes.appoint_substitute(
        said, substitute=noora, unit=roads, valid_from=SUNDAY_9AM, valid_to=SUNDAY_9AM + 5 * DAY, by=said,
        at=SUNDAY_9AM,
    )  # fmt: skip

    page = ask(noora).content.decode()

    assert said.name in page
    assert "ينوب" in page
    assert "/me/absence" in page


def test_the_figures_above_open_their_lists(agency: Agency, roads: Unit) -> None:
    said, noora = make_said(roads), make_noora(roads)
    case = accepted_case(by=noora, agency=agency)
    cases.hold(
        case,
        reason_code="budget",
        review_on=(SUNDAY_9AM + DAY).date(),
        text="ننتظر",
        by=noora,
        at=SUNDAY_9AM + 2 * HOUR,
    )

    at = SUNDAY_9AM + 2 * DAY
    page = ask(said, at).content.decode()
    with clock.frozen(at):
        listed = sign_in(Client(), said).get("/desk/rows?view=review&whose=unit").content.decode()

    assert "view=review" in page
    assert case.reference in listed


def test_an_agent_has_no_inbox(agency: Agency) -> None:
    assert ask(make_salem()).status_code in (403, 404)


def test_a_longer_inbox_costs_no_more_statements(agency: Agency, roads: Unit) -> None:
    said, spent = make_said(roads), []
    for more in (2, 15):
        for _ in range(more):
            make_case(agency=agency)
        ask(said)
        with CaptureQueriesContext(connection) as queries:
            ask(said)
        spent.append(len(queries))

    assert spent[0] == spent[1]


def test_a_liaison_officer_finds_the_inbox_in_the_rail() -> None:
    person = make_person("liaison", make_roads(make_working_agency()))

    assert 'href="/desk/inbox"' in ask(person, path="").content.decode()
    assert 'href="/desk/inbox"' not in ask(make_salem(), path="").content.decode()
