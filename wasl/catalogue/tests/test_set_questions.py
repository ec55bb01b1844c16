"""Changing what a service asks: versions, validity, and forms that cannot be asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from wasl.catalogue import operations, queries
from wasl.catalogue.form_documents import BadForm, as_document, check, fresh_code, from_document
from wasl.catalogue.forms import Condition, Datatype, Question, Value
from wasl.catalogue.models import ServiceQuestion
from wasl.catalogue.starting_data import forms
from wasl.catalogue.tests.makers import load_catalogue, make_service
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM

HOUR = timedelta(hours=1)
ILL = Question("ill", both("هل مرض أحد؟", "Has anybody fallen ill?"), Datatype.YES_NO)
PLACE = Question("place_name", both("اسم المنشأة", "Name of the place"), required=True)


@pytest.mark.django_db
def test_a_changed_question_becomes_a_version_and_each_day_keeps_its_own_words() -> None:
    service = make_service()
    operations.set_questions(service, [ILL, PLACE], by=None, at=LONG_AGO)
    renamed = replace(PLACE, label=both("اسم المطعم أو المحل", "Name of the restaurant or shop"))

    operations.set_questions(service, [ILL, renamed], by=None, at=SUNDAY_9AM)

    assert queries.questions(service.pk, SUNDAY_9AM - HOUR) == [ILL, PLACE]
    assert queries.questions(service.pk, SUNDAY_9AM) == [ILL, renamed]
    versions = ServiceQuestion.objects.filter(code="place_name").order_by("version")
    assert [(one.version, one.valid_to) for one in versions] == [(1, SUNDAY_9AM), (2, None)]
    fact = EventRecord.objects.filter(kind="ServiceFormChanged").latest("pk")
    assert fact.data == {"service_id": service.pk, "added": [], "changed": ["place_name"], "ended": []}


@pytest.mark.django_db
def test_the_same_form_changes_nothing_and_a_missing_question_ends() -> None:
    service = make_service()
    operations.set_questions(service, [ILL, PLACE], by=None, at=LONG_AGO)
    facts = EventRecord.objects.count()

    operations.set_questions(service, [ILL, PLACE], by=None, at=SUNDAY_9AM - HOUR)
    assert EventRecord.objects.count() == facts
    operations.set_questions(service, [PLACE], by=None, at=SUNDAY_9AM)

    assert queries.questions(service.pk, SUNDAY_9AM) == [PLACE]
    assert ServiceQuestion.objects.get(code="ill").valid_to == SUNDAY_9AM


@pytest.mark.django_db
def test_the_starting_forms_are_given_once_and_never_over_an_agencys_own() -> None:
    agency = load_catalogue("MUN")["MUN"]
    operations.load_forms(agency, at=LONG_AGO)
    service = queries.service_by_code(agency, "HE-FOOD")
    operations.set_questions(service, [PLACE], by=None, at=SUNDAY_9AM - HOUR)

    operations.load_forms(agency, at=SUNDAY_9AM)

    assert queries.questions(service.pk, SUNDAY_9AM) == [PLACE]
    assert set(queries.forms(agency, SUNDAY_9AM)) == set(forms())


KEYS = (Value("a", both("أ", "A")), Value("b", both("ب", "B")))


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ([replace(ILL, code="Ill?")], 1),
        ([ILL, replace(PLACE, code="ill")], 2),
        ([replace(ILL, label=both("هل؟", ""))], 1),
        ([Question("it", both("هو", "It"), Datatype.ONE, values=KEYS[:1])], 1),
        ([Question("it", both("هو", "It"), Datatype.ONE, values=(*KEYS, KEYS[0]))], 1),
        ([Question("it", both("هو", "It"), Datatype.ONE, values=(*KEYS, Value("c d", both("ج", "C"))))], 1),
        ([replace(PLACE, condition=Condition("ill", ("yes",))), ILL], 1),
        ([ILL, replace(PLACE, condition=Condition("ill", ("perhaps",)))], 2),
        ([PLACE, replace(ILL, condition=Condition("place_name", ("x",)))], 2),
    ],
)
def test_a_form_that_cannot_be_asked_is_refused_at_its_question(form: list[Question], place: int) -> None:
    with pytest.raises(BadForm) as refusal:
        check(form)

    assert {number for number, _, _ in refusal.value.problems} == {place}


def test_a_question_survives_the_way_through_its_document() -> None:
    for form in forms().values():
        check(form)
        for question in form:
            assert from_document(as_document(question)) == question


def test_new_questions_get_a_code_of_their_english_words() -> None:
    assert fresh_code("Number on the pole", []) == "number_on_the_pole"
    assert fresh_code("رقم العمود", ["ill"]) == "q2"
    assert fresh_code("Ill", ["ill", "ill_2"]) == "ill_3"
