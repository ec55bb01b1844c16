"""What an agency begins with, and what its set-up page says is still missing."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from wasl.administration import exporting, operations, queries, registry
from wasl.administration.beginning import beginning
from wasl.administration.registry import Document
from wasl.administration.tests.makers import AT
from wasl.administration.yaml_files import written
from wasl.calendars import operations as calendars
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_agency
from wasl.sla import operations as sla

TODAY = date(2026, 11, 23)
CENTRE = {"code": "CENTRE", "name": {"ar": "المركز", "en": "Centre"}, "kind": "centre", "is_centre": True}
ROADS = {"code": "ROADS", "name": {"ar": "الطرق", "en": "Roads"}, "kind": "department", "is_centre": False}
READY: dict[str, list[Document]] = {
    "agencies": [{"code": "NEW", "hosts": ["new.example.om"], "is_default": False, "phone": "1111"}],
    "calendars": [{"code": "work", "is_default": True}],
    "policies": [{"code": "resolve", "clock": "resolve"}],
    "ladders": [{"code": "resolution"}],
    "units": [CENTRE, ROADS],
    "services": [{"code": "RD-POTHOLE", "unit": "ROADS"}],
    "roles": [
        {"code": "a", "role": "agent", "unit": "CENTRE"},
        {"code": "s", "role": "specialist", "unit": "ROADS"},
    ],
    "mail": [{"code": "care"}],
    "sms": [{"code": "sms"}],
    "holidays": [{"code": "h", "is_proposal": True, "on_from": "2027-03-20"}],
}


def missing(**changed: list[Document]) -> dict[str, bool]:
    """What is missing of a ready agency with these rows instead: kind -> whether it is needed."""
    return {step.kind: step.needed for step in beginning("NEW", READY | changed, TODAY).missing}


def test_an_agency_that_has_everything_misses_nothing() -> None:
    assert missing() == {}
    assert not beginning("NEW", READY, TODAY).cannot_begin


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"calendars": [{"code": "work", "is_default": True, "ended": True}]}, {"calendars": True}),
        ({"policies": [{"code": "accept", "clock": "accept"}]}, {"policies": True}),
        ({"ladders": []}, {"ladders": True}),
        ({"units": [CENTRE], "services": []}, {"units": True, "services": True}),
        ({"roles": READY["roles"][:1]}, {"roles": True}),  # nobody in the unit of the service
        ({"roles": READY["roles"][1:]}, {"roles": True}),  # nobody at the telephone
        ({"mail": []}, {"mail": False}),
        ({"agencies": [READY["agencies"][0] | {"hosts": []}]}, {"agencies": False}),
        ({"holidays": [READY["holidays"][0] | {"on_from": "2026-12-01"}]}, {"holidays": False}),
    ],
    ids=lambda value: "-".join(value),
)
def test_what_is_missing_is_named_and_whether_work_can_begin_without_it(
    changed: dict[str, Any], says: dict[str, bool]
) -> None:
    assert missing(**changed) == says


def test_units_with_services_and_nobody_in_them_are_called_by_name() -> None:
    with translation.override("en"):
        (step,) = beginning("NEW", READY | {"roles": READY["roles"][:1]}, TODAY).missing

        assert "Roads" in str(step.sentence)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["calendars", "policies"])
def test_the_usual_rows_that_an_older_agency_is_offered_are_those_with_which_a_new_one_begins(kind: str) -> None:
    older, new = make_agency("OLD"), make_agency("NEW")
    of = registry.kind_of(kind)
    offered = of.usual(older, AT)
    text = written(code=older.code, name=older.name, rows=[(of, offered)])

    operations.import_file(older, exporting.read_file(text), by=None, at=AT)
    calendars.load_starting_calendars(new, at=AT)
    sla.load_starting_policies(new, at=AT)

    assert said(kind, older) == said(kind, new) != {}
    assert of.usual(older, AT) == []


def said(kind: str, agency: Agency) -> dict[str, Document]:
    return queries.documents(registry.kind_of(kind), agency, AT)


@pytest.mark.django_db
def test_an_agency_founded_from_a_file_has_what_the_file_says_and_the_usual_of_what_it_leaves_out() -> None:
    text = """\
agency: NEW
agencies:
  - {code: NEW, letters: NW, name: {ar: بلدية, en: Town}, time_zone: Asia/Dubai, languages: [ar, en]}
policies:
  - {clock: resolve, amount: 4d}
"""
    operations.import_into("NEW", exporting.read_file(text), by=None, at=AT)

    new = Agency.objects.get(code="NEW")
    assert list(said("policies", new)) == ["resolve"]
    friday = [row for row in said("calendars", new)["work"]["hours"] if row["weekday"] == "4"]
    assert [(row["opens"], row["closes"]) for row in friday] == [("07:30", "12:00")]
    assert "resolution" in said("ladders", new)
