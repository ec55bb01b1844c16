"""Worklists: what waits, in the order of class and time, live."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.catalogue import queries as catalogue
from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk.forms import FilterForm
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right


@dataclass(frozen=True)
class View:
    """One tab: a worklist narrowed in advance."""

    code: str
    label: str
    icon: str


VIEWS = (
    View("unit", t("وحدتي", "My unit"), "users"),
    View("mine", t("المسندة إليّ", "Mine"), "user"),
    View("new", t("بانتظار التصنيف", "To classify"), "inbox"),
    View("overdue", t("تجاوزت الموعد", "Overdue"), "clock-alert"),
    View("all", t("الكل", "All"), "list"),
    View("done", t("المنجزة", "Done"), "circle-check"),
)


@requires(Right.READ_CASE)
def worklist(request: HttpRequest) -> HttpResponse:
    """The list with its tabs and filters."""
    return render(request, "desk/worklist.html", _context(request))


@requires(Right.READ_CASE)
def rows(request: HttpRequest) -> HttpResponse:
    """The rows alone, for the live list."""
    return render(request, "desk/parts/rows.html", _context(request))


@requires(Right.READ_CASE)
def search(request: HttpRequest) -> HttpResponse:
    """The search box of every page: a reference leads straight to its case, words to a list of all states."""
    words = request.GET.get("q", "").strip()
    found = cases.by_number(cases.visible_to(staff(request), at=clock.now()), words)
    if found is not None:
        return redirect("desk:case", found.reference)
    query = request.GET.copy()
    query["view"] = "all"
    return redirect(f"{reverse('desk:home')}?{query.urlencode()}")


def _context(request: HttpRequest) -> dict[str, Any]:
    at, user = clock.now(), staff(request)
    agencies = directory.agencies_of(user, at)
    units = [unit for agency in agencies for unit in directory.units_of(agency, at)]
    services = [service for agency in agencies for service in catalogue.services(agency)]
    form = FilterForm(request.GET, units=units, services=services)
    chosen = form.chosen()
    view = request.GET.get("view", "")
    view = view if view in {one.code for one in VIEWS} else "unit"
    visible = cases.visible_to(user, at=at)
    filters = _filters(chosen, view, user_id=user.pk, at=at)
    mine = _own_units(visible, request, view)
    page = cases.worklist(mine, filters, after=request.GET.get("after", ""))
    return {
        "form": form,
        "views": VIEWS,
        "view": view,
        "page_of_cases": page,
        "total": cases.count(mine, filters),
        "count_limit": cases.COUNT_LIMIT,
        "filtered": any(chosen.values()),
        "at": at,
        "first_page": not request.GET.get("after"),
    }


def _own_units(visible: QuerySet[Case], request: HttpRequest, view: str) -> QuerySet[Case]:
    if view != "unit":
        return visible
    own = {held.unit_id for held, _ in directory.cells_of(staff(request), Right.READ_CASE, clock.now())}
    below = directory.units_below(own)
    return visible.filter(unit_id__in=below)


def _filters(chosen: dict[str, Any], view: str, *, user_id: int, at: Any) -> cases.Filters:
    states = (chosen["state"],) if chosen["state"] else ()
    presets: dict[str, dict[str, Any]] = {
        "new": {"states": states or ("new", "acknowledged", "triage")},
        "overdue": {"states": states, "overdue_at": at},
        "mine": {"states": states, "assignee_id": user_id},
        "done": {"states": states or ("resolved", "closed", "rejected", "duplicate", "withdrawn"), "open_only": False},
        "all": {"states": states, "open_only": not chosen["q"]},
    }
    order = chosen["order"] or ("newest" if view == "done" else "fair")
    return cases.Filters(
        kind=chosen["kind"],
        importance=chosen["importance"],
        unit_id=chosen["unit"] or None,
        service_id=chosen["service"] or None,
        channel=chosen["channel"],
        words=chosen["q"],
        order=order,
        **presets.get(view, {"states": states}),
    )
