"""The hour of the daily digest is set like all configuration: with a reason, in one place, and it counts at once."""

import pytest

from wasl.administration.registry import Wrong
from wasl.administration.tests.makers import put
from wasl.alerts import queries
from wasl.alerts.models import DigestRule
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM


def test_an_administrator_sets_the_hour_and_switches_the_digest_off() -> None:
    agency, other = make_agency(), make_agency("HOU")
    assert (queries.digest_rule(agency).hour, queries.digest_rule(agency).is_on) == (7, True)

    put("digest", agency, at=AT, code="daily", hour=9, is_on=True)
    assert queries.digest_rule(agency).hour == 9
    put("digest", agency, at=AT, code="daily", hour=9, is_on=False)

    assert not queries.digest_rule(agency).is_on
    assert queries.digest_rule(other).hour == DigestRule.USUAL_HOUR


def test_an_hour_that_no_day_has_is_refused() -> None:
    with pytest.raises(Wrong):
        put("digest", make_agency(), at=AT, code="daily", hour=24, is_on=True)
