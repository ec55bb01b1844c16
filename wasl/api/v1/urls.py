"""The addresses of the JSON interface, made from its table."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from wasl.api.doors import for_programs
from wasl.api.v1 import pages, problems
from wasl.api.v1.endpoints import Endpoint, served
from wasl.api.v1.table import by_path
from wasl.web.doors import keeps_raw_input, public

app_name = "v1"


def _door(address: str, endpoints: Mapping[str, Endpoint]) -> URLPattern:
    """One address with all its methods; the mark names every scope that one of them asks."""

    def view(request: HttpRequest, **given: str) -> HttpResponseBase:
        return served(endpoints, request, given)

    scopes = " ".join(dict.fromkeys(scope for one in endpoints.values() for scope in one.scopes))
    pattern = re.sub(r"\{(\w+)\}", r"<str:\1>", address)
    name = next(iter(endpoints.values())).name
    door: Any = for_programs(scopes)(keeps_raw_input(view))  # type: ignore[arg-type]
    placed: URLPattern = path(pattern, door, name=name)
    return placed


@public
def nothing(request: HttpRequest) -> HttpResponse:
    """No such address: said as a program expects it."""
    return problems.for_house(request, 404)


urlpatterns: list[URLPattern] = [
    path("openapi.json", pages.openapi, name="openapi"),
    path("docs", pages.docs, name="docs"),
    path("problems/<str:code>", pages.problem, name="problem"),
    *(_door(address, endpoints) for address, endpoints in by_path().items()),
    re_path(r"^", csrf_exempt(nothing), name="nothing"),
]
