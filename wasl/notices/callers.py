"""Which unit calls people in the matter of a case. This room knows no case: a room above says where it is not the
contact centre.

@caller
def unit_that_calls(case_id): return unit_or_None
"""

from collections.abc import Callable

from wasl.directory.models import Unit

Caller = Callable[[int], Unit | None]
_callers: list[Caller] = []


def caller(function: Caller) -> Caller:
    """Register a room that knows of cases which the contact centre must not hear of."""
    if function not in _callers:
        _callers.append(function)
    return function


def unit_for(case_id: int | None) -> Unit | None:
    """The unit that makes the calls of a case; None: the contact centre, as of all others."""
    if case_id is None:
        return None
    return next((unit for one in _callers if (unit := one(case_id)) is not None), None)
