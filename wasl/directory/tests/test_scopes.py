from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from wasl.accounts import operations as accounts
from wasl.accounts.models import User
from wasl.core import edition
from wasl.directory import operations, queries
from wasl.directory.models import Agency
from wasl.directory.rights import SCOPES, SECOND_FACTOR_ROLES, Reach, Right, Role
from wasl.directory.scopes import Scope, below, joined
from wasl.directory.tests.makers import (
    SUNDAY_9AM,
    make_agency,
    make_huda,
    make_noora,
    make_person,
    make_salem,
    make_unit,
)

pytestmark = pytest.mark.django_db


def test_a_specialist_reads_the_own_unit_and_what_is_below_it() -> None:
    roads = make_unit("ROADS")
    lights = make_unit("LIGHTS", parent=roads)
    parks = make_unit("PARKS")
    noora = make_noora(roads)

    assert queries.scopes_of(noora, Right.READ_CASE, SUNDAY_9AM) == [
        Scope(roads.agency_id, frozenset({roads.pk, lights.pk}))
    ]
    assert queries.may(noora, Right.RESOLVE, agency_id=roads.agency_id, unit_id=lights.pk, at=SUNDAY_9AM)
    assert not queries.may(noora, Right.RESOLVE, agency_id=roads.agency_id, unit_id=parks.pk, at=SUNDAY_9AM)


def test_another_agency_stays_out_of_reach_even_for_a_supervisor() -> None:
    huda = make_huda()
    other = queries.triage_unit(make_agency("HOU"))

    for right in Right:
        assert not queries.may(huda, right, agency_id=other.agency_id, unit_id=other.pk, at=SUNDAY_9AM)


def test_two_roles_add_up_and_a_whole_agency_swallows_its_units() -> None:
    roads = make_unit("ROADS")
    person = make_noora(roads)

    operations.grant_role(person, role="supervisor", unit=roads, by=None, at=SUNDAY_9AM)

    assert queries.scopes_of(person, Right.READ_CASE, SUNDAY_9AM) == [Scope(roads.agency_id, None)]


def test_a_field_crew_reaches_only_what_is_assigned_to_it() -> None:
    roads = make_unit("ROADS")
    rashid = make_person("field", roads)
    own = {"agency_id": roads.agency_id, "unit_id": roads.pk, "at": SUNDAY_9AM}

    assert queries.may(rashid, Right.READ_CASE, assignee_id=rashid.pk, **own)
    assert not queries.may(rashid, Right.READ_CASE, assignee_id=rashid.pk + 1, **own)
    assert not queries.may(rashid, Right.READ_CASE, **own)


def test_a_role_counts_from_its_first_to_its_last_moment() -> None:
    salem = make_person(None)
    centre = queries.triage_unit(make_agency())
    membership = operations.grant_role(salem, role="agent", unit=centre, by=None, at=SUNDAY_9AM)
    operations.end_role(membership, by=None, at=SUNDAY_9AM + timedelta(hours=1))
    salem = User.objects.get(pk=salem.pk)

    def reads(at: object) -> bool:
        return queries.has_right(salem, Right.READ_CASE, at)  # type: ignore[arg-type]

    assert not reads(SUNDAY_9AM - timedelta(seconds=1))
    assert reads(SUNDAY_9AM)
    assert reads(SUNDAY_9AM + timedelta(minutes=59))
    assert not reads(SUNDAY_9AM + timedelta(hours=1))


def test_strangers_and_deactivated_people_may_do_nothing() -> None:
    huda = make_huda()
    gone = accounts.deactivate(huda, by=None, at=SUNDAY_9AM)

    for right in Right:
        assert queries.scopes_of(AnonymousUser(), right, SUNDAY_9AM) == []
        assert queries.scopes_of(gone, right, SUNDAY_9AM) == []


def test_people_of_an_agency_that_was_switched_off_may_do_nothing() -> None:
    salem = make_salem()
    Agency.objects.update(is_active=False)

    assert queries.scopes_of(salem, Right.READ_CASE, SUNDAY_9AM) == []


def test_all_rights_of_one_request_cost_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    noora = make_noora()
    queries.known_units(noora.memberships.get().unit.agency_id)  # the tree of units is kept in memory
    noora = User.objects.get(pk=noora.pk)

    # The roles, and whether what is kept still holds.
    with django_assert_num_queries(2), edition.once():
        for right in Right:
            queries.scopes_of(noora, right, SUNDAY_9AM)
            queries.may(noora, right, agency_id=1, unit_id=2, at=SUNDAY_9AM)


def test_a_loop_in_the_tree_ends() -> None:
    assert below(1, {1: [2], 2: [3], 3: [1]}) == {1, 2, 3}


def test_masked_and_open_reach_are_kept_apart() -> None:
    masked, plain = Scope(1, None, masked=True), Scope(1, frozenset({7}))

    assert joined([masked, plain]) == [plain, masked]
    assert joined([masked, Scope(1, None)]) == [Scope(1, None)]
    assert joined([Scope(1, frozenset({1})), Scope(1, frozenset({2})), Scope(2, frozenset({3}))]) == [
        Scope(1, frozenset({1, 2})),
        Scope(2, frozenset({3})),
    ]


def test_an_administrator_sees_no_content_of_cases() -> None:
    allowed = {right for right in Right if Role.ADMINISTRATOR in SCOPES[right]}

    assert allowed == {
        Right.SIGN_IN,
        Right.MANAGE_PEOPLE,
        Right.MANAGE_UNITS,
        Right.CONFIGURE,
        Right.MANAGE_CHANNELS,
        Right.MANAGE_KEYS,
        Right.MANAGE_SUBSTITUTES,
        Right.READ_RIGHTS,
        Right.READ_DELEGATIONS,
        Right.END_DELEGATIONS,
        Right.READ_RELATIONS,
        Right.DECLARE_RELATIONS,
        Right.READ_PRIVACY,
        Right.RUN_PRIVACY,
        Right.READ_CONFIG,
        Right.READ_HEALTH,
    }


