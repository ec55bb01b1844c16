from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from wasl.accounts.models import User
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory import operations, queries
from wasl.directory.models import Agency, Membership, Unit
from wasl.directory.rights import MEMBER_ROLES, Right, Role
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency, make_person, make_salem, make_unit

pytestmark = pytest.mark.django_db
LATER = SUNDAY_9AM + timedelta(hours=1)
IN_A_WEEK = SUNDAY_9AM + timedelta(days=7)


def test_a_new_agency_has_a_centre_that_takes_what_has_no_place() -> None:
    agency = operations.create_agency(
        code="MUN", letters="MR", name=both("بلدية", "Municipality"), by=None, at=SUNDAY_9AM
    )

    centre = queries.triage_unit(agency)
    assert centre.is_centre
    assert agency.is_default
    assert queries.default_agency() == agency
    assert list(EventRecord.objects.values_list("kind", flat=True)) == ["AgencyCreated", "UnitCreated"]


def test_the_second_agency_is_not_the_default_and_has_codes_of_its_own() -> None:
    first, second = make_agency("MUN"), make_agency("HOU")

    make_unit("ROADS", agency=first)
    roads = make_unit("ROADS", agency=second)

    assert queries.default_agency() == first
    assert queries.unit_by_code(second, "ROADS") == roads
    assert roads.pk not in {unit.pk for unit in queries.units_of(first, SUNDAY_9AM)}


def test_an_agency_answers_for_its_governorates_or_for_the_whole_country() -> None:
    municipality, ministry = make_agency("MUN", governorates=["OM-MA"]), make_agency("HOU")

    assert municipality.answers_for("OM-MA")
    assert not municipality.answers_for("OM-ZU")
    assert ministry.answers_for("OM-ZU")


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError):
        make_agency("MUN", zone="Asia/Atlantis")


def test_an_agency_is_found_by_its_host_name_else_the_default_one() -> None:
    first, second = make_agency("MUN"), make_agency("HOU", hosts=["Housing.Example.om"])

    assert queries.agency_by_host("housing.example.om") == second
    assert queries.agency_by_host("elsewhere.example.om") == first


def test_a_switched_off_agency_is_found_by_nobody() -> None:
    make_agency("MUN")
    Agency.objects.update(is_active=False)

    with pytest.raises(queries.NoAgency):
        queries.default_agency()
    with pytest.raises(queries.NoAgency):
        queries.agency_by_code("MUN")


def test_a_unit_cannot_stand_under_one_of_another_agency() -> None:
    theirs = make_unit("ROADS", agency=make_agency("HOU"))

    with pytest.raises(operations.NotOfThisAgency):
        operations.create_unit(
            agency=make_agency(), code="X", name=both("س", "X"), parent=theirs, by=None, at=SUNDAY_9AM
        )


def test_a_unit_ends_when_nothing_stands_in_it_any_more() -> None:
    roads = make_unit("ROADS")
    lights = make_unit("LIGHTS", parent=roads)
    salem = make_salem(lights)

    for busy in (roads, lights, queries.triage_unit(roads.agency)):
        with pytest.raises(operations.UnitInUse):
            operations.end_unit(busy, by=None, at=SUNDAY_9AM)
    operations.end_role(Membership.objects.get(user=salem), by=None, at=SUNDAY_9AM)
    operations.end_unit(lights, by=None, at=SUNDAY_9AM)
    operations.end_unit(lights, by=None, at=LATER)

    assert lights not in queries.units_of(roads.agency, SUNDAY_9AM)
    assert queries.unit_by_code(roads.agency, "LIGHTS").valid_to == SUNDAY_9AM
    assert EventRecord.objects.filter(kind="UnitEnded").count() == 1


def test_an_agency_has_one_triage_unit_and_it_can_move() -> None:
    roads = make_unit("ROADS")
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=roads.pk).update(is_triage=True)

    operations.move_triage(roads, by=None, at=SUNDAY_9AM)

    assert queries.triage_unit(roads.agency) == roads


