"""Every endpoint × every role × own unit, other unit, other agency, and every key of a partner: no wrong answer.

What is right is worked out from the permission table and the table of endpoints, never written down here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from wasl.accounts.models import User
from wasl.api.v1.endpoints import Endpoint
from wasl.api.v1.examples import EXAMPLES
from wasl.api.v1.table import ENDPOINTS
from wasl.api.v1.tests.makers import EVERYTHING, Program, make_program
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock, limits
from wasl.core.models import EventRecord
from wasl.directory.models import Unit
from wasl.directory.rights import SCOPES, Reach, Right, Role
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, make_unit
from wasl.partners import operations as partners
from wasl.partners.models import Scope

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM + timedelta(days=1)
OF_CASES = [one for one in ENDPOINTS if "{reference}" in one.path and "{attachment}" not in one.path]
IN = {200, 201, 409, 412, 422}


@dataclass
class House:
    """One house for all tests of this file."""

    own: Unit
    foreign: Unit
    people: dict[Role, Program]
    things: dict[str, Case]


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Made once, in a transaction that is thrown away at the end."""
    from django.test import override_settings

    home = tmp_path_factory.mktemp("house")
    with django_db_blocker.unblock(), override_settings(WASL_HOME=home), clock.frozen(AT), transaction.atomic():
        yield _build()
        transaction.set_rollback(True)


def _build() -> House:
    agency, ministry = make_working_agency("MUN"), make_working_agency("HOU")
    own, other, foreign = (
        make_unit("ROADS", agency=agency),
        make_unit("WATER", agency=agency),
        make_unit("X", agency=ministry),
    )
    made = {"own unit": own, "other unit": other, "other agency": foreign, "closed": own}
    things = {
        label: make_case(
            service=make_service(f"S-{label[:6]}", agency=unit.agency, unit=unit, confidential=label == "closed"),
            agency=unit.agency,
        )
        for label, unit in made.items()
    }
    people = {role: make_program(agency, user=make_person(role.value, own)) for role in Role}
    return House(own, foreign, people, things)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens within is taken back; what is remembered of a person's roles as well."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def reaches(role: Role, right: Right, label: str) -> bool:
    """Does a cell of the permission table that asks for no code cover the thing, for somebody of the own unit?"""
    cell = SCOPES[right].get(role)
    if cell is None or cell.second_factor or label == "other agency":
        return False
    if cell.reach is Reach.AGENCY:
        return True
    return cell.reach is not Reach.OWN and label in ("own unit", "closed")


def expected(one: Endpoint, role: Role, label: str) -> set[int]:
    """What the tables say: let in, not found (may not read it), or forbidden (reads it, may not do this)."""
    assert one.right is not None or not one.staff
    if not one.staff:
        return {403}
    right = one.right
    assert right is not None
    cell = SCOPES[right].get(role)
    if cell is None or cell.second_factor:
        return {403}
    reads = reaches(role, Right.READ_CASE, label)
    if label == "closed":
        reads = reads and reaches(role, Right.READ_CONFIDENTIAL, label)
    if not reads:
        return {404}
    if one.name == "listMessages" and not reaches(role, Right.READ_CONTACT, label):
        return {403}
    return IN if reaches(role, right, label) else {403}


def unlike(one: Endpoint) -> list[Role]:
    """Of the roles that no cell of the table tells apart at this endpoint, one."""
    asked = (Right.READ_CASE, Right.READ_CONFIDENTIAL, Right.READ_CONTACT, *([one.right] if one.right else []))
    told = {tuple(SCOPES[right].get(role) for right in asked): role for role in Role}
    return list(told.values())


def send(one: Endpoint, program: Program, case: Case) -> Any:
    """A request that would do something if it were let in."""
    body = EXAMPLES[one.body.__name__] if one.body is not None else None
    headers = {"If_Match": f'"v{case.version}"'} if one.fresh else {}
    return program.ask(one.method, one.path.format(reference=case.reference), body, **headers)


@pytest.mark.parametrize("one", OF_CASES, ids=[one.name for one in OF_CASES])
def test_an_endpoint_opens_for_whom_the_tables_name_and_for_nobody_else(house: House, one: Endpoint) -> None:
    wrong = []

    for role in unlike(one):
        program = house.people[role]
        for label, case in house.things.items():
            before = _facts()
            with undone():
                status = send(one, program, case).status_code
                is_done = _facts() != before
            if status not in expected(one, role, label) or (status in (403, 404) and is_done):
                wrong.append((role.value, label, status, expected(one, role, label)))

    assert wrong == []


def _facts() -> int:
    acts = EventRecord.objects.exclude(kind="PersonalDataRead").order_by("-pk")
    return acts.values_list("pk", flat=True).first() or 0


ELSEWHERE = [one for one in ENDPOINTS if "{" not in one.path and one.right is not None]


@pytest.mark.parametrize("one", ELSEWHERE, ids=[one.name for one in ELSEWHERE])
def test_what_names_no_case_asks_for_its_right_too(house: House, one: Endpoint) -> None:
    assert one.right is not None
    wrong = []

    for role, program in house.people.items():
        cell = SCOPES[one.right].get(role)
        with undone():
            body = {"description": "حفرة", "kind": "report"} if one.name == "createCase" else None
            status = program.ask(one.method, one.path, body).status_code
        if (status in IN) != (cell is not None and not cell.second_factor):
            wrong.append((role.value, status))

    assert wrong == []


