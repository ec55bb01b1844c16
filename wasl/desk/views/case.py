"""The page of a case: everything about it, every act the person may do, and who else is looking."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from wasl.cases import operations, queries, timeline, workflow
from wasl.cases.models import Case
from wasl.core import clock
from wasl.desk import acts
from wasl.desk.clocks import TICKS, panels
from wasl.desk.pictures import shown
from wasl.desk.forms import ActForm
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.notices import models as notices  # queries soon

TABS = ("all", "public", "internal")


@requires(Right.READ_CASE)
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """The case as staff see it, or, with ?view=citizen, as its beneficiary does."""
    case = visible_case(request, number)
    timezone.activate(case.agency.zone)
    if request.GET.get("view") == "citizen":
        return render(request, "desk/citizen.html", citizen_context(case))
    return render(request, "desk/case.html", case_context(request, case))


def visible_case(request: HttpRequest, number: str) -> Case:
    """The case of the address, if this person may read it; else 404, as if there were none."""
    case = queries.by_number(queries.visible_to(staff(request), at=clock.now()), number)
    if case is None:
        raise Http404
    return case


def case_context(request: HttpRequest, case: Case, bound: ActForm | None = None, act_code: str = "") -> dict[str, Any]:
    """Everything the page shows. `bound` is the form of an act that came back with errors."""
    at, user = clock.now(), staff(request)
    may = _mays(request, case)
    items = [item for item in timeline.staff_timeline(case) if may["notes"] or item.kind != "NoteAdded"]
    tab = request.GET.get("tab", "all")
    offered = acts.offered(case, user, at)
    forms = {
        act.code: bound if act.code == act_code and bound is not None else act.form(case=case, user=user, at=at, prefix=act.code)
        for act in offered
    }
    return {
        "case": case,
        "state": case.state_words,
        "kind": workflow.KINDS[case.kind],
        "importance": workflow.IMPORTANCE[case.importance],
        "channel": workflow.CHANNELS.get(case.channel, case.channel),
        "clocks": panels(case, at=at),
        "ticks": TICKS,
        "items": _of_tab(items, tab),
        "counts": {name: len(_of_tab(items, name)) for name in TABS},
        "tab": tab if tab in TABS else "all",
        "main_acts": [(act, forms[act.code]) for act in offered if act.place == "main"],
        "more_acts": [(act, forms[act.code]) for act in offered if act.place == "more"],
        "compose_acts": [(act, forms[act.code]) for act in offered if act.place == "compose"],
        "open_act": act_code or request.GET.get("act", ""),
        "people": queries.present_people(case, at=at, besides=user),
        "may": may,
        "addresses": list(case.beneficiary.addresses.all()) if case.beneficiary else [],
        "files": shown(case.files.select_related("file").order_by("added_at", "id"), at=at),
        "others": [one for one in queries.cases_of_beneficiary(case) if may["contact"]],
        "followers": queries.followers(case),
        "notices": [],
        "at": at,
    }


def _mays(request: HttpRequest, case: Case) -> dict[str, bool]:
    at, user = clock.now(), staff(request)
    rights = {"notes": Right.READ_NOTES, "contact": Right.READ_CONTACT}
    return {
        name: directory.may(
            user, right, agency_id=case.agency_id, unit_id=case.unit_id, assignee_id=case.assignee_id, at=at
        )
        for name, right in rights.items()
    }


def _of_tab(items: list[timeline.Item], tab: str) -> list[timeline.Item]:
    if tab == "public":
        return [item for item in items if item.public]
    if tab == "internal":
        return [item for item in items if not item.public]
    return items


def citizen_context(case: Case) -> dict[str, Any]:
    """What the beneficiary sees on the track page."""
    return {
        "case": case,
        "state": case.state_words,
        "items": timeline.public_timeline(case),
        "files": shown(timeline.public_files(case), at=clock.now()),
        "steps": [(name, workflow.step_of(case.state), number) for number, (name, _) in enumerate(workflow.STEPS)],
    }


@require_POST
@requires(Right.READ_CASE)
def presence(request: HttpRequest, number: str) -> JsonResponse:
    """The page says it is open (or, with leave=1, that it closes) and hears who else is there."""
    case = visible_case(request, number)
    at, user = clock.now(), staff(request)
    if request.POST.get("leave"):
        operations.leave(case, user=user)
    else:
        operations.be_seen(case, user=user, at=at)
    names = [person.name for person in queries.present_people(case, at=at, besides=user)]
    return JsonResponse({"people": names, "version": case.version})


@require_GET
@requires(Right.READ_CASE)
def people(request: HttpRequest, number: str) -> HttpResponse:
    """The chips of who else looks at the case."""
    case = visible_case(request, number)
    present = queries.present_people(case, at=clock.now(), besides=staff(request))
    return render(request, "desk/parts/people.html", {"people": present, "case": case})
