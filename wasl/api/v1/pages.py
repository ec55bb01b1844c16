"""The document of the interface, for programs and for people; open to everybody, as it tells nothing of any case."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wasl.api.v1.document import VERSION, document
from wasl.api.v1.endpoints import is_known
from wasl.api.v1.problems import KINDS, Kind, language_of
from wasl.api.v1.reference import groups
from wasl.core.i18n import language
from wasl.partners.models import Scope
from wasl.web import languages
from wasl.web.doors import public


@dataclass(frozen=True)
class ScopeTold:
    """A scope in words."""

    code: str
    label: str


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, in the language of the address or of Accept-Language."""
    spoken = languages.asked(request) or language_of(request)
    content = msgspec.json.format(msgspec.json.encode(document(spoken, settings.WASL_BASE_URL)), indent=1)
    etag = f'"{sha256(content).hexdigest()[:24]}"'
    known = is_known(request, etag)
    answer = HttpResponse(status=304) if known else HttpResponse(content, content_type="application/json")
    answer["ETag"] = etag
    answer["Content-Language"] = spoken
    answer["Vary"] = "Accept-Language"
    answer["Cache-Control"] = "public, max-age=300"
    return answer


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The page about the interface: how to begin, every endpoint with an example, every problem."""
    context = {
        "groups": groups(language(), settings.WASL_BASE_URL),
        "problems": _problems(KINDS.values()),
        "scopes": [ScopeTold(scope.value, str(scope.label)) for scope in Scope if scope.value[:7] != "open311"],
        "base": settings.WASL_BASE_URL.rstrip("/"),
        "version": VERSION,
    }
    return render(request, "api/docs.html", context)


def _problems(kinds: Iterable[Kind]) -> list[Kind]:
    return sorted(kinds, key=lambda kind: kind.status)


@public
@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """What a kind of problem means: its place on the page."""
    if code not in KINDS:
        raise Http404
    return redirect(f"{reverse('v1:docs')}#problem-{code}")
