"""What happens to the aims of an agency."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class TargetSet(Event):
    """From now on a figure should reach another value."""

    target_id: int
    measure: str
    value: str


@event(version=1)
@dataclass(frozen=True)
class TargetEnded(Event):
    """A figure has no target any more."""

    target_id: int
    measure: str


@event(version=1)
@dataclass(frozen=True)
class FairnessRuleSet(Event):
    """From when on it is a pattern that turns are not kept."""

    days: int
    same_person: int
    times_unit: int
    fewest_takes: int
    ordered_share: int
