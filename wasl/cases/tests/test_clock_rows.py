"""The clock rows of a case always stand where a fresh computation puts them, whatever was done to the case before."""

from datetime import timedelta

import pytest

from wasl.accounts.models import User
from wasl.cases import operations
from wasl.cases.models import Case, Clock
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora
from wasl.sla.models import Policy

pytestmark = pytest.mark.django_db

MONDAY_9AM = SUNDAY_9AM + timedelta(days=1)


def running(case: Case) -> Clock:
    return case.clocks.get(kind="resolve", stopped_at__isnull=True)


def stands_right(case: Case) -> bool:
    case.refresh_from_db()
    clock = running(case)
    return clock.due_at == operations.fresh_due(clock) == case.due_at


def asked_and_answered(case: Case, *, by: User, answered: bool = True) -> None:
    operations.ask_beneficiary(case, question="أين بالضبط؟", by=by, at=MONDAY_9AM)
    if answered:
        operations.answer_from_beneficiary(case, text="قرب الدوار", channel="portal", at=MONDAY_9AM + 2 * HOUR)


def test_a_new_promise_keeps_the_time_that_the_citizen_took_to_answer() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    asked_and_answered(case, by=noora)
    urgent = make_service("RD-DANGER", agency=case.agency, resolve_text="4h", unit=case.unit)

    operations.classify(case, kind="report", service=urgent, by=noora, at=MONDAY_9AM + 3 * HOUR)

    clock = running(case)
    assert clock.pauses.count() == 1
    assert clock.amount_minutes == 240
    assert stands_right(case)


def test_a_case_that_is_classified_while_it_waits_gets_the_new_promise_too() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    asked_and_answered(case, by=noora, answered=False)
    urgent = make_service("RD-DANGER", agency=case.agency, resolve_text="4h", unit=case.unit)

    operations.classify(case, kind="report", service=urgent, by=noora, at=MONDAY_9AM + HOUR)
    operations.answer_from_beneficiary(case, text="قرب الدوار", channel="portal", at=MONDAY_9AM + 2 * HOUR)

    assert running(case).amount_minutes == 240
    assert running(case).pauses.count() == 1
    assert stands_right(case)


def test_a_case_without_a_promise_has_no_due_moment_and_gets_one_with_its_promise() -> None:
    noora = make_noora()
    agency = make_working_agency()
    unpromised = make_service("RD-PRAISE", agency=agency, resolve_text="")
    promised = make_service("RD-DANGER", agency=agency, resolve_text="4h", unit=unpromised.unit)
    Policy.objects.filter(agency=agency, clock="resolve").delete()
    case = make_case(agency=agency, service=promised)

    operations.classify(case, kind="praise", service=unpromised, by=noora, at=SUNDAY_9AM + HOUR)
    assert case.due_at is None
    assert not case.clocks.filter(kind="resolve", stopped_at__isnull=True).exists()

    operations.classify(case, kind="report", service=promised, by=noora, at=SUNDAY_9AM + 2 * HOUR)
    assert running(case).started_at == case.registered_at
    assert stands_right(case)


def test_a_case_parted_while_its_citizen_is_asked_waits_with_a_standing_clock() -> None:
    main, case, noora, huda = make_case(), make_case(), make_noora(), make_huda()
    asked_and_answered(case, by=noora, answered=False)
    operations.merge(case, into=main, by=huda, at=MONDAY_9AM + HOUR)

    operations.unmerge(case, by=huda, at=MONDAY_9AM + 2 * HOUR)

    assert case.state == "pending_beneficiary"
    assert running(case).paused_at == MONDAY_9AM + 2 * HOUR


def test_the_class_a_person_set_stays_when_only_the_kind_is_mended() -> None:
    noora = make_noora()
    case = make_case()
    operations.change_importance(case, importance="P1", reason="أمام مدرسة", by=noora, at=SUNDAY_9AM)

    operations.classify(case, kind="complaint", service=case.service, by=noora, at=SUNDAY_9AM + HOUR)

    assert case.importance == "P1"


def test_who_waits_for_an_answer_is_not_late() -> None:
    from wasl.cases import queries

    noora = make_noora()
    case = accepted_case(by=noora)
    asked_and_answered(case, by=noora, answered=False)
    later = case.due_at + timedelta(days=3)
    filters = queries.Filters(overdue_at=later)

    assert not case.is_overdue(at=later)
    assert queries.worklist(Case.objects.all(), filters).cases == []

    late = accepted_case(by=noora)
    operations.ask_beneficiary(late, question="أين؟", by=noora, at=late.due_at + HOUR)
    assert late.is_overdue(at=later)
    assert queries.worklist(Case.objects.all(), filters).cases == [late]
