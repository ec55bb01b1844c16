from collections.abc import Iterator

import pytest

from wasl.api.open311.tests.makers import City, make_city
from wasl.core import clock
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM
from wasl.places import operations as places


@pytest.fixture(autouse=True)
def _sunday_morning() -> Iterator[None]:
    """It is Sunday, 22 November 2026, nine in the morning."""
    with clock.frozen(SUNDAY_9AM):
        yield


@pytest.fixture
def city(db: None) -> City:
    """One city alone in the house, in a country with places."""
    places.load_starting_places(at=LONG_AGO)
    return make_city()
