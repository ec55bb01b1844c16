"""A task is opened once, taken by one person, and finished once."""

from datetime import timedelta
from typing import Any

import pytest

from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.scopes import Scope
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_person, make_unit
from wasl.tasks import operations, queries
from wasl.tasks.models import Task

pytestmark = pytest.mark.django_db
LATER = SUNDAY_9AM + timedelta(hours=1)


def make_task(**more: Any) -> Task:
    unit = more.pop("unit", None) or make_unit("CALLS")
    more = {"kind": "call", "title": both("اتصال", "Call"), "dedupe_key": "one", "at": SUNDAY_9AM} | more
    return operations.open_task(agency=unit.agency, unit=unit, **more)


def test_the_same_key_opens_one_task_and_tells_it_once() -> None:
    first, second = make_task(note="قل لها"), make_task(note="other")

    assert first.pk == second.pk
    assert Task.objects.get().note == "قل لها"
    assert EventRecord.objects.filter(kind="TaskOpened").count() == 1


def test_only_one_person_gets_a_task() -> None:
    task, salem, huda = make_task(), make_person("agent"), make_person("supervisor")

    taken = operations.take(task, by=salem, at=LATER)
    operations.take(task, by=salem, at=LATER)
    with pytest.raises(operations.TaskGone):
        operations.take(task, by=huda, at=LATER)

    assert (taken.assignee, taken.taken_at) == (salem, LATER)
    assert EventRecord.objects.filter(kind="TaskTaken").count() == 1


@pytest.mark.parametrize(
    ("said", "outcome", "result"),
    [("not_reached", "not_reached", ""), ("تم إبلاغها\x00 بالموعد", "done", "تم إبلاغها بالموعد")],
)
def test_a_task_ends_with_a_code_or_with_words(said: str, outcome: str, result: str) -> None:
    task, salem = make_task(), make_person("agent")

    done = operations.finish(task, outcome=said, by=salem, at=LATER)
    with pytest.raises(operations.TaskGone):
        operations.finish(task, outcome=said, by=salem, at=LATER)

    assert (done.outcome, done.result, done.done_by, done.done_at) == (outcome, result, salem, LATER)
    assert EventRecord.objects.get(kind="TaskFinished").data["outcome"] == outcome


def test_a_task_goes_to_another_unit_free_for_all_there() -> None:
    task, salem = make_task(), make_person("agent")
    roads = make_unit("ROADS")
    operations.take(task, by=salem, at=LATER)

    moved = operations.hand_over(task, by=salem, unit=roads, at=LATER)

    assert (moved.unit, moved.assignee) == (roads, None)
    assert list(queries.open_tasks([Scope(roads.agency_id, frozenset({roads.pk}))])) == [moved]


def test_new_words_reach_an_untaken_task_only() -> None:
    task, salem = make_task(note="old"), make_person("agent")

    assert operations.renew(task, title=both("جديد", "new"), note="new", due_at=LATER)
    operations.take(task, by=salem, at=LATER)
    assert not operations.renew(task, title=both("x", "x"), note="newer", due_at=LATER)

    task.refresh_from_db()
    assert task.note == "new"


def test_worklists_are_ordered_by_due_time_and_end_at_the_scope() -> None:
    calls, other = make_unit("CALLS"), make_unit("CALLS", agency=make_agency("HOU"))
    late = make_task(dedupe_key="late", due_at=LATER)
    never = make_task(dedupe_key="never")
    soon = make_task(dedupe_key="soon", due_at=SUNDAY_9AM)
    hidden = make_task(unit=other)
    done = make_task(dedupe_key="done")
    operations.finish(done, outcome="done", by=None, at=LATER)
    scope = Scope(calls.agency_id, None)

    assert list(queries.open_tasks([scope])) == [soon, late, never]
    assert list(queries.overdue_tasks([scope], at=SUNDAY_9AM + timedelta(minutes=1))) == [soon]
    assert list(queries.open_tasks([Scope(calls.agency_id, frozenset())])) == []
    assert queries.task_within([scope], hidden.pk) is None
    assert queries.task_within([scope], soon.pk) == soon


def test_calls_are_made_by_the_centre_else_by_triage() -> None:
    agency = make_agency()
    unit = queries.centre_unit(agency, at=SUNDAY_9AM)

    assert unit.is_centre or unit.is_triage


def test_erasing_a_person_empties_their_tasks() -> None:
    from wasl.contacts.operations import find_or_make

    unit = make_unit("CALLS")
    maryam = find_or_make(unit.agency, name="مريم", phone="92345678", at=SUNDAY_9AM)
    task = make_task(beneficiary=maryam, phone="+96892345678", note="حفرة أمام بيتها")

    operations.erase(maryam)

    task.refresh_from_db()
    assert (task.phone, task.note, task.beneficiary) == ("", "", None)
