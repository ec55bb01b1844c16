"""Delegating powers: exactly what was given, where, up to which class and how long; refused with a sentence else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wasl.accounts.models import User
from wasl.core.tests.chance import tries
from wasl.directory import delegations, operations, queries, substitutes
from wasl.directory.delegations import CannotDelegate
from wasl.directory.explained import explain
from wasl.directory.models import Agency, Delegation, Unit
from wasl.directory.operations import BadPeriod
from wasl.directory.rights import Reach, Right, clashes, grant
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


def test_an_administrator_ends_a_delegation_between_others_with_a_reason_and_nobody_else_does() -> None:
    unit, huda, salem = roads(), make_person("supervisor"), make_person("agent")
    row, office = give(huda, salem, unit, Right.REJECT), make_person("administrator")

    for by, reason in (
        (office, "  "),
        (make_person("supervisor"), "خلاف"),
        (salem, "خلاف"),
        (make_person("auditor"), "x"),
    ):
        with pytest.raises(CannotDelegate):
            delegations.end(row, reason=reason, by=by, at=TOMORROW)
    assert may(salem, Right.REJECT, unit)
    ended = delegations.end(row, reason="انتقل إلى وحدة أخرى", by=office, at=TOMORROW)
    again = delegations.end(row, reason="مرة أخرى", by=office, at=TOMORROW + DAY)

    assert not may(salem, Right.REJECT, unit, at=TOMORROW)
    assert (again.revoked_at, again.revoked_by_id, again.end_reason) == (TOMORROW, office.pk, ended.end_reason)


def test_what_is_delegated_stands_among_the_rights_with_whose_it_is_and_how_far() -> None:
    unit, huda, salem = roads(), make_person("supervisor"), make_person("agent")
    give(huda, salem, unit, Right.REJECT, gravest="P3")

    groups = explain(User.objects.get(pk=salem.pk), TOMORROW)

    allowed = {line.label: line.reasons for group in groups for line in group.allowed}
    (reason,) = allowed[Right.REJECT.label]
    assert (reason.grantor, reason.until) == (huda.name, SUNDAY_9AM + 10 * DAY)
    assert reason.classes
    assert str(unit) in reason.where
    assert Right.SET_IMPORTANCE.label not in allowed
    assert Right.REJECT.label not in {line.label for group in groups for line in group.lacking}
    over = explain(User.objects.get(pk=salem.pk), SUNDAY_9AM + 11 * DAY)
    assert Right.REJECT.label in {line.label for group in over for line in group.lacking}


_UNITS = ("CENTRE", "ROADS", "LIGHT", "PIPES")
_GRANTS = st.lists(
    st.tuples(
        st.integers(0, 4),  # grantor
        st.integers(0, 4),  # delegate
        st.sampled_from((None, *_UNITS)),
        st.sets(st.sampled_from([power.value for power in delegations.POWERS]), min_size=1),
        st.sampled_from(queries.CLASSES),
        st.integers(0, 20),  # begins after so many days
        st.integers(-3, 15),  # and lasts so many
        st.one_of(st.none(), st.integers(0, 30)),  # ended by its grantor
    ),
    max_size=7,
)
_ACTS = st.lists(
    st.tuples(
        st.integers(0, 4), st.sampled_from(delegations.POWERS), st.sampled_from(_UNITS),
        st.sampled_from(queries.CLASSES), st.integers(0, 35),
    ),
    min_size=6, max_size=6,
)  # fmt: skip


@settings(
    max_examples=tries(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(grants=_GRANTS, acts=_ACTS)
def test_no_chain_no_clash_and_never_beyond_class_unit_or_time_over_random_grants_and_acts(
    grants: list[Any], acts: list[Any]
) -> None:
    with transaction.atomic():
        agency = make_agency("MUN")
        units = {code: make_unit(code, agency=agency) for code in _UNITS[1:]}
        units["CENTRE"] = queries.triage_unit(agency)
        people = [
            make_person("supervisor"),
            make_person("director"),
            make_person("follow_up"),
            make_person("agent"),
            make_person("specialist", units["ROADS"]),
        ]
        rows = [row for one in grants if (row := _attempt(one, people, units, agency)) is not None]

        for number, power, unit, importance, day in acts:
            at = SUNDAY_9AM + day * DAY
            person = User.objects.get(pk=people[number].pk)
            found = queries.grounds(
                person, power, agency_id=agency.pk, unit_id=units[unit].pk, importance=importance, at=at
            )
            expected = {row.grantor_id for row in rows if _covers(row, person, power, units[unit], importance, at)}
            assert {held.for_id for held in found if held.delegated is not None} == expected
            assert person.pk not in expected
        for row in rows:
            own = {held.role for held in queries.held_by([row.grantor_id])[row.grantor_id]}
            assert all(any(grant(role, Right(power)) for role in own) for power in row.powers)  # no chain
            theirs = {held.role for held in queries.held_by([row.delegate_id])[row.delegate_id]}
            given_by = {role for role in own if any(grant(role, Right(power)) for power in row.powers)}
            assert not any(clashes(role, theirs) for role in given_by)
        transaction.set_rollback(True)


def _attempt(one: Any, people: list[User], units: dict[str, Unit], agency: Agency) -> Delegation | None:
    giver, taker, unit, powers, gravest, begins, lasts, ended = one
    start = SUNDAY_9AM + begins * DAY
    try:
        with transaction.atomic():
            row = delegations.delegate(
                User.objects.get(pk=people[giver].pk),
                to=people[taker],
                agency=agency,
                unit=units[unit] if unit else None,
                powers=powers,
                gravest=gravest,
                reason="سفر",
                valid_from=start,
                valid_to=start + lasts * DAY,
                at=SUNDAY_9AM,
            )
    except (CannotDelegate, BadPeriod):
        return None
    if ended is not None:
        row = delegations.revoke(row, by=row.grantor, at=SUNDAY_9AM + ended * DAY)
    return row


def _covers(row: Delegation, person: User, power: Right, unit: Unit, importance: str, at: datetime) -> bool:
    """Told from the row alone, as a person would read it."""
    stops = min(row.valid_to, row.revoked_at or row.valid_to)
    return (
        row.delegate_id == person.pk
        and power.value in row.powers
        and (row.unit_id is None or row.unit_id == unit.pk or row.unit.is_centre)
        and importance >= row.gravest
        and row.valid_from <= at < stops
        and _grantor_reaches(row.grantor, power, unit)
    )


def _grantor_reaches(grantor: User, power: Right, unit: Unit) -> bool:
    return any(
        cell.reach is Reach.AGENCY or held.unit_id == unit.pk
        for held in queries.held_by([grantor.pk])[grantor.pk]
        if (cell := grant(held.role, power)) is not None
    )