def test_an_auditor_changes_nothing() -> None:
    allowed = {right for right in Right if Role.AUDITOR in SCOPES[right]}

    harmless = {Right.SIGN_IN, Right.REVEAL_IDENTITY, Right.EXPORT_CASES, Right.APPROVE_PRIVACY}
    assert all(right in harmless or right.startswith("read_") for right in allowed)


def test_an_operator_moves_a_class_by_one_and_a_supervisor_by_more() -> None:
    assert SCOPES[Right.CHANGE_IMPORTANCE][Role.AGENT].reach is Reach.UNIT
    assert set(SCOPES[Right.SET_IMPORTANCE]) == {Role.SUPERVISOR}


def test_an_identity_number_is_shown_behind_the_code_only_and_to_whoever_works_on_the_case() -> None:
    cells = SCOPES[Right.REVEAL_IDENTITY]

    assert all(cell.second_factor for cell in cells.values())
    assert not {Role.LIAISON, Role.QUALITY, Role.FIELD, Role.ANALYST, Role.CRISIS, Role.ADMINISTRATOR} & set(cells)
    assert Role.DIRECTOR not in cells


def test_asking_approving_and_carrying_out_an_erasure_are_three_people() -> None:
    asking, approving, running = (
        set(SCOPES[right]) for right in (Right.ASK_PRIVACY, Right.APPROVE_PRIVACY, Right.RUN_PRIVACY)
    )

    assert (approving, running) == ({Role.AUDITOR}, {Role.ADMINISTRATOR})
    assert not asking & (approving | running)


def test_lists_with_names_are_downloaded_behind_the_code_only() -> None:
    assert all(cell.second_factor or cell.masked for cell in SCOPES[Right.EXPORT_CASES].values())


def test_whoever_reads_without_names_reads_no_contact_data() -> None:
    for role in (Role.DIRECTOR, Role.CRISIS, Role.ANALYST):
        assert SCOPES[Right.READ_CASE][role].masked
        assert role not in SCOPES[Right.READ_CONTACT]


def test_a_director_decides_for_the_whole_agency_and_never_works_on_a_case_nor_sees_who_asked() -> None:
    decides = {Right.APPROVE_PENDING, Right.DECIDE_APPEAL}
    works = {Right.REPLY, Right.REFER, Right.ASSIGN, Right.START_WORK, Right.RESOLVE, Right.CLOSE, Right.SET_IMPORTANCE}
    looks = {Right.READ_NOTES, Right.READ_CONTACT, Right.REVEAL_IDENTITY, Right.FIND_PERSON}

    assert all(SCOPES[right][Role.DIRECTOR].reach is Reach.AGENCY for right in decides)
    assert not any(Role.DIRECTOR in SCOPES[right] for right in works | looks)


def test_no_class_is_changed_by_the_team_that_cases_reach_by_their_class() -> None:
    assert SCOPES[Right.READ_CASE][Role.FAST_TEAM].reach is Reach.CLASS
    assert not any(Role.FAST_TEAM in SCOPES[right] for right in (Right.CHANGE_IMPORTANCE, Right.SET_IMPORTANCE))


def test_whose_a_case_is_after_two_refusals_and_what_was_taken_out_of_turn_are_not_judged_by_the_units() -> None:
    of_units = {Role.SPECIALIST, Role.LIAISON, Role.FAST_TEAM, Role.HALL_HEAD, Role.DEPUTY, Role.HEAD}

    for right in (Right.DECIDE_OWNER, Right.FOLLOW_UP_UNITS, Right.READ_FAIRNESS, Right.APPROVE_PENDING):
        assert not of_units & set(SCOPES[right]), right


def test_a_head_has_what_the_deputy_has_and_more_only_about_the_own_people() -> None:
    of_head = {right: cells[Role.HEAD] for right, cells in SCOPES.items() if Role.HEAD in cells}
    of_deputy = {right: cells[Role.DEPUTY] for right, cells in SCOPES.items() if Role.DEPUTY in cells}

    assert set(of_head) - set(of_deputy) == {
        Right.MANAGE_MEMBERS,
        Right.READ_RIGHTS,
        Right.READ_RELATIONS,
        Right.DECLARE_RELATIONS,
    }
    assert {right for right, cell in of_deputy.items() if of_head[right] != cell} == {Right.EXPORT_CASES}
    assert of_head[Right.EXPORT_CASES].second_factor
    assert {Role.HEAD, Role.DEPUTY} <= SECOND_FACTOR_ROLES


def test_a_head_reaches_the_departments_of_the_directorate_but_not_the_one_beside_it() -> None:
    directorate = make_unit("DG", kind="directorate")
    roads, parks = make_unit("ROADS", parent=directorate), make_unit("PARKS")
    jaber = make_person("head", directorate)

    may = {
        unit.code: queries.may(jaber, Right.RESOLVE, agency_id=unit.agency_id, unit_id=unit.pk, at=SUNDAY_9AM)
        for unit in (directorate, roads, parks)
    }
    assert may == {"DG": True, "ROADS": True, "PARKS": False}


def test_every_role_may_sign_in_and_every_name_is_told_in_both_languages() -> None:
    assert set(SCOPES[Right.SIGN_IN]) == set(Role)
    assert all(str(item.label) for item in (*Role, *Right, *Reach))
