"""The pages of help: the role's own first, opened at the step about the screen somebody came from."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wasl.core.clock import now
from wasl.directory import queries
from wasl.help import tour
from wasl.help.pages import CITIZEN, PAGES, page_for, staff_pages
from wasl.web.doors import public, signed_in


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where "?" leads: the page of the reader's role, at the step about their screen."""
    if not request.user.is_authenticated:
        return redirect("help:citizen")
    roles = [membership.role for membership in queries.roles_of(request.user, now())]
    page, step = page_for(roles, request.GET.get("at", "")[:80])
    address = reverse("help:role", args=[page.code]) if page.code != CITIZEN else reverse("help:citizen")
    return redirect(f"{address}#{step.code}" if step else address)


@public
@require_safe
def citizen(request: HttpRequest) -> HttpResponse:
    """How to report and follow, for everybody."""
    return render(request, "help/citizen.html", {"help": PAGES[CITIZEN]})


@signed_in
@require_safe
def role(request: HttpRequest, code: str) -> HttpResponse:
    """The first hour of one role; every role's page is open to all staff."""
    page = PAGES.get(code)
    if page is None or code == CITIZEN:
        raise Http404
    mine = {membership.role for membership in queries.roles_of(request.user, now())}
    return render(request, "help/role.html", {"help": page, "others": staff_pages(), "mine": mine})


@public
@require_safe
def demo_tour(request: HttpRequest) -> HttpResponse:
    """A walk through the demo in eight stops; only the demo has it."""
    stops = tour.stops()
    if not stops:
        raise Http404
    return render(request, "help/tour.html", {"stops": stops})
