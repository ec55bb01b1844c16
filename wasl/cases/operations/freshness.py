"""For acts that add and never overwrite, where whoever asks still wants to be told of changes first."""

from wasl.cases.models import Case
from wasl.cases.operations.change import StaleCase, lock


def must_be_fresh(case: Case, *, version: int) -> None:
    """Hold the case for the running transaction. Raises StaleCase when `version` is no longer the present one."""
    locked = lock(case)
    if locked.version != version:
        raise StaleCase(locked)
