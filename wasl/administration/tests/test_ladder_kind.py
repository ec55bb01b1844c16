"""Ladders through the engine: changed with a preview, refused with a sentence, ended."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation

from wasl.administration import registry
from wasl.administration.registry import Document, Wrong
from wasl.administration.tests.makers import AT, end, put, row
from wasl.cases.tests.makers import make_working_agency
from wasl.core import clock
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_person, make_unit, sign_in
from wasl.sla import ladders

pytestmark = pytest.mark.django_db

STEP = {"mark": 50, "level": 0, "whom": ["owner"], "at_any_hour": False}


@pytest.fixture
def agency() -> Agency:
    agency = make_working_agency()
    ladders.load_starting_ladders(agency, at=LONG_AGO)
    make_person("supervisor", directory.triage_unit(agency))
    make_unit("ROADS")
    return agency


def test_a_changed_ladder_holds_for_what_begins_from_then_on(agency: Agency) -> None:
    before = ladders.for_clock(agency.pk, "resolve", "P3", AT)
    steps = [{"mark": 100, "level": 2, "whom": ["supervisor"], "at_any_hour": True}]

    put("ladders", agency, **(row("ladders", agency, "resolution") | {"steps": steps}))

    after = ladders.for_clock(agency.pk, "resolve", "P3", AT)
    assert before is not None
    assert after is not None
    assert after.ladder_id != before.ladder_id
    assert [(step.mark, step.whom, step.quiet) for step in after.steps] == [(100, ("supervisor",), False)]
    assert ladders.ladder(agency.pk, before.ladder_id) is not None


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([STEP | {"mark": 80}, STEP], "goes down"),
        ([STEP, STEP], "Two steps"),
        ([STEP | {"whom": []}], "Nobody stands"),
        ([STEP], "skips everybody in “"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    agency: Agency, steps: list[dict[str, object]], says: str
) -> None:
    with translation.override("en"), pytest.raises(Wrong, match=says):
        put("ladders", agency, **(row("ladders", agency, "resolution") | {"steps": steps}))


def test_an_ended_ladder_lifts_nothing_that_begins_later(agency: Agency) -> None:
    end("ladders", agency, "rating")

    assert ladders.for_cause(agency.pk, "rating", "P3", AT) is None


def test_an_agency_without_ladders_is_offered_those_of_the_house_and_gets_them_when_it_says_so() -> None:
    agency = make_working_agency()
    badr = sign_in(Client(), make_person("administrator"))
    with clock.frozen(AT):
        page = badr.get(f"/admin/{agency.code}/ladders/").content.decode()
        shown = badr.post(f"/admin/{agency.code}/usual/ladders").content.decode()

    assert f"/admin/{agency.code}/usual/ladders" in page
    assert "سلّم الإنجاز" in shown
    assert ladders.ladders(agency.pk) == []  # only looked at so far
    ladders.load_starting_ladders(agency, at=AT)
    documents = {one["code"]: one for one in registry.kind_of("ladders").rows(agency, AT)}
    assert [documents[one["code"]] | {"name": dict(one["name"])} for one in _usual(AT)] == [
        one | {"name": dict(one["name"])} for one in documents.values()
    ]
    assert registry.kind_of("ladders").usual(agency, AT) == []


def _usual(at: datetime) -> list[Document]:
    return registry.kind_of("ladders").usual(make_working_agency("NEW"), at)


def test_an_agency_that_is_founded_begins_with_the_ladders_of_the_house() -> None:
    first = make_working_agency()
    name = {"ar": "بلدية جديدة", "en": "A new town"}

    put("agencies", first, code="NEW", letters="NW", name=name, time_zone="Asia/Muscat", languages=["ar", "en"])

    founded = Agency.objects.get(code="NEW")
    assert {one.code for one in ladders.ladders(founded.pk)} == {code for code, *_ in ladders.STARTING}
    assert ladders.ladders(first.pk) == []
