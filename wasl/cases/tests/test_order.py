"""Whose turn it is: class, then time of registration; what is taken before it is recorded with all whom it passed."""

import random
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from wasl.accounts.models import User
from wasl.cases import operations, order, timeline
from wasl.cases.models import Case, Jump, JumpOvertaken
from wasl.cases.operations import Ahead, Missing, OutOfOrder
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.catalogue.tests.makers import make_category, make_service
from wasl.contacts import operations as contacts
from wasl.contacts import relations
from wasl.core import events
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_person

pytestmark = pytest.mark.django_db

NOW = SUNDAY_9AM + 30 * HOUR
ROUTE = Ahead("route")


def three(**more: Any) -> tuple[Case, Case, Case]:
    """Three potholes, an hour apart."""
    first, second, third = (make_case(at=SUNDAY_9AM + n * HOUR, **more) for n in range(3))
    return first, second, third


def worker(case: Case, name: str = "specialist") -> User:
    return make_person(name, case.unit)


def accept(*cases: Case, by: User) -> None:
    for case in cases:
        operations.accept_referral(case, by=by, at=NOW)


def passed(case: Case) -> list[Case]:
    return order.overtaken_cases(case.jumps.get(), 99)


# --- whose turn


def test_a_place_counts_what_is_graver_and_what_came_earlier() -> None:
    first, second, third = three()
    Case.objects.filter(pk=third.pk).update(importance="P1")
    third.refresh_from_db()

    assert [order.rank_of(case, at=NOW) for case in (third, first, second)] == [
        order.Rank(1, 3),
        order.Rank(2, 3),
        order.Rank(3, 3),
    ]


@pytest.mark.parametrize("state", ["in_progress", "scheduled", "pending_beneficiary", "pending_internal", "resolved"])
def test_what_is_begun_held_asked_or_done_does_not_wait_for_its_turn(state: str) -> None:
    first, second, _ = three()
    Case.objects.filter(pk=first.pk).update(state=state)

    assert order.rank_of(second, at=NOW) == order.Rank(1, 2)


def test_another_category_of_service_and_another_unit_have_queues_of_their_own() -> None:
    agency = make_working_agency()
    make_case(at=SUNDAY_9AM)
    lamps = make_service("LIGHT", agency=agency, category=make_category("LIGHT", agency=agency))
    lamp = make_case(at=SUNDAY_9AM + HOUR, service=lamps)
    beside = make_service("RD-SIGN", agency=agency)
    sign = make_case(at=SUNDAY_9AM + HOUR, service=beside)

    assert order.rank_of(lamp, at=NOW) == order.Rank(1, 1)
    assert order.rank_of(sign, at=NOW) == order.Rank(2, 2)


def test_the_fast_team_has_one_queue_by_class_alone() -> None:
    first, second, third = three()
    make_person("fast_team", first.unit)
    Case.objects.filter(pk=third.pk).update(importance="P1")
    third.refresh_from_db()
    accept(first, second, by=worker(first))

    operations.start_work(second, by=worker(first), at=NOW + HOUR, ahead=ROUTE)
    assert not Jump.objects.exclude(overtook=1).exists()

    assert passed(second) == [third]
    assert order.rank_of(third, at=NOW) == order.Rank(1, 2)
    assert order.rank_of(first, at=NOW) == order.Rank(2, 2)


# --- takes


def test_the_first_is_begun_without_a_word() -> None:
    first, second, _ = three()
    someone = worker(first)
    accept(first, second, by=someone)

    operations.start_work(first, by=someone, at=NOW)
    operations.start_work(second, by=someone, at=NOW)

    assert not Jump.objects.exists()


@pytest.mark.requirement("S-10")
def test_another_is_refused_with_whom_it_would_pass_and_nothing_changes() -> None:
    first, second, third = three()
    someone = worker(first)
    accept(third, by=someone)

    with pytest.raises(OutOfOrder) as refusal:
        operations.start_work(third, by=someone, at=NOW)

    assert (refusal.value.overtaken.total, refusal.value.overtaken.cases) == (2, [first, second])
    assert "طلبان" in str(refusal.value)
    third.refresh_from_db()
    assert third.state == "accepted"
    assert not Jump.objects.exists()
    assert not EventRecord.objects.filter(kind="WorkStarted").exists()


