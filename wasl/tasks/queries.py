"""Questions about tasks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from wasl.contacts.models import Beneficiary
from wasl.directory.models import Unit
from wasl.tasks.models import Task, TaskQuerySet


def open_tasks(scopes: Iterable[Any]) -> TaskQuerySet:
    """What is to be done within the scopes, the earliest due first, then the oldest."""
    found = Task.objects.within(scopes).open().select_related("assignee", "unit", "agency")
    return found.order_by(F("due_at").asc(nulls_last=True), "pk")


def overdue_tasks(scopes: Iterable[Any], *, at: datetime) -> TaskQuerySet:
    """Open tasks whose time has passed."""
    return open_tasks(scopes).filter(due_at__lt=at)


def task_within(scopes: Iterable[Any], number: int) -> Task | None:
    """One task by its number; None when it is not there or outside of the scopes."""
    return Task.objects.within(scopes).select_related("assignee", "unit").filter(pk=number).first()


def tasks_of_case(case_id: int) -> list[Task]:
    """All tasks in the matter of a case, newest first."""
    return list(Task.objects.filter(case_id=case_id).select_related("assignee", "unit").order_by("-pk"))


def open_call_for(*, agency_id: int, case_id: int, beneficiary: Beneficiary | None) -> Task | None:
    """The call that nobody has taken yet, owed to this person in this case; None when there is none."""
    waiting = Task.objects.open().filter(agency_id=agency_id, case_id=case_id, beneficiary=beneficiary)
    return waiting.filter(kind=Task.Kind.CALL, assignee__isnull=True).order_by("pk").first()


def open_with(unit: Unit) -> int:
    """How many tasks the unit still has to do."""
    return Task.objects.open().filter(unit=unit).count()


def calls_begun(*, agency_id: int, case_id: int, beneficiary: Beneficiary | None) -> int:
    """How many calls to this person in this case somebody has taken or finished."""
    theirs = Task.objects.filter(agency_id=agency_id, case_id=case_id, beneficiary=beneficiary, kind=Task.Kind.CALL)
    return theirs.filter(Q(assignee__isnull=False) | Q(done_at__isnull=False)).count()


def centre_unit(agency: Any, *, at: datetime) -> Unit:
    """The unit that makes the calls of an agency: its contact centre, else its triage unit."""
    units = Unit.objects.filter(agency=agency).valid(at)
    centre = units.filter(is_centre=True).order_by("pk").first()
    return centre or units.get(is_triage=True)
