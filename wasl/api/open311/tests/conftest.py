from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from wasl.api.open311.tests.makers import City, make_city
from wasl.core import clock
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM
from wasl.places import operations as places


@pytest.fixture(autouse=True)
def _sunday_morning() -> Iterator[None]:
    """It is Sunday, 22 November 2026, nine in the morning."""
    with clock.frozen(SUNDAY_9AM):
        yield


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: Any) -> Iterator[City]:
    """A city alone in its house, made once for a file in a transaction that is thrown away at its end."""
    with django_db_blocker.unblock(), clock.frozen(SUNDAY_9AM), transaction.atomic():
        places.load_starting_places(at=LONG_AGO)
        yield make_city()
        transaction.set_rollback(True)


@pytest.fixture
def city(founded: City, db: None) -> City:
    """The city, for a test that runs in a save point of its own."""
    return founded
