"""A complaint about staff stands on no page of those whom it is closed to: neither its words nor its number, and no
count is another one with it.

Every role of the house sits in the unit of whoever is complained of, the auditor too: all of them stand in the line.
"""

import difflib
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.house.house import AT, GUARDED, House, HouseDoor, Thing, folder_of, house, things_of, undone
from wasl.alerts.models import Alert
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.operations import AboutStaff
from wasl.cases.tests.makers import make_case
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.operations import take_staff_complaints
from wasl.directory.rights import SCOPES, Right, Role
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person, make_unit
from wasl.tasks import operations as tasks
from wasl.tasks.models import Task

__all__ = ["house"]
pytestmark = pytest.mark.django_db

SONG, LATIN_SONG = "ترنيمة", "warble5521"
# The accused, their unit's head, a colleague who answers the telephone, and whoever sees a whole agency.
ROLES = (Role.SPECIALIST, Role.HEAD, Role.AGENT, Role.SUPERVISOR, Role.DIRECTOR, Role.FOLLOW_UP, Role.AUDITOR)
# Nothing of cases, but secrets and queues that are others every time.
_ELSEWHERE = ("accounts:", "help:", "operation:")
# Random on every page, whatever stands there; and the seal, which is waited for by the clock of the machine.
_RANDOM = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken[^>]+>|nonce="[^"]+"|name="key" value="[^"]+"'
    r"|<dt>مختوم حتى</dt>.*?</dd>"
)
# There the person's own look has a number, which runs on whatever happens.
_NUMBERED = ("audit:log", "audit:log_file")


@pytest.fixture(scope="module")
def committee(house: House) -> Unit:
    unit = make_unit("CONDUCT", agency=house.own.agency)
    make_person("specialist", unit)
    return take_staff_complaints(unit, 1, by=None, at=LONG_AGO)


def complain(house: House, committee: Unit) -> Case:
    """Maryam, who has other cases, complains of the specialist; the committee works on it and is late."""
    member = directory.members_of(committee, AT)[0]
    case = make_case(
        agency=house.own.agency,
        service=None,
        kind="complaint",
        title=f"{SONG} العنوان",
        description=f"{LATIN_SONG} {SONG}",
        place=cases.Place(area_text=SONG, address_text=LATIN_SONG),
        about_staff=AboutStaff(f"{SONG} على الشباك", (house.people[Role.SPECIALIST],)),
        by=house.people[Role.AGENT],
        at=SUNDAY_9AM,
    )
    cases.accept_referral(case, by=member, at=SUNDAY_9AM, assignee=member)
    cases.add_note(case, text=f"{SONG} الملاحظة", by=member, at=SUNDAY_9AM)
    cases.escalate(case, reason=SONG, by=member, at=SUNDAY_9AM + timedelta(hours=1))
    cases.hold(
        case,
        reason_code="study",
        review_on=(SUNDAY_9AM + timedelta(days=3)).date(),
        text=SONG,
        by=member,
        at=SUNDAY_9AM + timedelta(hours=1),
    )
    tasks.open_task(
        agency=house.own.agency,
        unit=committee,
        kind=Task.Kind.CALL,
        title=both(SONG, LATIN_SONG),
        case_id=case.pk,
        reference=case.digits,
        dedupe_key=LATIN_SONG,
        at=SUNDAY_9AM,
    )
    return case


def doors_of(role: Role) -> Iterator[HouseDoor]:
    """Every address of staff that the role may open."""
    for door in GUARDED:
        closed = door.kind == "right" and role not in SCOPES[Right(door.right)]
        if not closed and not door.name.startswith(_ELSEWHERE):
            yield door


