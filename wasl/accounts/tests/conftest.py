from collections.abc import Iterator
from uuid import uuid4

import pytest

from wasl.accounts.hashing import StaffHasher
from wasl.core import limits


@pytest.fixture(autouse=True)
def _own_counts(db: None) -> Iterator[None]:
    """The counts of one test are not met by the next: they are kept outside its transaction."""
    limits.start_afresh(uuid4().hex)
    yield
    limits.start_afresh("")


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many guesses are made here; what each costs is chosen in `hashing` and counted, not felt."""
    monkeypatch.setattr(StaffHasher, "time_cost", 1)
    monkeypatch.setattr(StaffHasher, "memory_cost", 8)
