"""Reasons for a hold, through the engine: the six of the house, one more, one ended and taken back."""

from datetime import timedelta

import pytest

from wasl.administration.registry import Wrong
from wasl.administration.tests.makers import AT, end, put, row, undo
from wasl.cases import pending
from wasl.cases.operations import LastReason
from wasl.cases.tests.makers import make_working_agency
from wasl.directory.models import Agency

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


def test_an_agency_begins_with_the_six_of_the_house_and_names_its_own(agency: Agency) -> None:
    assert row("hold_reasons", agency, "study")["name"]["en"] == "Technical study"

    put("hold_reasons", agency, code="permit", name={"ar": "تصريح حفر", "en": "Digging permit"}, order=5)

    assert list(pending.reasons(agency.pk)) == ["permit", *pending.USUAL_REASONS]


def test_a_reason_ends_and_comes_back_as_it_was(agency: Agency) -> None:
    ended = end("hold_reasons", agency, "weather")
    assert "weather" not in pending.reasons(agency.pk)

    undo(agency, ended, at=AT + HOUR)

    assert pending.reasons(agency.pk) == dict(pending.USUAL_REASONS)


def test_the_last_reason_cannot_be_ended(agency: Agency) -> None:
    *others, last = pending.USUAL_REASONS
    for code in others:
        end("hold_reasons", agency, code)

    with pytest.raises((Wrong, LastReason)):
        end("hold_reasons", agency, last)
