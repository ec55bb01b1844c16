from collections.abc import Iterator

import pytest

from wasl.core import clock
from wasl.directory.tests.makers import SUNDAY_9AM


@pytest.fixture(autouse=True)
def _sunday_morning() -> Iterator[None]:
    """It is Sunday, 22 November 2026, nine in the morning."""
    with clock.frozen(SUNDAY_9AM):
        yield
