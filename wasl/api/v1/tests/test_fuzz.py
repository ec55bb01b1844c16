"""Thousands of requests made up from the document, good ones and bad ones: none finds a fault of ours or a promise of
the document that is not kept.

The program acts for a supervisor with every scope. Where a good request names a case it is given one that exists, in
the version it has, so that the acts themselves are reached.
"""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from wasl.api.v1.document import document
from wasl.api.v1.table import ENDPOINTS
from wasl.api.v1.tests.makers import EVERYTHING, make_program
from wasl.cases.models import Case
from wasl.cases.tests.makers import accepted_case, make_case, make_working_agency, resolved_case
from wasl.core import clock, files
from wasl.core.tests.makers import picture
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_unit
from wasl.partners.models import Scope
from wasl.places import operations as places

pytestmark = pytest.mark.django_db

# What fits the shape and still means nothing here (422), or was read before somebody else acted (412), is told so: no
# shape can say which codes a city has.
CHECKS = {
    "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "401", "403", "404", "409", "412", "422"]},
    "negative_data_rejection": {"expected-statuses": ["400", "401", "403", "404", "405", "413", "415", "422", "428"]},
    "missing_required_header": {"expected-statuses": ["401", "428"]},
}
# So many of each; WASL_FUZZ=20 makes it twenty times as many.
TIMES = int(os.environ.get("WASL_FUZZ", "1"))
EXAMPLES = {GenerationMode.POSITIVE: 10 * TIMES, GenerationMode.NEGATIVE: 6 * TIMES}


@dataclass
class House:
    """One house for all requests of this file, with the document of its interface."""

    interface: Any
    secret: str
    cases: Iterator[Case]

    def give(self, request: Any) -> None:
        """Put an existing case, and its version, into a good request."""
        if request.meta.generation.mode != GenerationMode.POSITIVE:
            return
        case = next(self.cases)
        # No address holds a NUL: the house refuses it at the door, before anybody reads what it asks.
        for names in (request.path_parameters, request.query):
            names |= {name: value.replace("\0", " ") for name, value in names.items() if isinstance(value, str)}
        if "reference" in request.path_parameters:
            request.path_parameters["reference"] = case.reference
        if "If-Match" in request.headers:
            version = Case.objects.values_list("version", flat=True).get(pk=case.pk)
            request.headers["If-Match"] = f'"v{version}"'


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Made once, in a transaction that is thrown away at the end; every request runs within it."""
    from django.test import override_settings

    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    home, now = tmp_path_factory.mktemp("house"), SUNDAY_9AM + timedelta(days=1)
    with django_db_blocker.unblock(), override_settings(WASL_HOME=home), clock.frozen(now), transaction.atomic():
        yield _build()
        transaction.set_rollback(True)
    for end in ends:
        end.connect(close_old_connections)


def _build() -> House:
    places.load_starting_places(at=SUNDAY_9AM - timedelta(days=900))
    agency, made = make_working_agency(), []
    noora = make_noora(make_unit("ROADS", agency=agency))
    for number in range(4):
        at = SUNDAY_9AM + timedelta(minutes=number)
        photo = files.store(picture(), agency_id=agency.pk, name="a.jpg", at=at)
        made += [make_case(at=at, files=[photo]), accepted_case(by=noora, at=at), resolved_case(by=noora, at=at)]
    program = make_program(
        agency, user=make_huda(make_unit("ROADS", agency=agency)), scopes=[*EVERYTHING, Scope.PERSONAL_READ]
    )
    config = SchemathesisConfig.from_dict({"seed": 311, "checks": CHECKS})
    interface = schemathesis.openapi.from_dict(document("en", "http://localhost"), config=config)
    interface.app = get_wsgi_application()
    return House(interface, program.secret, itertools.cycle(made))


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", [one.name for one in ENDPOINTS])
def test_no_request_finds_a_fault_or_a_broken_promise(house: House, name: str, mode: GenerationMode) -> None:
    operation = house.interface.find_operation_by_id(name)

    @given(request=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES[mode],
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def tried(request: Any) -> None:
        house.give(request)
        request.call_and_validate(headers={"Authorization": f"Bearer {house.secret}"})

    tried()
