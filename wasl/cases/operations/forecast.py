"""What a change of the calendars would do to the clocks that run now. Nothing of it stays."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from wasl.calendars import queries as calendars
from wasl.calendars.working_time import WorkingTime
from wasl.cases.models import Clock
from wasl.cases.operations.clocks import fresh_due
from wasl.cases.operations.trial import tried
from wasl.core.localized import Localized
from wasl.directory import queries as directory
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
    unit: Localized

    @property
    def name(self) -> str:
        """The clock in the language of the reader."""
        return str(ClockKind(self.clock).label) if self.clock in ClockKind.values else self.clock


@dataclass(frozen=True)
class OfUnit:
    """How much would move in one unit."""

    unit: Localized
    cases: int
    moves: int


@dataclass(frozen=True)
class Forecast:
    """Which clocks would move, the soonest due first; of those that could, `looked_at` were counted."""

    moves: tuple[Move, ...]
    running: int
    movable: int
    looked_at: int

    @property
    def cases(self) -> int:
        """How many cases have a clock that would move."""
        return len({move.case_id for move in self.moves})

    @property
    def told_dates(self) -> int:
        """How many beneficiaries were told a date by which their case is resolved, and it would be another."""
        return len({move.case_id for move in self.moves if move.clock == ClockKind.RESOLVE})

    @property
    def units(self) -> list[OfUnit]:
        """The units whose clocks would move, those with the most first."""
        of_unit: dict[str, list[Move]] = {}
        for move in self.moves:
            of_unit.setdefault(repr(sorted(move.unit.items())), []).append(move)
        found = [OfUnit(moves[0].unit, len({move.case_id for move in moves}), len(moves)) for moves in of_unit.values()]
        return sorted(found, key=lambda one: (-one.moves, str(one.unit)))

    @property
    def is_whole(self) -> bool:
        """Was every clock looked at that could move?"""
        return self.looked_at == self.movable


def forecast(change: Callable[[], object], *, agency_id: int, from_on: date | None = None) -> Forecast:
    """What `change` (an operation on the agency's calendars) would move. Nothing of it stays; errors pass through.

    `from_on` is the first day whose working time changes: what is due before it cannot move.
    """
    return tried(change, lambda: _moved(agency_id, from_on))


def _moved(agency_id: int, from_on: date | None) -> Forecast:
    running = Clock.objects.filter(agency_id=agency_id, stopped_at__isnull=True, always_open=False)
    movable = running
    if from_on is not None:
        zone = directory.known_agency(agency_id).zone
        movable = running.filter(due_at__gte=datetime.combine(from_on, time(), tzinfo=zone))
    soonest = movable.select_related("case__unit").prefetch_related("pauses").order_by("due_at", "pk")
    clocks = list(soonest[:MOST_CLOCKS])
    # Asked once for each calendar, not once for each clock.
    times = _working_times(agency_id, {clock.calendar_id for clock in clocks})
    moves = [
        Move(clock.case.reference, clock.case_id, clock.kind, clock.due_at, due, clock.case.unit.name)
        for clock in clocks
        if (due := fresh_due(clock, times[clock.calendar_id])) != clock.due_at
    ]
    could = movable.count() if len(clocks) == MOST_CLOCKS else len(clocks)
    return Forecast(tuple(moves), running.count() if from_on else could, could, len(clocks))


def _working_times(agency_id: int, calendar_ids: Iterable[int | None]) -> dict[int | None, WorkingTime]:
    wanted = list(calendar_ids)
    found = calendars.working_times(agency_id=agency_id, wanted=[(number, False) for number in wanted])
    return dict(zip(wanted, found, strict=True))
