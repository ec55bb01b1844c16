"""The way from an alert to its case. This room knows no case: a room above says which of them a person may open, where.

@opener
def open_cases(person, case_ids, at): return {12: "/desk/cases/…"}
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

Opener = Callable[[Any, Collection[int], datetime], dict[int, str]]
_openers: list[Opener] = []


def opener(function: Opener) -> Opener:
    """Register the room that opens cases."""
    if function not in _openers:
        _openers.append(function)
    return function


def addresses_of(person: Any, case_ids: Collection[int], *, at: datetime) -> dict[int, str]:
    """The paths of those cases that the person may see now, by number."""
    found: dict[int, str] = {}
    for one in _openers if case_ids else ():
        found |= one(person, case_ids, at)
    return found
