"""Worklists: what waits, in the order of class and time, live."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wasl.accounts.models import User
from wasl.cases import queries as cases
from wasl.cases.models import Case, covered_by
from wasl.catalogue import queries as catalogue
from wasl.contacts import queries as contacts
from wasl.contacts.phones import BadPhone, parse_phone
from wasl.core import clock, references
from wasl.core.i18n import t
from wasl.desk.forms import FilterForm
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.models import Agency
from wasl.directory.rights import Right
from wasl.directory.scopes import Scope


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
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """The list with its tabs and filters."""
    return render(request, "desk/worklist.html", _context(request))


@requires(Right.READ_CASE)
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The rows alone, for the live list."""
    return render(request, "desk/parts/rows.html", _context(request))


@requires(Right.READ_CASE)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search box of every page: a reference leads straight to its case, words to a list of all states."""
    words = request.GET.get("q", "").strip()
    found = cases.by_number(cases.visible_to(staff(request), at=clock.now()), words)
    if found is not None:
        return redirect("desk:case", found.reference)
    return redirect(f"{reverse('desk:home')}?{urlencode({'view': 'all', 'q': words})}")


def _context(request: HttpRequest) -> dict[str, Any]:
    at, user = clock.now(), staff(request)
    agencies = directory.agencies_of(user, at)
    units = [unit for agency in agencies for unit in directory.units_of(agency, at)]
    services = [service for agency in agencies for service in catalogue.named_services(agency)]
    form = FilterForm(request.GET, units=units, services=services)
    chosen = form.chosen()
    view = request.GET.get("view", "")
    view = view if view in {one.code for one in VIEWS} else "unit"
    visible = _of_view(cases.visible_to(user, at=at), view, user=user, at=at)
    contact = _contact_scopes(user, at)
    reached = _reached_at(chosen["q"], agencies, contact)
    if reached is not None:
        visible, words = visible.filter(covered_by(contact), beneficiary_id__in=reached), ""
    else:
        words = chosen["q"]
    filters = replace(_filters(chosen, view, user_id=user.pk, at=at), words=words, names_within=contact)
    after = request.GET.get("after", "")
    page = cases.worklist(visible, filters, after=after)
    return {
        "form": form,
        "views": VIEWS,
        "view": view,
        "page_of_cases": page,
        "total": cases.count(visible, filters),
        "count_limit": cases.COUNT_LIMIT,
        "filtered": any(chosen.values()),
        "at": at,
        "first_page": not after,
    }


def _contact_scopes(user: User, at: datetime) -> list[Scope]:
    """Where names and numbers of beneficiaries may be looked for; nowhere where a code is due again."""
    if directory.asks_second_factor_again(user, Right.READ_CONTACT, at):
        return []
    return directory.scopes_of(user, Right.READ_CONTACT, at)


def _reached_at(words: str, agencies: list[Agency], contact: list[Scope]) -> list[int] | None:
    """Who is reached at the number or e-mail somebody typed; None when it is neither, or not theirs to ask."""
    value = _address(words)
    if not value or not contact:
        return None
    return [person.pk for agency in agencies for person in contacts.beneficiaries_at(agency, value)]


def _address(words: str) -> str:
    if references.parse(words) is not None:
        return ""
    if "@" in words:
        return words.strip().lower()
    try:
        return parse_phone(words)
    except BadPhone:
        return ""


def _of_view(visible: QuerySet[Case], view: str, *, user: User, at: datetime) -> QuerySet[Case]:
    return visible.filter(unit_id__in=directory.own_units(user, at)) if view == "unit" else visible


def _filters(chosen: dict[str, Any], view: str, *, user_id: int, at: datetime) -> cases.Filters:
    states = (chosen["state"],) if chosen["state"] else ()
    presets: dict[str, dict[str, Any]] = {
        "new": {"states": states or ("new", "acknowledged", "triage")},
        "overdue": {"states": states, "overdue_at": at},
        "mine": {"states": states, "assignee_id": user_id},
        "done": {"states": states or ("resolved", "closed", "rejected", "duplicate", "withdrawn"), "open_only": False},
        # Who looks for words or a number looks among the finished ones too.
        "all": {"states": states, "open_only": not chosen["q"]},
    }
    order = chosen["order"] or ("newest" if view == "done" else "fair")
    return cases.Filters(
        kind=chosen["kind"],
        importance=chosen["importance"],
        unit_id=chosen["unit"] or None,
        service_id=chosen["service"] or None,
        channel=chosen["channel"],
        order=order,
        **presets.get(view, {"states": states}),
    )
