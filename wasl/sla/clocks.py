"""The arithmetic of one running promise: due moment, consumption and state, with no database and no case.

A promise is an amount of working minutes from the moment it starts, or a number of working days: then the day of the
start is not counted, and it is due at the closing of the n-th working day. A pause stops the consumption; what it took
of the working time is added behind. Due moments are always computed from the start, never moved by steps, so a holiday
that is announced later gives the same result as one known from the beginning.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from wasl.calendars.working_time import WorkingTime

Pause = tuple[datetime, datetime | None]

# domain.md 10.5: from 80 % on the liaison officer is told.
NEAR_SHARE = 0.8


class State(StrEnum):
    """How a promise stands."""

    ON_TIME = "on_time"
    NEAR = "near"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Promise:
    """What is promised, and by which working time it is counted: either minutes or working days."""

    clock: str
    working_time: WorkingTime
    amount_minutes: int | None = None
    working_days: int | None = None
    calendar_id: int | None = None
    always_open: bool = False
    # The version of the policy that says so; None where the catalogue's times of the service did.
    policy_id: int | None = None

    def __post_init__(self) -> None:
        amounts = [amount for amount in (self.amount_minutes, self.working_days) if amount is not None]
        if len(amounts) != 1 or amounts[0] < 1:
            raise ValueError("A promise has either minutes or working days, at least one.")


def begins_at(promise: Promise, started_at: datetime) -> datetime:
    """From when on time is counted: the start itself, or the opening of the first working day after it."""
    if promise.working_days is None:
        return started_at.astimezone(UTC)
    hours = promise.working_time
    return hours.opening_of(hours.working_day_after(hours.local_day(started_at)))


def amount(promise: Promise, started_at: datetime) -> timedelta:
    """The working time promised; of working days, all that they hold."""
    if promise.amount_minutes is not None:
        return timedelta(minutes=promise.amount_minutes)
    hours = promise.working_time
    last_moment = hours.add_working_days(started_at, promise.working_days or 1)
    return hours.between(begins_at(promise, started_at), last_moment)


def due_at(
    promise: Promise, started_at: datetime, pauses: Iterable[Pause] = (), *, at: datetime | None = None
) -> datetime:
    """When the promise is due, in UTC. Raises NeverOpens.

    A pause that still runs counts up to `at`; without `at` it does not count yet (due as if work went on at once).
    """
    return _used_up(promise, started_at, pauses, amount(promise, started_at), at=at)


def moment_of_share(
    promise: Promise,
    started_at: datetime,
    pauses: Iterable[Pause] = (),
    share: int = 100,
    *,
    at: datetime | None = None,
) -> datetime:
    """When so many per cent of the promise are used up, in UTC; beyond 100 the same working time is counted on.

    Pauses count as in `due_at`, which is the moment of 100 per cent. Raises NeverOpens.
    """
    return _used_up(promise, started_at, pauses, amount(promise, started_at) * share / 100, at=at)


def _used_up(
    promise: Promise, started_at: datetime, pauses: Iterable[Pause], left: timedelta, *, at: datetime | None
) -> datetime:
    hours, cursor = promise.working_time, begins_at(promise, started_at)
    for paused_from, paused_to in tidy_pauses(pauses, at=at):
        worked = max(hours.between(cursor, paused_from), timedelta())
        if worked >= left:
            break
        left -= worked
        cursor = max(cursor, paused_to)
    return hours.add(cursor, left)


def consumed(promise: Promise, started_at: datetime, pauses: Iterable[Pause] = (), *, at: datetime) -> timedelta:
    """How much of the promise is used up at a moment, without the pauses; goes on growing when it is overdue."""
    hours, begin = promise.working_time, begins_at(promise, started_at)
    if at <= begin:
        return timedelta()
    worked = hours.between(begin, at)
    for paused_from, paused_to in tidy_pauses(pauses, at=at):
        stood_from, stood_to = max(begin, paused_from), min(at, paused_to)
        if stood_from < stood_to:
            worked -= hours.between(stood_from, stood_to)
    return worked


def remaining(promise: Promise, started_at: datetime, pauses: Iterable[Pause] = (), *, at: datetime) -> timedelta:
    """How much working time is left; negative by as much as was worked past the due moment."""
    return amount(promise, started_at) - consumed(promise, started_at, pauses, at=at)


def share(promise: Promise, started_at: datetime, pauses: Iterable[Pause] = (), *, at: datetime) -> float:
    """The part used up: 0 at the start, 1 when due, more beyond."""
    return consumed(promise, started_at, pauses, at=at) / amount(promise, started_at)


def state(
    promise: Promise,
    started_at: datetime,
    pauses: Iterable[Pause] = (),
    *,
    at: datetime,
    near: float = NEAR_SHARE,
) -> State:
    """How the promise stands at a moment; of a promise that was kept, ask for the moment it was.

    It is near from the share `near` on: the last warning point of its version.
    """
    kept = list(pauses)
    if at > due_at(promise, started_at, kept, at=at):
        return State.OVERDUE
    return State.NEAR if share(promise, started_at, kept, at=at) >= near else State.ON_TIME


def tidy_pauses(pauses: Iterable[Pause], *, at: datetime | None) -> list[tuple[datetime, datetime]]:
    """The pauses in UTC, in order and apart; one that still runs ends at `at`, or is left out if `at` is None."""
    tidy: list[tuple[datetime, datetime]] = []
    for start, end in sorted(_closed(pauses, at)):
        if tidy and start <= tidy[-1][1]:
            tidy[-1] = (tidy[-1][0], max(tidy[-1][1], end))
        else:
            tidy.append((start, end))
    return tidy


def _closed(pauses: Iterable[Pause], at: datetime | None) -> Iterator[tuple[datetime, datetime]]:
    for start, end in pauses:
        last = end or at
        if last is not None and last > start:
            yield start.astimezone(UTC), last.astimezone(UTC)
