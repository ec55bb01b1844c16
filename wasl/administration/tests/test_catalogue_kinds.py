"""Services, their questions, routes, promises and weights, through the engine: what an administrator does by hand."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from wasl.administration import operations, queries, registry
from wasl.administration.registry import Wrong
from wasl.administration.tests.makers import AT, end, put, row, undo
from wasl.administration.tests.town import make_town
from wasl.administration.values import clean, sketch
from wasl.cases.tests.makers import make_case
from wasl.catalogue import operations as catalogue
from wasl.catalogue import queries as catalogue_queries
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person, make_unit, sign_in
from wasl.places.models import Wilayat
from wasl.routing import operations as routing
from wasl.routing import queries as routing_queries
from wasl.sla import queries as sla

pytestmark = pytest.mark.django_db
KINDS = ("categories", "services", "synonyms", "forms", "routing", "importance", "importance_bands", "policies")
BULKY = {
    "code": "CL-TREE",
    "name": {"ar": "قص شجرة", "en": "Cut a tree"},
    "category": "C1",
    "keywords": ["شجرة طايحة", "نخلة مايلة"],
    "unit": "ROADS",
    "acknowledge": "4h",
    "resolve": "3d",
    "needs_location": True,
}
QUESTIONS: list[dict[str, Any]] = [
    {
        "label": {"ar": "ما نوعها؟", "en": "What kind is it"},
        "datatype": "singlevaluelist",
        "required": True,
        "values": [{"label": {"ar": "نخلة", "en": "Palm"}}, {"label": {"ar": "غيرها", "en": "Other"}, "key": "else"}],
    },
    {"label": {"ar": "ما هي؟", "en": "Which"}, "only_if": "what_kind_is_it", "only_if_values": ["else"]},
    {"label": {"ar": "ارتفاعها", "en": "Height"}, "datatype": "number", "least": 1, "most": 30},
]


@pytest.fixture
def agency() -> Agency:
    return make_town()


@pytest.mark.parametrize("code", KINDS)
def test_every_row_passes_its_own_form_unchanged(agency: Agency, code: str) -> None:
    kind = registry.kind_of(code)
    routing.load_rules({}, at=LONG_AGO)
    routing.add_rule(agency, unit=make_unit("LIGHT", agency=agency), kind="praise", by=None, at=LONG_AGO)
    catalogue.add_synonyms(agency, ["زنقور", "حفرة"], at=LONG_AGO)
    put("services", agency, **BULKY)
    put("forms", agency, service="CL-TREE", questions=QUESTIONS)

    rows = queries.documents(kind, agency, AT)

    assert rows
    for document in rows.values():
        given = {name: value for name, value in document.items() if name not in ("code", "ended")}
        again = kind.normalise(agency, document, clean(kind, given, agency, before=document), AT)
        kind.check(agency, document, again, AT)
        assert {one.code: again[one.code] for one in kind.fields if not one.computed} == {
            one.code: document[one.code] for one in kind.fields if not one.computed
        }


def test_a_new_service_is_found_by_the_words_people_use_and_ends_with_all_that_speaks_of_it(agency: Agency) -> None:
    put("services", agency, **BULKY)
    put("forms", agency, service="CL-TREE", questions=QUESTIONS)
    put("routing", agency, service="CL-TREE", unit="LIGHT")
    put("policies", agency, clock="first_answer", service="CL-TREE", amount="2h")
    service = catalogue_queries.service_by_code(agency, "CL-TREE")
    make_case(agency=agency, service=service, at=AT)
    assert catalogue_queries.find_services(agency, "نخله مايله", at=AT)[0].service.code == "CL-TREE"
    uses = {use.text: use.count for use in queries.uses(registry.kind_of("services"), agency, "CL-TREE", AT)}

    end("services", agency, "CL-TREE", at=AT + timedelta(hours=1))

    later = AT + timedelta(hours=1)
    assert {str(text): count for text, count in uses.items()}["طلبات مفتوحة"] == 1
    assert len(uses) == 4
    assert row("services", agency, "CL-TREE", later)["ended"]
    assert routing_queries.rules_of(agency, later) == []
    assert catalogue_queries.questions(service.pk, later) == []
    assert "first_answer+s.CL-TREE" not in {
        code
        for code, one in queries.documents(registry.kind_of("policies"), agency, later).items()
        if "ended" not in one
    }


def test_codes_of_questions_and_choices_are_made_of_their_english_words(agency: Agency) -> None:
    put("services", agency, **BULKY)

    put("forms", agency, service="CL-TREE", questions=QUESTIONS)

    service = catalogue_queries.service_by_code(agency, "CL-TREE")
    asked = catalogue_queries.questions(service.pk, AT)
    assert [one.code for one in asked] == ["what_kind_is_it", "which", "height"]
    assert [value.key for value in asked[0].values] == ["palm", "else"]
    assert asked[1].condition is not None
    assert asked[1].condition.values == ("else",)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"only_if": "height"}, "questions.1.only_if"),
        ({"label": {"ar": "ما هي؟"}}, "questions.1.label"),
        ({"code": "what_kind_is_it"}, "questions.1.code"),
    ],
)
def test_a_form_that_cannot_be_asked_is_refused_at_its_place(
    agency: Agency, change: dict[str, Any], place: str
) -> None:
    put("services", agency, **BULKY)
    wrong = [QUESTIONS[0], {**QUESTIONS[1], **change}, QUESTIONS[2]]

    with pytest.raises(Wrong) as refusal:
        put("forms", agency, service="CL-TREE", questions=wrong)

    assert place in refusal.value.sentences


def test_taking_a_form_back_brings_its_questions_back(agency: Agency) -> None:
    put("services", agency, **BULKY)
    put("forms", agency, service="CL-TREE", questions=QUESTIONS)
    service = catalogue_queries.service_by_code(agency, "CL-TREE")
    before = catalogue_queries.questions(service.pk, AT)
    changes = put("forms", agency, service="CL-TREE", questions=QUESTIONS[2:], at=AT + timedelta(hours=1))

    undo(agency, changes, at=AT + timedelta(hours=2))

    assert catalogue_queries.questions(service.pk, AT + timedelta(hours=3)) == before


def test_the_review_of_a_route_counts_the_cases_that_would_have_gone_elsewhere(agency: Agency) -> None:
    service = catalogue_queries.service_by_code(agency, "RD-POTHOLE")
    for days in (1, 2, 120):
        make_case(agency=agency, service=service, at=AT - timedelta(days=days))
    kind = registry.kind_of("routing")
    document = clean(kind, {"service": "RD-POTHOLE", "unit": "LIGHT"}, agency)

    panel = kind.preview(agency, None, document, AT)

    assert panel is not None
    assert [(str(one.before), str(one.after), one.count) for one in (panel.context or {})["shifts"]] == [
        ("وحدة ROADS", "وحدة LIGHT", 2)
    ]
    assert routing_queries.rules_of(agency, AT) == []


def test_a_route_may_not_say_the_same_thing_twice(agency: Agency) -> None:
    with pytest.raises(Wrong) as refusal:
        put("routing", agency, service="RD-POTHOLE", kind="report", unit="LIGHT")

    assert list(refusal.value.sentences) == ["kind"]


def test_a_changed_route_ends_the_old_one_and_a_returned_one_is_the_same_row(agency: Agency) -> None:
    wilayat = Wilayat.objects.first()
    assert wilayat is not None
    put("routing", agency, service="RD-POTHOLE", wilayat=wilayat.code, unit="LIGHT")
    code = f"s.RD-POTHOLE+w.{wilayat.code}"

    put("routing", agency, service="RD-POTHOLE", wilayat=wilayat.code, unit="ROADS", at=AT + timedelta(hours=1))

    assert row("routing", agency, code, AT + timedelta(hours=2))["unit"] == "ROADS"
    assert [one.unit.code for one in routing_queries.rules_of(agency, AT + timedelta(hours=2))] == ["ROADS"]


def test_a_promise_is_written_as_people_write_it_and_holds_for_new_cases(agency: Agency) -> None:
    put("policies", agency, clock="resolve", kind="inquiry", amount="24h", always_open=True)

    (told,) = [
        one
        for one in sla.terms(agency_id=agency.pk, service_id=None, kind="inquiry", importance="P3", at=AT)
        if one.clock == "resolve"
    ]

    assert (told.amount_minutes, told.always_open) == (24 * 60, True)
    panel = registry.kind_of("policies").preview(agency, None, row("policies", agency, "resolve+k.inquiry"), AT)
    assert panel is not None
    assert "الثلاثاء 24 نوفمبر" in panel.lines[0] or "غد" in panel.lines[0]


def test_a_graver_level_cannot_weigh_less_and_classes_keep_their_order(agency: Agency) -> None:
    with pytest.raises(Wrong):
        put("importance", agency, criterion="danger", level=3, points=5)
    with pytest.raises(Wrong):
        put("importance_bands", agency, importance="P2", points=90)

    put("importance", agency, criterion="danger", level=2, points=40)

    assert routing_queries.matrix(agency, AT).points_for("danger", 2) == 40


def test_the_review_of_a_weight_counts_the_classes_it_would_change(agency: Agency) -> None:
    make_case(agency=agency, at=AT - timedelta(days=1), facts={"danger": 1})
    kind = registry.kind_of("importance")
    document = {**row("importance", agency, "danger-1"), "points": 30}

    panel = kind.preview(agency, row("importance", agency, "danger-1"), document, AT)

    assert panel is not None
    with translation.override("en"):
        assert [(str(one.before), str(one.after), one.count) for one in (panel.context or {})["shifts"]] == [
            ("Urgent", "Critical", 1)
        ]


def test_a_group_with_services_hands_them_to_a_successor(agency: Agency) -> None:
    put("categories", agency, code="C7", name={"ar": "حدائق", "en": "Parks"}, order=7)
    with pytest.raises(operations.StillNeeded):
        end("categories", agency, "C1")

    end("categories", agency, "C1", successor="C7")

    assert row("services", agency, "RD-POTHOLE")["category"] == "C7"
    assert row("categories", agency, "C1")["ended"]


def test_words_alike_are_found_until_they_end(agency: Agency) -> None:
    put("synonyms", agency, word="زنقور", same=["حفرة"])
    found = catalogue_queries.find_services(agency, "زنقور", at=AT)

    end("synonyms", agency, "زنقور", at=AT + timedelta(hours=1))

    assert found[0].service.code == "RD-POTHOLE"
    assert catalogue_queries.find_services(agency, "زنقور", at=AT) == []


def test_the_live_preview_shows_what_is_typed_and_keeps_nothing(agency: Agency) -> None:
    badr = Client()
    sign_in(badr, make_person("administrator"))
    typed = {
        "f.service": "RD-POTHOLE",
        "f.questions.0.label.ar": "كم عمقها؟",
        "f.questions.0.label.en": "How deep?",
        "f.questions.0.datatype": "number",
    }

    with clock.frozen(SUNDAY_9AM):
        page = badr.post(f"/admin/{agency.code}/form-preview", typed).content.decode()

    assert "كم عمقها؟" in page
    assert "How deep?" in page
    assert 'inputmode="decimal"' in page
    assert catalogue_queries.forms(agency, AT) == {}


def test_a_form_with_mistakes_comes_back_as_it_was_typed(agency: Agency) -> None:
    badr = Client()
    sign_in(badr, make_person("administrator"))
    questions = {
        "f.service": "RD-POTHOLE",
        "f.questions.0.label.ar": "كم عمقها؟",
        "f.questions.0.datatype": "number",
        "f.questions.0.least": "عشرة",
    }
    words = {"f.code": "CL-NEW", "f.keywords": "طاحت نخلة\r\nشجرة طايحة", "f.resolve": "قريباً"}

    with clock.frozen(SUNDAY_9AM):
        asked = badr.post(f"/admin/{agency.code}/forms/new", {**questions, "step": "review", "seen": ""})
        service = badr.post(f"/admin/{agency.code}/services/new", {**words, "step": "review", "seen": ""})

    assert (asked.status_code, service.status_code) == (422, 422)
    assert 'value="عشرة"' in asked.content.decode()
    assert re.search(r">\s*طاحت نخلة\s*شجرة طايحة\s*</textarea>", service.content.decode())


@pytest.mark.parametrize(
    ("typed", "kept"), [("٣ أيام", "3d"), ("4 ساعات", "4h"), ("30m", "30m"), ("1 working", ""), ("ثلاثة", "")]
)
def test_lengths_are_typed_in_words_too(agency: Agency, typed: str, kept: str) -> None:
    of = registry.kind_of("services")

    assert sketch(of, {"resolve": typed}, agency)["resolve"] == kept