@pytest.mark.requirement("S-10")
@pytest.mark.parametrize("act", ["start", "schedule", "resolve", "assign", "accept"])
def test_with_a_reason_each_way_to_begin_is_recorded_once_with_all_whom_it_passed(act: str) -> None:
    first, second, third = three()
    someone = worker(first)
    if act != "accept":
        accept(third, by=someone)
    Case.objects.filter(pk=third.pk).update(line=2)
    third.refresh_from_db()
    more: dict[str, Any] = {"by": someone, "at": NOW, "ahead": Ahead("other", "على طريق الفرقة")}

    match act:
        case "start":
            operations.start_work(third, **more)
        case "schedule":
            operations.schedule(third, scheduled_for=NOW + HOUR, **more)
        case "resolve":
            operations.resolve(third, text="رُدمت.", **more)
        case "assign":
            operations.assign(third, to=someone, **more)
        case "accept":
            operations.accept_referral(third, assignee=someone, **more)

    jump = third.jumps.get()
    assert (jump.by, jump.reason_code, jump.words) == (someone, "other", "على طريق الفرقة")
    assert (jump.place, jump.waiting, jump.overtook) == (3, 3, 2)
    assert jump.act == ("assign" if act == "accept" else act)
    assert passed(third) == [first, second]
    fact = EventRecord.objects.get(kind="Jumped", case_id=third.pk)
    assert (fact.data["overtook"], fact.data["jump_id"], fact.at) == (2, jump.pk, NOW)


def test_the_reason_stands_in_the_timeline_of_staff_and_not_of_the_citizen() -> None:
    first, _, third = three()
    someone = worker(first)
    accept(third, by=someone)
    operations.start_work(third, by=someone, at=NOW, ahead=Ahead("stuck", "الشارع مغلق"))

    told = next(item for item in timeline.staff_timeline(third) if item.kind == "Jumped")

    assert "طلبان" in told.title
    assert "يتعذر العمل عليه" in told.title
    assert told.text == "الشارع مغلق"
    assert all(item.kind != "Jumped" for item in timeline.public_timeline(third))


@pytest.mark.parametrize(
    "ahead", [Ahead("friend"), Ahead("other"), Ahead("other", "  \n "), Ahead("management"), Ahead("other", "ط" * 501)]
)
def test_a_reason_is_one_of_the_list_and_has_its_words(ahead: Ahead) -> None:
    first, _, third = three()
    someone = worker(first)
    accept(third, by=someone)

    with pytest.raises(Missing):
        operations.start_work(third, by=someone, at=NOW, ahead=ahead)

    assert not Jump.objects.exists()


def test_what_a_colleague_has_is_not_passed_and_what_one_has_oneself_is() -> None:
    first, second, third = three()
    huda, salem = worker(first), make_person("liaison", first.unit)
    accept(first, second, third, by=huda)
    operations.assign(first, to=salem, by=huda, at=NOW)
    operations.assign(second, to=huda, by=huda, at=NOW)
    operations.assign(third, to=huda, by=huda, at=NOW)

    with pytest.raises(OutOfOrder) as refusal:
        operations.start_work(third, by=huda, at=NOW)

    assert refusal.value.overtaken.cases == [second]
    operations.start_work(first, by=salem, at=NOW)
    operations.start_work(second, by=huda, at=NOW)
    operations.start_work(third, by=huda, at=NOW)
    assert not Jump.objects.exists()


def test_one_that_a_relative_joined_by_a_duplicate_is_not_passed() -> None:
    maryam, phone = make_case(at=SUNDAY_9AM), "+96892147799"
    server = worker(maryam)
    brother = contacts.find_or_make(
        maryam.agency, name="سعيد", phone=phone, email="", language="ar", preferred_channel="sms", at=SUNDAY_9AM
    )
    relative = make_case(at=SUNDAY_9AM + HOUR, beneficiary=brother)
    later = make_case(at=SUNDAY_9AM + 2 * HOUR)
    accept(maryam, later, by=server)
    relations.declare(server, agency=maryam.agency, kind="sibling", name="سعيد", phone=phone, by=server, at=NOW)
    with pytest.raises(OutOfOrder):
        operations.start_work(later, by=server, at=NOW)
    operations.merge(relative, into=maryam, by=None, at=NOW)

    operations.start_work(later, by=server, at=NOW)

    assert later.jumps.count() == 0


