from datetime import datetime, timedelta
from typing import Any

import pytest

from wasl.accounts import operations as accounts
from wasl.accounts.models import User
from wasl.core.models import EventRecord
from wasl.directory import operations, queries
from wasl.directory.models import Membership, Substitution, Unit
from wasl.directory.rights import Right
from wasl.directory.scopes import Scope
from wasl.directory.substitutes import CannotStandIn, appoint_substitute, end_substitution, may_appoint
from wasl.directory.tests.makers import (
    LONG_AGO,
    SUNDAY_9AM,
    make_agency,
    make_huda,
    make_noora,
    make_person,
    make_said,
    make_salem,
    make_unit,
)

pytestmark = pytest.mark.django_db
NOON = SUNDAY_9AM + timedelta(hours=3)
IN_A_WEEK = SUNDAY_9AM + timedelta(days=7)


def appoint(absent: User, substitute: User, unit: Unit, **more: Any) -> Substitution:
    given = {"valid_from": NOON, "valid_to": IN_A_WEEK, "by": absent, "at": SUNDAY_9AM} | more
    return appoint_substitute(absent, substitute=substitute, unit=unit, **given)


def may(person: User, right: Right, unit: Unit, at: datetime, **more: Any) -> bool:
    fresh = User.objects.get(pk=person.pk)
    return queries.may(fresh, right, agency_id=unit.agency_id, unit_id=unit.pk, at=at, **more)


def test_a_substitute_answers_referrals_while_the_officer_is_away_and_not_before_or_after() -> None:
    roads, parks = make_unit("ROADS"), make_unit("PARKS")
    said, colleague = make_said(roads), make_person("specialist", parks)

    appoint(said, colleague, roads)

    answers = {at: may(colleague, Right.ANSWER_REFERRAL, roads, at) for at in (SUNDAY_9AM, NOON, IN_A_WEEK)}
    assert answers == {SUNDAY_9AM: False, NOON: True, IN_A_WEEK: False}
    assert may(said, Right.ANSWER_REFERRAL, roads, NOON), "whoever is away keeps the own rights"
    assert not may(colleague, Right.MERGE, roads, NOON), "exactly the rights that were lent, not the own ones there"
    assert may(colleague, Right.MERGE, parks, NOON)


def test_only_the_roles_in_that_unit_are_lent() -> None:
    roads, parks = make_unit("ROADS"), make_unit("PARKS")
    noora, salem = make_noora(roads), make_salem()
    operations.grant_role(noora, role="specialist", unit=parks, by=None, at=LONG_AGO)

    appoint(noora, salem, roads)

    assert may(salem, Right.RESOLVE, roads, NOON)
    assert not may(salem, Right.REJECT, parks, NOON)


def test_own_things_of_a_field_crew_are_those_of_the_absent_colleague() -> None:
    roads = make_unit("ROADS")
    rashid, analyst = make_person("field", roads), make_person("analyst", roads)

    appoint(rashid, analyst, roads)

    assert may(analyst, Right.RESOLVE, roads, NOON, assignee_id=rashid.pk)
    assert not may(analyst, Right.RESOLVE, roads, NOON, assignee_id=analyst.pk)


def test_what_was_lent_is_never_lent_on() -> None:
    roads = make_unit("ROADS")
    said, noora, salem = make_said(roads), make_noora(make_unit("PARKS")), make_salem()
    appoint(said, noora, roads)

    with pytest.raises(CannotStandIn):  # Noora holds no role of her own in the roads
        appoint(noora, salem, roads)
    appoint(noora, salem, make_unit("PARKS"))

    assert may(salem, Right.ANSWER_REFERRAL, make_unit("PARKS"), NOON)
    assert not may(salem, Right.ANSWER_REFERRAL, roads, NOON)


def test_who_is_away_does_not_stand_in_for_others() -> None:
    roads = make_unit("ROADS")
    said, noora, salem = make_said(roads), make_noora(roads), make_salem()
    appoint(noora, salem, roads)

    with pytest.raises(CannotStandIn, match="غائب أيضاً"):
        appoint(said, noora, roads, valid_from=IN_A_WEEK - timedelta(days=1), valid_to=IN_A_WEEK + timedelta(days=3))
    appoint(said, noora, roads, valid_from=IN_A_WEEK, valid_to=IN_A_WEEK + timedelta(days=3))


