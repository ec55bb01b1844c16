"""Reasons for taking a case before its turn, through the engine: those of the house, one more, none for a person."""

from datetime import timedelta

import pytest

from wasl.administration.registry import Wrong
from wasl.administration.tests.makers import AT, end, put, row, undo
from wasl.cases import order
from wasl.cases.operations import NoSuchReason
from wasl.cases.tests.makers import make_working_agency
from wasl.directory.models import Agency

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


def test_an_agency_begins_with_those_of_the_house_and_names_its_own(agency: Agency) -> None:
    assert row("jump_reasons", agency, "safety")["name"]["en"] == "Public safety"

    tide = {"ar": "المد والجزر", "en": "The tide"}
    put("jump_reasons", agency, code="tide", name=tide, needs_words=True, order=5)

    assert list(order.reasons(agency.pk)) == ["tide", *order.USUAL_REASONS]
    assert order.reasons(agency.pk)["tide"].needs_words


def test_no_reason_is_about_who_somebody_is(agency: Agency) -> None:
    with pytest.raises((Wrong, NoSuchReason)):
        put("jump_reasons", agency, code="guest", name={"ar": "من كبار الشخصيات", "en": "A guest"}, order=5)

    assert "guest" not in order.reasons(agency.pk)


def test_a_reason_ends_and_comes_back_as_it_was(agency: Agency) -> None:
    ended = end("jump_reasons", agency, "training")
    assert "training" not in order.reasons(agency.pk)

    undo(agency, ended, at=AT + HOUR)

    assert list(order.reasons(agency.pk)) == list(order.USUAL_REASONS)


def test_the_last_reason_cannot_be_ended(agency: Agency) -> None:
    *others, last = order.USUAL_REASONS
    for code in others:
        end("jump_reasons", agency, code)

    with pytest.raises((Wrong, NoSuchReason)):
        end("jump_reasons", agency, last)