def test_a_pair_is_told_once_until_the_case_is_opened_again() -> None:
    first, _, third = three()
    huda = worker(first)
    accept(first, third, by=huda)
    Case.objects.filter(pk=third.pk).update(line=2)
    third.refresh_from_db()
    operations.assign(third, to=huda, by=huda, at=NOW, ahead=ROUTE)
    operations.assign(first, to=huda, by=huda, at=NOW)

    operations.start_work(third, by=huda, at=NOW)
    assert third.jumps.count() == 1

    operations.resolve(third, text="رُدمت.", by=huda, at=NOW)
    operations.reopen(third, reason="عادت الحفرة", by=huda, at=NOW + HOUR)
    with pytest.raises(OutOfOrder):
        operations.start_work(third, by=huda, at=NOW + HOUR)


def test_putting_a_case_aside_first_does_not_take_it_out_of_the_order() -> None:
    first, _, third = three()
    huda = worker(first)
    accept(third, by=huda)
    day = (NOW + timedelta(days=2)).date()
    operations.hold(third, reason_code="study", review_on=day, text="ندرس", by=huda, at=NOW)

    with pytest.raises(OutOfOrder):
        operations.start_work(third, by=huda, at=NOW + HOUR)


def test_an_answer_at_the_first_line_passes_nobody() -> None:
    first, _, third = three()
    Case.objects.filter(pk=third.pk).update(line=1)
    third.refresh_from_db()
    accept(third, by=worker(first))

    operations.resolve(third, text="أُجيب.", by=worker(first), at=NOW)

    assert not Jump.objects.exists()


def test_history_is_not_held_back() -> None:
    first, _, third = three()
    someone = worker(first)
    with events.of_origin("import"):
        operations.accept_referral(third, by=someone, at=NOW, assignee=someone)
        operations.start_work(third, by=someone, at=NOW)

    assert third.state == "in_progress"
    assert not Jump.objects.exists()


def test_a_jump_says_whether_somebody_it_passed_was_late_already() -> None:
    first, second, third = three()
    someone = worker(first)
    accept(second, third, by=someone)
    operations.start_work(second, by=someone, at=NOW, ahead=ROUTE)
    late = max(first.due_at or NOW, NOW) + HOUR
    operations.start_work(third, by=someone, at=late, ahead=ROUTE)

    assert [case.jumps.get().without_delay for case in (second, third)] == [True, False]


def test_of_many_that_are_passed_the_first_are_named_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order.overtaken_by, "__kwdefaults__", {"limit": 1})
    first, _, third = three()
    someone = worker(first)
    accept(third, by=someone)

    operations.start_work(third, by=someone, at=NOW, ahead=ROUTE)

    assert third.jumps.get().overtook == 2
    assert passed(third) == [first]


# --- reasons


def test_an_agency_has_its_own_reasons_and_none_is_about_who_somebody_is() -> None:
    agency = make_working_agency()
    operations.set_jump_reason(
        agency, code="tide", name=both("المد والجزر", "The tide"), needs_words=False, order_in_list=5, by=None, at=NOW
    )
    operations.end_jump_reason(agency, "training", by=None, at=NOW)

    assert next(iter(order.reasons(agency.pk))) == "tide"
    assert "training" not in order.reasons(agency.pk)
    assert str(order.reason_words(agency.pk, "training")) == "حالة تدريبية"
    for code, name in (
        ("vip", both("مهم", "Grave")),
        ("x", both("عميل VIP", "Somebody")),
        ("y", both("واسطة", "A word put in")),
        ("z", both("توصية", "Preferred customer")),
    ):
        with pytest.raises(operations.NoSuchReason):
            operations.set_jump_reason(
                agency, code=code, name=name, needs_words=False, order_in_list=1, by=None, at=NOW
            )


def test_the_reason_in_words_always_wants_them_and_one_reason_stays() -> None:
    agency = make_working_agency()
    operations.set_jump_reason(
        agency, code="other", name=both("غيره", "Else"), needs_words=False, order_in_list=1, by=None, at=NOW
    )
    assert order.reasons(agency.pk)["other"].needs_words

    *most, last = order.reasons(agency.pk)
    for code in most:
        operations.end_jump_reason(agency, code, by=None, at=NOW)
    with pytest.raises(operations.NoSuchReason):
        operations.end_jump_reason(agency, last, by=None, at=NOW)


