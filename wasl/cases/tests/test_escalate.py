"""Cases are lifted when their time passes, each step once, whoever else looks at that moment."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from wasl.alerts.models import Alert
from wasl.cases import lifting, operations, sweeps
from wasl.cases.escalation import Escalation
from wasl.cases.models import Case, Clock
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency
from wasl.core import events
from wasl.core.clock import frozen
from wasl.core.dispatch import deliver_event
from wasl.core.events import subscribers_of
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.substitutes import appoint_substitute
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_huda, make_noora, make_person, make_said, make_unit
from wasl.sla import ladders
from wasl.sla.clocks import moment_of_share
from wasl.sla.ladder import Rung

DAY = timedelta(days=1)


def make_ladders() -> Any:
    """The agency with the ladders of the domain."""
    agency = make_working_agency()
    ladders.load_starting_ladders(agency, at=LONG_AGO)
    return agency


def moment(case: Case, share: int) -> datetime:
    """When so much of the resolution is used up."""
    clock = case.clocks.get(kind="resolve")
    return moment_of_share(operations.promise_of(clock), clock.started_at, operations.pauses_of(clock), share)


def only_resolution(case: Case) -> None:
    """Leave one clock running, whose steps the test is about."""
    Clock.objects.filter(case=case).exclude(kind="resolve").update(stopped_at=case.registered_at)


def taken(case: Case) -> list[tuple[str, int, int]]:
    """The steps of a case: cause, step, level."""
    return list(Escalation.objects.filter(case=case).order_by("pk").values_list("cause", "step", "level"))


@pytest.mark.requirement("W-07")
@pytest.mark.django_db
def test_each_step_is_taken_in_its_time_and_once() -> None:
    make_ladders()
    noora, said = make_noora(), make_said()
    case = accepted_case(by=noora)
    only_resolution(case)
    half = moment(case, 50)

    assert lifting.sweep(at=half - timedelta(seconds=1)) == 0
    assert lifting.sweep(at=half) == 1
    assert lifting.sweep(at=half + HOUR) == 0
    assert lifting.sweep(at=moment(case, 80)) == 1

    case.refresh_from_db()
    assert taken(case) == [("clock", 50, 0), ("clock", 80, 1)]
    assert case.escalation == 1
    assert case.state == "accepted"
    told = list(Alert.objects.order_by("pk").values_list("person_id", "kind"))
    assert told == [(noora.pk, "half_time"), (said.pk, "escalation")]
    assert EventRecord.objects.filter(kind="CaseEscalated", case_id=case.pk).count() == 2


@pytest.mark.django_db
def test_after_a_house_was_down_all_steps_are_recorded_and_people_get_one_word() -> None:
    make_ladders()
    case = accepted_case(by=make_noora())
    only_resolution(case)
    director = make_person("director", operations_unit(case))

    assert lifting.sweep(at=moment(case, 200) + DAY) == 5

    case.refresh_from_db()
    assert [level for _, _, level in taken(case)] == [0, 1, 2, 3, 4]
    assert case.escalation == 4
    assert list(Alert.objects.values_list("person_id", flat=True)) == [director.pk]
    assert Clock.objects.get(case=case, kind="resolve").next_step_at is None
    assert list(sweeps.listed_for_director(case.agency)) == [case]


@pytest.mark.django_db
def test_three_steps_that_are_overdue_at_once_stand_in_their_order_and_are_said_in_one_word() -> None:
    make_ladders()
    cases = [make_case(at=SUNDAY_9AM + timedelta(minutes=n)) for n in range(3)]
    for case in cases:
        only_resolution(case)
    head = make_person("head", cases[0].unit)
    at = moment(cases[-1], 100)

    with frozen(at):  # the first round of a worker that begins after a pause
        lifting.escalate_due(0)
        lifting.escalate_due(60)

    facts = list(EventRecord.objects.filter(kind="CaseEscalated").order_by("pk").values_list("case_id", "data__step"))
    assert facts == [(case.pk, step) for case in cases for step in (50, 80, 100)]
    told = Alert.objects.filter(person=head).order_by("pk")
    assert [(alert.case_id, alert.body["en"]) for alert in told] == [
        (case.pk, "Past its due moment: 100% of the time is used.") for case in cases
    ]
    assert not Alert.objects.exclude(person=head).exists()


def operations_unit(case: Case) -> Any:
    return directory.triage_unit(case.agency)


@pytest.mark.django_db
def test_words_edits_and_referrals_silence_nothing_and_the_new_unit_is_told() -> None:
    make_ladders()
    noora = make_noora()
    case = accepted_case(by=noora)
    only_resolution(case)
    before = Clock.objects.get(case=case, kind="resolve").next_step_at
    operations.add_note(case, text="ملاحظة", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    operations.reply(case, text="نعمل عليه", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    assert Clock.objects.get(case=case, kind="resolve").next_step_at == before

    other = make_unit("DRAINS")
    aisha = make_person("liaison", other)
    operations.refer(case, to_unit=other, reason="من اختصاصكم", by=noora, at=SUNDAY_9AM + 3 * HOUR)
    lifting.sweep(at=moment(case, 80))

    assert aisha.pk in Alert.objects.values_list("person_id", flat=True)


@pytest.mark.django_db
def test_a_paused_clock_has_no_step_and_goes_on_later_by_the_pause() -> None:
    make_ladders()
    noora = make_noora()
    case = accepted_case(by=noora)
    only_resolution(case)
    half = moment(case, 50)
    operations.ask_beneficiary(case, question="أين؟", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    Clock.objects.filter(case=case, kind="update").delete()
    assert lifting.sweep(at=half + 30 * DAY) == 0

    operations.answer_from_beneficiary(case, text="هنا", channel="portal", at=SUNDAY_9AM + 2 * HOUR + 7 * DAY)

    assert Clock.objects.filter(case=case, kind="resolve", next_step_at__gt=half).exists()


@pytest.mark.django_db
def test_an_ended_case_and_what_comes_in_as_history_are_left_in_peace() -> None:
    make_ladders()
    noora = make_noora()
    case = accepted_case(by=noora)
    late = moment(case, 200)
    operations.resolve(case, text="تم", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    with events.of_origin("import"):
        old = make_case(at=SUNDAY_9AM)

    assert lifting.sweep(at=late + DAY) == 0
    assert not Escalation.objects.exists()
    assert not Clock.objects.filter(case=old, next_step_at__isnull=False).exists()


@pytest.mark.django_db
def test_a_ladder_of_a_class_comes_before_the_general_one_and_follows_a_change_of_class() -> None:
    agency = make_ladders()
    quick = [Rung(25, 2, ("supervisor",), quiet=False)]
    ladders.set_ladder(
        agency,
        code="p1",
        name={"ar": "عاجل", "en": "Urgent"},  # type: ignore[arg-type]
        clocks=("resolve",),
        importance="P1",
        steps=quick,
        at=LONG_AGO,
    )
    huda = make_huda()
    case = accepted_case(by=make_noora())
    only_resolution(case)

    operations.change_importance(case, importance="P1", reason="خطر", by=huda, at=SUNDAY_9AM + 2 * HOUR)
    at = Clock.objects.get(case=case, kind="resolve").next_step_at
    assert at is not None
    lifting.sweep(at=at)

    case.refresh_from_db()
    assert taken(case) == [("clock", 25, 2)]
    assert list(Alert.objects.values_list("person_id", "urgent")) == [(huda.pk, True)]


@pytest.mark.django_db
def test_while_the_liaison_officer_is_on_leave_the_deputy_is_told() -> None:
    make_ladders()
    said = make_said()
    case = accepted_case(by=make_noora())
    only_resolution(case)
    deputy = make_person("specialist", case.unit)
    at = moment(case, 80)
    appoint_substitute(
        said, substitute=deputy, unit=case.unit, valid_from=SUNDAY_9AM, valid_to=at + DAY, by=None, at=SUNDAY_9AM
    )

    lifting.sweep(at=at)

    row = Escalation.objects.get(case=case, step=80)
    assert row.people == [deputy.pk]
    assert not Alert.objects.filter(person=said).exists()


@pytest.mark.django_db
def test_outside_working_time_only_the_highest_class_is_urgent() -> None:
    make_ladders()
    case = accepted_case(by=make_noora())
    make_person("director", operations_unit(case))
    only_resolution(case)
    friday_night = datetime(2026, 12, 25, 22, 0, tzinfo=UTC)

    lifting.sweep(at=friday_night)

    assert set(Alert.objects.values_list("urgent", flat=True)) == {False}
    waiting = Alert.objects.filter(mail_state="waiting")
    assert all(one.mail_at is not None and one.mail_at > friday_night for one in waiting)


@pytest.mark.django_db
def test_by_hand_it_goes_up_one_level_with_a_reason_and_no_further_than_the_top() -> None:
    make_working_agency()
    huda = make_huda()
    case = accepted_case(by=make_noora())
    with pytest.raises(operations.Missing):
        operations.escalate(case, reason=" ", by=huda, at=SUNDAY_9AM + 2 * HOUR)

    for level in range(1, 6):
        assert operations.escalate(case, reason="متأخر", by=huda, at=SUNDAY_9AM + 2 * HOUR).level == level
    with pytest.raises(operations.AtTop):
        operations.escalate(case, reason="متأخر", by=huda, at=SUNDAY_9AM + 2 * HOUR)

    case.refresh_from_db()
    assert case.escalation == 5
    assert set(Escalation.objects.values_list("by_id", flat=True)) == {huda.pk}


def deliver(kind: str) -> None:
    """Tell every subscriber of the facts of a kind, twice: a job may come again."""
    for record in EventRecord.objects.filter(kind=kind).order_by("pk"):
        for name in subscribers_of(kind):
            if name.startswith("wasl.cases.lifting."):
                deliver_event(record.pk, name)
                deliver_event(record.pk, name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "cause"), [("CaseRated", "rating"), ("CaseReopened", "unsolved"), ("CaseRegistered", "repeat")]
)
def test_other_causes_lift_once_for_each_occurrence(kind: str, cause: str) -> None:
    make_ladders()
    noora = make_noora()
    case = accepted_case(by=noora)
    if cause == "repeat":
        case = make_case(at=SUNDAY_9AM + DAY)
    else:
        operations.resolve(case, text="تم", by=noora, at=SUNDAY_9AM + 2 * HOUR)
        if cause == "rating":
            operations.rate(case, rating=1, comment="", at=SUNDAY_9AM + 3 * HOUR)
            operations.rate(case, rating=2, comment="", at=SUNDAY_9AM + 3 * HOUR)
        else:
            operations.reopen(case, reason="ما زالت", by=None, at=SUNDAY_9AM + DAY)

    deliver(kind)

    assert [one[0] for one in taken(case)] == [cause]


@pytest.mark.django_db
def test_whether_anybody_hears_of_repeats_is_asked_by_the_clock_of_the_house() -> None:
    agency, begins = make_working_agency(), SUNDAY_9AM + timedelta(days=5000)
    ladders.load_starting_ladders(agency, at=begins)
    heard = "wasl.cases.lifting.lift_repeated"

    with frozen(begins - DAY):
        before = events.is_heard(heard, agency.pk)
    with frozen(begins + DAY):
        assert (before, events.is_heard(heard, agency.pk)) == (False, True)


@pytest.mark.django_db
def test_the_weekly_list_is_told_on_the_first_working_morning_once() -> None:
    agency = make_ladders()
    case = accepted_case(by=make_noora())
    Case.objects.filter(pk=case.pk).update(escalation=4)
    director = make_person("director", operations_unit(case))
    opening = datetime(2026, 12, 6, 7, 30, tzinfo=agency.zone)

    assert not lifting._is_first_morning(agency, opening - timedelta(minutes=1))
    assert lifting._is_first_morning(agency, opening)
    assert not lifting._is_first_morning(agency, opening + DAY)
    assert (lifting.tell_director(agency, at=opening), lifting.tell_director(agency, at=opening + HOUR)) == (1, 0)
    assert list(Alert.objects.filter(kind="weekly_list").values_list("person_id", flat=True)) == [director.pk]


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_take_each_step_once() -> None:
    make_ladders()
    cases = [make_case(at=SUNDAY_9AM + timedelta(minutes=n)) for n in range(6)]
    late = moment(cases[-1], 100)
    counted: list[int] = []
    start = threading.Barrier(2)

    def scheduler() -> None:
        try:
            start.wait()
            counted.append(lifting.sweep(at=late))
        finally:
            connection.close()

    threads = [threading.Thread(target=scheduler) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted.append(lifting.sweep(at=late))  # what one held while the other came by

    rows = Escalation.objects.count()
    assert sum(counted) == rows
    assert not Clock.objects.filter(stopped_at__isnull=True, next_step_at__lte=late).exists()
    for case in cases:
        assert sorted(step for _, step, _ in taken(case)) == [50, 80, 80, 100, 100, 200]
        assert EventRecord.objects.filter(kind="CaseEscalated", case_id=case.pk).count() == len(taken(case))
