"""Complaints about staff: where they go, who sees them, how they leave the closed compartment."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.accounts.models import User
from wasl.alerts.models import Alert
from wasl.cases import bars, compartment, jobs, operations, order, queries, seen, subscribers
from wasl.cases.accused import Accused
from wasl.cases.compartment import LEADING, Target
from wasl.cases.models import Case
from wasl.cases.operations import AboutStaff, Ahead, Barred, Missing, NotAtThisLine
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency
from wasl.core import clock, events
from wasl.core.models import EventRecord
from wasl.directory import operations as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Role
from wasl.directory.scopes import Held
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_noora, make_person, make_salem, make_unit

pytestmark = pytest.mark.django_db

WORDS = AboutStaff("الموظف الذي كان على الشباك الثالث صباح الأحد")


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def committee(agency: Agency) -> Unit:
    unit = make_unit("CONDUCT", agency=agency)
    return directory.take_staff_complaints(unit, 1, by=None, at=LONG_AGO)


@pytest.fixture
def member(committee: Unit) -> User:
    return make_person("specialist", committee, name="عضو اللجنة")


def seen_by(person: User) -> set[str]:
    fresh = User.objects.get(pk=person.pk)
    return set(queries.visible_to(fresh, at=SUNDAY_9AM + HOUR).values_list("reference", flat=True))


def about(*people: User, units: tuple[Unit, ...] = ()) -> AboutStaff:
    return AboutStaff("", people, units)


def test_it_is_registered_with_the_unit_the_agency_chose_and_only_its_members_see_it(
    agency: Agency, committee: Unit, member: User
) -> None:
    salem, noora = make_salem(), make_noora()
    others = [make_person(role) for role in ("supervisor", "director", "follow_up", "quality", "analyst")]
    auditor = make_person("auditor")

    case = make_case(agency=agency, kind="complaint", about_staff=WORDS, by=salem)

    assert (case.unit, case.compartment, case.confidential, case.state) == (committee, committee, True, "referred")
    assert seen_by(member) == seen_by(auditor) == {case.reference}
    assert [seen_by(person) for person in (salem, noora, *others)] == [set()] * 7
    assert Accused.objects.get().words == WORDS.words


def test_colleagues_and_heads_of_whoever_is_named_lose_it_also_in_the_committee(
    agency: Agency, committee: Unit, member: User
) -> None:
    noora = make_noora()
    roads = noora_unit(noora)
    head = make_person("head", roads, name="رئيس الطرق")
    directory.grant_role(head, unit=committee, role="specialist", by=None, at=LONG_AGO)
    case = make_case(agency=agency, about_staff=WORDS)
    assert case.reference in seen_by(head)

    operations.name_accused(case, about(noora), by=member, at=SUNDAY_9AM)

    assert seen_by(head) == set()
    assert seen_by(member) == {case.reference}
    with pytest.raises(Barred):
        operations.add_note(case, text="اطلعت", by=User.objects.get(pk=head.pk), at=SUNDAY_9AM)


def test_naming_a_member_of_the_unit_sends_it_to_the_next_one(agency: Agency, committee: Unit, member: User) -> None:
    second = directory.take_staff_complaints(make_unit("OFFICE", agency=agency), 2, by=None, at=LONG_AGO)
    officer = make_person("head", second)
    auditor = make_person("auditor")
    case = make_case(agency=agency, about_staff=WORDS)
    colleague = make_person("specialist", committee, name="زميل")

    operations.name_accused(case, about(member), by=colleague, at=SUNDAY_9AM)

    case.refresh_from_db()
    assert (case.unit, case.compartment) == (second, second)
    assert seen_by(officer) == seen_by(auditor) == {case.reference}
    assert seen_by(member) == seen_by(colleague) == set()


def test_it_goes_back_to_the_unit_of_one_it_was_found_not_to_be_about(
    agency: Agency, committee: Unit, member: User
) -> None:
    second = directory.take_staff_complaints(make_unit("OFFICE", agency=agency), 2, by=None, at=LONG_AGO)
    officer, noora, salem = make_person("head", second), make_noora(), make_salem()
    make_person("specialist", committee, name="زميل")
    case = make_case(agency=agency, about_staff=about(member))
    assert case.compartment == second
    operations.lift_staff_complaint(case, reason="ليست عليه", unit=noora_unit(noora), by=officer, at=SUNDAY_9AM)

    where = operations.tell_of_staff(case, WORDS, by=salem, at=SUNDAY_9AM)
    assert where.unit == committee
    operations.name_accused(case, about(noora), by=member, at=SUNDAY_9AM)

    case.refresh_from_db()
    assert (case.compartment, seen_by(member)) == (committee, {case.reference})


def test_with_nobody_outside_the_line_it_is_registered_and_the_auditors_are_told(agency: Agency) -> None:
    auditor, supervisor = make_person("auditor", make_unit("AUDIT", agency=agency)), make_person("supervisor")

    case = make_case(agency=agency, about_staff=about(supervisor))

    assert (case.unit.is_triage, case.compartment_id, case.state) == (True, case.unit_id, "new")
    assert seen_by(auditor) == {case.reference}
    assert seen_by(supervisor) == set()
    alert = Alert.objects.get()
    assert (alert.person, "شكو" in str(alert.title)) == (auditor, False)


def test_an_agent_says_it_of_a_case_that_is_open_and_what_others_were_told_of_it_is_taken_back(
    agency: Agency, committee: Unit, member: User
) -> None:
    noora, salem = make_noora(), make_salem()
    case = accepted_case(by=noora, agency=agency)
    operations.escalate(case, reason="لا رد", by=noora, at=SUNDAY_9AM + HOUR)
    make_person("head", case.unit)

    operations.tell_of_staff(case, about(noora), by=salem, at=SUNDAY_9AM + HOUR)

    case.refresh_from_db()
    assert (case.unit, case.assignee, case.state, case.confidential) == (committee, None, "referred", True)
    assert seen_by(noora) == seen_by(salem) == set()
    assert {alert.person_id for alert in Alert.objects.filter(case_id=case.pk)} == {member.pk}
    assert EventRecord.objects.filter(kind="StaffComplaintOpened").get().data["people"] == [member.pk]


def test_it_says_whom_it_is_about(agency: Agency, committee: Unit, member: User) -> None:
    case = make_case(agency=agency)
    stranger = make_person(unit=make_unit("ELSE", agency=make_working_agency("HOU")))

    for nothing in (AboutStaff(" "), about(stranger)):
        with pytest.raises(Missing):
            operations.tell_of_staff(case, nothing, by=make_salem(), at=SUNDAY_9AM)


def test_it_goes_to_no_other_unit_and_comes_out_only_with_a_reason(
    agency: Agency, committee: Unit, member: User
) -> None:
    noora = make_noora()
    roads = noora_unit(noora)
    case = make_case(agency=agency, about_staff=WORDS)
    operations.accept_referral(case, by=member, at=SUNDAY_9AM)

    with pytest.raises(NotAtThisLine):
        operations.refer(case, to_unit=roads, reason="لكم", by=member, at=SUNDAY_9AM)
    with pytest.raises(Missing):
        operations.lift_staff_complaint(case, reason=" ", unit=roads, by=member, at=SUNDAY_9AM)
    operations.lift_staff_complaint(case, reason="شكوى على الخدمة", unit=roads, by=member, at=SUNDAY_9AM)

    case.refresh_from_db()
    assert (case.compartment, case.confidential, case.unit) == (None, False, roads)
    assert case.reference in seen_by(noora)
    assert Accused.objects.get().ended_at == SUNDAY_9AM
    assert EventRecord.objects.filter(kind="StaffComplaintLifted").exists()


def test_nobody_else_hears_that_something_happened(agency: Agency, committee: Unit, member: User) -> None:
    case = make_case(agency=agency, about_staff=WORDS)

    operations.accept_referral(case, by=member, at=SUNDAY_9AM)

    told = [record.data["people"] for record in EventRecord.objects.filter(case_id=case.pk)]
    assert len(told) >= 3
    assert all(people == [member.pk] for people in told)


def test_its_steps_of_escalation_reach_only_who_may_see_it(agency: Agency, committee: Unit, member: User) -> None:
    make_person("supervisor")
    make_person("director")
    case = make_case(agency=agency, about_staff=WORDS)

    step = operations.escalate(case, reason="طال", by=member, at=SUNDAY_9AM)

    assert step.people == [member.pk]


def test_a_unit_that_held_some_keeps_them_closed_when_another_is_chosen(
    agency: Agency, committee: Unit, member: User
) -> None:
    director = make_person("director")
    case = make_case(agency=agency, about_staff=WORDS)

    directory.take_staff_complaints(make_unit("OTHER", agency=agency), 1, by=None, at=SUNDAY_9AM)

    assert seen_by(member) == {case.reference}
    assert seen_by(director) == set()


def noora_unit(noora: User) -> Unit:
    return Unit.objects.get(memberships__user=noora)


# Units 1 to 7 in a tree; who holds which role where; the list and the rule in words agree on everybody.
_TREE = st.fixed_dictionaries({number: st.sampled_from([None, *range(1, number)]) for number in range(2, 8)})
_ROLE = st.tuples(st.integers(1, 7), st.sampled_from(["specialist", "head", "director", "agent"]))
_ROLES = st.lists(_ROLE, max_size=3)


def _world(tree: dict[int, Any]) -> dict[int, Unit]:
    return {
        number: Unit(pk=number, code=str(number), parent_id=tree.get(number), valid_from=LONG_AGO)
        for number in range(1, 8)
    }


def _target(roles: list[tuple[int, str]]) -> Target:
    leads = frozenset(unit for unit, role in roles if role in LEADING)
    return Target(1, None, frozenset(unit for unit, _ in roles), leads)


@given(tree=_TREE, accused=_ROLES, mine=_ROLES, unit_id=st.integers(1, 7))
def test_nobody_who_shares_a_unit_leads_above_or_stands_below_is_outside(
    tree: dict[int, Any], accused: list[tuple[int, str]], mine: list[tuple[int, str]], unit_id: int
) -> None:
    units, target = _world(tree), _target(accused)
    held = [Held(role, unit, 1, LONG_AGO, None) for unit, role in mine]

    near = compartment.is_in_line(2, compartment.standing_of(held, units), target, chosen=unit_id)
    inside = compartment.is_inside(units[unit_id], target, units)

    def up(number: int) -> list[int]:
        parent = tree.get(number)
        return [number, *up(parent)] if parent else [number]

    share = {unit for unit, _ in mine} & {unit for unit, _ in accused}
    below_me = any(
        led in up(unit)[1:] for led, role in mine if role in LEADING and led != unit_id for unit, _ in accused
    )
    above_me = any(led in up(unit)[1:] for led, role in accused if role in LEADING for unit, _ in mine)
    assert near == bool(share or below_me or above_me)
    assert inside == (
        unit_id in {unit for unit, _ in accused}
        or any(led in up(unit_id)[1:] for led, role in accused if role in LEADING)
    )


def test_the_list_and_the_rule_agree_on_everybody(agency: Agency, committee: Unit, member: User) -> None:
    top = make_unit("TOP", agency=agency)
    middle, beside = make_unit("MIDDLE", parent=top), make_unit("BESIDE", parent=top)
    low = make_unit("LOW", parent=middle)
    people = [make_person(role, unit) for unit in (top, middle, low, beside) for role in ("head", "specialist")]
    for person in people:
        directory.grant_role(person, unit=committee, role=Role.SPECIALIST, by=None, at=LONG_AGO)
    outsider = make_person("specialist", make_unit("APART", agency=agency))
    case = make_case(agency=agency, about_staff=about(outsider))

    for accused in (people[2], people[3], people[5], middle):
        Accused.objects.filter(case=case).update(ended_at=SUNDAY_9AM)
        who: dict[str, Any] = {"unit": accused} if isinstance(accused, Unit) else {"user": accused}
        Accused.objects.create(agency=agency, case=case, set_at=SUNDAY_9AM, **who)
        listed = {person.pk for person in people if seen_by(person)}
        ruled = {
            person.pk
            for person in people
            if compartment.sees(case, User.objects.get(pk=person.pk), SUNDAY_9AM + timedelta(hours=1))
        }
        assert listed == ruled
        assert len(listed) < len(people)


def test_a_case_is_joined_to_none_of_them(agency: Agency, committee: Unit, member: User) -> None:
    closed = make_case(agency=agency, about_staff=WORDS)
    plain = make_case(agency=agency)

    for somebody in (None, member, make_noora()):
        with pytest.raises(Missing):
            operations.merge(plain, into=Case.objects.get(pk=closed.pk), by=somebody, at=SUNDAY_9AM)


def test_what_had_joined_it_is_closed_and_opened_with_it(agency: Agency, committee: Unit, member: User) -> None:
    noora, salem = make_noora(), make_salem()
    roads, main, joined = noora_unit(noora), make_case(agency=agency), make_case(agency=agency)
    operations.merge(joined, into=main, by=make_person("supervisor"), at=SUNDAY_9AM)
    assert joined.reference in seen_by(salem)

    operations.tell_of_staff(main, WORDS, by=salem, at=SUNDAY_9AM)
    assert seen_by(salem) == seen_by(noora) == set()
    assert seen_by(member) == {main.reference, joined.reference}

    operations.name_accused(main, about(noora), by=member, at=SUNDAY_9AM)
    assert Accused.objects.filter(case=joined, user=noora).count() == 1

    operations.lift_staff_complaint(main, reason="ليست على موظف", unit=roads, by=member, at=SUNDAY_9AM)
    assert {main.reference, joined.reference} <= seen_by(salem)


def test_nobody_passes_or_hears_of_one_that_is_closed_to_them(agency: Agency, committee: Unit, member: User) -> None:
    noora = make_noora()
    head = make_person("head", noora_unit(noora), name="رئيس الطرق")
    directory.grant_role(head, unit=committee, role="specialist", by=None, at=LONG_AGO)
    closed = make_case(agency=agency, about_staff=about(noora))
    case = make_case(agency=agency, about_staff=WORDS)

    theirs = order.turn_of(case, head, at=SUNDAY_9AM)
    members = order.turn_of(case, member, at=SUNDAY_9AM)

    assert closed.unit == case.unit == committee
    assert theirs is not None
    assert members is not None
    assert (theirs.passed_by("start"), members.passed_by("start")) == (0, 1)
    assert [(one.place, one.waiting) for one in (theirs, members)] == [(1, 1), (2, 2)]


def test_of_a_jump_over_one_that_is_closed_to_them_they_read_nothing(
    agency: Agency, committee: Unit, member: User
) -> None:
    noora = make_noora()
    head = make_person("head", noora_unit(noora), name="رئيس الطرق")
    directory.grant_role(head, unit=committee, role="specialist", by=None, at=LONG_AGO)
    make_case(agency=agency, about_staff=about(noora))
    case, last = (make_case(agency=agency, about_staff=WORDS) for _ in range(2))

    operations.accept_referral(case, by=member, at=SUNDAY_9AM, assignee=member, ahead=Ahead("route"))
    jump = order.jumps_of(case)[0]
    told = [[item.kind for item in seen.items_seen(case, who, at=SUNDAY_9AM, notes=True)] for who in (member, head)]

    assert (jump.place, jump.waiting, jump.overtook) == (2, 2, 1)
    assert ["Jumped" in kinds for kinds in told] == [True, False]
    assert order.jumps_closed_to(case, head, at=SUNDAY_9AM) == {jump.pk}
    assert order.jumps_closed_to(case, member, at=SUNDAY_9AM) == frozenset()
    # Whoever gives a case to somebody else hears only of what is open to both.
    operations.accept_referral(last, by=head, at=SUNDAY_9AM, assignee=member)
    assert order.jumps_of(last) == []


def _joins(noora: User, committee: Unit) -> None:
    directory.grant_role(noora, unit=committee, role="specialist", by=None, at=SUNDAY_9AM)


def _comes_to_lead(noora: User, committee: Unit) -> None:
    directory.grant_role(noora, unit=committee, role="head", by=None, at=SUNDAY_9AM)


def _comes_to_lead_above(noora: User, committee: Unit) -> None:
    above = make_unit("ABOVE", agency=committee.agency)
    Unit.objects.filter(pk=committee.pk).update(parent=above)
    directory.grant_role(noora, unit=above, role="head", by=None, at=SUNDAY_9AM)


@pytest.mark.parametrize("comes_near", [_joins, _comes_to_lead, _comes_to_lead_above])
@pytest.mark.parametrize("second", [True, False], ids=["a second unit", "no second unit"])
def test_whoever_it_is_about_comes_near_it_later_and_it_goes_on_without_having_been_open_to_them(
    agency: Agency, committee: Unit, member: User, comes_near: Any, second: bool
) -> None:
    noora, auditor = make_noora(), make_person("auditor", make_unit("AUDIT", agency=agency))
    case = make_case(agency=agency, about_staff=about(noora))
    operations.accept_referral(case, by=member, at=SUNDAY_9AM, assignee=member)
    other = make_unit("OFFICE", agency=agency)
    officer = make_person("specialist", other)
    if second:
        directory.take_staff_complaints(other, 2, by=None, at=SUNDAY_9AM)

    comes_near(noora, committee)
    closed_at_once = seen_by(noora), bars.why_barred(case, User.objects.get(pk=noora.pk), SUNDAY_9AM) != ""
    for _ in range(2):
        record = EventRecord.objects.filter(kind="RoleGranted").latest("pk")
        subscribers.keep_complaints_outside(events.load(record), record)

    case.refresh_from_db()
    where, whose = (other, officer) if second else (case.unit, auditor)
    assert closed_at_once == (set(), True)
    assert (case.unit, case.compartment, case.assignee) == (where, where, None)
    assert case.unit.is_triage is not second
    assert seen_by(noora) == seen_by(member) == set()
    assert case.reference in seen_by(whose)
    assert list(Alert.objects.filter(case_id=case.pk).values_list("person_id", flat=True)) == [whose.pk]
    assert EventRecord.objects.filter(case_id=case.pk, kind="StaffComplaintOpened").count() == 2


def test_a_role_that_begins_by_itself_sends_it_on_with_the_next_round_and_one_that_ends_brings_nothing_back(
    agency: Agency, committee: Unit, member: User
) -> None:
    noora = make_noora()
    second = directory.take_staff_complaints(make_unit("OFFICE", agency=agency), 2, by=None, at=LONG_AGO)
    make_person("specialist", second)
    case, untouched = make_case(agency=agency, about_staff=about(noora)), make_case(agency=agency, about_staff=WORDS)
    begins = SUNDAY_9AM + timedelta(days=2)
    role = directory.grant_role(
        noora, unit=committee, role="specialist", by=None, at=SUNDAY_9AM, valid_from=begins, valid_to=begins + HOUR
    )

    homes = []
    for at in (SUNDAY_9AM, begins, role.valid_to):
        with clock.frozen(at):
            jobs.keep_complaints_outside(0)
        homes.append(Case.objects.get(pk=case.pk).unit)

    assert homes == [committee, second, second]
    assert Case.objects.get(pk=untouched.pk).unit == committee
