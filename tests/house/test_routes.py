"""Every address of the house × every role × own unit, other unit, other agency, anonymous: no wrong answer.

What is right is worked out from the permission table (`directory.rights`), never written down here. A new address needs
a door mark, and where it names a thing, a way to make one (`house.py`): else this test fails and says so.
"""

import itertools
from typing import Any

import pytest
from django.urls import reverse

from tests.house.house import (
    ALL,
    GUARDED,
    KNOWN_KINDS,
    NOTE,
    PHONE,
    House,
    Thing,
    ask,
    folder_of,
    house,
    is_allowed,
    is_sent_to_sign_in,
    methods_of,
    names,
    reaches,
    things_of,
    undone,
)
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case
from wasl.catalogue.models import Service
from wasl.config.doors import HouseDoor
from wasl.contacts import operations as contacts
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import SCOPES, Right, Role
from wasl.directory.tests.makers import SUNDAY_9AM, make_person
from wasl.messaging.models import RawDelivery
from wasl.tasks import operations as tasks
from wasl.tasks.models import Task

__all__ = ["house"]
# Each test runs in a save point of its own inside the transaction of the house.
pytestmark = pytest.mark.django_db


def test_every_address_carries_a_known_mark() -> None:
    assert [door.address for door in ALL if door.kind not in KNOWN_KINDS] == []
    assert [door.address for door in ALL if door.kind == "right" and door.right not in set(Right)] == []


def test_every_thing_an_address_names_can_be_made_here(house: House) -> None:
    unknown = {
        door.address: folder_of(door)
        for door in ALL
        if "<" in door.address and door.kind != "key" and folder_of(door) not in house.things
    }

    assert unknown == {}, "tell _build() how to make what these addresses name"


@pytest.mark.parametrize(
    "door", [door for door in ALL if door.kind == "right"], ids=names([d for d in ALL if d.kind == "right"])
)
def test_a_door_with_a_right_opens_for_whom_the_table_names_and_for_nobody_else(house: House, door: HouseDoor) -> None:
    methods, before = methods_of(house, door), _facts()
    wrong = []

    for role in Role:
        for thing in _telling_things(house, role, door):
            expected = is_allowed(house, role, door, thing)
            for method in methods:
                if (got := _answer(house, role, door, thing, method, before)) != ("in" if expected else "not found"):
                    wrong.append(f"{method} {role} at {thing.label if thing else 'the list'}: {got}")

    assert methods, "nobody can go through this door"
    assert wrong == []


def _telling_things(house: House, role: Role, door: HouseDoor) -> list[Thing | None]:
    """All things for a role that has the right somewhere; else the nearest one: the door itself must not open."""
    things = things_of(house, door)
    return things if role in SCOPES[Right(door.right)] else things[:1]


def _answer(house: House, role: Role, door: HouseDoor, thing: Thing | None, method: str, before: int) -> str:
    with undone():
        if thing is not None:
            thing.prepare(house.people[role])
        answer = ask(house, role, door, thing, method)
        if answer.status_code == 404:
            return "not found" if _facts() == before else "not found, but done"
    if answer.status_code in (200, 409, 422) or (answer.status_code == 302 and not is_sent_to_sign_in(answer)):
        return "in"
    return str(answer.status_code)


def _facts() -> int:
    return EventRecord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@pytest.mark.parametrize("door", GUARDED, ids=names(GUARDED))
def test_strangers_are_sent_to_sign_in_whatever_they_name(house: House, door: HouseDoor) -> None:
    methods = methods_of(house, door)

    for thing in [things_of(house, door)[0], *_nothings(door)]:
        for method in methods:
            with undone():
                assert is_sent_to_sign_in(ask(house, None, door, thing, method)), (thing, method)


def _nothings(door: HouseDoor) -> list[Thing]:
    """Things of this address that do not exist: strangers must not tell them from those that do."""
    made: dict[str, dict[str, Any]] = {
        "cases": {"number": "MR-2611-99999-1"},
        "tasks": {"number": 10**9},
        "parked": {"public_id": "nothing-of-the-sort"},
        "contacts": {"public_id": "nothing-of-the-sort"},
        "people": {"number": 10**9},
        "roles": {"number": 10**9},
        "substitutes": {"number": 10**9},
    }
    return [Thing("nothing", made[folder_of(door)], 0)] if folder_of(door) in made else []


