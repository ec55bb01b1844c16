from collections.abc import Iterator
from uuid import uuid4

import pytest

from wasl.core import limits


@pytest.fixture(autouse=True)
def _own_counts(db: None) -> Iterator[None]:
    """The counts of one test are not met by the next: they are kept outside its transaction."""
    limits.start_afresh(uuid4().hex)
    yield
    limits.start_afresh("")