def test_a_list_holds_what_the_person_reads_and_nothing_else(house: House) -> None:
    wrong = []
    for role, program in house.people.items():
        if SCOPES[Right.READ_CASE].get(role) is None:
            continue
        wanted = {
            case.reference
            for label, case in house.things.items()
            if reaches(role, Right.READ_CASE, label)
            and (label != "closed" or reaches(role, Right.READ_CONFIDENTIAL, label))
        }
        found = {one["reference"] for one in program.get("cases?state=any").json()["cases"]}
        if found != wanted:
            wrong.append((role.value, found ^ wanted))

    assert wrong == []


def test_contact_data_and_notes_are_shown_to_those_who_may_see_them(house: House) -> None:
    from wasl.cases import operations as cases

    wrong = []
    with undone():
        case = house.things["own unit"]
        cases.add_note(case, text="كلام بين الزملاء", by=make_person("supervisor", house.own), at=AT)
        for role, program in house.people.items():
            if not reaches(role, Right.READ_CASE, "own unit"):
                continue
            told = program.get(f"cases/{case.reference}").json()
            story = program.get(f"cases/{case.reference}/timeline").content.decode()
            seen = {Right.READ_CONTACT: told["beneficiary"] is not None, Right.READ_NOTES: "كلام بين الزملاء" in story}
            wrong += [
                (role.value, right.value)
                for right, is_seen in seen.items()
                if is_seen != reaches(role, right, "own unit")
            ]

    assert wrong == []


def test_what_asks_for_the_second_factor_again_is_not_open_to_keys(house: House) -> None:
    auditor = house.people[Role.AUDITOR]
    case = house.things["own unit"]

    told = auditor.get(f"cases/{case.reference}")
    messages = auditor.get(f"cases/{case.reference}/messages")

    assert told.json()["beneficiary"] is None
    assert messages.json()["type"] == "/api/v1/problems/personal-data"
    assert "reveal_identity" not in auditor.get("me").json()["person"]["rights"]


# --- scopes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", list(Scope), ids=lambda scope: scope.value)
def test_a_key_opens_what_its_scope_names_and_nothing_else(house: House, scope: Scope) -> None:
    person = house.people[Role.SUPERVISOR].api_key.user
    with undone():
        keys = [make_program(house.own.agency, scopes=[scope], user=user) for user in (person, None)]
        wrong = []
        for one in ENDPOINTS:
            for program in keys:
                with undone():
                    path = one.path.format(reference=house.things["own unit"].reference, attachment="x", code="x")
                    headers = {"If_Match": '"v1"'} if one.fresh else {}
                    answer = program.ask(one.method, path, {} if one.body else None, **headers)
                is_out = answer.status_code == 403 and answer.json()["type"].endswith("/scope-missing")
                if is_out != (bool(one.scopes) and scope.value not in one.scopes):
                    wrong.append((one.name, answer.status_code))

    assert wrong == []


def test_a_key_that_is_missing_wrong_over_revoked_or_of_a_leaver_opens_nothing(house: House) -> None:
    with undone():
        agency = house.own.agency
        over = make_program(agency, expires_at=AT)
        revoked, left = make_program(agency), make_program(agency, user=make_person("supervisor", house.own))
        partners.revoke_key(revoked.api_key, by=None, at=AT)
        User.objects.filter(pk=left.api_key.user_id).update(is_active=False)
        made_up = make_program(agency)
        made_up.secret = "wasl_" + "x" * 32
        for program in (over, revoked, left, made_up):
            answer = program.get("cases")
            assert answer.status_code == 401
            assert answer["WWW-Authenticate"].startswith("Bearer")
            assert answer.json()["type"] == "/api/v1/problems/key-needed"


@pytest.mark.parametrize("header", ["", "Basic eDp5", "Bearer", "Bearer ", "wasl_x", "Bearer wasl_\u00e9"])
def test_nothing_but_a_bearer_key_is_a_key(house: House, header: str) -> None:
    assert house.people[Role.SUPERVISOR].ask("GET", "me", Authorization=header).status_code == 401


def test_a_key_has_its_pace(house: House) -> None:
    limits.start_afresh("pace")
    with undone():
        slow = make_program(house.own.agency, per_minute=2)
        statuses = [slow.get("me").status_code for _ in range(3)]
        answer = slow.get("me", language="ar")

    assert statuses == [200, 200, 429]
    assert int(answer["Retry-After"]) >= 1
    assert answer.json()["title"] == "طلبات كثيرة في وقت قصير"


def test_the_key_tells_who_it_is(house: House) -> None:
    told = house.people[Role.SPECIALIST].get("me").json()

    assert told["agency"]["code"] == "MUN"
    assert told["person"]["name"] == {"ar": "نورة", "en": "Noora"}
    assert "start_work" in told["person"]["rights"]
    assert "reveal_identity" not in told["person"]["rights"]
    assert set(told["key"]["scopes"]) == {str(scope) for scope in EVERYTHING}


def test_the_catalogue_of_a_partner_has_no_confidential_service(house: House) -> None:
    with undone():
        partner = make_program(house.own.agency)
        for_staff = house.people[Role.SUPERVISOR].get("services").json()["services"]
        for_partner = partner.get("services").json()["services"]
        hidden = {one["code"] for one in for_staff} - {one["code"] for one in for_partner}
        statuses = {partner.get(f"services/{code}").status_code for code in hidden}

    assert hidden == {"S-closed"}
    assert statuses == {404}
