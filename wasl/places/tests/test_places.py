"""The country's places: loaded, listed, found again from a point, drawn on the map."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import make_agency
from wasl.places import operations, queries, starting_data, views
from wasl.places.models import Area, Governorate, Wilayat
from wasl.places.shapes import BadShape, read_features
from wasl.web.doors import door_of

AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def country() -> None:
    operations.load_starting_places(at=AT)


@pytest.mark.usefixtures("country")
def test_the_country_has_eleven_governorates_and_sixty_three_wilayats() -> None:
    tree = queries.place_tree("ar")

    assert len(tree) == 11
    assert sum(len(wilayats) for _, wilayats in tree) == 63
    muscat, wilayats = tree[0]
    assert muscat == "مسقط"
    assert [wilayat.code[-3:] for wilayat in wilayats] == ["MCT", "MTR", "BSH", "SEB", "AMR", "QUR"]
    assert queries.place_tree("en")[1][0] == "Dhofar"


def test_loading_twice_changes_nothing_and_corrects_what_was_changed() -> None:
    operations.load_starting_places(at=AT)
    numbers = set(Wilayat.objects.values_list("pk", flat=True))
    Governorate.objects.filter(code="OM-ZU").update(name=both("خطأ", "Wrong"))
    Wilayat.objects.filter(code="OM-MA-SEB").update(lat=Decimal("23.5"), centre_is_approximate=False)

    operations.load_starting_places(at=AT)

    assert set(Wilayat.objects.values_list("pk", flat=True)) == numbers
    assert Governorate.objects.get(code="OM-ZU").name["ar"] == "ظفار"
    assert Wilayat.objects.get(code="OM-MA-SEB").lat == Decimal("23.5")
    assert Area.objects.count() == len(starting_data.areas())


@pytest.mark.usefixtures("country")
def test_every_town_lies_in_its_own_wilayat() -> None:
    for wilayat in Wilayat.objects.select_related("governorate"):
        located = queries.locate(wilayat.lat, wilayat.lon)

        assert located is not None, wilayat.code
        assert (located.wilayat.code, located.governorate) == (wilayat.code, wilayat.governorate)
        assert located.approximate


@pytest.mark.usefixtures("country")
@pytest.mark.parametrize(
    ("lat", "lon", "governorate", "wilayat"),
    [
        (23.595, 58.545, "OM-MA", "OM-MA-MTR"),  # Ruwi
        (23.598, 58.437, "OM-MA", "OM-MA-BSH"),  # Al Khuwair
        (23.610, 58.180, "OM-MA", "OM-MA-SEB"),  # Al Khoud
        (23.700, 58.180, "OM-MA", "OM-MA-SEB"),  # on the water before Seeb: coarse lines end there
        (17.060, 54.150, "OM-ZU", "OM-ZU-SLL"),
        (22.870, 57.540, "OM-DA", "OM-DA-NIZ"),
        (22.110, 57.000, "OM-DA", "OM-DA-ADM"),
    ],
)
def test_known_points_are_found(lat: float, lon: float, governorate: str, wilayat: str) -> None:
    located = queries.locate(lat, lon)

    assert located is not None
    assert (located.governorate.code, located.wilayat.code) == (governorate, wilayat)


@pytest.mark.usefixtures("country")
@pytest.mark.parametrize(
    ("lat", "lon"), [(24.45, 54.38), (24.71, 46.67), (23.9, 59.6), (0, 0), (58.4, 23.6), (90, 180)]
)
def test_points_outside_the_country_are_nowhere(lat: float, lon: float) -> None:
    assert queries.locate(lat, lon) is None


def test_without_places_nothing_is_found_and_nothing_breaks() -> None:
    assert queries.locate(23.6, 58.4) is None
    assert queries.place_tree() == []
    assert queries.wilayat_by_code("OM-MA-SEB") is None


@pytest.mark.usefixtures("country")
def test_wilayats_are_found_by_code_and_know_their_governorate() -> None:
    seeb = queries.wilayat_by_code("OM-MA-SEB")

    assert seeb is not None
    assert (str(seeb), seeb.governorate.code) == ("السيب", "OM-MA")
    assert queries.wilayat_by_code("OM-XX-XXX") is None
    assert len(queries.wilayats_of("OM-MA")) == 6
    assert queries.wilayats_of("OM-XX") == []


@pytest.mark.usefixtures("country")
def test_after_the_first_question_one_statement_is_enough() -> None:
    queries.place_tree()

    with CaptureQueriesContext(
        connection,
    ) as captured:
        queries.place_tree()
    with CaptureQueriesContext(connection) as captured_point:
        queries.locate(23.6, 58.4)

    assert len(captured) == len(captured_point) == 1


@pytest.mark.usefixtures("country")
def test_a_change_is_seen_by_a_process_that_kept_the_country() -> None:
    assert queries.place_tree("en")[0][0] == "Muscat"

    Governorate.objects.filter(code="OM-ZU").update(order=0, name=both("ظفار", "Dhofar!"))
    Governorate.objects.filter(code="OM-MA").update(order=1)
    assert queries.place_tree("en")[0][0] == "Dhofar!"

    operations.load_starting_places(at=AT)
    assert queries.place_tree("en")[0][0] == "Muscat"


@pytest.mark.usefixtures("country")
def test_an_agency_adds_areas_that_only_it_offers() -> None:
    seeb = queries.wilayat_by_code("OM-MA-SEB")
    assert seeb is not None
    municipality, ministry = make_agency(), make_agency("HOU")

    area = operations.add_area(municipality, wilayat=seeb, name=both("المنومة ", "Al Manumah"), at=AT)
    again = operations.add_area(municipality, wilayat=seeb, name=both("المنومة", "Al Manumah"), at=AT)

    assert area == again
    assert area in queries.areas_of(seeb, agency=municipality)
    assert area not in queries.areas_of(seeb, agency=ministry)
    assert area not in queries.areas_of(seeb)
    assert len(queries.areas_of(seeb)) == 7
    assert EventRecord.objects.filter(kind="AreaAdded", agency_id=municipality.pk).count() == 1


@pytest.mark.usefixtures("country")
def test_the_boundaries_are_small_valid_and_named_in_the_language_of_the_page() -> None:
    arabic, english = queries.boundaries_geojson("ar"), queries.boundaries_geojson("en")

    assert max(len(arabic.encode()), len(english.encode())) <= 30_000
    collection = json.loads(arabic)
    assert [feature["properties"]["code"] for feature in collection["features"]][:2] == ["OM-MA", "OM-ZU"]
    assert len(collection["features"]) == 11
    assert {feature["properties"]["name"] for feature in collection["features"]} >= {"مسقط", "شمال الباطنة"}
    assert "North Al Batinah" in english
    for feature in collection["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert len(ring) >= 4
                assert all(51 < lon < 60 and 16 < lat < 27 for lon, lat in ring)


def test_the_two_batinahs_and_the_two_sharqiyahs_are_not_mixed_up() -> None:
    shapes = starting_data.shapes()

    def southmost(code: str) -> float:
        return min(lat for polygon in shapes[code]["coordinates"] for ring in polygon for _, lat in ring)

    assert len({json.dumps(shape) for shape in shapes.values()}) == 11
    assert southmost("OM-BS") > southmost("OM-BJ")
    assert southmost("OM-SS") > southmost("OM-SJ")


@pytest.mark.usefixtures("country")
def test_the_boundaries_are_for_everybody_and_kept_by_browsers_until_they_change() -> None:
    request = RequestFactory().get("/places/boundaries.json")
    first = views.boundaries(request)

    assert first.status_code == 200
    assert first["Content-Type"].startswith("application/geo+json")
    assert "max-age=86400" in first["Cache-Control"]
    assert {"accept-language", "cookie"} <= {name.strip().lower() for name in first["Vary"].split(",")}
    again = RequestFactory().get("/places/boundaries.json", headers={"If-None-Match": first["ETag"]})
    assert views.boundaries(again).status_code == 304
    with translation.override("en"):
        assert views.boundaries(again).status_code == 200
    operations.load_starting_places(at=AT)
    assert views.boundaries(again).status_code == 200


@pytest.mark.usefixtures("country")
def test_the_door_is_marked_public() -> None:
    door = door_of(views.boundaries)

    assert door is not None
    assert door.kind == "public"
    assert Client().get("/places/boundaries.json").status_code == 200


def test_the_command_loads_the_places() -> None:
    out = StringIO()

    call_command("load_places", stdout=out)

    assert "11 governorates, 63 wilayats" in out.getvalue()


CORNERS = [[58.40, 23.58], [58.44, 23.58], [58.44, 23.62], [58.40, 23.62], [58.40, 23.58]]
SQUARE = {"type": "Polygon", "coordinates": [CORNERS]}


def test_a_quarter_that_an_agency_drew_decides_for_that_agency_alone() -> None:
    mun, other = make_agency("MUN"), make_agency("OTH")
    operations.load_starting_places(at=AT)
    coarse = queries.locate(23.60, 58.42)
    assert coarse is not None
    seeb = next(row for row in queries.wilayats_of(coarse.governorate.code) if row.code != coarse.wilayat.code)
    quarter = operations.add_area(mun, wilayat=seeb, name=both("حي الوفاء", "Al Wafa"), shape=SQUARE, at=AT)

    mine, theirs = (queries.locate(23.60, 58.42, agency_id=agency.pk) for agency in (mun, other))
    assert mine is not None
    assert theirs is not None
    assert (mine.area, mine.wilayat.code, mine.approximate) == (quarter, seeb.code, False)
    assert (theirs.area, theirs.approximate) == (None, True)

    operations.end_area(quarter, at=AT)
    after = queries.locate(23.60, 58.42, agency_id=mun.pk)
    assert after is not None
    assert after.area is None
    assert quarter not in queries.areas_of(seeb, agency=mun)


def test_a_line_of_a_wilayat_decides_until_it_is_taken_back() -> None:
    agency = make_agency("MUN")
    operations.load_starting_places(at=AT)
    coarse = queries.locate(23.60, 58.42)
    assert coarse is not None
    other = next(row for row in queries.wilayats_of(coarse.governorate.code) if row.code != coarse.wilayat.code)
    operations.set_boundary(agency, wilayat=other, shape=SQUARE, at=AT)
    drawn = queries.locate(23.60, 58.42, agency_id=agency.pk)
    operations.set_boundary(agency, wilayat=other, shape=None, at=AT)
    after = queries.locate(23.60, 58.42, agency_id=agency.pk)

    assert drawn is not None
    assert after is not None
    assert (drawn.wilayat.code, drawn.approximate) == (other.code, False)
    assert after.wilayat.code == coarse.wilayat.code


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not json", "GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "polygons"),
        (b'{"type": "Point", "coordinates": [58, 23]}', "Point"),
        (b'{"type": "Polygon", "coordinates": [[[58, 23], [59, 23], [58, 23]]]}', "ring"),
        (b'{"type": "Polygon", "coordinates": [[[23, 58], [23, 59], [24, 59], [23, 58]]]}', "degrees"),
        (b'{"type": "Polygon", "coordinates": [[["x", 58], [23, 59], [24, 59], [23, 58]]]}', "numbers"),
        (b'{"type": "Polygon", "crs": {"properties": {"name": "EPSG:32640"}}, "coordinates": []}', "degrees"),
    ],
)
def test_a_file_that_is_no_map_is_refused_with_what_to_mend(content: bytes, says: str) -> None:
    with translation.override("en"), pytest.raises(BadShape, match=says):
        read_features(content)


def test_a_file_of_the_map_program_gives_its_shapes_with_their_names() -> None:
    content = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {"name": "الخوض"}, "geometry": SQUARE}],
        }
    ).encode("utf-8-sig")

    [feature] = read_features(content)

    assert feature.properties["name"] == "الخوض"
    assert feature.geometry["type"] == "MultiPolygon"
