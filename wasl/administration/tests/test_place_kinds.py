"""An agency's own places as configuration."""

import json

import pytest

from wasl.administration import exporting
from wasl.administration.geojson import as_yaml
from wasl.administration.kinds.places import Areas, Boundaries, check_shape
from wasl.administration.models import ConfigChange
from wasl.administration.operations import import_file
from wasl.administration.registry import Document, Kind, Wrong
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency
from wasl.places import operations, queries
from wasl.places.shapes import BadShape

AT = SUNDAY_9AM
CORNERS = [[58.4, 23.58], [58.44, 23.58], [58.44, 23.62], [58.4, 23.62], [58.4, 23.58]]
SHAPE = json.dumps({"type": "Polygon", "coordinates": [CORNERS]})
pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    operations.load_starting_places(at=AT)
    return make_agency("MUN")


def row(kind: Kind, agency: Agency, code: str) -> Document:
    return next(document for document in kind.rows(agency, AT) if document["code"] == code)


def test_a_quarter_is_added_changed_ended_and_comes_back_under_one_code(agency: Agency) -> None:
    kind = Areas()
    wilayat = queries.wilayats_of(queries.governorates()[0].code)[0]
    new = {
        "name": {"ar": "حي الوفاء", "en": "Al Wafa"},
        "wilayat": wilayat.code,
        "shape": SHAPE,
        "source": "Survey 2026",
    }
    kind.apply(agency, None, new, by=None, at=AT)
    [added] = kind.rows(agency, AT)
    renamed = {**added, "name": {"ar": "حي الوفاء الشمالي", "en": "North Wafa"}}
    kind.apply(agency, added, renamed, by=None, at=AT)
    kind.apply(agency, renamed, None, by=None, at=AT)
    ended = row(kind, agency, added["code"])
    kind.apply(agency, ended, renamed, by=None, at=AT)

    assert added["code"] == f"{wilayat.code.lower()}-al-wafa"
    assert ended["ended"]
    back = row(kind, agency, added["code"])
    assert (dict(back["name"]), back["ended"]) == (renamed["name"], False)
    located = queries.locate(23.6, 58.42, agency_id=agency.pk)
    assert located is not None
    assert located.area is not None


def test_two_quarters_of_one_name_in_a_wilayat_are_refused(agency: Agency) -> None:
    kind = Areas()
    code = queries.wilayats_of(queries.governorates()[0].code)[0].code
    for name in ("Al Wafa", "Al Nur"):
        document = {"name": {"ar": name, "en": name}, "wilayat": code, "shape": "", "source": ""}
        kind.apply(agency, None, document, by=None, at=AT)
    nur = row(kind, agency, f"{code.lower()}-al-nur")

    with pytest.raises(kind.refusals):
        kind.apply(agency, nur, {**nur, "name": {"ar": "Al Wafa", "en": "Al Wafa"}}, by=None, at=AT)


def test_a_line_is_drawn_and_taken_back(agency: Agency) -> None:
    kind = Boundaries()
    code = queries.wilayats_of(queries.governorates()[0].code)[0].code
    kind.apply(agency, None, {"wilayat": code, "shape": SHAPE, "source": ""}, by=None, at=AT)
    drawn = row(kind, agency, code)
    kind.apply(agency, drawn, None, by=None, at=AT)

    assert json.loads(drawn["shape"])["type"] == "MultiPolygon"
    assert row(kind, agency, code)["ended"]


def test_what_is_no_polygon_or_no_wilayat_is_refused_in_words(agency: Agency) -> None:
    with pytest.raises(ValueError, match="GeoJSON"):
        check_shape("{")
    with pytest.raises(Wrong):
        Boundaries().apply(agency, None, {"wilayat": "OM-XX", "shape": SHAPE, "source": ""}, by=None, at=AT)


def feature(**properties: str) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": json.loads(SHAPE)}


def file_of(*features: dict[str, object]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False).encode()


def bring_in(agency: Agency, text: str) -> list[ConfigChange]:
    return import_file(agency, exporting.read_file(text), by=None, at=AT)


def test_a_file_of_the_map_program_becomes_quarters_in_the_wilayat_around_them(agency: Agency) -> None:
    content = file_of(feature(name_ar="حي الوفاء", name_en="Al Wafa"), feature(NAME="حي النور", wilayat="السيب"))

    bring_in(agency, as_yaml(content, agency=agency, kind="areas", source="Survey 2026"))

    around = queries.locate(23.6, 58.42)
    rows = Areas().rows(agency, AT)
    assert around is not None
    assert [dict(row["name"])["ar"] for row in rows] == ["حي الوفاء", "حي النور"]
    assert rows[0]["wilayat"] == around.wilayat.code
    assert str(queries.wilayat_by_code(rows[1]["wilayat"]).name.in_language("ar")) == "السيب"  # type: ignore[union-attr]
    assert {row["source"] for row in rows} == {"Survey 2026"}


def test_the_same_file_again_changes_nothing(agency: Agency) -> None:
    text = as_yaml(file_of(feature(name="Al Wafa")), agency=agency, kind="areas", source="")
    bring_in(agency, text)

    assert bring_in(agency, text) == []


def test_a_line_needs_the_name_of_its_wilayat_and_an_area_any_name(agency: Agency) -> None:
    with pytest.raises(BadShape, match="1"):
        as_yaml(file_of(feature(name="Atlantis")), agency=agency, kind="boundaries", source="")
    with pytest.raises(BadShape, match="2"):
        as_yaml(file_of(feature(name="Al Wafa"), feature()), agency=agency, kind="areas", source="")
