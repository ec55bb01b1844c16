"""A holiday announced late moves the due moments of open cases, says so once, and tells the owners."""

from datetime import date, timedelta

import pytest
from django.db import connection

from wasl.alerts.models import Alert
from wasl.calendars import operations as calendars
from wasl.cases import operations
from wasl.cases.jobs import recount_clocks, recount_of_before
from wasl.cases.models import Case, Clock, DueMove
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.cases.timeline import public_timeline, staff_timeline
from wasl.core.clock import frozen
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_said
from wasl.sla import ladders
from wasl.sla.clocks import moment_of_share

pytestmark = pytest.mark.django_db

RAIN = both("إجازة الأمطار", "Rain day")
LATER = SUNDAY_9AM + timedelta(hours=2)


def free_monday(agency: Agency, on: date = date(2026, 11, 23)) -> EventRecord:
    calendars.add_holiday(agency, name=RAIN, on_from=on, announced_on=date(2026, 11, 22), at=SUNDAY_9AM)
    return EventRecord.objects.filter(kind="CalendarChanged").latest("pk")


def recounted(change: EventRecord) -> None:
    with frozen(LATER):
        recount_clocks(change_event_id=change.pk)


def stands_right(case: Case) -> bool:
    case.refresh_from_db()
    clocks = list(case.clocks.filter(stopped_at__isnull=True))
    due = {clock.kind: clock.due_at for clock in clocks}
    return due["resolve"] == case.due_at and all(clock.due_at == operations.fresh_due(clock) for clock in clocks)


def test_one_fact_tells_of_all_that_moved_and_a_row_of_each() -> None:
    agency = make_working_agency()
    cases = [make_case(agency=agency) for _ in range(3)]
    before = {case.pk: (case.due_at, case.version) for case in cases}

    recounted(free_monday(agency))

    assert all(stands_right(case) for case in cases)
    assert all(case.due_at > before[case.pk][0] and case.version > before[case.pk][1] for case in cases)
    (fact,) = EventRecord.objects.filter(kind="DueMomentsMoved")
    assert fact.data["cases"] == 3
    assert fact.data["clocks"] == DueMove.objects.count() > 3
    assert not EventRecord.objects.filter(kind="DueMoved").exists()
    move = DueMove.objects.get(case=cases[0], kind="resolve")
    assert (move.before, move.after) == (before[cases[0].pk][0], cases[0].due_at)


def test_counting_twice_moves_nothing_and_tells_nobody_again() -> None:
    agency = make_working_agency()
    said = make_said()
    case = make_case(agency=agency)
    change = free_monday(agency)

    recounted(change)
    moved, version = DueMove.objects.count(), Case.objects.get(pk=case.pk).version
    recounted(change)

    assert DueMove.objects.count() == moved
    assert Case.objects.get(pk=case.pk).version == version
    assert EventRecord.objects.filter(kind="DueMomentsMoved").count() == 1
    assert [alert.person for alert in Alert.objects.filter(kind="due_moments")] == [said]


def test_jobs_that_the_release_before_has_queued_count_everything_once() -> None:
    agency = make_working_agency()
    cases = [make_case(agency=agency) for _ in range(2)]
    change = free_monday(agency)

    for case in cases:
        recount_of_before(case_id=case.pk, calendar_id=None)

    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'cases.recount'")
        assert cursor.fetchall() == [(f'{{"change_event_id": {change.pk}}}',)]
    recounted(change)
    assert all(stands_right(case) for case in cases)


def test_the_owners_get_one_word_about_all_of_theirs() -> None:
    agency = make_working_agency()
    said = make_said()
    for _ in range(4):
        make_case(agency=agency)

    recounted(free_monday(agency))

    (alert,) = Alert.objects.filter(kind="due_moments", person=said)
    assert alert.title["en"] == "The due moments of 4 of your cases moved"
    assert "إجازة الأمطار" in alert.body["ar"]


def test_a_day_that_no_clock_runs_over_touches_no_case() -> None:
    agency = make_working_agency()
    case = make_case(agency=agency)

    recounted(free_monday(agency, on=date(2027, 11, 22)))

    assert not DueMove.objects.exists()
    assert Case.objects.get(pk=case.pk).version == case.version


def test_the_ladder_of_a_broken_promise_goes_on_later_and_nobody_is_told() -> None:
    agency = make_working_agency()
    ladders.load_starting_ladders(agency, at=LONG_AGO)
    case = make_case(agency=agency)
    Clock.objects.filter(case=case).exclude(kind="resolve").delete()
    clock = Clock.objects.get(case=case)
    day = (clock.due_at + timedelta(days=1)).date()
    Clock.objects.filter(pk=clock.pk).update(share_taken=100, next_step_at=clock.due_at + timedelta(days=4))

    change = free_monday(agency, on=day)
    with frozen(clock.due_at + timedelta(hours=1)):
        recount_clocks(change_event_id=change.pk)

    now = Clock.objects.get(pk=clock.pk)
    promise = operations.promise_of(now)
    assert now.due_at == clock.due_at
    assert now.next_step_at == moment_of_share(promise, now.started_at, (), 150)
    assert now.next_step_at != clock.due_at + timedelta(days=4)
    assert not DueMove.objects.exists()
    assert Case.objects.get(pk=case.pk).version == case.version


def test_staff_and_citizen_read_the_new_date_with_its_reason() -> None:
    agency = make_working_agency()
    case = make_case(agency=agency)

    recounted(free_monday(agency))

    case.refresh_from_db()
    (told,) = [item for item in public_timeline(case) if item.kind == "DueMove"]
    assert "إجازة الأمطار" in told.title
    assert told.at == LATER
    known = [item for item in staff_timeline(case) if item.kind == "DueMove"]
    assert len(known) == case.due_moves.count()
    assert any("الإنجاز" in item.title for item in known)
    assert [item.public for item in known].count(True) == 1


def test_a_holiday_that_is_withdrawn_gives_the_time_back() -> None:
    agency = make_working_agency()
    case = make_case(agency=agency)
    first = case.due_at
    recounted(free_monday(agency))
    (holiday,) = [row for row in calendars_of(agency) if row.name == RAIN]

    calendars.remove_holiday(holiday, at=LATER)
    recounted(EventRecord.objects.filter(kind="CalendarChanged").latest("pk"))

    case.refresh_from_db()
    assert case.due_at == first
    assert stands_right(case)


def calendars_of(agency: Agency) -> list:  # type: ignore[type-arg]
    from wasl.calendars.queries import all_holidays

    return all_holidays(agency.pk)