@pytest.mark.parametrize("door", [door for door in ALL if door.kind == "signed_in"], ids=lambda door: door.name)
def test_a_door_for_everybody_signed_in_opens_for_every_role(house: House, door: HouseDoor) -> None:
    (method, *_) = methods_of(house, door)

    for role in Role:
        with undone():
            answer = ask(house, role, door, things_of(house, door)[0], method)

        assert answer.status_code in (200, 302, 422), (role, answer.status_code)
        assert not is_sent_to_sign_in(answer), role


@pytest.mark.parametrize("door", [door for door in ALL if door.kind == "key"], ids=lambda door: door.name)
def test_a_door_for_programs_opens_for_no_session_whoever_it_is(house: House, door: HouseDoor) -> None:
    before = _facts()
    for thing, method in itertools.product(things_of(house, door), ("GET", "POST")):
        with undone():
            for_all = ask(house, None, door, thing, method)
            # Without a key: refused, or what Open311 lets everybody read.
            is_public_read = door.name.startswith("open311:") and method == "GET" and for_all.status_code == 200
            assert is_public_read or for_all.status_code in (401, 403, 404, 405), (method, for_all.content[:300])
            assert not any(private in for_all.content.decode() for private in (NOTE, PHONE))
        for role in (Role.AGENT, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR):
            with undone():
                answer = ask(house, role, door, thing, method)
            assert answer.status_code == for_all.status_code, (role, method, thing)
    assert _facts() == before


@pytest.mark.parametrize(
    "door", [door for door in ALL if door.kind in ("public", "signed_link")], ids=lambda door: door.name
)
def test_an_open_door_asks_nobody_who_they_are(house: House, door: HouseDoor) -> None:
    thing = things_of(house, door)[0]
    with undone():
        for_all = ask(house, None, door, thing, "GET")

    for role in (Role.AGENT, Role.ADMINISTRATOR, Role.DIRECTOR):
        with undone():
            answer = ask(house, role, door, thing, "GET")
        assert answer.status_code < 500
        assert answer.status_code == for_all.status_code or door.name.startswith("accounts:"), role
    # A provider must prove itself: whoever only opens the address hears "no". One door stands for what is not there.
    usual = {"messaging:hook": (403,), "v1:nothing": (404,)}
    assert for_all.status_code in usual.get(door.name, (200, 204, 302, 405))
    assert not is_sent_to_sign_in(for_all) or door.name.startswith("accounts:")


# --- what stands on the pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role in SCOPES[Right.READ_CASE]])
def test_the_list_of_all_cases_holds_what_the_role_may_read(house: House, role: Role) -> None:
    things = house.things["cases"]
    expected = {
        thing.kwargs["number"] for thing in things if all(reaches(house, role, right, thing) for right in thing.also)
    }

    with undone():
        for thing in things:
            thing.prepare(house.people[role])
        page = house.client(role).get(reverse("desk:rows"), {"view": "all"}).content.decode()

    assert {number for number in house.references.values() if number in page} == expected


@pytest.mark.parametrize("role", [role for role in Role if role in SCOPES[Right.READ_CASE]])
def test_notes_and_contact_stand_only_on_the_pages_of_those_who_may_see_them(house: House, role: Role) -> None:
    wrong = []
    for thing in house.things["cases"]:
        if not all(reaches(house, role, right, thing) for right in thing.also):
            continue
        with undone():
            thing.prepare(house.people[role])
            page = house.client(role).get(reverse("desk:case", kwargs=thing.kwargs)).content.decode()
        seen = {
            Right.READ_NOTES: NOTE in page,
            Right.READ_CONTACT: PHONE in page or "مريم بنت" in page or "maryam@example.org" in page,
        }
        wrong += [
            (thing.label, right.value)
            for right, is_seen in seen.items()
            if is_seen != reaches(house, role, right, thing)
        ]

    assert wrong == []


def test_an_act_cannot_reach_through_its_form_into_another_agency(house: House) -> None:
    """Numbers of foreign units, people, services and cases typed into forms of one's own case."""
    own = house.references["own unit"]
    foreign_service = Case.objects.get(reference=house.references["other agency"]).service_id
    foreign_person = make_person("specialist", house.foreign)
    tries: dict[str, dict[str, Any]] = {
        "refer": {"unit": house.foreign.pk, "reason": "نص"},
        "assign": {"to": foreign_person.pk},
        "classify": {"kind": "report", "service": foreign_service},
        "merge": {"into": house.references["other agency"]},
    }

    for code, given in tries.items():
        before = _facts()
        with undone():
            body = {f"{code}-{name}": value for name, value in given.items()}
            answer = house.client(Role.SUPERVISOR).post(reverse(f"desk:do_{code}", args=[own]), body)
            assert answer.status_code == 422, code
            assert _facts() == before, code


