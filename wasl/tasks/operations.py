"""The verbs of tasks."""

from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.contacts.models import Beneficiary
from wasl.core import events
from wasl.core.localized import Localized
from wasl.core.text import clean, clean_line
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.tasks.events import TaskFinished, TaskHandedOver, TaskOpened, TaskTaken
from wasl.tasks.models import Task


class TaskGone(Exception):
    """Somebody else took or finished the task meanwhile."""


@transaction.atomic
def open_task(
    *,
    agency: Agency,
    unit: Unit,
    kind: str,
    title: Localized,
    dedupe_key: str,
    at: datetime,
    note: str = "",
    language: str = "ar",
    beneficiary: Beneficiary | None = None,
    phone: str = "",
    case_id: int | None = None,
    reference: str = "",
    due_at: datetime | None = None,
    by: User | None = None,
) -> Task:
    """Open a task for a unit; the same dedupe key again gives the same task."""
    task, is_new = Task.objects.get_or_create(
        agency=agency,
        dedupe_key=dedupe_key,
        defaults={
            "unit": unit,
            "kind": kind,
            "title": title,
            "note": clean(note),
            "language": language,
            "beneficiary": beneficiary,
            "phone": phone,
            "case_id": case_id,
            "reference": reference,
            "created_at": at,
            "due_at": due_at,
        },
    )
    if is_new:
        _publish(task, TaskOpened(task.pk, kind, unit.pk), by, at)
    return task


@transaction.atomic
def take(task: Task, *, by: User, at: datetime) -> Task:
    """Take a task that nobody has; taking one's own again changes nothing. Raises TaskGone."""
    fresh = _locked(task)
    if fresh.assignee_id == by.pk:
        return fresh
    if fresh.assignee_id is not None:
        raise TaskGone
    fresh.assignee, fresh.taken_at = by, at
    fresh.save(update_fields=["assignee", "taken_at"])
    _publish(fresh, TaskTaken(fresh.pk, by.pk), by, at)
    return fresh


@transaction.atomic
def finish(task: Task, *, outcome: str, by: User | None, at: datetime, words: str = "") -> Task:
    """End a task. `outcome` is a code of `Task.Outcome`, with `words` of who did it, or those words alone: "done".

    Raises TaskGone when it was finished before.
    """
    fresh = _locked(task)
    is_code = outcome in Task.Outcome.values
    fresh.outcome = outcome if is_code else Task.Outcome.DONE
    fresh.result = clean(words if is_code else outcome)[:1000]
    fresh.done_at, fresh.done_by = at, by
    fresh.save(update_fields=["outcome", "result", "done_at", "done_by"])
    _publish(fresh, TaskFinished(fresh.pk, fresh.kind, fresh.outcome), by, at)
    return fresh


@transaction.atomic
def hand_over(task: Task, *, by: User, at: datetime, unit: Unit | None = None, to: User | None = None) -> Task:
    """Give a task to another unit, or to a person (None: back to everybody of the unit). Raises TaskGone."""
    fresh = _locked(task)
    before = fresh.unit_id
    if unit is not None:
        fresh.unit = unit
    fresh.assignee, fresh.taken_at = to, at if to else None
    fresh.save(update_fields=["unit", "assignee", "taken_at"])
    _publish(fresh, TaskHandedOver(fresh.pk, before, fresh.unit_id, to.pk if to else None), by, at)
    return fresh


@transaction.atomic
def renew(task: Task, *, title: Localized, note: str, due_at: datetime | None) -> bool:
    """Give an untaken task newer words instead of opening a second one; False when somebody has taken it."""
    untaken = Task.objects.filter(pk=task.pk, assignee__isnull=True, done_at__isnull=True)
    return bool(untaken.update(title=title, note=clean(note), due_at=due_at))


@transaction.atomic
def erase(beneficiary: Beneficiary) -> int:
    """Empty what tasks hold of a person; gives their number."""
    theirs = Task.objects.filter(beneficiary=beneficiary)
    return theirs.update(note="", phone="", result="", beneficiary=None)


def move_case(case_id: int, *, unit: Unit) -> int:
    """Give every open task in the matter of a case to a unit, to nobody in particular; gives how many there were."""
    return Task.objects.open().filter(case_id=case_id).update(unit=unit, assignee=None, taken_at=None)


@transaction.atomic
def forget_case(case_id: int) -> int:
    """Empty what tasks hold of a case whose words go; gives their number."""
    return Task.objects.filter(case_id=case_id).update(note="", phone="", result="")


def _locked(task: Task) -> Task:
    fresh = Task.objects.select_for_update(of=("self",)).select_related("unit").get(pk=task.pk)
    if not fresh.is_open:
        raise TaskGone
    return fresh


def _publish(task: Task, fact: events.Event, by: User | None, at: datetime) -> None:
    events.publish(
        fact,
        agency_id=task.agency_id,
        case_id=task.case_id,
        by=by,
        at=at,
        units=[task.unit_id],
        people=_only_ones(task, at),
        reference=clean_line(task.reference),
    )


def _only_ones(task: Task, at: datetime) -> list[int]:
    """Of a task with a unit that holds complaints about staff nobody else hears."""
    if task.unit.staff_complaints is None:
        return []
    return [person.pk for person in directory.members_of(task.unit, at)]
