"""A file of the map program turned into the rows of a configuration file, so that it goes the same way as any other."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify

from wasl.administration import registry, yaml_files
from wasl.administration.kinds.places import shape_text
from wasl.administration.registry import Document
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.core.text import clean_line, fold
from wasl.directory.models import Agency
from wasl.places import queries
from wasl.places.models import Wilayat
from wasl.places.shapes import BadShape, Feature, read_features

# What map programs call the names, in the order in which they are believed.
ARABIC = ("name_ar", "name:ar", "arabic", "ar", "الاسم", "اسم", "name")
ENGLISH = ("name_en", "name:en", "english", "en", "name")
WILAYAT = ("wilayat", "wilaya", "wilayat_code", "الولاية", "ولاية")


def as_yaml(content: bytes, *, agency: Agency, kind: str, source: str) -> str:
    """The polygons of a GeoJSON file as a configuration file of `areas` or `boundaries`. Raises BadShape."""
    features = read_features(content)
    documents = [_document(feature, number, kind, source) for number, feature in enumerate(features, start=1)]
    return yaml_files.written(code=agency.code, name=agency.name, rows=[(registry.kind_of(kind), documents)])


def _document(feature: Feature, number: int, kind: str, source: str) -> Document:
    wilayat = _wilayat(feature, number, is_line=kind == "boundaries")
    placed = {"wilayat": wilayat.code, "shape": shape_text(feature.geometry), "source": source}
    if kind == "boundaries":
        return {"code": wilayat.code, **placed}
    name = _name(feature.properties, number)
    latin = slugify(name.in_language("en")) or f"{number:03d}"
    return {"code": f"{wilayat.code.lower()}-{latin}"[:40].rstrip("-"), "name": dict(name), **placed}


def _name(properties: Mapping[str, Any], number: int) -> Localized:
    arabic, english = _first(properties, ARABIC), _first(properties, ENGLISH)
    if not arabic and not english:
        raise BadShape(
            t(
                "الشكل رقم {n} بلا اسم. أضف إليه حقل name_ar أو name.",
                "Shape number {n} has no name. Give it a property name_ar or name.",
                n=number,
            )
        )
    return Localized({"ar": arabic or english, "en": english or arabic})


def _wilayat(feature: Feature, number: int, *, is_line: bool) -> Wilayat:
    """The wilayat that a shape names, else (for an area) the one around its middle."""
    keys = (*WILAYAT, *ARABIC, *ENGLISH) if is_line else WILAYAT
    named = [fold(_first(feature.properties, (key,))) for key in keys]
    for one in filter(None, named):
        for wilayat in (row for governorate in queries.governorates() for row in queries.wilayats_of(governorate.code)):
            if one in {fold(wilayat.code), *(fold(name) for name in wilayat.name.values())}:
                return wilayat
    located = None if is_line else queries.locate(*_middle(feature.geometry))
    if located is None:
        raise BadShape(
            t(
                "لا تُعرف ولاية الشكل رقم {n}. أضف إليه حقل wilayat باسم الولاية.",
                "The wilayat of shape number {n} is unknown. Give it a property wilayat with the name.",
                n=number,
            )
        )
    return located.wilayat


def _middle(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """Latitude and longitude in the midst of the first ring."""
    ring = geometry["coordinates"][0][0]
    longitudes, latitudes = [lon for lon, _ in ring], [lat for _, lat in ring]
    return (min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2


def _first(properties: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    lower = {str(key).lower(): value for key, value in properties.items()}
    values = (lower.get(key) for key in keys)
    return next(
        (clean_line(str(value))[:120] for value in values if isinstance(value, str | int) and str(value).strip()), ""
    )