def test_two_who_would_stand_in_for_each_other_are_refused_with_the_circle_named() -> None:
    roads = make_unit("ROADS")
    said, noora = make_said(roads), make_noora(roads)
    appoint(said, noora, roads)

    with pytest.raises(CannotStandIn, match="في حلقة خلال هذه المدة: نورة ثم سعيد ثم نورة"):
        appoint(noora, said, roads)
    appoint(noora, said, roads, valid_from=IN_A_WEEK, valid_to=IN_A_WEEK + timedelta(days=1))


def test_a_longer_circle_is_refused_also_across_units() -> None:
    roads, parks = make_unit("ROADS"), make_unit("PARKS")
    said, noora, salem = make_said(roads), make_noora(parks), make_salem()
    appoint(said, noora, roads)
    appoint(noora, salem, parks)

    with pytest.raises(CannotStandIn, match="سالم ثم سعيد ثم نورة ثم سالم"):
        appoint(salem, said, salem.memberships.get().unit)


def test_what_never_meets_in_time_is_no_circle() -> None:
    roads = make_unit("ROADS")
    said, noora, salem = make_said(roads), make_noora(roads), make_person("specialist", roads)
    day = timedelta(days=1)
    appoint(noora, salem, roads, valid_from=NOON, valid_to=NOON + day)
    appoint(salem, said, roads, valid_from=NOON + day, valid_to=NOON + 2 * day)

    appoint(said, noora, roads, valid_from=NOON + 2 * day, valid_to=NOON + 4 * day)

    assert len(queries.substitutions_in([roads.pk], NOON)) == 3


def test_one_colleague_at_a_time() -> None:
    roads = make_unit("ROADS")
    said, noora, salem = make_said(roads), make_noora(roads), make_salem()
    first = appoint(said, noora, roads)

    with pytest.raises(CannotStandIn, match="ينوب عنه"):
        appoint(said, salem, roads)
    end_substitution(first, by=said, at=NOON)
    appoint(said, salem, roads, at=NOON)

    assert queries.substitutions_by(noora, NOON) == []
    assert may(salem, Right.HOLD, roads, NOON)


def test_nobody_stands_in_for_themselves_or_appoints_themselves_or_comes_from_elsewhere() -> None:
    roads = make_unit("ROADS")
    said, huda = make_said(roads), make_huda(roads)
    gone = accounts.deactivate(make_noora(roads), by=None, at=SUNDAY_9AM)
    stranger = make_huda(queries.triage_unit(make_agency("HOU")))

    for substitute, by in ((said, said), (huda, huda), (gone, said), (stranger, said), (make_person(None), said)):
        with pytest.raises(CannotStandIn):
            appoint(said, substitute, roads, by=by)

    assert not Substitution.objects.exists()


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(IN_A_WEEK, NOON), (SUNDAY_9AM - timedelta(days=9), SUNDAY_9AM), (NOON, NOON + timedelta(days=121))],
)
def test_a_time_that_is_empty_over_or_too_long_is_refused(begins: datetime, ends: datetime) -> None:
    roads = make_unit("ROADS")

    with pytest.raises(operations.BadPeriod):
        appoint(make_said(roads), make_noora(roads), roads, valid_from=begins, valid_to=ends)


def test_an_auditor_does_not_stand_in_for_an_administrator_whichever_came_first() -> None:
    centre = queries.triage_unit(make_agency())
    admin, auditor, salem = make_person("administrator"), make_person("auditor"), make_salem()

    with pytest.raises(operations.RolesClash):
        appoint(admin, auditor, centre)
    appoint(admin, salem, centre)
    with pytest.raises(operations.RolesClash):  # what is lent counts
        operations.grant_role(salem, role="auditor", unit=centre, by=None, at=SUNDAY_9AM)
    operations.grant_role(salem, role="auditor", unit=centre, by=None, at=SUNDAY_9AM, valid_from=IN_A_WEEK)


def test_a_new_role_of_the_absent_person_that_the_substitute_may_not_have_is_refused() -> None:
    centre = queries.triage_unit(make_agency())
    huda, auditor = make_huda(), make_person("auditor")
    appoint(huda, auditor, centre)

    with pytest.raises(operations.RolesClash):
        operations.grant_role(huda, role="administrator", unit=centre, by=None, at=SUNDAY_9AM)


def test_who_stands_in_for_a_supervisor_shows_the_second_factor_from_now_on_and_no_longer_afterwards() -> None:
    centre = queries.triage_unit(make_agency())
    huda, salem = make_huda(), make_salem()
    epoch = User.objects.get(pk=salem.pk).session_epoch

    row = appoint(huda, salem, centre)
    during = User.objects.get(pk=salem.pk)
    end_substitution(row, by=huda, at=NOON)

    assert during.second_factor_needed
    assert during.session_epoch > epoch, "a session without the second factor must not get the rights of a supervisor"
    assert not User.objects.get(pk=salem.pk).second_factor_needed


