"""Tasks: calls to make and things to look at, of one's own units."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.tasks import operations as tasks
from wasl.tasks import queries
from wasl.tasks.models import Task


@requires(Right.DO_TASKS)
def task_list(request: HttpRequest) -> HttpResponse:
    """What is to be done, oldest due first."""
    at = clock.now()
    scopes = directory.scopes_of(staff(request), Right.DO_TASKS, at)
    return render(request, "desk/tasks.html", {"tasks": queries.open_tasks(scopes)[:200], "at": at})


@require_POST
@requires(Right.DO_TASKS)
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Take a task, so that nobody else calls too."""
    tasks.take(_own_task(request, number), by=staff(request), at=clock.now())
    return redirect("desk:tasks")


@require_POST
@requires(Right.DO_TASKS)
def finish(request: HttpRequest, number: int) -> HttpResponse:
    """Done, with what came of it."""
    task = _own_task(request, number)
    outcome = request.POST.get("outcome", "").strip()
    if not outcome:
        messages.error(request, t("اكتب نتيجة المهمة.", "Write what came of the task."))
        return redirect("desk:tasks")
    tasks.finish(task, outcome=outcome[:1000], by=staff(request), at=clock.now())
    messages.success(request, t("سُجلت النتيجة.", "The outcome is recorded."))
    return redirect("desk:tasks")


def _own_task(request: HttpRequest, number: int) -> Task:
    scopes = directory.scopes_of(staff(request), Right.DO_TASKS, clock.now())
    task = queries.task_within(scopes, number)
    if task is None:
        raise Http404
    return task