def pages(house: House, role: Role, queries: list[dict[str, Any]]) -> dict[tuple[str, int], str]:
    """What the person is answered everywhere, without what is random."""
    found = {}
    for door in doors_of(role):
        for thing in own_things(house, door):
            asked = queries if thing is None and door.name.startswith("desk:") else queries[:1]
            for number, query in enumerate(asked):
                with undone():
                    if thing is not None:
                        thing.prepare(house.people[role])
                    address = reverse(door.name, kwargs=thing.kwargs if thing else {})
                    answer = house.client(role).get(address, query)
                    if answer.status_code == 405:
                        break
                    page = b"".join(answer.streaming_content) if answer.streaming else answer.content
                text = _RANDOM.sub("", page.decode("utf-8", "replace"))
                found[door.name, number] = re.sub(r"\d+", "", text) if door.name in _NUMBERED else text
    return found


def own_things(house: House, door: HouseDoor) -> list[Thing | None]:
    if folder_of(door) and folder_of(door) not in house.things:
        return []
    return [one for one in things_of(house, door) if one is None or one.agency_id == house.own.agency_id][:1]


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_theirs_holds_a_word_of_it_or_counts_it(house: House, committee: Unit, role: Role) -> None:
    queries = [{}, {"view": "all", "q": SONG[:-1]}]
    before = pages(house, role, queries)

    with undone():
        case = complain(house, committee)
        after = pages(house, role, [*queries, {"view": "all", "q": case.reference}])

    words = (SONG, LATIN_SONG, case.digits)
    sings = [where for where, page in after.items() if where[1] < 2 and any(word in page for word in words)]
    other = {where: differing(page, after[where]) for where, page in before.items() if after[where] != page}
    assert sings == []
    assert other == {}


def differing(before: str, after: str) -> list[str]:
    """The lines that only one of the two pages has, marked."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize("role", ROLES)
def test_its_own_address_leads_nowhere_for_them(house: House, committee: Unit, role: Role) -> None:
    with undone():
        case, facts = complain(house, committee), EventRecord.objects.count
        before, wrong = facts(), []
        for name in (
            "case",
            "people",
            "presence",
            "receipt",
            "do_note",
            "do_reply",
            "do_resolve",
            "do_lift",
            "do_staff",
        ):
            address = reverse(f"desk:{name}", args=[case.reference])
            for ask in (house.client(role).get, house.client(role).post):
                if ask(address, {"note-text": "x"}).status_code not in (404, 405):
                    wrong.append(name)
        task = Task.objects.get(case_id=case.pk)
        taken = house.client(role).post(reverse("desk:take_task", args=[task.pk]))
        found = house.client(role).get(reverse("desk:search"), {"q": case.reference})

        # Whoever took it down may hand over its number, for ten minutes.
        assert wrong == []
        assert taken.status_code == 404
        assert found["Location"].startswith(reverse("desk:home"))
        assert facts() == before


def test_what_they_were_told_before_it_was_known_to_be_about_staff_is_gone(house: House, committee: Unit) -> None:
    with undone():
        case = Case.objects.get(reference=house.references["own unit"])
        member = house.people[Role.SPECIALIST]
        cases.escalate(case, reason="x", by=member, at=AT)
        assert Alert.objects.filter(case_id=case.pk).exists()

        cases.tell_of_staff(case, AboutStaff("", (member,)), by=house.people[Role.AGENT], at=AT)

        told = set(Alert.objects.filter(case_id=case.pk).values_list("person_id", flat=True))
        assert told == {person.pk for person in directory.members_of(committee, AT)}


def test_those_who_handle_it_find_it_everywhere(house: House, committee: Unit) -> None:
    from django.test import Client

    from wasl.directory.tests.makers import sign_in

    with undone():
        case = complain(house, committee)
        page = sign_in(Client(), directory.members_of(committee, AT)[0])

        assert case.reference in page.get(reverse("desk:rows"), {"view": "all"}).content.decode()
        assert SONG in page.get(reverse("desk:case", args=[case.reference])).content.decode()
        assert SONG in page.get(reverse("desk:tasks")).content.decode()
