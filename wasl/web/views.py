"""The few pages of this room: the language switch and, in demo and test mode, the kit page."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from wasl.web import languages, navigation, specimens
from wasl.web.doors import public, signed_in


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language and go back to the page the person came from."""
    response = HttpResponseRedirect(languages.safe_path(request, request.POST.get("next")))
    languages.remember(response, request.POST.get("language", ""))
    return response


@signed_in
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Where the day of this person begins."""
    return HttpResponseRedirect(navigation.landing(request))


@public
def style(request: HttpRequest) -> HttpResponse:
    """Every component of the public pages; demo and test mode only."""
    _only_for_show()
    return render(request, "web/style.html", specimens.public_context(request))


@public
def style_desk(request: HttpRequest) -> HttpResponse:
    """Every component of the staff pages; demo and test mode only."""
    _only_for_show()
    return render(request, "web/style_desk.html", specimens.desk_context(request))


def _only_for_show() -> None:
    if settings.WASL_MODE not in ("demo", "test"):
        raise Http404
