"""Delegating powers: exactly what was given, where, up to which class and how long; refused with a sentence else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wasl.accounts.models import User
from wasl.directory import delegations, operations, queries, substitutes
from wasl.directory.delegations import CannotDelegate
from wasl.directory.models import Agency, Delegation, Unit
from wasl.directory.operations import BadPeriod
from wasl.directory.rights import Right
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_person, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("H-27")]

DAY = timedelta(days=1)
TOMORROW = SUNDAY_9AM + DAY


def roads() -> Unit:
    return make_unit("ROADS", agency=make_agency("MUN"))


def give(
    grantor: User, to: User, unit: Unit | None, *powers: Right, at: datetime = SUNDAY_9AM, **more: Any
) -> Delegation:
    given: dict[str, Any] = {
        "agency": Agency.objects.get(code="MUN"),
        "powers": [power.value for power in powers],
        "gravest": "P1",
        "reason": "في مهمة خارجية",
        "valid_from": at,
        "valid_to": at + 10 * DAY,
    }
    return delegations.delegate(grantor, to=to, unit=unit, at=at, **given | more)


def may(person: User, right: Right, unit: Unit, at: datetime = TOMORROW, importance: str = "P1") -> bool:
    fresh = User.objects.get(pk=person.pk)
    return queries.may(fresh, right, agency_id=unit.agency_id, unit_id=unit.pk, importance=importance, at=at)


def test_a_colleague_has_the_given_power_in_the_given_unit_for_the_given_time_and_no_other() -> None:
    unit, light = roads(), make_unit("LIGHT", agency=make_agency("MUN"))
    huda, salem = make_person("supervisor"), make_person("agent")

    give(huda, salem, unit, Right.REJECT)

    assert may(salem, Right.REJECT, unit)
    assert not may(salem, Right.REJECT, light)
    assert not may(salem, Right.CLOSE, unit)
    assert not may(salem, Right.SET_IMPORTANCE, unit)
    assert not may(salem, Right.REJECT, unit, at=SUNDAY_9AM - DAY)
    assert not may(salem, Right.REJECT, unit, at=SUNDAY_9AM + 10 * DAY)


def test_a_delegation_up_to_a_class_holds_for_that_class_and_slighter_ones() -> None:
    unit, huda, salem = roads(), make_person("supervisor"), make_person("agent")

    give(huda, salem, unit, Right.REJECT, gravest="P3")

    held = {code: may(salem, Right.REJECT, unit, importance=code) for code in ("P1", "P2", "P3", "P4", "")}
    assert held == {"P1": False, "P2": False, "P3": True, "P4": True, "": False}


def test_a_delegation_makes_nobody_a_member_and_no_role() -> None:
    unit, huda, salem = roads(), make_person("supervisor"), make_person("agent")
    before = [held.role for held in queries.held_by([salem.pk])[salem.pk]]

    give(huda, salem, unit, Right.REJECT)

    fresh = User.objects.get(pk=salem.pk)
    assert [held.role for held in queries.held_by([salem.pk])[salem.pk]] == before
    assert not queries.is_member(fresh, unit_id=unit.pk, at=TOMORROW)


def test_it_ends_at_once_by_either_side_and_with_what_the_grantor_loses() -> None:
    unit, huda, salem, khalid = roads(), make_person("supervisor"), make_person("agent"), make_person("agent")
    first, second, third = (give(huda, one, unit, Right.CLOSE) for one in (salem, khalid, make_person("agent")))

    delegations.revoke(first, by=huda, at=TOMORROW)
    delegations.revoke(second, by=khalid, at=TOMORROW)
    with pytest.raises(CannotDelegate):
        delegations.revoke(third, by=salem, at=TOMORROW)
    assert may(third.delegate, Right.REJECT, unit) is False
    # An agent closes on the own desk anyway, not in another unit.
    assert [may(one, Right.CLOSE, unit) for one in (salem, khalid, third.delegate)] == [False, False, True]
    operations.end_role(huda.memberships.get(), by=None, at=TOMORROW)
    assert not may(third.delegate, Right.CLOSE, unit, at=TOMORROW + DAY)


def test_nothing_delegated_or_lent_is_passed_on() -> None:
    unit, huda, salem = roads(), make_person("supervisor"), make_person("agent")
    give(huda, salem, unit, Right.REJECT)
    with pytest.raises(CannotDelegate, match="ولا يُفوَّض ما فُوّض"):
        give(User.objects.get(pk=salem.pk), make_person("agent"), unit, Right.REJECT, at=TOMORROW)

    noora, stand_in = make_person("specialist", unit), make_person("liaison", unit)
    substitutes.appoint_substitute(
        noora,
        substitute=stand_in,
        unit=unit,
        valid_from=SUNDAY_9AM,
        valid_to=SUNDAY_9AM + 9 * DAY,
        by=noora,
        at=SUNDAY_9AM,
    )
    assert may(stand_in, Right.REJECT, unit)
    with pytest.raises(CannotDelegate, match="ولا يُفوَّض ما فُوّض"):
        give(User.objects.get(pk=stand_in.pk), make_person("agent"), unit, Right.REJECT, at=TOMORROW)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"valid_from": SUNDAY_9AM - DAY}, "في الماضي"),
        ({"valid_to": SUNDAY_9AM}, "نهاية بعد البداية"),
        ({"valid_to": SUNDAY_9AM + 400 * DAY}, "سنة"),
        ({"reason": "  "}, "سبب"),
        ({"gravest": "P9"}, "درجة"),
        ({"powers": []}, "الصلاحيات المعروضة"),
        ({"powers": ["manage_people"]}, "الصلاحيات المعروضة"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(changed: dict[str, Any], sentence: str) -> None:
    unit, huda, salem = roads(), make_person("supervisor"), make_person("agent")

    with pytest.raises((CannotDelegate, BadPeriod), match=sentence):
        give(huda, salem, unit, Right.REJECT, **changed)
    assert not Delegation.objects.exists()


@pytest.mark.parametrize(
    ("role", "sentence"),
    [("auditor", "المدقق لا يغيّر"), ("administrator", "مدير النظام لا يرى"), ("hall", "لا يقرأ زميلك")],
)
def test_people_whom_no_delegation_fits_are_refused(role: str, sentence: str) -> None:
    unit, huda = roads(), make_person("supervisor")

    with pytest.raises(CannotDelegate, match=sentence):
        give(huda, make_person(role), unit, Right.REJECT)


def test_nobody_delegates_to_themselves_to_strangers_or_what_is_not_theirs() -> None:
    unit, huda, salem = roads(), make_person("supervisor"), make_person("agent")
    stranger = make_person("agent", make_unit("X", agency=make_agency("HOU")))

    for to, sentence in ((huda, "نفسه"), (stranger, "الجهة نفسها")):
        with pytest.raises(CannotDelegate, match=sentence):
            give(huda, to, unit, Right.REJECT)
    with pytest.raises(CannotDelegate, match="ليست من صلاحياتك"):
        give(huda, salem, unit, Right.APPROVE_PENDING)


def test_whoever_asks_for_an_extension_does_not_approve_it_by_delegation() -> None:
    unit, director = roads(), make_person("director")

    with pytest.raises(CannotDelegate, match="ما طلبه بنفسه"):
        give(director, make_person("specialist", unit), unit, Right.APPROVE_PENDING)
    salem = make_person("agent")
    give(director, salem, unit, Right.APPROVE_PENDING)
    assert may(salem, Right.APPROVE_PENDING, unit)


def test_the_same_power_is_not_given_twice_for_the_same_time() -> None:
    unit, huda, salem = roads(), make_person("supervisor"), make_person("agent")
    give(huda, salem, unit, Right.REJECT)

    for where in (unit, None):
        with pytest.raises(CannotDelegate, match="من قبل"):
            give(huda, salem, where, Right.REJECT, Right.CLOSE, at=TOMORROW)
    give(huda, salem, unit, Right.CLOSE, at=TOMORROW)


def test_rights_with_a_delegation_cost_no_further_statement() -> None:
    unit, huda, salem = roads(), make_person("supervisor"), make_person("agent")
    give(huda, salem, unit, Right.REJECT)
    costs = []
    for person in (make_person("agent"), salem):
        fresh = User.objects.get(pk=person.pk)
        with CaptureQueriesContext(connection) as asked:
            for right in Right:
                queries.scopes_of(fresh, right, TOMORROW)
        costs.append([one["sql"] for one in asked if "directory_membership" in one["sql"]])

    assert [len(cost) for cost in costs] == [1, 1]
