from collections.abc import Iterator

import pytest
from django.test import Client

from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.portal import figures
from wasl.portal.tests.makers import make_site


@pytest.fixture(autouse=True)
def _sunday_morning() -> Iterator[None]:
    """It is Sunday, 22 November 2026, nine in the morning."""
    figures.forget()
    with clock.frozen(SUNDAY_9AM):
        yield


@pytest.fixture
def site(db: None) -> Agency:
    """The municipality whose site it is."""
    return make_site()


@pytest.fixture
def citizen(site: Agency) -> Client:
    """A browser that knows nothing yet."""
    return Client()
