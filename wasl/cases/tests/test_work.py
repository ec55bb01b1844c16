"""Working a case: each act leads where the workflow says, tells its words, and stops or pauses the right clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wasl.cases import jobs, operations, queries, workflow
from wasl.cases.models import Case, CaseEntry
from wasl.cases.operations import NOBODY_KNOWS, Missing, NotNow, StaleCase, TooLate
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_specialist_of, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_salem, make_unit
from wasl.tasks.models import Task

pytestmark = pytest.mark.django_db


def kinds_of(case: Case) -> list[str]:
    return list(EventRecord.objects.filter(case_id=case.pk).order_by("id").values_list("kind", flat=True))


def resolve_due(case: Case):  # type: ignore[no-untyped-def]
    return case.clocks.get(kind="resolve", stopped_at__isnull=True).due_at


def test_accepting_stops_the_clock_of_the_acknowledgement() -> None:
    noora = make_noora()
    case = make_case()

    operations.accept_referral(case, by=noora, at=SUNDAY_9AM + HOUR)

    assert case.state == "accepted"
    assert case.clocks.get(kind="acknowledge").stopped_at == SUNDAY_9AM + HOUR
    assert case.referrals.get().answer == "accepted"


def test_returning_needs_a_reason_and_goes_back_to_triage() -> None:
    noora = make_noora()
    case = make_case()

    with pytest.raises(Missing):
        operations.return_referral(case, reason="  ", whose=NOBODY_KNOWS, by=noora, at=SUNDAY_9AM + HOUR)
    operations.return_referral(case, reason="أرض خاصة وليست لنا", whose=NOBODY_KNOWS, by=noora, at=SUNDAY_9AM + HOUR)

    assert case.state == "triage"
    assert case.unit.is_triage
    assert case.referrals.get().answer_reason == "أرض خاصة وليست لنا"


def test_a_unit_that_accepted_and_then_returns_is_counted_as_returned() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)

    operations.return_referral(
        case, reason="تبين أنها ليست لنا", whose=NOBODY_KNOWS, by=noora, at=SUNDAY_9AM + 2 * HOUR
    )

    assert case.referrals.get().answer == "returned"
    assert queries.returned_times(case) == 1


@pytest.mark.parametrize("act", ["reject", "exclude", "withdraw"])
def test_no_referral_stays_open_when_the_case_ends(act: str) -> None:
    case = make_case()
    given = {"withdraw": {}}.get(act, {"reason": "خارج الاختصاص", "by": make_huda()})

    getattr(operations, act)(case, at=SUNDAY_9AM + HOUR, **given)

    assert not case.referrals.filter(answer="").exists()


def test_referring_again_ends_the_open_referral_and_moves_the_case() -> None:
    salem, case = make_salem(), make_case()
    lighting = make_unit("LIGHT")

    operations.refer(case, to_unit=lighting, reason="عمود مائل", by=salem, at=SUNDAY_9AM + HOUR)

    assert case.unit == lighting
    assert [one.answer for one in case.referrals.order_by("id")] == ["returned", ""]


def test_a_case_cannot_be_referred_to_another_agency() -> None:
    from wasl.directory.tests.makers import make_agency

    foreign = make_unit("LANDS", agency=make_agency("HOU"))
    with pytest.raises(Missing):
        operations.refer(make_case(), to_unit=foreign, reason="", by=make_salem(), at=SUNDAY_9AM)


def test_a_question_pauses_the_resolution_and_the_answer_moves_it_by_the_working_time() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    before = resolve_due(case)

    monday_9am = SUNDAY_9AM + timedelta(days=1)
    operations.ask_beneficiary(case, question="أين بالضبط؟", by=noora, at=monday_9am)
    assert case.state == "pending_beneficiary"
    operations.answer_from_beneficiary(case, text="قرب الدوار", channel="portal", at=monday_9am + 2 * HOUR)

    # Due at the close of Sunday the 29th (14:30); two hours stood still, so two hours into the next working day.
    assert case.state == "accepted"
    assert before.astimezone(case.agency.zone).strftime("%d %H:%M") == "29 14:30"
    assert resolve_due(case).astimezone(case.agency.zone).strftime("%d %H:%M") == "30 09:30"
    assert case.due_at == resolve_due(case) == operations.fresh_due(case.clocks.get(kind="resolve"))


def test_the_first_word_to_the_citizen_stops_the_clock_of_the_first_answer() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    assert case.clocks.get(kind="first_answer").stopped_at is None

    operations.reply(case, text="وصل بلاغك إلى الفريق", by=noora, at=SUNDAY_9AM + 2 * HOUR)

    assert case.clocks.get(kind="first_answer").stopped_at == SUNDAY_9AM + 2 * HOUR


def test_a_hold_keeps_the_clock_running_and_needs_a_near_review_date() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    common = {"reason_code": "materials", "text": "بانتظار قاطع بديل", "by": noora, "at": SUNDAY_9AM + 2 * HOUR}

    with pytest.raises(Missing):
        operations.hold(case, review_on=date(2027, 3, 1), **common)
    operations.hold(case, review_on=date(2026, 12, 1), **common)

    assert case.state == "pending_internal"
    assert case.clocks.get(kind="resolve").paused_at is None


def test_a_hold_calls_its_unit_once_on_the_day_of_the_review() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    operations.hold(
        case, reason_code="materials", text="بانتظار قاطع", review_on=date(2026, 12, 1), by=noora,
        at=SUNDAY_9AM + 2 * HOUR,
    )  # fmt: skip
    midnight_in_muscat = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)

    for moment in (midnight_in_muscat - HOUR, midnight_in_muscat, midnight_in_muscat + HOUR):
        with clock.frozen(moment):
            jobs.call_reviews(0)
        assert Task.objects.count() == (moment >= midnight_in_muscat)

    task = Task.objects.get()
    assert (task.kind, task.unit_id, task.case_id, task.reference) == ("review", case.unit_id, case.pk, case.digits)


def test_a_hold_that_ended_calls_nobody() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    operations.hold(
        case, reason_code="materials", text="بانتظار قاطع", review_on=date(2026, 12, 1), by=noora,
        at=SUNDAY_9AM + 2 * HOUR,
    )  # fmt: skip
    operations.refer(case, to_unit=make_unit("LIGHT"), reason="", by=noora, at=SUNDAY_9AM + 3 * HOUR)

    with clock.frozen(SUNDAY_9AM + timedelta(days=30)):
        jobs.call_reviews(0)

    assert case.review_on is None
    assert not Task.objects.exists()


def test_what_was_excluded_or_withdrawn_by_mistake_can_be_taken_up_again() -> None:
    salem = make_salem()
    excluded, withdrawn = make_case(), make_case()
    operations.exclude(excluded, reason="إعلان", by=salem, at=SUNDAY_9AM + HOUR)
    operations.withdraw(withdrawn, at=SUNDAY_9AM + HOUR)

    for case in (excluded, withdrawn):
        with pytest.raises(TooLate):
            operations.reopen(case, reason="", at=SUNDAY_9AM + 2 * HOUR)
        operations.reopen(case, reason="استُبعد خطأً", by=salem, at=SUNDAY_9AM + 2 * HOUR)
        assert case.is_open
        assert resolve_due(case) == case.due_at


def test_resolving_stops_all_clocks_and_closes_nothing_yet() -> None:
    case = resolved_case(by=make_noora())

    assert case.state == "resolved"
    assert not case.is_open
    assert not case.clocks.filter(stopped_at__isnull=True).exists()
    assert CaseEntry.objects.get(text__contains="رُدمت").public


def test_not_solved_reopens_with_a_new_clock_within_fifteen_days_only() -> None:
    case = resolved_case(by=make_noora())
    late = case.resolved_at + timedelta(days=15)

    with pytest.raises(TooLate):
        operations.reopen(case, reason="ما زالت", at=late)
    operations.reopen(case, reason="ما زالت", at=late - timedelta(minutes=1))

    assert case.state == "reopened"
    assert case.reopened_times == 1
    assert case.clocks.filter(kind="resolve", stopped_at__isnull=True).count() == 1


def test_a_resolved_case_cannot_be_accepted() -> None:
    case = resolved_case(by=make_noora())

    with pytest.raises(NotNow) as refusal:
        operations.accept_referral(case, by=make_noora(), at=SUNDAY_9AM + 3 * HOUR)
    assert "تمت المعالجة" in str(refusal.value.sentence)


def test_a_stale_page_changes_nothing() -> None:
    noora = make_noora()
    case = make_case()
    seen = case.version
    operations.add_note(case, text="وصلت", by=noora, at=SUNDAY_9AM + HOUR)

    with pytest.raises(StaleCase):
        operations.accept_referral(case, by=noora, at=SUNDAY_9AM + HOUR, version=seen)
    case.refresh_from_db()
    assert case.state == "referred"


def test_only_somebody_who_works_in_the_unit_can_be_assigned() -> None:
    case = make_case()

    with pytest.raises(Missing):
        operations.assign(case, to=make_noora(make_unit("LIGHT")), by=make_salem(), at=SUNDAY_9AM)
    operations.assign(case, to=make_specialist_of(case), by=make_salem(), at=SUNDAY_9AM)
    assert case.assignee is not None


def test_nobody_is_assigned_whose_unit_has_just_given_the_case_away() -> None:
    salem, case = make_salem(), make_case()
    person, seen = make_specialist_of(case), Case.objects.get(pk=case.pk)
    operations.refer(case, to_unit=make_unit("LIGHT"), reason="", by=salem, at=SUNDAY_9AM)

    for act in (operations.assign, operations.accept_referral):
        given = {"to": person} if act is operations.assign else {"assignee": person}
        with pytest.raises(Missing):
            act(seen, by=salem, at=SUNDAY_9AM + HOUR, **given)  # type: ignore[operator]
    case.refresh_from_db()
    assert case.assignee is None


def test_another_service_keeps_what_the_citizen_said_of_the_danger() -> None:
    case = make_case(facts={"danger": 3})
    raised = case.importance
    calm = make_service("RD-SIGN", agency=case.agency, priority=case.service.priority)

    operations.classify(case, kind="report", service=calm, by=make_salem(), at=SUNDAY_9AM + HOUR)

    assert case.importance == raised < "P2"


def test_changing_the_class_needs_a_reason_and_moves_the_promise() -> None:
    case = make_case()

    with pytest.raises(Missing):
        operations.change_importance(case, importance="P1", reason="", by=make_salem(), at=SUNDAY_9AM)
    operations.change_importance(case, importance="P1", reason="أمام مدرسة", by=make_salem(), at=SUNDAY_9AM)
    assert case.importance == "P1"
    assert kinds_of(case)[-1] == "CaseImportanceChanged"


def test_a_rating_is_one_to_five_and_the_rated_person_is_not_named() -> None:
    case = resolved_case(by=make_noora())

    with pytest.raises(Missing):
        operations.rate(case, rating=6, comment="", at=SUNDAY_9AM + 3 * HOUR)
    operations.rate(case, rating=2, comment="تأخر", at=SUNDAY_9AM + 3 * HOUR)
    assert case.rating == 2
    assert EventRecord.objects.get(kind="CaseRated").data == {"case_id": case.pk, "rating": 2}


def test_every_act_of_the_table_leads_to_a_known_state() -> None:
    known = set(workflow.states())
    for sources, target in workflow.ACTS.values():
        assert sources <= known
        assert target is None or target in known
    assert known == workflow.OPEN | workflow.ENDED


def test_a_resolved_case_closes_by_itself_when_the_time_for_not_solved_is_over() -> None:
    noora = make_noora()
    case, reopened = resolved_case(by=noora), resolved_case(by=noora)
    end = case.resolved_at + timedelta(days=15)
    operations.reopen(reopened, reason="", at=end - HOUR)

    for moment, state in ((end - timedelta(minutes=1), "resolved"), (end, "closed"), (end + HOUR, "closed")):
        with clock.frozen(moment):
            jobs.close_case(case_id=case.pk)
            jobs.close_case(case_id=reopened.pk)
        case.refresh_from_db()
        assert case.state == state

    reopened.refresh_from_db()
    assert reopened.state == "reopened"
    assert kinds_of(case).count("CaseClosed") == 1
