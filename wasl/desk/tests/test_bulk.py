"""Acts on many: the same act as on one, told before, answered for after, done once, taken back only where honest."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases import workflow
from wasl.cases.models import Case, CaseEntry, OwnerDecision
from wasl.cases.tests.makers import accepted_case, make_case, make_working_agency, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.desk import bulk as many
from wasl.desk import jobs, operations, queries
from wasl.desk.models import BulkAct, BulkRow
from wasl.desk.operations import bulk as work
from wasl.desk.tests.makers import HOUR, make_roads
from wasl.directory.models import Agency, Membership, Unit
from wasl.directory.operations import take_staff_complaints
from wasl.directory.tests.makers import (
    LONG_AGO,
    SUNDAY_9AM,
    make_huda,
    make_noora,
    make_person,
    make_salem,
    make_unit,
    sign_in,
)

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM + 2 * HOUR


@pytest.fixture
def roads(home: Any) -> Unit:
    return make_roads()


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.frozen(AT):
        yield


def send(person: User, path: str, **given: Any) -> Any:
    return sign_in(Client(), person).post(f"/desk/{path}", given, follow=True)


def page(person: User, bulk: BulkAct) -> Any:
    return sign_in(Client(), person).get(f"/desk/bulk/{bulk.public_id}")


def mark(case: Case) -> str:
    return f"{case.pk}:{case.version}"


def begun(person: User, act: str, *chosen: Case, **more: Any) -> BulkAct:
    """Ticked in the list and taken up."""
    send(person, "bulk", act=act, case=[mark(case) for case in chosen], query="view=open&whose=all", **more)
    return BulkAct.objects.latest("pk")


def done(person: User, act: str, *chosen: Case, **given: Any) -> BulkAct:
    """All the way through."""
    bulk = begun(person, act, *chosen)
    if given:
        send(person, f"bulk/{bulk.public_id}/plan", **{f"{act}-{name}": value for name, value in given.items()})
    send(person, f"bulk/{bulk.public_id}/apply")
    bulk.refresh_from_db()
    return bulk


def states(bulk: BulkAct) -> list[str]:
    return list(bulk.rows.order_by("position").values_list("state", flat=True))


# --- before -----------------------------------------------------------------------------------------------------------


def test_the_summary_says_what_will_be_done_and_what_not_and_why(roads: Unit) -> None:
    agency = roads.agency
    water = make_unit("WATER", agency=agency)
    huda, noora = make_huda(roads), make_noora(roads)
    mine = [accepted_case(by=noora, agency=agency) for _ in range(2)]
    free, done_before = make_case(agency=agency), resolved_case(by=noora, agency=agency)
    elsewhere = make_case(agency=agency, service=make_service("W", agency=agency, unit=water))
    changed = make_case(agency=agency)
    bulk = begun(huda, "assign", *mine, free, done_before, elsewhere, changed)
    cases.add_note(changed, text="غيّره زميل", by=noora, at=AT)

    send(huda, f"bulk/{bulk.public_id}/plan", **{"assign-to": noora.pk})
    told = page(huda, bulk)

    assert [one.case for one in told.context["ready"]] == [free]
    reasons = {why: [one.row.case for one in group] for why, group in told.context["refused"]}
    resolved = workflow.states()["resolved"].staff
    assert reasons == {
        "مسند إليه.": mine,
        f"لا يمكن وهو في حالة «{resolved}».": [done_before],
        "لا يعمل في الوحدة المسؤولة عن هذا الطلب.": [elsewhere],
        "غيّره زميل بعد أن رأيته.": [changed],
    }
    assert "نورة" in told.content.decode()
    assert "يمكنك التراجع خلال" in told.content.decode()
    assert states(bulk) == ["waiting"] * 6


@pytest.mark.parametrize("act", ["accept", "refer", "note", "close", "schedule", "acknowledge", "start"])
def test_what_cannot_be_taken_back_says_so_before(roads: Unit, act: str) -> None:
    huda, noora = make_huda(roads), make_noora(roads)
    case = {
        "close": lambda: resolved_case(by=noora, agency=roads.agency),
        "accept": lambda: make_case(agency=roads.agency),
        "acknowledge": lambda: make_case(agency=roads.agency, service_proposed=True, channel="email"),
    }.get(act, lambda: accepted_case(by=noora, agency=roads.agency))()
    bulk = begun(huda, act, case)
    given = {"unit": make_unit("W", agency=roads.agency).pk, "text": "نص", "scheduled_for": "2026-12-01T09:00"}
    if many.MANY[act].needs_words:
        send(huda, f"bulk/{bulk.public_id}/plan", **{f"{act}-{name}": value for name, value in given.items()})

    told = page(huda, bulk)

    assert len(told.context["ready"]) == 1
    assert "لا يمكن التراجع عن هذا بعد تنفيذه." in told.content.decode()


def test_nothing_happens_before_it_is_confirmed(roads: Unit) -> None:
    huda = make_huda(roads)
    case = make_case(agency=roads.agency)
    before = EventRecord.objects.count()

    bulk = begun(huda, "accept", case)
    page(huda, bulk)
    case.refresh_from_db()

    assert (case.state, EventRecord.objects.count()) == ("referred", before)


def test_input_that_is_missing_is_asked_for_again(roads: Unit) -> None:
    huda = make_huda(roads)
    bulk = begun(huda, "refer", make_case(agency=roads.agency))

    answer = send(huda, f"bulk/{bulk.public_id}/plan", **{"refer-reason": "انظروا فيه"})

    assert answer.status_code == 422
    assert "انظروا فيه" in answer.content.decode()
    bulk.refresh_from_db()
    assert bulk.state == "draft"


def test_all_of_the_filter_is_bounded_and_says_so(roads: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (many, work, __import__("wasl.desk.views.many", fromlist=["MOST"])):
        monkeypatch.setattr(module, "MOST", 3)
    huda = make_huda(roads)
    made = [make_case(agency=roads.agency, channel="phone", at=SUNDAY_9AM + n * timedelta(minutes=1)) for n in range(5)]
    make_case(agency=roads.agency, channel="portal")

    send(huda, "bulk", act="accept", everything="1", query="view=open&whose=all&channel=phone")

    bulk = BulkAct.objects.get()
    assert [row.case for row in queries.rows_of(bulk)] == made[:3]
    assert bulk.left_out == 2
    assert "بقي في القائمة" in page(huda, bulk).content.decode()


def test_nonsense_begins_nothing(roads: Unit) -> None:
    huda = make_huda(roads)
    case = make_case(agency=roads.agency)

    send(huda, "bulk", act="delete", case=[mark(case)])
    send(huda, "bulk", act="accept")
    send(huda, "bulk", act="accept", case=["1", "x:y", "9" * 30 + ":1", f"{case.pk}"])

    assert not BulkAct.objects.exists()


# --- doing ------------------------------------------------------------------------------------------------------------


def test_each_case_goes_by_the_rights_and_rules_of_the_single_act(roads: Unit) -> None:
    agency = roads.agency
    water = make_unit("WATER", agency=agency)
    noora, huda = make_noora(roads), make_huda(roads)
    first, second = make_case(agency=agency), make_case(agency=agency)
    of_water = make_case(agency=agency, service=make_service("W", agency=agency, unit=water))
    bulk = begun(huda, "accept", first, second, of_water)
    cases.accept_referral(second, by=noora, at=AT)
    BulkAct.objects.update(by=noora)  # as if Noora had ticked what only Huda sees

    send(noora, f"bulk/{bulk.public_id}/apply")

    bulk.refresh_from_db()
    rows = list(bulk.rows.order_by("position"))
    assert [row.state for row in rows] == ["done", "failed", "failed"]
    assert [str(row.why.in_language("en")) for row in rows[1:]] == [
        "A colleague changed it after you saw it.",
        "You can no longer see it.",
    ]
    assert rows[2].why["ar"] == "لم يعد ظاهراً لك."
    first.refresh_from_db()
    of_water.refresh_from_db()
    assert (first.state, of_water.state) == ("accepted", "referred")
    fact = EventRecord.objects.get(kind="ManyCasesActedOn")
    assert fact.data == {"bulk_id": bulk.pk, "act": "accept", "done": 1, "failed": 2, "undo_of": None}


def test_a_right_that_ended_meanwhile_ends_the_act(roads: Unit) -> None:
    noora = make_noora(roads)
    case = make_case(agency=roads.agency)
    bulk = begun(noora, "accept", case)
    Membership.objects.filter(user=noora).update(valid_to=AT)
    make = operations.apply(bulk, at=AT)

    case.refresh_from_db()
    assert make
    assert states(bulk) == ["failed"]
    assert case.state == "referred"


def _given(act: str, agency: Agency, noora: User) -> dict[str, Any]:
    return {
        "assign": {"to": noora.pk},
        "refer": {"unit": make_unit("WATER", agency=agency).pk, "reason": "شبكة المياه"},
        "return": {"whose": make_unit("WATER", agency=agency).pk, "reason": "شبكة المياه"},
        "schedule": {"scheduled_for": "2026-12-01T09:30", "text": "زيارة"},
        "hold": {"reason_code": "materials", "review_on": "2026-11-26", "text": "قطع غيار", "external": ""},
        "note": {"text": "للعلم جميعاً"},
    }.get(act, {})


@pytest.mark.parametrize("act", sorted(many.MANY))
def test_every_act_on_many_does_what_it_does_on_one(roads: Unit, act: str) -> None:
    agency = roads.agency
    noora, huda = make_noora(roads), make_huda(roads)
    made = {
        "accept": lambda: make_case(agency=agency),
        "acknowledge": lambda: make_case(agency=agency, service_proposed=True, channel="email"),
        "assign": lambda: make_case(agency=agency),
        "close": lambda: resolved_case(by=noora, agency=agency),
    }.get(act, lambda: accepted_case(by=noora, agency=agency))
    chosen = [made(), made()]

    bulk = done(huda, act, *chosen, **_given(act, agency, noora))

    for case in chosen:
        case.refresh_from_db()
    expected = {
        "accept": ("state", "accepted"),
        "acknowledge": ("state", "acknowledged"),
        "assign": ("assignee_id", noora.pk),
        "refer": ("unit_id", make_unit("WATER", agency=agency).pk),
        "return": ("state", "triage"),
        "start": ("state", "in_progress"),
        "schedule": ("state", "scheduled"),
        "hold": ("state", "pending_internal"),
        "close": ("state", "closed"),
        "note": ("state", "accepted"),
    }[act]
    assert (bulk.state, states(bulk)) == ("done", ["done", "done"])
    assert [getattr(case, expected[0]) for case in chosen] == [expected[1]] * 2
    if act == "note":
        assert CaseEntry.objects.filter(text="للعلم جميعاً", public=False).count() == 2
    if act == "schedule":
        assert chosen[0].scheduled_for == datetime.fromisoformat("2026-12-01T09:30:00+04:00")


def test_what_the_lines_do_not_allow_is_said_of_each_case_before_anything_is_done(roads: Unit) -> None:
    agency = roads.agency
    noora, salem = make_noora(roads), make_salem()
    bound, unplaced = (
        accepted_case(by=noora, agency=agency),
        make_case(agency=agency, service_proposed=True, place=cases.Place()),
    )
    OwnerDecision.objects.create(
        agency=agency, case=bound, asked_at=AT, unit=roads, decided_at=AT, decided_by=make_huda(roads), reason="لهم"
    )
    ground = many.Ground(salem, AT)

    returning = many.obstacle(
        many.MANY["return"], bound, {"whose": "unknown", "reason": "x"}, many.Ground(noora, AT), version=bound.version
    )
    given = {"unit": roads.pk, "reason": "لكم", "agency": agency.pk}
    referring = many.obstacle(many.MANY["refer"], unplaced, given, ground, version=unplaced.version)

    assert "ملزم" in returning
    assert "المكان" in referring


def test_a_second_press_does_nothing_again(roads: Unit) -> None:
    huda = make_huda(roads)
    case = make_case(agency=roads.agency)
    bulk = done(huda, "note", case, text="مرة واحدة")
    for _ in range(3):
        send(huda, f"bulk/{bulk.public_id}/apply")
        send(huda, f"bulk/{bulk.public_id}/plan", **{"note-text": "مرة أخرى"})
        jobs.work_off_bulk(bulk.pk)

    assert CaseEntry.objects.filter(text__startswith="مرة").count() == 1
    assert EventRecord.objects.filter(kind="ManyCasesActedOn").count() == 1


def test_somebody_elses_act_is_no_address(roads: Unit) -> None:
    huda, noora = make_huda(roads), make_noora(roads)
    bulk = begun(huda, "accept", make_case(agency=roads.agency))

    assert page(noora, bulk).status_code == 404
    for path in ("plan", "apply", "undo", "again"):
        assert send(noora, f"bulk/{bulk.public_id}/{path}").status_code == 404
    assert states(bulk) == ["waiting"]


class Killed(BaseException):
    """The process is gone."""


def test_who_is_killed_in_the_middle_leaves_nothing_half_done(roads: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    huda = make_huda(roads)
    made = [make_case(agency=roads.agency) for _ in range(5)]
    bulk = begun(huda, "note", *made)
    operations.plan(bulk, given={"text": "مرة"})
    steps = {"n": 0}

    def die_at_the_third(point: str) -> None:
        steps["n"] += point == "bulk.row_done"
        if steps["n"] == 3:
            raise Killed

    monkeypatch.setattr(work, "mark", die_at_the_third)
    with pytest.raises(Killed):
        operations.apply(bulk, at=AT)
    monkeypatch.undo()
    half = states(bulk)
    with clock.frozen(AT + HOUR):
        assert queries.unfinished(AT + HOUR) == [bulk.pk]
        jobs.work_off_bulk(bulk.pk)

    bulk.refresh_from_db()
    assert half == ["done"] * 3 + ["waiting"] * 2
    assert (bulk.state, states(bulk)) == ("done", ["done"] * 5)
    assert CaseEntry.objects.filter(text="مرة").count() == 5


def test_a_case_that_breaks_does_not_hold_up_the_others(roads: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    huda = make_huda(roads)
    first, second = make_case(agency=roads.agency), make_case(agency=roads.agency)
    bulk = begun(huda, "accept", first, second)
    really = cases.accept_referral

    def breaks(case: Case, **given: Any) -> None:
        if case.pk == first.pk:
            raise RuntimeError("broken")
        really(case, **given)

    monkeypatch.setattr(cases, "accept_referral", breaks)
    operations.apply(bulk, at=AT)

    assert states(bulk) == ["failed", "done"]
    assert bulk.rows.first().why["en"].startswith("A technical fault")


def test_many_are_left_to_the_worker_and_the_page_tells_how_far_it_is(
    roads: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 1)
    huda = make_huda(roads)
    bulk = done(huda, "accept", make_case(agency=roads.agency), make_case(agency=roads.agency))

    running = page(huda, bulk).content.decode()
    jobs.work_off_bulk(bulk.pk)

    assert 'data-bulk-state="running"' in running
    assert 'data-bulk-state="done"' in page(huda, bulk).content.decode()
    assert states(bulk) == ["done", "done"]


def test_what_failed_can_be_tried_again_as_it_is_now(roads: Unit) -> None:
    huda, noora = make_huda(roads), make_noora(roads)
    first, second = make_case(agency=roads.agency), make_case(agency=roads.agency)
    bulk = begun(huda, "accept", first, second)
    cases.add_note(second, text="تغيّر", by=noora, at=AT)
    operations.apply(bulk, at=AT)

    send(huda, f"bulk/{bulk.public_id}/again")
    fresh = BulkAct.objects.latest("pk")
    send(huda, f"bulk/{fresh.public_id}/apply")

    second.refresh_from_db()
    assert states(bulk) == ["done", "failed"]
    assert [row.case_id for row in fresh.rows.all()] == [second.pk]
    assert second.state == "accepted"


# --- back -------------------------------------------------------------------------------------------------------------


def test_an_assignment_is_taken_back_by_assignments_where_nothing_happened_since(roads: Unit) -> None:
    huda, noora = make_huda(roads), make_noora(roads)
    said = make_person("liaison", roads)
    was_noora, was_nobody = accepted_case(by=noora, agency=roads.agency), make_case(agency=roads.agency)
    touched = make_case(agency=roads.agency)
    bulk = done(huda, "assign", was_noora, was_nobody, touched, to=said.pk)
    touched.refresh_from_db()
    cases.accept_referral(touched, by=said, at=AT)

    send(huda, f"bulk/{bulk.public_id}/undo")
    send(huda, f"bulk/{bulk.public_id}/undo")

    back = BulkAct.objects.get(undo_of=bulk)
    for case in (was_noora, was_nobody, touched):
        case.refresh_from_db()
    assert states(back) == ["done", "done", "failed"]
    assert (was_noora.assignee_id, was_nobody.assignee_id, touched.assignee_id) == (noora.pk, None, said.pk)
    assert EventRecord.objects.filter(kind="CaseAssigned", case_id=was_nobody.pk).count() == 2
    assert EventRecord.objects.latest("pk").data["undo_of"] == bulk.pk
    assert "عاد كما كان" in page(huda, back).content.decode()


def test_a_hold_is_taken_back_only_where_work_was_under_way(roads: Unit) -> None:
    huda, noora = make_huda(roads), make_noora(roads)
    working, accepted = (accepted_case(by=noora, agency=roads.agency) for _ in range(2))
    cases.start_work(working, by=noora, at=AT)
    bulk = done(huda, "hold", working, accepted, reason_code="materials", review_on="2026-11-26", text="قطع غيار")

    answer = page(huda, bulk)
    send(huda, f"bulk/{bulk.public_id}/undo")

    working.refresh_from_db()
    accepted.refresh_from_db()
    assert (answer.context["undoable"], answer.context["may_undo"]) == (1, True)
    assert (working.state, accepted.state) == ("in_progress", "pending_internal")


def test_taking_back_has_its_time(roads: Unit) -> None:
    huda, noora = make_huda(roads), make_noora(roads)
    bulk = done(huda, "assign", make_case(agency=roads.agency), to=noora.pk)

    with clock.frozen(AT + timedelta(minutes=queries.UNDO_MINUTES, seconds=1)):
        assert "تراجع" not in page(huda, bulk).content.decode()
        send(huda, f"bulk/{bulk.public_id}/undo")
        with pytest.raises(operations.CannotUndo):
            operations.undo(bulk, by=huda, at=clock.now())
    with pytest.raises(operations.CannotUndo):
        operations.undo(bulk, by=noora, at=AT)

    assert not BulkAct.objects.filter(undo_of=bulk).exists()


def test_old_acts_are_forgotten(roads: Unit) -> None:
    huda = make_huda(roads)
    case = make_case(agency=roads.agency)
    draft, finished = begun(huda, "note", case), done(huda, "accept", case)

    operations.tidy(AT + timedelta(days=2))
    assert list(BulkAct.objects.all()) == [finished]
    operations.tidy(AT + timedelta(days=31))

    assert not BulkRow.objects.exists()
    assert Case.objects.filter(pk=case.pk, state="accepted").exists()
    assert draft.act == "note"


def test_statements_of_a_summary_do_not_grow_with_its_cases(roads: Unit, django_assert_max_num_queries: Any) -> None:
    huda, noora = make_huda(roads), make_noora(roads)
    agency = make_working_agency()
    bulk = begun(huda, "assign", *(make_case(agency=agency) for _ in range(25)))
    send(huda, f"bulk/{bulk.public_id}/plan", **{"assign-to": noora.pk})
    client = sign_in(Client(), huda)
    client.get(f"/desk/bulk/{bulk.public_id}")

    with django_assert_max_num_queries(22):
        client.get(f"/desk/bulk/{bulk.public_id}")


def test_of_what_became_a_complaint_about_the_person_the_result_of_former_days_tells_nothing(roads: Unit) -> None:
    huda, noora = make_huda(roads), make_noora(roads)
    take_staff_complaints(make_unit("CONDUCT", agency=roads.agency), 1, by=None, at=LONG_AGO)
    make_person("specialist", make_unit("CONDUCT"))
    one, other = make_case(agency=roads.agency), make_case(agency=roads.agency)
    draft, bulk = begun(huda, "note", one, other), done(huda, "note", one, other, text="راجعته")
    one.refresh_from_db()
    about = cases.AboutStaff("", (huda,), ())
    cases.tell_of_staff(one, about, by=noora, at=AT)

    for told in (page(huda, draft).content.decode(), page(huda, bulk).content.decode()):
        assert one.reference not in told
        assert "طلب لم يعد ظاهراً لك" in told
        assert other.reference in told
