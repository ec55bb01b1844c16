"""Help tells the truth: what it points at is there, every role is told of what it may open, every page leads to it."""

import itertools

import pytest
from django.test import Client

from wasl.administration import registry
from wasl.config.doors import doors
from wasl.core import clock
from wasl.directory.rights import Right, Role, grant
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_person, make_unit, sign_in
from wasl.help import steps
from wasl.help.management.commands import help_pictures
from wasl.help.pages import PAGES
from wasl.web import navigation

DOORS = {door.name: door for door in doors()}


@pytest.mark.parametrize("step", steps.ALL, ids=lambda step: step.code)
def test_a_step_names_screens_and_pictures_that_exist(step: steps.Step) -> None:
    for screen in step.screens:
        room, name, *kind = screen.split(":")
        assert f"{room}:{name}" in DOORS
        assert all(registry.kind_of(code) for code in kind)
    for language in help_pictures.LANGUAGES if step.picture else ():
        picture = help_pictures.FOLDER / language / f"{step.picture}.webp"
        assert 0 < picture.stat().st_size <= help_pictures.MOST_BYTES


def test_every_picture_is_taken_and_every_one_taken_is_shown() -> None:
    assert {shot.name for shot in help_pictures.SHOTS} == {step.picture for step in steps.ALL} - {""}


def test_every_kind_of_the_set_up_is_explained_to_the_administrator() -> None:
    page = PAGES[Role.ADMINISTRATOR]

    assert [kind.code for kind in registry.kinds() if page.step_for(f"administration:row:{kind.code}") is None] == []


@pytest.mark.parametrize("role", Role)
def test_a_role_is_told_of_what_it_may_open_and_of_nothing_else(role: Role) -> None:
    page = PAGES[role]
    told = {step.code: step for step in page.steps if step.screens}
    closed = [code for code, step in told.items() if not any(_opens(role, screen) for screen in step.screens)]
    menu = [item for item in navigation.registered() if item.surface == "staff" and _may(role, item.right or "")]

    assert closed == []
    assert [item.url_name for item in menu if page.step_for(item.url_name) is None] == []


@pytest.mark.django_db
def test_every_page_of_staff_leads_to_help(client: Client) -> None:
    unit = make_unit("CENTRE", agency=make_agency("MUN"))
    plain = [door for door in DOORS.values() if door.kind in {"signed_in", "right"} and "<" not in door.address]
    led, bare = set(), set()
    with clock.frozen(SUNDAY_9AM):
        for role, door in itertools.product((Role.SUPERVISOR, Role.ADMINISTRATOR), plain):
            if door.name == plain[0].name:
                sign_in(client, make_person(role.value, unit))
            answer = client.get(f"/{door.address}")
            page = answer.content.decode() if answer.status_code == 200 and not answer.streaming else ""
            if "deskmain" in page:
                (led if 'href="/help/?at=' in page else bare).add(door.name)

    assert bare == set()
    assert {"desk:home", "desk:register", "analytics:home", "privacy:home", "operation:health", "directory:me"} <= led


def _opens(role: Role, screen: str) -> bool:
    door = DOORS[":".join(screen.split(":")[:2])]
    return _may(role, door.right)


def _may(role: Role, right: str) -> bool:
    return not right or grant(role.value, Right(right)) is not None
