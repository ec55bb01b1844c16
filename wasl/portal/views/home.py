"""The front page, the list of services, one service, and the pages about the site itself."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wasl.catalogue import queries as catalogue
from wasl.core import clock
from wasl.portal import figures, queries
from wasl.portal import turns as published_turns
from wasl.portal.outlook import service_outlook
from wasl.portal.views.frame import PortalRequest, asked, of_agency
from wasl.web.doors import public


@public
@of_agency
@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """Search first, then the topics, then what was done lately."""
    context = {
        "tree": catalogue.service_tree(request.agency),
        "figures": figures.lately(request.agency, at=clock.now()),
        "turns": next(iter(published_turns.months(request.agency, at=clock.now())), None),
    }
    return render(request, "portal/home.html", context)


@public
@of_agency
@require_safe
def turns(request: PortalRequest) -> HttpResponse:
    """How many requests were taken out of turn, month by month, and why."""
    months = published_turns.months(request.agency, at=clock.now())
    return render(request, "portal/turns.html", {"latest": next(iter(months), None), "months": months})


@public
@of_agency
@require_safe
def services(request: PortalRequest) -> HttpResponse:
    """All services by topic, or those that fit the words."""
    words = asked(request, "q")
    context = {
        "words": words,
        "hits": catalogue.find_services(request.agency, words, limit=12) if words else [],
        "tree": catalogue.service_tree(request.agency),
    }
    return render(request, "portal/services.html", context)


@public
@of_agency
@require_safe
def service(request: PortalRequest, code: str) -> HttpResponse:
    """One service: who answers, how long it takes, and the way to begin."""
    at = clock.now()
    found = queries.offered_service(request.agency, code, at=at)
    if found is None:
        raise Http404
    return render(request, "portal/service.html", {"service": found, "outlook": service_outlook(found, at=at)})


@public
@of_agency
@require_safe
def privacy(request: PortalRequest) -> HttpResponse:
    """What we keep, why, and how long."""
    return render(request, "portal/privacy.html")


@public
@of_agency
@require_safe
def accessibility(request: PortalRequest) -> HttpResponse:
    """What was done so that everybody can use the site, and whom to tell when it is not enough."""
    return render(request, "portal/accessibility.html")


@public
@of_agency
@require_safe
def contact(request: PortalRequest) -> HttpResponse:
    """How to reach people."""
    return render(request, "portal/contact.html")