def test_a_foreign_number_in_the_search_leads_nowhere(house: House) -> None:
    for label in ("other agency", "closed, own unit"):
        answer = house.client(Role.AGENT).get(reverse("desk:search"), {"q": house.references[label]})

        assert answer["Location"].startswith(reverse("desk:home"))


# --- two agencies in one house --------------------------------------------------------------------------------------

CANARY, LATIN_CANARY, CANARY_PHONE = "كناريّة", "canary7391", "+96899887733"


@pytest.fixture(scope="module")
def aviary(house: House) -> House:
    """The house with the other agency's words, names and numbers all telling whose they are."""
    agency = house.foreign.agency
    named = both(f"{CANARY} الاسم", f"{LATIN_CANARY} name")
    Agency.objects.filter(pk=agency.pk).update(name=named, short_name=named)
    Unit.objects.filter(agency=agency).update(name=named)
    Service.objects.filter(agency=agency).update(name=named)
    person = contacts.find_or_make(
        agency, name=f"{CANARY} المستفيدة", phone=CANARY_PHONE, email=f"{LATIN_CANARY}@example.org", at=SUNDAY_9AM
    )
    contacts.set_identity(person, number="12873465", by=None, at=SUNDAY_9AM)
    colleague = make_person("supervisor", house.foreign, name=f"{CANARY} الموظفة", email=f"{LATIN_CANARY}@example.om")
    case = make_case(
        agency=agency,
        service=Service.objects.filter(agency=agency).first(),
        beneficiary=person,
        title=f"{CANARY} العنوان",
        description=f"{LATIN_CANARY} description",
    )
    cases.add_note(case, text=f"{CANARY} الملاحظة", by=colleague, at=SUNDAY_9AM)
    tasks.open_task(
        agency=agency,
        unit=house.foreign,
        kind=Task.Kind.CALL,
        title=both(f"{CANARY} المهمة", f"{LATIN_CANARY} task"),
        dedupe_key=LATIN_CANARY,
        at=SUNDAY_9AM,
    )
    RawDelivery.objects.filter(agency=agency).update(content=f"Subject: {LATIN_CANARY}".encode(), note=LATIN_CANARY)
    house.references["canary"] = case.reference
    return house


def _asking_for_the_canary(house: House) -> list[dict[str, Any]]:
    """What somebody may add to an address in the hope to hear of the other agency."""
    service = Service.objects.filter(agency=house.foreign.agency).first()
    return [
        {},
        {"view": "all", "q": CANARY[:-1]},
        {"view": "all", "q": CANARY_PHONE, "order": "newest"},
        {"view": "all", "unit": house.foreign.pk, "service": service.pk if service else 0},
        {"agency": house.foreign.agency_id, "unit": house.foreign.pk},
        {"agency": house.foreign.agency.code},
    ]


# Of each reach one, and whoever sees the set-up, the trail and the figures.
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.SPECIALIST, Role.ADMINISTRATOR, Role.AUDITOR, Role.ANALYST])
def test_nothing_of_another_agency_stands_on_any_page(aviary: House, role: Role) -> None:
    told = []
    for door in GUARDED:
        if door.kind == "right" and role not in SCOPES[Right(door.right)]:
            continue
        for thing in _own_things(aviary, door):
            for query in _asking_for_the_canary(aviary) if thing is None else [{}]:
                with undone():
                    if thing is not None:
                        thing.prepare(aviary.people[role])
                    address = reverse(door.name, kwargs=thing.kwargs if thing else {})
                    answer = aviary.client(role).get(address, query)
                if _sings(answer, aviary):
                    told.append((door.name, query))
                if answer.status_code == 405:
                    break

    assert told == []


def _own_things(house: House, door: HouseDoor) -> list[Thing | None]:
    """The nearest thing of this address that is of the own agency; that one can be made is asked elsewhere."""
    if folder_of(door) and folder_of(door) not in house.things:
        return []
    own = [one for one in things_of(house, door) if one is None or one.agency_id == house.own.agency_id]
    return own[:1]


def _sings(answer: Any, house: House) -> bool:
    """Does the answer hold a word of the other agency? (Questions hold parts of words only, as pages repeat them.)"""
    if answer.status_code == 405:
        return False
    page = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = page.decode("utf-8", "replace")
    words = (CANARY, LATIN_CANARY, CANARY_PHONE[-8:-4] + " " + CANARY_PHONE[-4:], house.references["canary"])
    return any(word in text for word in words)