def test_an_equal_stands_in_without_being_signed_out() -> None:
    roads = make_unit("ROADS")
    said, noora = make_said(roads), make_noora(roads)
    epoch = User.objects.get(pk=noora.pk).session_epoch

    appoint(said, noora, roads)

    assert User.objects.get(pk=noora.pk).session_epoch == epoch


def test_nothing_is_lent_of_a_role_that_ended_or_of_an_account_that_was_closed() -> None:
    roads = make_unit("ROADS")
    said, noora, salem = make_said(roads), make_noora(make_unit("PARKS")), make_salem()
    appoint(said, salem, roads)
    other = make_said(roads)
    appoint(other, noora, roads)

    operations.end_role(Membership.objects.get(user=said), by=None, at=NOON)
    accounts.deactivate(other, by=None, at=NOON)

    assert not may(salem, Right.HOLD, roads, NOON)
    assert not may(noora, Right.HOLD, roads, NOON)


def test_it_is_told_whose_place_somebody_takes_unless_an_own_role_is_enough() -> None:
    roads = make_unit("ROADS")
    said, noora = make_said(roads), make_noora(make_unit("PARKS"))
    appoint(said, noora, roads)
    where = {"agency_id": roads.agency_id, "at": NOON}

    taken = queries.stands_in_for(noora, Right.RESOLVE, unit_id=roads.pk, **where)
    own = queries.stands_in_for(noora, Right.RESOLVE, unit_id=make_unit("PARKS").pk, **where)

    assert (taken, own) == (said.pk, None)


def test_a_case_can_be_given_to_whoever_stands_in_for_a_member() -> None:
    roads = make_unit("ROADS")
    said, salem = make_said(roads), make_salem()
    appoint(said, salem, roads)

    assert salem in queries.people_with(Right.HOLD, unit=roads, at=NOON)
    assert salem in queries.members_of(roads, NOON)
    assert salem not in queries.members_of(roads, IN_A_WEEK)
    assert queries.is_member(User.objects.get(pk=salem.pk), unit_id=roads.pk, at=NOON)


def test_who_may_say_who_stands_in() -> None:
    roads, centre = make_unit("ROADS"), queries.triage_unit(make_agency())
    said, noora, salem = make_said(roads), make_noora(roads), make_salem()
    deputy, huda, admin = make_person("deputy", roads), make_huda(centre), make_person("administrator")

    allowed = {
        person.pk: may_appoint(person, absent=said, unit=roads, at=SUNDAY_9AM)
        for person in (said, noora, salem, deputy, huda, admin)
    }

    assert [number for number, may_do in allowed.items() if may_do] == [said.pk, deputy.pk, admin.pk]
    assert may_appoint(huda, absent=salem, unit=centre, at=SUNDAY_9AM)
    assert not may_appoint(said, absent=said, unit=centre, at=SUNDAY_9AM)


def test_appointing_and_ending_are_told_once_each() -> None:
    roads = make_unit("ROADS")
    said, noora = make_said(roads), make_noora(roads)

    row = appoint(said, noora, roads)
    for at in (NOON, NOON + timedelta(hours=1)):
        end_substitution(row, by=said, at=at)

    kinds = ("SubstituteAppointed", "SubstitutionEnded")
    facts = EventRecord.objects.filter(kind__in=kinds).order_by("pk")
    assert [(fact.kind, fact.agency_id, fact.actor_id) for fact in facts] == [
        (kind, roads.agency_id, said.pk) for kind in kinds
    ]
    assert Substitution.objects.get(pk=row.pk).valid_to == NOON


def test_one_that_is_ended_before_it_began_never_counts() -> None:
    roads = make_unit("ROADS")
    said, salem = make_said(roads), make_salem()
    row = appoint(said, salem, roads)

    end_substitution(row, by=salem, at=SUNDAY_9AM)

    assert not may(salem, Right.HOLD, roads, NOON)
    assert queries.substitutions_for(said, SUNDAY_9AM) == []


def test_the_reach_of_a_substitute_is_the_reach_of_the_absent_colleague() -> None:
    roads = make_unit("ROADS")
    lights = make_unit("LIGHTS", parent=roads)
    noora, analyst = make_noora(roads), make_person("hall", make_unit("HALL"))

    appoint(noora, analyst, roads)

    found = queries.scopes_of(User.objects.get(pk=analyst.pk), Right.SCHEDULE, NOON)
    assert found == [Scope(roads.agency_id, frozenset({roads.pk, lights.pk}))]
