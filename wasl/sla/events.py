"""What happens to promises."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class PolicySet(Event):
    """From now on an agency promises something else; running clocks keep the promise they were started with."""

    policy_id: int
    replaces_id: int | None
    clock: str
    amount: int
    unit: str


@event(version=1)
@dataclass(frozen=True)
class PolicyEnded(Event):
    """A promise no longer holds for new cases."""

    policy_id: int
    clock: str


@event(version=1)
@dataclass(frozen=True)
class LadderSet(Event):
    """From now on other people are told, or earlier or later; running clocks keep their ladder."""

    ladder_id: int
    replaces_id: int | None
    code: str


@event(version=1)
@dataclass(frozen=True)
class LadderEnded(Event):
    """Nobody is told by this ladder any more of what begins from now on."""

    ladder_id: int
    code: str
