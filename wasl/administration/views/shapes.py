"""Boundaries from the map program: the file becomes rows, which are looked at and applied like those of any file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from wasl.administration import exporting, registry
from wasl.administration.geojson import as_yaml
from wasl.administration.views.files import LARGEST, look_or_apply
from wasl.administration.views.here import Here, here
from wasl.core.i18n import t
from wasl.core.text import clean_line
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.places.shapes import BadShape

SHAPED = ("areas", "boundaries")


@requires(Right.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def shapes(request: HttpRequest, agency: str) -> HttpResponse:
    """Choose a GeoJSON file and what its shapes are; then see what it would change."""
    place = here(request, agency)
    due = place.must_change(*(registry.kind_of(code) for code in SHAPED))
    if due is not None:
        return due
    if request.method != "POST":
        return _page(place)
    upload, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if upload is None or upload.size is None or upload.size > LARGEST or kind not in SHAPED:
        return _page(place, t("اختر ملف GeoJSON لا يتجاوز 4 م.بايت.", "Choose a GeoJSON file of 4 MB at most."))
    try:
        source = clean_line(request.POST.get("source", ""))[:200]
        text = as_yaml(upload.read(), agency=place.agency, kind=kind, source=source)
    except BadShape as refused:
        return _page(place, str(refused))
    return look_or_apply(place, exporting.read_file(text), text)


def _page(place: Here, fault: str = "") -> HttpResponse:
    kinds = [registry.kind_of(code) for code in SHAPED]
    context = place.context(kinds=kinds, chosen=place.request.POST.get("kind", "") or SHAPED[0], fault=fault)
    return render(place.request, "administration/shapes.html", context, status=422 if fault else 200)
