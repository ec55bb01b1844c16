"""Who is addressed in a unit: the people in the role, who stands in for them, or whoever stands above."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wasl.accounts.models import User
from wasl.accounts.operations import deactivate
from wasl.directory import queries
from wasl.directory.models import Unit
from wasl.directory.rights import Role
from wasl.directory.substitutes import appoint_substitute
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency, make_noora, make_person, make_unit

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM
WEEK = timedelta(days=7)


@pytest.fixture
def works() -> Unit:
    return make_unit("WORKS")


@pytest.fixture
def roads(works: Unit) -> Unit:
    return make_unit("ROADS", parent=works)


def _away(absent: User, substitute: User, unit: Unit) -> None:
    appoint_substitute(absent, substitute=substitute, unit=unit, valid_from=AT, valid_to=AT + WEEK, by=None, at=AT)


def test_the_people_of_the_unit_in_the_role_are_addressed_by_name(roads: Unit, works: Unit) -> None:
    ziad = make_person("liaison", roads, name="زياد")
    ahmed = make_person("liaison", roads, name="أحمد")
    make_person("liaison", works)
    make_noora(roads)

    assert queries.standing(roads, {Role.LIAISON}, AT) == [ahmed, ziad]


def test_without_anybody_in_the_role_the_next_unit_above_answers(roads: Unit, works: Unit) -> None:
    above = make_person("liaison", works)

    assert queries.standing(roads, {Role.LIAISON}, AT) == [above]


def test_nobody_up_to_the_top_is_nobody(roads: Unit) -> None:
    assert queries.standing(roads, {Role.LIAISON}, AT) == []


def test_who_is_away_is_replaced_by_the_deputy_and_not_addressed(roads: Unit) -> None:
    said, noora = make_person("liaison", roads), make_noora(roads)
    _away(said, noora, roads)

    assert queries.standing(roads, {Role.LIAISON}, AT) == [noora]
    assert queries.in_place_of(said, unit=roads, at=AT) == [noora]
    assert queries.standing(roads, {Role.LIAISON}, AT + WEEK) == [said]
    assert queries.in_place_of(said, unit=roads, at=AT + WEEK) == [said]


def test_a_deputy_who_left_lets_the_next_above_answer(roads: Unit, works: Unit) -> None:
    said, noora, above = make_person("liaison", roads), make_noora(roads), make_person("liaison", works)
    _away(said, noora, roads)
    deactivate(noora, by=None, at=AT)

    assert queries.standing(roads, {Role.LIAISON}, AT) == [above]
    assert queries.in_place_of(said, unit=roads, at=AT) == []


def test_a_deputy_who_is_away_too_lets_the_next_above_answer(roads: Unit, works: Unit) -> None:
    said, noora, above = make_person("liaison", roads), make_noora(roads), make_person("liaison", works)
    _away(said, noora, roads)
    _away(noora, make_person("specialist", roads), roads)

    assert queries.standing(roads, {Role.LIAISON}, AT) == [above]


def test_a_colleague_who_is_there_is_enough(roads: Unit, works: Unit) -> None:
    said, noora, colleague = make_person("liaison", roads), make_noora(roads), make_person("liaison", roads)
    make_person("liaison", works)
    _away(said, noora, roads)
    deactivate(noora, by=None, at=AT)

    assert queries.standing(roads, {Role.LIAISON}, AT) == [colleague]


def test_whoever_is_away_in_one_unit_is_still_addressed_in_another(roads: Unit) -> None:
    lamps = make_unit("LAMPS")
    said, noora = make_person("liaison", roads), make_noora(roads)
    from wasl.directory.operations import grant_role

    grant_role(said, role="liaison", unit=lamps, by=None, at=LONG_AGO)
    _away(said, noora, roads)

    assert queries.standing(lamps, {Role.LIAISON}, AT) == [said]


def test_closed_accounts_and_ended_roles_are_not_addressed(roads: Unit) -> None:
    gone, later = make_person("liaison", roads), make_person("liaison", roads, since=AT + WEEK)
    deactivate(gone, by=None, at=AT)

    assert queries.standing(roads, {Role.LIAISON}, AT) == []
    assert queries.standing(roads, {Role.LIAISON}, AT + WEEK) == [later]


def test_it_costs_two_statements_however_high_the_tree(roads: Unit) -> None:
    deep = make_unit("DEEP", parent=make_unit("DEEPER", parent=roads))
    top = make_person("head", make_unit("WORKS", agency=make_agency()))
    queries.standing(deep, {Role.HEAD}, AT)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = queries.standing(deep, {Role.HEAD}, AT)

    assert found == [top]
    assert sum("directory_membership" in one["sql"] for one in asked) == 1
    assert sum("directory_substitution" in one["sql"] for one in asked) == 1
