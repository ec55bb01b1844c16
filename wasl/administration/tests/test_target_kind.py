"""Targets of the figures, through the engine: set, changed, ended and taken back by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest

from wasl.administration.registry import Wrong
from wasl.administration.tests.makers import AT, end, put, undo
from wasl.analytics import queries
from wasl.cases.tests.makers import make_working_agency
from wasl.directory.models import Agency

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


def test_a_target_is_set_changed_ended_and_taken_back(agency: Agency) -> None:
    put("targets", agency, measure="completion_rate", value=95)
    assert queries.targets(agency.pk, at=AT) == {"completion_rate": 95}

    put("targets", agency, measure="completion_rate", value=97.5, at=AT + HOUR)
    assert queries.targets(agency.pk, at=AT + HOUR) == {"completion_rate": Decimal("97.5")}

    ended = end("targets", agency, "completion_rate", at=AT + 2 * HOUR)
    assert queries.targets(agency.pk, at=AT + 2 * HOUR) == {}
    undo(agency, ended, at=AT + 3 * HOUR)
    assert queries.targets(agency.pk, at=AT + 3 * HOUR) == {"completion_rate": Decimal("97.5")}


@pytest.mark.parametrize(("measure", "value"), [("completion_rate", 101), ("csat", 6), ("cycle_time", -1)])
def test_a_value_the_figure_cannot_have_is_refused(agency: Agency, measure: str, value: float) -> None:
    with pytest.raises(Wrong):
        put("targets", agency, measure=measure, value=value)
