"""Tasks: calls to make and things to look at, of one's own units."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wasl.cases import queries as cases
from wasl.contacts.reading import Shown, note_reading
from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk.barred import note_if_tied
from wasl.desk.people import acting, staff
from wasl.directory import queries as directory
from wasl.directory.doors import may_now, requires
from wasl.directory.rights import Right
from wasl.tasks import operations as tasks
from wasl.tasks import queries
from wasl.tasks.models import Task

SHOWN = 200
LONGEST_OUTCOME = 1000
GONE = t("سبقك زميل إلى هذه المهمة.", "A colleague was quicker with this task.")


@dataclass(frozen=True)
class Row:
    """One task as this person sees it."""

    task: Task
    is_overdue: bool
    contact: bool


# What came of a call, pressed instead of written: a person who was not reached has not been told.
RESULTS = ("reached", "not_reached")


@requires(Right.DO_TASKS)
@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """What is to be done, oldest due first."""
    at = clock.now()
    rows = _rows(request, at)
    _note_reading(request, rows, at)
    return render(request, "desk/tasks.html", {"rows": rows})


@requires(Right.DO_TASKS)
@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Take a task, so that nobody else calls too."""
    try:
        task = _own_task(request, number)
        tasks.take(task, by=acting(request, Right.DO_TASKS, task), at=clock.now())
    except tasks.TaskGone:
        messages.error(request, GONE)
    return redirect("desk:tasks")


@requires(Right.DO_TASKS)
@require_POST
def finish(request: HttpRequest, number: int) -> HttpResponse:
    """Done, with what came of it."""
    task = _own_task(request, number)
    words = request.POST.get("outcome", "").strip()[:LONGEST_OUTCOME]
    result = request.POST.get("result", "")
    if result not in RESULTS and not words:
        messages.error(request, t("اكتب نتيجة المهمة.", "Write what came of the task."))
        return redirect("desk:tasks")
    try:
        outcome = result if result in RESULTS else words
        tasks.finish(task, outcome=outcome, words=words, by=acting(request, Right.DO_TASKS, task), at=clock.now())
    except tasks.TaskGone:
        messages.error(request, GONE)
        return redirect("desk:tasks")
    messages.success(request, t("سُجلت النتيجة.", "The outcome is recorded."), extra_tags=f"task-{task.pk}")
    return redirect("desk:tasks")


def _rows(request: HttpRequest, at: datetime) -> list[Row]:
    scopes = directory.scopes_of(staff(request), Right.DO_TASKS, at)
    shown = cases.without_closed(queries.open_tasks(scopes), staff(request), at=at)
    return [Row(task, task.due_at is not None and task.due_at < at, _may_call(request, task)) for task in shown[:SHOWN]]


def _may_call(request: HttpRequest, task: Task) -> bool:
    return may_now(
        request, Right.READ_CONTACT, agency_id=task.agency_id, unit_id=task.unit_id, assignee_id=task.assignee_id
    )


def _note_reading(request: HttpRequest, rows: list[Row], at: datetime) -> None:
    """Record whose numbers the person is shown: one statement for each agency."""
    shown: dict[int, list[Shown]] = {}
    for row in rows:
        if row.contact and row.task.phone and row.task.case_id:
            shown.setdefault(row.task.agency_id, []).append(Shown("contact", row.task.case_id))
    for agency_id, numbers in shown.items():
        note_reading(numbers, agency_id=agency_id, by=staff(request), at=at)


def _own_task(request: HttpRequest, number: int) -> Task:
    scopes = directory.scopes_of(staff(request), Right.DO_TASKS, clock.now())
    task = queries.task_within(scopes, number)
    if task is None:
        raise Http404
    if cases.is_closed_to(task.case_id, staff(request), at=clock.now()):
        note_if_tied(staff(request), task.case_id, at=clock.now())
        raise Http404
    return task
