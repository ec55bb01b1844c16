"""What a change of the calendars would do to running clocks: it is made, looked at, and taken back.

So a forecast needs no second arithmetic: it is the real change under a savepoint that is always rolled back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wasl.cases.models import Clock
from wasl.cases.operations.clocks import fresh_due
from wasl.sla.models import ClockKind

# So many clocks are looked at; where more run, the soonest due are, and the forecast says so.
MOST_CLOCKS = 3000


@dataclass(frozen=True)
class Move:
    """One clock that would be due at another moment."""

    reference: str
    case_id: int
    clock: str
    before: datetime
    after: datetime

    @property
    def name(self) -> str:
        """The clock in the language of the reader."""
        return str(ClockKind(self.clock).label) if self.clock in ClockKind.values else self.clock


@dataclass(frozen=True)
class Forecast:
    """Which clocks would move, the soonest due first; `looked_at` of the `running` ones were counted."""

    moves: tuple[Move, ...]
    running: int
    looked_at: int

    @property
    def cases(self) -> int:
        """How many cases have a clock that would move."""
        return len({move.case_id for move in self.moves})

    @property
    def is_whole(self) -> bool:
        """Was every running clock looked at?"""
        return self.looked_at == self.running


class _TakenBack(Exception):
    """Ends the savepoint."""


def forecast(change: Callable[[], object], *, agency_id: int) -> Forecast:
    """What `change` (an operation on the agency's calendars) would move. Nothing of it stays; errors pass through."""
    found: Forecast | None = None
    try:
        with transaction.atomic():
            change()
            found = _moved(agency_id)
            raise _TakenBack
    except _TakenBack:
        pass
    assert found is not None
    return found


def _moved(agency_id: int) -> Forecast:
    running = Clock.objects.filter(agency_id=agency_id, stopped_at__isnull=True, always_open=False)
    clocks = list(running.select_related("case").prefetch_related("pauses").order_by("due_at", "pk")[:MOST_CLOCKS])
    moves = [
        Move(clock.case.reference, clock.case_id, clock.kind, clock.due_at, due)
        for clock in clocks
        if (due := fresh_due(clock)) != clock.due_at
    ]
    count = running.count() if len(clocks) == MOST_CLOCKS else len(clocks)
    return Forecast(tuple(moves), count, len(clocks))
