"""What one Wasl shows over Open311, another takes in: our own reader against our own running server."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from wasl.api.open311.tests.makers import make_city, sent
from wasl.cases.models import Case
from wasl.core import clock, http
from wasl.directory.tests.makers import make_agency
from wasl.transfer import importing, mapping
from wasl.transfer.failures import ErrorFile
from wasl.transfer.importing import Outcome, Wish
from wasl.transfer.open311 import Open311Source, Period

pytestmark = [pytest.mark.journey, pytest.mark.drill, pytest.mark.django_db(transaction=True)]


def test_the_requests_of_one_house_become_cases_of_another_agency_once(
    live_server: Any, settings: Any, tmp_path: Path
) -> None:
    settings.WASL_INSIDE = (http.Inside.read("127.0.0.0/8"),)
    city = make_city("MUN")
    numbers = {sent(city, first_name="Maryam", phone="92147705") for _ in range(7)}
    other = make_agency("HOU")

    def bring_in() -> Outcome:
        period = Period(clock.now() - timedelta(days=100), clock.now() + timedelta(minutes=1))
        plan, _ = mapping.load("open311")
        source = Open311Source(
            f"{live_server.url}/open311/v2", jurisdiction=city.agency.code, period=period, zone=other.zone, pace=0
        )
        errors = ErrorFile(tmp_path / "errors.jsonl", None, language="en")
        wish = Wish(other, plan, source, "muscat", source.address, "here", "", errors)
        return importing.bring_in(wish, lambda share, counts: None)

    first, second = bring_in(), bring_in()

    assert (first.counts.imported, first.counts.failed) == (len(numbers), 0), first.reasons
    assert (second.counts.imported, second.counts.known) == (0, len(numbers))
    cases = Case.objects.filter(agency=other)
    assert {case.answers[0]["value"] for case in cases} == numbers
    assert {str(case.service.name) for case in cases} == {str(city.service.name)}
    assert not cases.filter(beneficiary__isnull=False).exists()