@pytest.mark.parametrize(
    ("held", "wished", "says"),
    [
        ("administrator", "auditor", "nobody checks what they set up themselves"),
        ("auditor", "administrator", "nobody checks what they set up themselves"),
        ("quality", "agent", "nobody judges their own calls"),
        ("hall", "quality", "nobody judges their own service"),
    ],
)
def test_exclusive_roles_are_refused_in_all_agencies_with_the_reason(held: str, wished: str, says: str) -> None:
    person = make_person(held)
    elsewhere = queries.triage_unit(make_agency("HOU"))

    with translation.override("en"), pytest.raises(operations.RolesClash, match=says):
        operations.grant_role(person, role=wished, unit=elsewhere, by=None, at=SUNDAY_9AM)

    with pytest.raises(operations.RolesClash, match="لا يجمع شخص واحد"):
        operations.grant_role(person, role=wished, unit=elsewhere, by=None, at=SUNDAY_9AM)
    assert Membership.objects.filter(user=person).count() == 1


def test_exclusive_roles_may_follow_each_other_but_not_overlap() -> None:
    person, centre = make_person("administrator"), queries.triage_unit(make_agency())
    operations.end_role(Membership.objects.get(user=person), by=None, at=SUNDAY_9AM, on=IN_A_WEEK)

    with pytest.raises(operations.RolesClash):
        operations.grant_role(
            person, role="auditor", unit=centre, by=None, at=SUNDAY_9AM, valid_from=IN_A_WEEK - timedelta(seconds=1)
        )
    operations.grant_role(person, role="auditor", unit=centre, by=None, at=SUNDAY_9AM, valid_from=IN_A_WEEK)

    assert [one.role for one in queries.roles_of(person, IN_A_WEEK - timedelta(seconds=1))] == ["administrator"]
    assert [one.role for one in queries.roles_of(person, IN_A_WEEK)] == ["auditor"]


def test_a_role_to_come_counts_from_its_day_and_asks_for_the_second_factor_before() -> None:
    salem, centre = make_salem(), queries.triage_unit(make_agency())

    operations.grant_role(
        salem,
        role="supervisor",
        unit=centre,
        by=None,
        at=SUNDAY_9AM,
        valid_from=IN_A_WEEK,
        valid_to=IN_A_WEEK + timedelta(days=3),
    )

    assert User.objects.get(pk=salem.pk).second_factor_needed
    days = {0: False, 7: True, 9: True, 10: False}
    for day, counts in days.items():
        at = SUNDAY_9AM + timedelta(days=day)
        assert queries.has_right(User.objects.get(pk=salem.pk), Right.SET_IMPORTANCE, at) == counts, day


def test_one_role_does_not_overlap_itself() -> None:
    salem, centre = make_salem(), queries.triage_unit(make_agency())
    role = Membership.objects.get(user=salem)
    operations.end_role(role, by=None, at=SUNDAY_9AM, on=IN_A_WEEK)

    with pytest.raises(operations.RoleOverlaps):
        operations.grant_role(salem, role="agent", unit=centre, by=None, at=SUNDAY_9AM)
    again = operations.grant_role(salem, role="agent", unit=centre, by=None, at=SUNDAY_9AM, valid_from=IN_A_WEEK)

    assert again.pk != role.pk
    assert len(queries.memberships_of(salem, SUNDAY_9AM)) == 2


def test_a_role_taken_back_before_it_began_never_counts() -> None:
    salem, centre = make_salem(), queries.triage_unit(make_agency())
    wished = operations.grant_role(salem, role="deputy", unit=centre, by=None, at=SUNDAY_9AM, valid_from=IN_A_WEEK)

    operations.end_role(wished, by=None, at=SUNDAY_9AM)

    assert [one.role for one in queries.memberships_of(salem, SUNDAY_9AM)] == ["agent"]
    assert [one.role for one in queries.roles_of(salem, IN_A_WEEK)] == ["agent"]
    assert not User.objects.get(pk=salem.pk).second_factor_needed


@pytest.mark.parametrize(("begins", "ends"), [(0, -1), (0, 0), (7, 7), (7, 3)])
def test_a_time_that_ends_before_it_begins_is_refused(begins: int, ends: int) -> None:
    with pytest.raises(operations.BadPeriod):
        operations.grant_role(
            make_person(None),
            role="agent",
            unit=queries.triage_unit(make_agency()),
            by=None,
            at=SUNDAY_9AM,
            valid_from=SUNDAY_9AM + timedelta(days=begins),
            valid_to=SUNDAY_9AM + timedelta(days=ends),
        )


