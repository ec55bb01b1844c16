import asyncio
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from wasl.accounts import operations as accounts
from wasl.core.clock import frozen
from wasl.directory import live, operations, queries
from wasl.directory.models import Membership
from wasl.directory.substitutes import appoint_substitute, end_substitution
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_huda, make_noora, make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)


def scopes(user_id: int, of: Any = live.scopes) -> list[tuple[int, frozenset[int] | None]]:
    async def ask() -> list[tuple[int, frozenset[int] | None]]:
        parameters = connection.get_connection_params()
        for ours in ("context", "cursor_factory"):
            parameters.pop(ours, None)
        async with await psycopg.AsyncConnection.connect(**parameters) as own:
            found: list[tuple[int, frozenset[int] | None]] = await of(own, user_id)
            return found

    return asyncio.run(ask())


def test_the_stream_knows_the_same_reach_as_the_pages() -> None:
    roads = make_unit("ROADS")
    lights = make_unit("LIGHTS", parent=roads)
    huda, noora, admin = make_huda(), make_noora(roads), make_person("administrator")

    assert scopes(huda.pk) == [(roads.agency_id, None)]
    assert scopes(noora.pk) == [(roads.agency_id, frozenset({roads.pk, lights.pk}))]
    assert scopes(admin.pk) == []
    assert scopes(0) == []


def test_the_stream_tells_of_closed_cases_only_to_whom_the_pages_show_them() -> None:
    roads = make_unit("ROADS")
    evaluator = make_person("quality", roads)

    assert scopes(make_huda().pk, live.closed_scopes) == []
    assert scopes(evaluator.pk, live.closed_scopes) == [(roads.agency_id, frozenset({roads.pk}))]


def test_the_stream_falls_silent_with_the_role_and_with_the_account() -> None:
    huda, noora = make_huda(), make_noora()

    operations.end_role(Membership.objects.get(user=noora), by=None, at=SUNDAY_9AM.replace(year=2021))
    accounts.deactivate(huda, by=None, at=SUNDAY_9AM)

    assert scopes(huda.pk) == []
    assert scopes(noora.pk) == []


def test_the_stream_hears_what_is_lent_while_it_is_lent() -> None:
    roads = make_unit("ROADS")
    noora, hall = make_noora(roads), make_person("hall", make_unit("HALL"))
    at = SUNDAY_9AM

    row = appoint_substitute(
        noora, substitute=hall, unit=roads, valid_from=at, valid_to=at + timedelta(days=3), by=noora, at=at
    )
    with frozen(at + timedelta(days=1)):
        during = scopes(hall.pk)
    with frozen(at + timedelta(days=3)):
        after = scopes(hall.pk)
    end_substitution(row, by=noora, at=at + timedelta(hours=1))
    with frozen(at + timedelta(days=1)):
        ended = scopes(hall.pk)

    own = make_unit("HALL").pk
    assert during == [(roads.agency_id, frozenset({roads.pk, own}))]
    assert after == ended == [(roads.agency_id, frozenset({own}))]


def test_people_of_two_agencies_hear_both_and_nobody_else_hears_either() -> None:
    mun, hou = make_agency("MUN"), make_agency("HOU")
    both = make_huda()
    operations.grant_role(
        both, role="supervisor", unit=queries.triage_unit(hou), by=None, at=SUNDAY_9AM.replace(year=2021)
    )
    one = make_huda()

    assert scopes(both.pk) == [(mun.pk, None), (hou.pk, None)]
    assert scopes(one.pk) == [(mun.pk, None)]
