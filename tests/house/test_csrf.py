"""Every form of the house carries its token: a POST without one is refused at every address, whoever is signed in."""

import re

import pytest
from django.test import Client

from wasl.config.doors import HouseDoor, doors
from wasl.directory.rights import Role
from wasl.directory.tests.makers import make_person, sign_in

pytestmark = pytest.mark.django_db

# Programs, not browsers, knock here, and bring a secret of their own.
FOR_PROGRAMS = {"messaging:hook"} | {door.name for door in doors() if door.name.startswith(("open311:", "v1:"))}
# One word that fits whatever an address names: the token is looked at before anything is looked for.
_ANY = {"int": "7", "str": "nothing", "slug": "nothing", "uuid": "00000000-0000-0000-0000-000000000000"}
ALL = doors()


def _shaped(door: HouseDoor) -> str:
    address = "/" + door.address
    for kind, word in _ANY.items():
        while f"<{kind}:" in address:
            begin = address.index(f"<{kind}:")
            address = address[:begin] + word + address[address.index(">", begin) + 1 :]
    while "<" in address:
        begin = address.index("<")
        address = address[:begin] + "nothing" + address[address.index(">", begin) + 1 :]
    return address


def address_of(door: HouseDoor) -> str:
    """An address of this shape, whether or not anything lies there."""
    address = "/" + door.address
    for kind, word in _ANY.items():
        address = re.sub(rf"<{kind}:\w+>", word, address)
    address = re.sub(r"\(\?P<\w+>[^)]*\)", "nothing", address).replace("\\.", ".")
    return re.sub(r"<[^>]+>", "nothing", re.sub(r"[\^$]", "", address))


@pytest.mark.parametrize("role", [None, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_a_form_without_its_token_is_refused_everywhere(role: Role | None) -> None:
    browser = Client(enforce_csrf_checks=True)
    if role is not None:
        sign_in(browser, make_person(role.value))

    let_in = {}
    for door in ALL:
        answer = browser.post(address_of(door), {"reason": "x"})
        if answer.status_code != 403 and door.name not in FOR_PROGRAMS:
            let_in[door.name or door.address] = answer.status_code

    assert let_in == {}


def test_a_token_of_another_browser_is_refused() -> None:
    mine, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    other.get("/sign-in")

    answer = mine.post("/sign-in", {"csrfmiddlewaretoken": other.cookies["csrftoken"].value, "email": "a@example.om"})

    assert answer.status_code == 403


def test_only_doors_for_programs_are_let_off() -> None:
    exempt = {door.name for door in ALL if getattr(door.pattern.callback, "csrf_exempt", False)}

    assert exempt <= FOR_PROGRAMS