def test_an_end_that_was_set_can_come_earlier_but_not_later() -> None:
    role = Membership.objects.get(user=make_salem())
    operations.end_role(role, by=None, at=SUNDAY_9AM, on=IN_A_WEEK)

    with pytest.raises(operations.BadPeriod):
        operations.end_role(role, by=None, at=SUNDAY_9AM, on=IN_A_WEEK + timedelta(days=1))
    operations.end_role(role, by=None, at=SUNDAY_9AM, on=IN_A_WEEK - timedelta(days=1))

    assert Membership.objects.get(pk=role.pk).valid_to == IN_A_WEEK - timedelta(days=1)
    assert EventRecord.objects.filter(kind="RoleEndSet").count() == 2


def test_a_supervisor_gives_the_roles_of_the_desk_in_the_own_unit_and_no_other() -> None:
    roads, centre = make_unit("ROADS"), queries.triage_unit(make_agency())
    huda, admin = make_person("supervisor", centre), make_person("administrator", centre)
    below = make_unit("NIGHT", parent=centre)

    given = queries.grantable_roles(huda, unit=below, at=SUNDAY_9AM)

    assert given == list(MEMBER_ROLES)
    assert queries.grantable_roles(huda, unit=roads, at=SUNDAY_9AM) == []
    assert queries.grantable_roles(admin, unit=roads, at=SUNDAY_9AM) == list(Role)


def test_after_the_one_role_ended_the_other_may_begin() -> None:
    person = make_person("administrator")
    operations.end_role(Membership.objects.get(user=person), by=None, at=SUNDAY_9AM)

    operations.grant_role(person, role="auditor", unit=queries.triage_unit(make_agency()), by=None, at=LATER)

    assert [membership.role for membership in queries.roles_of(person, LATER)] == ["auditor"]


def test_granting_and_ending_twice_is_done_once() -> None:
    salem, centre = make_salem(), queries.triage_unit(make_agency())

    again = operations.grant_role(salem, role="agent", unit=centre, by=None, at=SUNDAY_9AM)
    operations.end_role(again, by=None, at=SUNDAY_9AM)
    operations.end_role(again, by=None, at=LATER)

    assert Membership.objects.get(user=salem).valid_to == SUNDAY_9AM
    kinds = EventRecord.objects.filter(kind__startswith="Role").values_list("kind", flat=True)
    assert sorted(kinds) == ["RoleEnded", "RoleGranted"]


def test_a_role_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError):
        operations.grant_role(
            make_salem(), role="king", unit=queries.triage_unit(make_agency()), by=None, at=SUNDAY_9AM
        )


def test_the_second_factor_is_needed_while_a_role_asks_for_it() -> None:
    salem = make_salem()
    membership = operations.grant_role(
        salem, role="supervisor", unit=queries.triage_unit(make_agency()), by=None, at=SUNDAY_9AM
    )
    assert User.objects.get(pk=salem.pk).second_factor_needed

    operations.end_role(membership, by=None, at=LATER)

    assert not User.objects.get(pk=salem.pk).second_factor_needed


def test_emergency_mode_is_told_once_per_change() -> None:
    agency = make_agency()

    for at in (SUNDAY_9AM, LATER):
        operations.set_operating_mode(agency, mode="crisis", by=None, at=at)
    assert queries.is_crisis(agency)
    assert not queries.is_crisis(make_agency("HOU"))
    operations.set_operating_mode(agency, mode="normal", by=None, at=LATER)

    assert not queries.is_crisis(agency)
    facts = EventRecord.objects.filter(kind="OperatingModeChanged").order_by("pk")
    assert [fact.data["mode"] for fact in facts] == ["crisis", "normal"]


def test_a_case_is_given_only_to_people_whose_reach_covers_its_unit() -> None:
    roads, parks = make_unit("ROADS"), make_unit("PARKS")
    noora, of_parks = make_person("specialist", roads), make_person("specialist", parks)
    huda, admin = make_person("supervisor"), make_person("administrator", roads)
    other = make_person("supervisor", queries.triage_unit(make_agency("HOU")))

    found = queries.people_with(Right.RESOLVE, unit=roads, at=SUNDAY_9AM)

    assert {noora, huda} <= set(found)
    assert not {of_parks, admin, other} & set(found)
    assert set(queries.members_of(roads, SUNDAY_9AM)) == {noora, admin}
    assert queries.is_member(noora, unit_id=roads.pk, at=SUNDAY_9AM)
    assert not queries.is_member(noora, unit_id=roads.pk, at=LONG_AGO - timedelta(days=1))
