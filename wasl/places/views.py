"""The boundaries for the map island."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_headers

from wasl.core.i18n import language
from wasl.places import queries
from wasl.web.doors import public


def _edition(request: HttpRequest) -> str:
    return f'"{queries.edition_token()}-{language()}"'


@public
@require_safe
@cache_control(public=True, max_age=86_400)
@vary_on_headers("Accept-Language", "Cookie")
@condition(etag_func=_edition)
def boundaries(request: HttpRequest) -> HttpResponse:
    """The governorates as GeoJSON, named in the language of the page."""
    return HttpResponse(queries.boundaries_geojson(), content_type="application/geo+json; charset=utf-8")