# --- completeness


def by_hand(cases: list[Case], taken: Case, act: str, server: User) -> set[int]:
    """Whom a take passes, told slowly from what is known of every case."""
    now = {case.pk: Case.objects.select_related("service").get(pk=case.pk) for case in cases}
    this = now[taken.pk]
    passed_before = set(JumpOvertaken.objects.filter(jump__case=taken).values_list("case_id", flat=True))
    found = set()
    for case in now.values():
        if case.state not in ("referred", "accepted", "reopened") or case.unit_id != this.unit_id or case.pk == this.pk:
            continue
        assert case.service
        assert this.service
        if case.service.category_id != this.service.category_id or case.pk in passed_before:
            continue
        rank = (case.importance, case.registered_at, case.pk) < (this.importance, this.registered_at, this.pk)
        free = case.assignee_id is None
        own = case.assignee_id == server.pk
        can = {"assign": free, "start": own or (free and this.assignee_id is None)}[act]
        if rank and can:
            found.add(case.pk)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_the_log_of_jumps_is_complete_over_random_days(seed: int) -> None:
    dice = random.Random(seed)
    agency = make_working_agency()
    services = [
        make_service("RD-POTHOLE", agency=agency),
        make_service("RD-SIGN", agency=agency),
        make_service("LIGHT", agency=agency, category=make_category("LIGHT", agency=agency)),
    ]
    cases: list[Case] = []
    people: list[User] = []
    jumps = 0
    at: datetime = SUNDAY_9AM
    for _ in range(45):
        at += timedelta(minutes=dice.randrange(1, 40))
        if len(cases) < 4 or dice.random() < 0.35:
            case = make_case(at=at - timedelta(minutes=dice.randrange(3) * 10), service=dice.choice(services))
            Case.objects.filter(pk=case.pk).update(importance=dice.choice(["P1", "P2", "P3", "P4"]))
            case.refresh_from_db()
            operations.accept_referral(case, by=people[0] if people else worker(case), at=at)
            people = people or [worker(case), make_person("liaison", case.unit)]
            cases.append(case)
            continue
        waiting = [case for case in cases if case.state == "accepted"]
        if not waiting:
            continue
        case, someone = dice.choice(waiting), dice.choice(people)
        act = "assign" if case.assignee_id is None and dice.random() < 0.5 else "start"
        server = someone if act == "assign" else (case.assignee or someone)
        expected = by_hand(cases, case, act, server)
        more: dict[str, Any] = {"by": someone, "at": at, "ahead": ROUTE}
        if act == "assign":
            operations.assign(case, to=someone, **more)
        else:
            operations.start_work(case, **more)
        told = Jump.objects.filter(case=case, at=at)
        assert set(JumpOvertaken.objects.filter(jump__in=told).values_list("case_id", flat=True)) == expected
        assert [jump.overtook for jump in told] == ([len(expected)] if expected else [])
        jumps += bool(expected)

    assert jumps > 1
    assert EventRecord.objects.filter(kind="Jumped").count() == Jump.objects.count() == jumps


def test_units_are_apart() -> None:
    agency = make_working_agency()
    first = make_case(at=SUNDAY_9AM)
    other = Unit.objects.exclude(pk=first.unit_id).filter(agency=agency).first()
    assert other is not None
    second = make_case(at=SUNDAY_9AM + HOUR)
    Case.objects.filter(pk=second.pk).update(unit=other)
    second.refresh_from_db()

    assert order.rank_of(second, at=NOW) == order.Rank(1, 1)


# --- at once


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_wait_for_each_other_and_none_is_left_out() -> None:
    first, second, _ = three()
    someone, colleague = worker(first), worker(first)
    accept(first, second, by=someone)
    came_of_it: list[Any] = []

    def take_the_second() -> None:
        try:
            operations.start_work(Case.objects.get(pk=second.pk), by=colleague, at=NOW)
        except OutOfOrder as refusal:
            came_of_it.append(refusal.overtaken.cases)
        finally:
            connection.close()

    with transaction.atomic():
        operations.start_work(first, by=someone, at=NOW)
        other = Thread(target=take_the_second)
        other.start()
        other.join(timeout=60)
        assert not other.is_alive(), "it waited for the other take"

    assert came_of_it == [[first]]
    operations.start_work(second, by=colleague, at=NOW)
    assert not Jump.objects.exists()
