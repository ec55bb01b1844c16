"""Places of an agency's own: villages and quarters, exact lines of wilayats."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from wasl.accounts.models import User
from wasl.administration.registry import Choice, Document, Field, Group, Kind, Type, Wrong, register
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency
from wasl.places import operations, queries
from wasl.places.models import Area, Wilayat
from wasl.places.shapes import BadShape, checked_shape


def wilayats_of_country(agency: Agency) -> list[Choice]:
    """The wilayats the agency answers for; all of the country when it names no governorate."""
    return [
        (wilayat.code, f"{wilayat.name} - {governorate.name}")
        for governorate in queries.governorates()
        if agency.answers_for(governorate.code)
        for wilayat in queries.wilayats_of(governorate.code)
    ]


def check_shape(text: str) -> None:
    """Raises BadShape, a ValueError, unless the text is a polygon in GeoJSON."""
    shape_of(text)


def shape_of(text: str) -> dict[str, Any] | None:
    """The geometry written in a field; None when it is empty. Raises BadShape."""
    if not text.strip():
        return None
    try:
        geometry = json.loads(text)
    except (ValueError, RecursionError):
        raise BadShape(t("هذا ليس GeoJSON مقروءاً.", "This is no readable GeoJSON.")) from None
    return checked_shape(geometry if isinstance(geometry, dict) else {})


def shape_text(shape: dict[str, Any] | None) -> str:
    """A geometry as a field and a YAML file hold it: one line."""
    return json.dumps(shape, separators=(",", ":")) if shape else ""


SHAPE = Field(
    "shape",
    t("الحدود (GeoJSON)", "Boundary (GeoJSON)"),
    Type.LONG_TEXT,
    hint=t(
        "مضلع بصيغة GeoJSON. الأسهل رفع ملف من برنامج الخرائط.",
        "A polygon in GeoJSON. Uploading a file of the map program is easier.",
    ),
    ltr=True,
    max_length=900_000,
    check=check_shape,
)
SOURCE = Field("source", t("المصدر", "Source"), max_length=200)


class _Placed(Kind):
    group = Group.TIME_AND_PLACE
    upload_url_name = "administration:shapes"

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        """Shapes in the one form in which they are kept."""
        return {**after, "shape": shape_text(shape_of(after["shape"]))}

    def wilayat(self, code: str) -> Wilayat:
        """Raises Wrong for a code the country has not."""
        found = queries.wilayat_by_code(code)
        if found is None:
            raise Wrong(
                {"wilayat": t("لا توجد ولاية بهذا الرمز: {code}", "No wilayat has this code: {code}", code=code)}
            )
        return found


class Areas(_Placed):
    code = "areas"
    title, singular = t("القرى والأحياء", "Villages and quarters"), t("منطقة", "area")
    sentence = t(
        "أسماء تضيفها الجهة إلى القائمة، وبحدودها يُعرف مكان البلاغ بدقة.",
        "Names the agency adds to the list; with a boundary the place of a report is known exactly.",
    )
    icon, order = "map-pin", 60
    refusals = (operations.AreaExists, BadShape)
    fields = (
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True),
        Field(
            "wilayat", t("الولاية", "Wilayat"), Type.CHOICE, required=True, in_list=True, choices=wilayats_of_country
        ),
        SHAPE,
        SOURCE,
    )

    def code_for(self, document: Document) -> str:
        if document.get("code"):
            return str(document["code"])
        name = Localized(document["name"])
        return f"{document['wilayat'].lower()}-{slugify(name.in_language('en'))}".rstrip("-")[:40]

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [
            {
                "code": area.known_as,
                "name": area.name,
                "wilayat": area.wilayat.code,
                "shape": shape_text(area.shape),
                "source": area.source,
                "ended": area.ended_at is not None,
            }
            for area in queries.own_areas(agency)
        ]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            operations.end_area(self._area(agency, (before or {})["code"]), by=by, at=at)
        elif before is None:
            operations.add_area(
                agency,
                code=self.code_for(after),
                wilayat=self.wilayat(after["wilayat"]),
                name=Localized(after["name"]),
                shape=shape_of(after["shape"]),
                source=after["source"],
                by=by,
                at=at,
            )
        else:
            operations.change_area(
                self._area(agency, before["code"]),
                wilayat=self.wilayat(after["wilayat"]),
                name=Localized(after["name"]),
                shape=shape_of(after["shape"]),
                source=after["source"],
                by=by,
                at=at,
            )

    def _area(self, agency: Agency, code: str) -> Area:
        return next(area for area in queries.own_areas(agency) if area.known_as == code)


class Boundaries(_Placed):
    code = "boundaries"
    title, singular = t("حدود الولايات", "Boundaries of wilayats"), t("حدود ولاية", "boundary")
    sentence = t(
        "خط الولاية الدقيق كما رسمته الجهة؛ دونه تُقدَّر الولاية من أقرب مدينة.",
        "The exact line of a wilayat as the agency drew it; without one the nearest town decides.",
    )
    icon, order = "map", 70
    refusals = (BadShape,)
    fields = (
        Field(
            "wilayat",
            t("الولاية", "Wilayat"),
            Type.CHOICE,
            required=True,
            fixed=True,
            in_list=True,
            choices=wilayats_of_country,
        ),
        replace(SHAPE, required=True),
        replace(SOURCE, in_list=True),
    )

    def code_for(self, document: Document) -> str:
        return str(document["wilayat"])

    def name_of(self, document: Document) -> str:
        found = queries.wilayat_by_code(document["wilayat"])
        return str(found.name) if found else document["wilayat"]

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [
            {
                "code": line.wilayat.code,
                "wilayat": line.wilayat.code,
                "shape": shape_text(line.shape),
                "source": line.source,
                "ended": line.ended_at is not None,
            }
            for line in queries.own_boundaries(agency)
        ]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        kept = after or before or {}
        operations.set_boundary(
            agency,
            wilayat=self.wilayat(kept["wilayat"]),
            shape=shape_of(after["shape"]) if after else None,
            source=kept["source"],
            by=by,
            at=at,
        )


for _kind in (Areas(), Boundaries()):
    register(_kind)
